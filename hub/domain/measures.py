"""What is measured of a council and its partners, in the DfE's words where it publishes the same (law.md section 6).

A measure is a share: of the cases counted, those in its numerator. Cases that nobody can judge are counted apart, never in
the denominator; those left out are counted with them, and each row of the view `measure` says why it is one.
"""

from collections.abc import Mapping

from msgspec import Struct

YEAR_DAYS = 52 * 7
"""Where the DfE's classes "20 to 52 weeks" and "over 52 weeks" meet: the boundary of a statistic, not of a duty."""

OPEN_NOTE = "Restricted children are not counted, for any role."


class Measure(Struct, frozen=True):
    """One measure.

    Attributes:
        cases: Its cases in the view `measure`; several measures may share them.
        is_national: The DfE publishes it; the others are ours, by the same method.
        definition: What is counted, over what, and in which year.
        left_out: What is not counted, and why.
        numerator: Name of a sum (`sums_of`), as are the next three.
    """

    measure: str
    cases: str
    is_national: bool
    title: str
    definition: str
    left_out: str
    numerator: str = "in_time"
    denominator: str = "counted"
    not_known: str = "not_known"
    out: str = "left_out"


_UNSURE = "Not known, counted apart: no feed has spoken past the last day, or receipt is not confirmed and the day counts from it."
_ENDED = (
    "Left out: duties that ended first (withdrawn, moved, died, refused), those under an exception, those not due yet."
)
_PLANS = (
    "New EHC plans issued in the calendar year (year of issue, not of request), by the time from the day the request was"
    " received to the day the plan was issued"
)
_FIRST = (
    "Left out: plans whose request nobody knows, and those issued after the request had ended (refused and reversed, moved):"
    " the return keeps the first outcome. {} Not known, counted apart: plans late by a date of receipt that is not confirmed,"
    " and requests past the limit of which no feed has spoken (in the year of the last day)."
)
_WITHOUT = _FIRST.format("Plans with an exception recorded for the 20 weeks are left out, needed or not.")
_WITH = _FIRST.format("Plans with an exception are counted like the others.")


def _plan(part: str, title: str, within: str) -> tuple[Measure, Measure]:
    """Return the measure without and with exceptions."""
    words = f"{_PLANS}: those {within}, divided by all"
    without = Measure(
        f"plan-{part}", "plan-20-weeks", True, f"{title}, excluding exceptions",
        f"{words} without an exception recorded.", _WITHOUT, part, "all", "unknown", "out_without",
    )  # fmt: skip
    with_them = Measure(
        f"plan-{part}-with-exceptions", "plan-20-weeks-with-exceptions", True, f"{title}, including exceptions",
        f"{words}, exceptions included.", _WITH, f"{part} with", "all with", "unknown with", "out",
    )  # fmt: skip
    return without, with_them


def _ours(
    measure: str, title: str, definition: str, left_out: str = f"{_ENDED} {_UNSURE}", is_national: bool = False
) -> Measure:
    return Measure(measure, measure, is_national, title, definition, left_out)


MEASURES: tuple[Measure, ...] = (
    *_plan("20-weeks", "Plans issued within 20 weeks", "issued within 20 weeks"),
    *_plan("20-to-52-weeks", "Plans issued after 20 to 52 weeks", "issued after 20 weeks and within 52 weeks"),
    *_plan("over-52-weeks", "Plans issued after more than 52 weeks", "issued after more than 52 weeks"),
    _ours(
        "decision-6-weeks", "Decision whether to assess within 6 weeks",
        "Requests for an assessment received in the calendar year whose decision was told, or whose 6 weeks are over: those"
        " told within 6 weeks of receipt, divided by all.", is_national=True,
    ),
    _ours(
        "no-plan-16-weeks", "Told within 16 weeks that there will be no plan",
        "Assessments that ended without a plan, by the year in which the family was told: those told within 16 weeks of the"
        " day the request was received, divided by all.", is_national=True,
    ),
    _ours(
        "advice-6-weeks", "Advice within 6 weeks",
        "Requests for advice whose 6 weeks from the body's receipt end in the calendar year: those answered with final advice"
        " in time, divided by all. By body, and by kind of advice. Statutory for health bodies; the Code's for schools,"
        " psychology and the council's social care.",
    ),
    _ours(
        "review-decision-4-weeks", "Review decision within 4 weeks of the meeting",
        "Review meetings held in the calendar year whose decision was told, or whose 4 weeks are over: those told within 4"
        " weeks of the meeting, divided by all.", is_national=True,
    ),
    _ours(
        "reviews-held", "Reviews held of those expected",
        "Reviews that had to be done by a day of the calendar year: those for which a meeting was held since the last review"
        " and by the end of that year (or a decision told), divided by all.", is_national=True,
    ),
    _ours(
        "phase-transfer-14-february", "Plan ready by 14 February for a phase transfer",
        "Children who change phase other than to post-16: plan reviewed, amended and setting named before 15 February of the"
        " year of transfer, divided by all.",
    ),
    _ours(
        "phase-transfer-30-march", "Plan ready by 30 March for a move to post-16",
        "Young people who move from secondary school to a post-16 institution: plan reviewed, amended and setting named before"
        " 31 March of the year of transfer, divided by all.",
    ),
    _ours(
        "order-steps", "Steps of tribunal orders in time",
        "Steps that an order of the tribunal requires, whose last day is in the calendar year: those done in time, divided by"
        " all. By step (kind).",
    ),
    _ours(
        "mediation-30-days", "Mediation arranged within 30 days",
        "Mediation that a family asked for, whose 30 days end in the calendar year: arranged within them, divided by all.",
    ),
    _ours(
        "mediation-may-decide", "Mediation with somebody who may decide",
        "Mediation held in the calendar year with somebody there who may decide the issues, divided by all mediation held.",
    ),
)  # fmt: skip

BY_ID: Mapping[str, Measure] = {measure.measure: measure for measure in MEASURES}

Sums = dict[str, frozenset[str]]

_STATES = {name: frozenset({name}) for name in ("in_time", "late", "not_known", "left_out")}
_DUTY: Sums = _STATES | {"counted": frozenset({"in_time", "late"})}
_CLASSES = ("20-weeks", "20-to-52-weeks", "over-52-weeks")


def _plan_sums() -> Sums:
    """Sums of both percentages, with all that a reader could get by subtracting one from another."""
    found: Sums = {}
    for name, marks in (("", ("",)), (" with", ("", "+")), (" exception", ("+",))):
        parts = {part: frozenset(part + mark for mark in marks) for part in (*_CLASSES, "unknown")}
        every = frozenset().union(*(parts[part] for part in _CLASSES))
        found |= {f"{part}{name}": adds for part, adds in parts.items()}
        found |= {f"not {part}{name}": every - parts[part] for part in _CLASSES}
        found[f"all{name}"] = every
    found["out"] = frozenset({"out"})
    found["out_without"] = found["out"] | found["all exception"] | found["unknown exception"]
    return found


_PLAN: Sums = _plan_sums()


def family_of(cases: str) -> str:
    """Return what is published together, because one figure could be subtracted from another."""
    return "plan" if cases.startswith("plan-") else cases


def sums_of(family: str) -> Sums:
    """Return what is published of a family: name to the parts that it adds up."""
    return _PLAN if family == "plan" else _DUTY


def part_of(states: Mapping[str, str], days: int | None) -> str:
    """Return the part of its family that a case is in.

    Args:
        states: Its states, by what its measures call their cases.
        days: From its start to its end.

    >>> part_of({"plan-20-weeks": "left_out", "plan-20-weeks-with-exceptions": "late"}, 200)
    '20-to-52-weeks+'
    """
    state = states.get("plan-20-weeks-with-exceptions")
    if state is None:
        return next(iter(states.values()))
    if state == "left_out":
        return "out"
    mark = "+" if states.get("plan-20-weeks") == "left_out" else ""
    if state == "not_known":
        return f"unknown{mark}"
    late = _CLASSES[2] if (days or 0) > YEAR_DAYS else _CLASSES[1]
    return (_CLASSES[0] if state == "in_time" else late) + mark
