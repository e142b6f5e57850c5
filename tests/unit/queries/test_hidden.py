"""A restricted child is not there: nothing that anybody reads differs by it, for any role and purpose."""

from collections.abc import Callable
from typing import Any

import pytest

from hub.domain.access import EVERY, ROLES, SEALED, Actor
from hub.domain.errors import Forbidden, NotFound
from hub.domain.identifiers import name_of
from hub.queries.alerts import list_alerts
from hub.queries.backlog import backlog
from hub.queries.child import alert_view, child_view
from hub.queries.desk import Desk
from hub.queries.feeds import feeds
from hub.queries.obligations import Wanted, list_obligations
from hub.queries.outstanding import outstanding
from hub.queries.worklist import SECTIONS, worklist
from tests.invented import BOOK, Audited, MemoryReader, a_store

HIDDEN = name_of("child", "E1", "Zoe Hidden")
WITHOUT, WITH, WITH_SEALED = a_store(), a_store(hidden=1), a_store(hidden=SEALED)
BODIES = {"senco": ("100001",), "dco": ("QX1",), "dmo": ("QX1",), "icb_send_lead": ("QX1",)}
ASKS = [(role, purpose) for role, known in ROLES.items() for purpose in known.purposes]
ORDINARY = [ask for ask in ASKS if ask[0] != "assurance"]


def lists(desk: Desk) -> list[Any]:
    """Everything a role can list, count or page through, and everything it can open from there."""
    obligations, _ = list_obligations(desk, Wanted(limit=500))
    alerts, _ = list_alerts(desk, Wanted(limit=500))
    found: list[Any] = [worklist(desk), backlog(desk), obligations, alerts]
    found += [worklist(desk, state, limit=1) for state in SECTIONS[desk.access.scope]]
    found += [list_obligations(desk, Wanted(state=state, limit=2)) for state in ("overdue", "open", "not_known")]
    found += [outcome(feeds, desk)]
    found += [outcome(child_view, desk, duty.child) for duty in obligations]
    found += [outcome(outstanding, desk, BOOK, child) for child in sorted({duty.child for duty in obligations})[:3]]
    found += [outcome(alert_view, desk, alert.alert) for alert in alerts]
    return found


def outcome(query: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return query(*arguments)
    except (Forbidden, NotFound) as error:
        return type(error), str(error)


def desk(reader: MemoryReader, role: str, purpose: str, audited: Audited | None = None) -> Desk:
    actor = Actor("somebody", role, ("E1", "E2"), BODIES.get(role, ()))
    return Desk(reader, audited or Audited(), actor, purpose)


@pytest.mark.parametrize(("role", "purpose"), ORDINARY)
@pytest.mark.parametrize("hidden", [WITH, WITH_SEALED], ids=["restricted", "sealed"])
def test_nothing_differs_by_a_restricted_child(role: str, purpose: str, hidden: MemoryReader) -> None:
    before, after = Audited(), Audited()
    assert lists(desk(hidden, role, purpose, after)) == lists(desk(WITHOUT, role, purpose, before))
    assert after.rows == before.rows


@pytest.mark.parametrize(("role", "purpose"), ORDINARY)
def test_asking_for_a_restricted_child_is_like_asking_for_none(role: str, purpose: str) -> None:
    alert = str(WITH.select("SELECT alert FROM alert WHERE child = :child AND role = 'dco'", child=HIDDEN)[0]["alert"])
    audited = Audited()
    at = desk(WITH, role, purpose, audited)
    assert outcome(child_view, at, HIDDEN) == outcome(child_view, at, "nobody")
    assert outcome(outstanding, at, BOOK, HIDDEN) == outcome(outstanding, at, BOOK, "nobody")
    assert outcome(alert_view, at, alert) == outcome(alert_view, at, "nothing")
    assert len({row[3] for row in audited.rows}) == 3, "the audit tells them apart"


@pytest.mark.parametrize("role", ROLES)
def test_the_operator_who_names_no_body_sees_them_no_more_than_the_role_does(role: str) -> None:
    if role == "assurance":
        return
    at = Desk(WITH, Audited(), Actor("operator", role, EVERY, EVERY), ROLES[role].purposes[0])
    assert not [duty for duty in list_obligations(at, Wanted(limit=500))[0] if duty.child == HIDDEN]
    assert "Hidden" not in repr(lists(at))


def test_assurance_sees_the_restricted_and_not_the_sealed() -> None:
    assert child_view(desk(WITH, "assurance", "assurance"), HIDDEN).child.name == "Zoe Hidden"
    assert lists(desk(WITH, "assurance", "assurance")) != lists(desk(WITHOUT, "assurance", "assurance"))
    assert lists(desk(WITH_SEALED, "assurance", "assurance")) == lists(desk(WITHOUT, "assurance", "assurance"))
    with pytest.raises(NotFound):
        child_view(desk(WITH_SEALED, "assurance", "assurance"), HIDDEN)


def test_a_child_whose_level_is_not_known_is_hidden() -> None:
    reader = a_store()
    child = name_of("child", "E1", "Ada Marlow")
    with reader.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE child SET restricted = NULL WHERE child = ?", (child,))
    assert child not in {
        duty.child for duty in list_obligations(desk(reader, "analyst", "service_planning"), Wanted())[0]
    }
