"""The words people read for limits and states: one table, so that an alert, a page and a letter say the same."""

from types import MappingProxyType

from hub.domain.calendar import DayOfYear, Limit
from hub.domain.obligation import State
from hub.domain.rules import Condition, DatedLimit, Force, Recipient, Rule, Told

PASSED: MappingProxyType[Force, str] = MappingProxyType(
    {
        "act": "Statutory limit passed",
        "regulation": "Statutory limit passed",
        "tribunal_rule": "Statutory limit passed",
        "case": "Statutory limit passed",
        "code": "Code of Practice time passed",
        "statutory_guidance": "Guidance time passed",
        "guidance": "Guidance time passed",
        "policy": "Local target passed",
    }
)
"""What is said once a due date is past, by the force of the limit."""

LAW: frozenset[Force] = frozenset({"act", "regulation", "tribunal_rule", "case"})
"""Forces whose limits may be said to be breached, once a solicitor has confirmed the reading."""

UNCONFIRMED_READING = "reading not yet confirmed by a solicitor"
UNCONFIRMED_RECEIPT = "no advice recorded; date of receipt not confirmed"

STATES: MappingProxyType[State, str] = MappingProxyType(
    {
        "disabled": "Not watched",
        "not_owed": "Not owed",
        "lapsed": "No longer owed",
        "conditional": "Owed only if it comes to that",
        "met": "Done in time",
        "met_late": "Done, after the due date",
        "exempt": "No fixed limit: an exception applies",
        "exempt_claimed": "Exception claimed, no evidence recorded",
        "sent_not_recorded": "Sent, not recorded as received",
        "not_known": "Not known: nothing heard for this date yet",
        "past_due_unconfirmed": "Nothing recorded; date of receipt not confirmed",
        "overdue": "Overdue",
        "at_risk": "Due soon",
        "open": "Open",
    }
)
"""What each state is called on pages and in messages; neutral, for families too."""

FORCES: MappingProxyType[Force, str] = MappingProxyType(
    {
        "act": "Act of Parliament",
        "regulation": "regulations",
        "tribunal_rule": "tribunal rules",
        "case": "decided case",
        "code": "Code of Practice",
        "statutory_guidance": "statutory guidance",
        "guidance": "guidance",
        "policy": "local policy",
    }
)

_UNITS = MappingProxyType(
    {
        "days": "day",
        "weeks": "week",
        "months": "month",
        "working_days": "working day",
        "tribunal_days": "tribunal working day",
        "school_days": "school day",
    }
)
_MOVED = MappingProxyType(
    {
        "stands": "",
        "next_working_day": "; a last day that is no working day moves to the next",
        "next_tribunal_day": "; a last day that is no working day, from 25 December to 1 January or in August moves to the next",
    }
)
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def may_say_breach(rule: Rule) -> bool:
    """Tell whether "breach" may be printed: the limit is law, and the reading of it is signed off."""
    return rule.limit_force in LAW and rule.signed_off is not None


def passed(rule: Rule, state: State) -> str:
    """Return what is said of a duty that is past its due date, `reading not yet confirmed` included where it is so.

    Where receipt is not confirmed nothing is said of a limit.
    """
    if state == "past_due_unconfirmed":
        return UNCONFIRMED_RECEIPT[0].upper() + UNCONFIRMED_RECEIPT[1:]
    text = PASSED[rule.limit_force]
    if may_say_breach(rule):
        return f"{text}: breach of {rule.cited}"
    return text if rule.signed_off else f"{text} ({UNCONFIRMED_READING})"


def length(limit: Limit | DayOfYear) -> str:
    """Return a limit in words.

    >>> length(Limit(6, "weeks"))
    '6 weeks, not counting the day it starts'
    >>> length(Limit(12, "months", first_day="counted"))
    '12 months, counting the day it starts'
    >>> length(Limit(2, "weeks", direction="before"))
    'at least 2 weeks before'
    >>> length(DayOfYear(2, 15))
    'before 15 February'
    """
    if isinstance(limit, DayOfYear):
        return f"before {limit.day} {MONTHS[limit.month - 1]}"
    unit = _UNITS[limit.unit] + ("s" if limit.count != 1 else "")
    if limit.direction == "before":
        return f"at least {limit.count} {unit} before"
    if limit.count == 0:
        return f"the same day{_MOVED[limit.last_day]}"
    counting = "counting" if limit.first_day == "counted" else "not counting"
    return f"{limit.count} {unit}, {counting} the day it starts{_MOVED[limit.last_day]}"


def explain(rule: Rule) -> str:
    """Return a rule in plain words: one statement a line, `name: text`."""
    lines = [
        ("rule", rule.id),
        ("duty", f"{rule.duty} ({rule.duty_holder})"),
        ("source", rule.cited),
        ("force", f"duty: {FORCES[rule.duty_force]}; limit: {FORCES[rule.limit_force]}"),
        ("evidence", rule.evidence),
        ("reading", f"confirmed by {s.by} on {s.on}" if (s := rule.signed_off) else UNCONFIRMED_READING),
        ("doubt", rule.doubt),
        ("disabled", rule.why_disabled),
        ("starts on", "; ".join(map(_event, rule.starts_on))),
        ("owed only if", "; or ".join(map(_condition, rule.only_if))),
        *(("limit", _limit(dated)) for dated in rule.limits),
        ("limit", "" if rule.limits else "no number of days"),
        ("owed anew", "every school year" if rule.recurs else ""),
        ("separately for each", rule.each),
        ("when the child moves", "it stays with the authority that the child leaves" if rule.stays_on_move else ""),
        ("discharged by", "; ".join(map(_event, rule.discharged_by)) or "nothing: it continues until it ends"),
        ("times", str(rule.times) if rule.times > 1 else ""),
        ("said done by", "; ".join(map(_event, rule.said_done_by))),
        ("ends without it on", "; ".join(map(_event, rule.lapses_on))),
        *(("exception", f"{e.id}, if claimed ({e.source})") for e in rule.exemptions),
        ("at risk", f"{rule.warn.count} {rule.warn.unit} before the due date" if rule.warn else ""),
        ("can be told by", ", ".join(rule.told_by)),
        ("alerts go to", ", ".join(map(_recipient, rule.alert_to))),
    ]
    return "\n".join(f"{name}: {text}" for name, text in lines if text)


def _condition(condition: Condition) -> str:
    had = "before it began, " if condition.had else ""
    undone = f", and no {condition.unless.event} since" if condition.unless else ""
    if not condition.field:
        return f"{had}{condition.told.event} happens{undone}"
    return f"{had}{condition.told.event}.{condition.field} is {' or '.join(condition.values)}{undone}"


def _limit(dated: DatedLimit) -> str:
    parts = [length(dated.limit)]
    parts += [f"counted from its {dated.of}"] if dated.of else []
    parts += [f"of the year in {dated.year}"] if dated.year else []
    parts += [f"where {name} is {' or '.join(values)}" for name, values in dated.where]
    parts += [
        f"the {dated.takes} of that and {length(leg.limit)} from {leg.told.event} ({leg.name})" for leg in dated.legs
    ]
    return ", ".join(parts) + f", from {dated.since}" + (f" to {dated.until}" if dated.until else "")


def _event(told: Told) -> str:
    conditions = [f"{name} = {' or '.join(values)}" for name, values in told.where]
    conditions += [f"{name} is not {' or '.join(values)}" for name, values in told.unless]
    conditions += [f"once for each {name} of {', '.join(values)}" for name, values in told.every]
    if told.all_of:
        conditions.append("sent to " + " and ".join(" or ".join(names) for names in told.all_of))
    return f"{told.event} ({told.date_field})" + (f", {', '.join(conditions)}" if conditions else "")


def _recipient(recipient: Recipient) -> str:
    return f"{recipient.role} (at once)" if recipient.immediate else recipient.role
