"""SQL conditions with their parameters, and those that make an `Access` hold. All queries of people's data use them.

Names of tables are fixed in these conditions: `c` child, `o` obligation, `a` alert.
"""

from collections.abc import Iterable

from msgspec import Struct

from hub.domain.access import DATA_STATES, EVERY, Access

_HEALTH_ROLES = ("dco", "dmo", "icb_send_lead")


class Condition(Struct, frozen=True):
    """A condition in SQL and the values of its named parameters."""

    sql: str
    parameters: dict[str, object] = {}


NEVER = Condition("1 = 0")
ALWAYS = Condition("1 = 1")


def all_of(*conditions: Condition) -> Condition:
    """Return the condition that holds when all of them do."""
    return _joined(" AND ", conditions)


def any_of(*conditions: Condition) -> Condition:
    """Return the condition that holds when one of them does."""
    return _joined(" OR ", conditions)


def one_of(column: str, name: str, values: Iterable[str]) -> Condition:
    """Return `column IN (values)`; `EVERY` lets all pass, no values lets none.

    The list is padded to a power of two, so that few different statements are prepared.

    >>> one_of("o.state", "s", ["a", "b", "c"]).sql
    'o.state IN (:s0, :s1, :s2, :s3)'
    """
    found = list(values)
    if tuple(found) == EVERY:
        return ALWAYS
    if not found:
        return NEVER
    found += [found[-1]] * ((1 << (len(found) - 1).bit_length()) - len(found))
    marks = ", ".join(f":{name}{i}" for i in range(len(found)))
    return Condition(f"{column} IN ({marks})", {f"{name}{i}": value for i, value in enumerate(found)})


def is_there(access: Access, table: str = "c") -> Condition:
    """Return the condition on `c` that every read of a child passes: area, level, and being no alias."""
    return all_of(
        one_of(f"{table}.area", "area", access.areas),
        Condition(f"COALESCE({table}.restricted, 2) <= :level", {"level": access.level}),
        Condition(f"COALESCE({table}.alias_of, '') = ''"),
    )


def duty_of(access: Access, codes: tuple[str, ...]) -> Condition:
    """Return the condition on `o` and `c` that a duty is one of those the role sees.

    Args:
        access: Who asks.
        codes: Codes and aliases of the bodies the actor answers for (`Desk.codes`).
    """
    body = one_of("o.body", "code", codes)
    if access.scope == "health":
        return all_of(Condition("o.duty_holder = 'health'"), body)
    if access.scope == "social_care":
        return Condition("o.duty_holder = 'social_care'")
    if access.scope == "school":
        return any_of(body, _pupil_of(codes))
    if access.scope == "quality":
        return one_of("o.state", "quality", DATA_STATES)
    return ALWAYS if access.scope == "area" else NEVER


def visible_obligations(access: Access, codes: tuple[str, ...]) -> Condition:
    """Return the condition on `o` joined with `c`."""
    return all_of(is_there(access), duty_of(access, codes))


def visible_children(access: Access, codes: tuple[str, ...]) -> Condition:
    """Return the condition on `c` that the actor sees one of the child's duties, or was sent one of its alerts."""
    if access.scope in ("area", "none", "quality"):
        return all_of(is_there(access), duty_of(access, codes) if access.scope != "quality" else NEVER)
    duty = duty_of(access, codes)
    sent = _sent_to(access, codes)
    return all_of(
        is_there(access),
        any_of(
            Condition(
                f"EXISTS (SELECT 1 FROM obligation o WHERE o.area = c.area AND o.child = c.child AND {duty.sql})",
                duty.parameters,
            ),
            Condition(
                f"EXISTS (SELECT 1 FROM alert a WHERE a.area = c.area AND a.child = c.child AND {sent.sql})",
                sent.parameters,
            ),
        ),
    )


def visible_alerts(access: Access, codes: tuple[str, ...]) -> Condition:
    """Return the condition on `a`, left joined with its child `c` and its duty `o`.

    An alert about no child (a silent feed) is seen by the role it is for, and by those who see all of an area.
    """
    is_mine = ALWAYS if access.scope == "area" else for_role(access.role)
    if access.scope in ("health", "school"):
        is_mine = all_of(is_mine, any_of(Condition("COALESCE(a.body, '') = ''"), one_of("a.body", "code", codes)))
    of_area = all_of(Condition("COALESCE(a.child, '') = ''"), one_of("a.area", "alert_area", access.areas), is_mine)
    return any_of(of_area, all_of(is_there(access), any_of(duty_of(access, codes), _sent_to(access, codes))))


def for_role(*roles: str) -> Condition:
    """Return the condition on `a` that it is for one of the roles; it names them in one text, joined by `;`."""
    return any_of(
        *(Condition(f"';' || a.role || ';' LIKE :for_{role}", {f"for_{role}": f"%;{role};%"}) for role in roles)
    )


def _sent_to(access: Access, codes: tuple[str, ...]) -> Condition:
    if access.scope == "health":
        return all_of(for_role(*_HEALTH_ROLES), one_of("a.body", "code", codes))
    if access.scope == "social_care":
        return for_role("dsco")
    if access.scope == "school":
        return all_of(for_role("senco"), any_of(one_of("a.body", "code", codes), _pupil_of(codes)))
    if access.scope == "quality":
        disputed = "EXISTS (SELECT 1 FROM answer n WHERE n.area = a.area AND n.alert = a.alert AND n.kind = 'dispute')"
        return any_of(for_role("data_manager"), Condition(disputed))
    return NEVER


def _pupil_of(codes: tuple[str, ...]) -> Condition:
    school = one_of("p.school_urn", "code", codes)
    return Condition(
        "EXISTS (SELECT 1 FROM source_record r"
        " JOIN person p ON p.area = r.area AND p.source = r.source AND p.local_id = r.local_id"
        f" WHERE r.area = c.area AND r.child = c.child AND r.known_to IS NULL AND {school.sql})",
        school.parameters,
    )


def _joined(word: str, conditions: Iterable[Condition]) -> Condition:
    kept = list(conditions)
    parameters: dict[str, object] = {}
    for condition in kept:
        parameters |= condition.parameters
    return Condition("(" + word.join(f"{c.sql}" for c in kept) + ")", parameters)
