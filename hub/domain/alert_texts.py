"""The words of alerts: neutral, by the force of the limit, always with the date and the source they rest on.

Every text begins with a heading and a colon; the heading is the subject line of a mail of its own. No text names a
child or holds an id of ours.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from msgspec import Struct

from hub.domain.facts import Feed
from hub.domain.instants import local_date
from hub.domain.obligation import Obligation, Shortfall
from hub.domain.rules import Rule
from hub.domain.words import MONTHS, PASSED, STATES, UNCONFIRMED_READING, UNCONFIRMED_RECEIPT

_MISSED = MappingProxyType(
    {
        "staff_absent": "staff absence",
        "not_commissioned": "not commissioned",
        "setting_closed": "setting closed",
        "child_absent": "child absent",
        "refused_by_family": "declined by the family",
        "other": "other reason",
    }
)

# Why an alert ended, by the state that holds now; {done} and {due} are dates, {late} says that we told too much.
_ENDED = MappingProxyType(
    {
        "disabled": "This rule is no longer applied.",
        "not_owed": "The duty did not arise.",
        "lapsed": "The duty lapsed on {done}.",
        "conditional": "It is not yet known whether the duty arises.",
        "met": "Done on {done}, in time{late}.",
        "met_late": "Done on {done}, after {due}.",
        "exempt": "An exception applies.",
        "exempt_claimed": "An exception is claimed; no evidence of it is recorded.",
        "sent_not_recorded": "The sender says that it was sent on {done}; the council has not recorded it yet.",
        "not_known": "It cannot be judged: no source that would tell is complete to {due}.",
        "past_due_unconfirmed": "The date of receipt is not confirmed; it was not due before {due}.",
        "overdue": "Nothing is recorded as done by {due}.",
        "at_risk": "Corrected: it is due on {due}.",
        "open": "Corrected: it is due on {due}.",
    }
)

WITHDRAWN = "withdrawn by the source"
MOVED = "moved to another record"
ERASED = "erased"
RULE_OFF = "This rule is switched off in the area."
NOW_LIVE = "Announced anew: the rule is live now."
READDRESSED = "Addressed to others from now on."


class Heard(Struct, frozen=True):
    """What an alert rests on: the source that would have told, and the date up to which it told everything."""

    as_at: date
    source: str = ""


def heard(feeds: Mapping[str, Feed], told_by: Iterable[str], on: date) -> Heard:
    """Return the source furthest on among those able to tell, as at a date no later than the tick's."""
    able = set(told_by)
    told = [(feed.complete_to, feed.source) for feed in feeds.values() if feed.connector in able and feed.complete_to]
    if not told:
        return Heard(on)
    complete_to, source = max(told)
    return Heard(min(complete_to, on), source)


def day(when: date | None) -> str:
    """Return a date as people read it, in any locale.

    >>> day(date(2026, 1, 5))
    '5 January 2026'
    """
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}" if when else "a date not known"


def counted(number: float, one: str, many: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "day"), counted(3.0, "day"), counted(0, "duty", "duties")
    ('1 day', '3 days', '0 duties')
    """
    return f"{amount(number)} {one if number == 1 else many or one + 's'}"


def amount(number: float) -> str:
    """Return a number of sessions or minutes as people read it, to one decimal.

    >>> amount(3.0), amount(3.692), amount(1200.0)
    ('3', '3.7', '1200')
    """
    return f"{round(number, 1):g}" if abs(number) < 100_000 else f"{number:.0f}"


def of_duty(owed: Obligation, rule: Rule, on: date, body: str, told: Heard) -> str:
    """Return the text for a duty that is overdue, at risk, past due unconfirmed, or sent and not recorded."""
    asked = f"{rule.duty}, asked of {body}" if body else rule.duty
    what = {
        "overdue": f"{PASSED[rule.limit_force]}: {asked}. Due {day(owed.due_on)}, {_over(owed.due_on, on)} over.",
        "at_risk": f"Due soon: {asked}. Due {day(owed.due_on)}.",
        "past_due_unconfirmed": f"{_unconfirmed(owed)}: {asked}. Not due before {day(owed.due_on)}.",
        "sent_not_recorded": f"Sent, not recorded: {asked}. The sender says that it was sent on {day(owed.done_on)}; "
        "record it.",
    }[owed.state]
    law = "" if owed.state in ("past_due_unconfirmed", "sent_not_recorded") else f" Source: {rule.cited}."
    return f"{what}{law} {rests_on(told)}{'' if rule.signed_off else f' {_sentence(UNCONFIRMED_READING)}.'}"


def of_shortfall(short: Shortfall, body: str, told: Heard) -> str:
    """Return the text for a line of provision whose recorded delivery is below the plan."""
    parts = [
        f"{amount(number)} {_MISSED.get(code, code.replace('_', ' '))}"
        for code, number in short.because_counts
        if number
    ]
    if short.not_reported:
        parts.append(f"{amount(short.not_reported)} not reported")
    why = f" ({', '.join(parts)})" if parts else ""
    who = f", by {body}" if body else ""
    return (
        f"Recorded delivery is below Section {short.section}: "
        f"{amount(short.delivered)} of {amount(short.promised)}{why}. "
        f"{short.kind.replace('_', ' ').capitalize()}{who}, {day(short.since)} to {day(short.until)}. {rests_on(told)}"
    )


def of_silence(source: str, feed: Feed | None, duties: int, on: date) -> str:
    """Return the text for a feed whose silence leaves duties unjudged.

    >>> of_silence("casework", Feed("casework", "ehc_casework", complete_to=date(2025, 12, 11)), 41, date(2025, 12, 23))
    'Feed silent: casework last heard 12 days ago; 41 duties cannot be judged. Complete to 11 December 2025.'
    """
    unjudged = f"{counted(duties, 'duty', 'duties')} cannot be judged."
    if not source:
        return f"Feed missing: no source of this area could tell; {unjudged}"
    last = None if feed is None else local_date(feed.last_load_at) if feed.last_load_at else feed.complete_to
    upto = f"Complete to {day(feed.complete_to)}." if feed and feed.complete_to else "Never said to be complete."
    return f"Feed silent: {source} {_last_heard(last, on)}; {unjudged} {upto}"


def _last_heard(last: date | None, on: date) -> str:
    if last is None:
        return "never heard"
    return f"last heard {counted((on - last).days, 'day')} ago" if last < on else "last heard today"


def of_backlog(numbers: tuple[int, int, int], live_from: date) -> str:
    """Return the text of the one summary of what was late before an area went live.

    Args:
        numbers: Duties that are late; duties past their date and not confirmed; lines of provision below the plan.

    >>> of_backlog((17, 0, 0), date(2026, 1, 5))
    'Backlog: 17 duties were late before 5 January 2026. Listed on the backlog page; nothing of it is sent singly.'
    """
    late, unconfirmed, lines = numbers
    more = [
        f"{counted(late, 'duty was', 'duties were')} late" if late or not (unconfirmed or lines) else "",
        f"{counted(unconfirmed, 'duty was', 'duties were')} past the date and not confirmed" if unconfirmed else "",
        f"{counted(lines, 'line', 'lines')} of provision stood below the plan" if lines else "",
    ]
    what = "; ".join(part for part in more if part)
    return f"Backlog: {what} before {day(live_from)}. Listed on the backlog page; nothing of it is sent singly."


def rests_on(told: Heard) -> str:
    """Return as at which date, from which source."""
    return f"As at {day(told.as_at)}, from {told.source or 'the records received'}."


def moved(area: str, on: date) -> str:
    """Return why the alerts of a child end whom another area answers for.

    >>> moved("Bramford Council", date(2026, 3, 2))
    'Moved: Bramford Council answers for this case since 2 March 2026.'
    """
    return f"Moved: {area} answers for this case since {day(on)}."


def ended(owed: Obligation, announced: str) -> str:
    """Return why an alert about the state announced ended, from what holds now."""
    late = "; the record of it reached us after the alert" if announced in ("overdue", "past_due_unconfirmed") else ""
    return _ENDED[owed.state].format(done=day(owed.done_on), due=day(owed.due_on), late=late)


def _unconfirmed(owed: Obligation) -> str:
    return _sentence(UNCONFIRMED_RECEIPT) if owed.advice_request else STATES["past_due_unconfirmed"]


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _over(due_on: date | None, on: date) -> str:
    return counted((on - due_on).days, "day") if due_on else "days"
