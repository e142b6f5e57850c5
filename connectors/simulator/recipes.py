"""What a duty that steps of a case tell of is made of: one recipe for each rule of the law, with lengths of our own."""

from datetime import date

from msgspec import Struct

from connectors.simulator.counting import Due
from connectors.simulator.weeks import DAY

Fields = dict[str, str]


class Say(Struct, frozen=True):
    """Something that the council's casework can say happened.

    Attributes:
        event: Its name in rules.
        dated: Fields that hold its date, besides the date of the row.
        fields: Other fields. `{key}`, `{on}`, `{area}`, `{school}`, `{icb}` and `{trust}` are filled in.
        has_process: False for what belongs to the child and to no case.
        of: Kind of process, where it is another than the recipe's.
    """

    event: str
    dated: tuple[str, ...] = ()
    fields: Fields = {}
    has_process: bool = True
    of: str = ""


def say(event: str, dated: str = "", of: str = "", **fields: str) -> Say:
    """Return something that happens in a case; `dated` names its date fields, separated by blanks."""
    return Say(event, tuple(dated.split()), fields, of=of)


def of_child(event: str, dated: str = "", **fields: str) -> Say:
    """Return something that happens and belongs to no case."""
    return Say(event, tuple(dated.split()), fields, has_process=False)


class Condition(Struct, frozen=True):
    """A duty that is owed only if something turns out so.

    Attributes:
        is_true: What tells that it is owed; `None` where the discharge itself tells it.
        is_false: What tells that it is not; `None` where nothing does.
    """

    is_true: Say | None = None
    is_false: Say | None = None


class Extension(Struct, frozen=True):
    """Something told in time moves the due date: more time taken, up to the `until` of what is said; or a later step.

    Attributes:
        due: The new due date: from the day the clock started, the last day that it may name; or from the day it is told.
        is_from_notice: Counted from the day it is told; the earlier of the two dates counts.
    """

    told: Say
    due: Due
    is_from_notice: bool = False


MOVED_AWAY = say("responsible_body_changed", "aware_on moved_on", body_kind="local_authority", new="X99", old="{area}")
"""Another authority is responsible from now on; it is told by its own, of every case at once."""


class Recipe(Struct, frozen=True, kw_only=True):
    """One rule of the law: how a duty of it begins, falls due and ends.

    Attributes:
        kind: Kind of process.
        due: `None` where the law sets no number of days.
        span: Days from the start to the due date, more or less; used to choose a start.
        done: What discharges it; `None` where nothing that is told does.
        lapses: What ends it otherwise, by the reason written in the truth.
        grounds: Exceptions that the law gives it; absence is `absent_from_area` for `absence` days or more.
        body: Who owes it, as `Duty.body`; empty for the authority and a family.
        is_window: A family's time, which ends and is never late.
        since: Its limit is law from that day on.
        ahead: A field with a day so many days after the start, from which the due date is counted.
        starts: First and last day on which it may begin, where that is no matter of the due date.
        is_long: The due date lies after the simulator's last day, so that nothing is late yet.
        stays: It is owed on when the child moves to another authority's area.
        only: `with_plan` or `without_plan`, where it matters whether the child has had a plan for long.
        unless_care: Not where children's social care tells of the child itself.
        told_by: Connector whose silence keeps one from knowing.
        alone: At most one recipe of a group in a child's life, and none while the child's request or plan is dealt
            with: what happens in one case could be taken for another's, as sources seldom say what is under what.
        apart: Words; of the recipes with one a child has one: the same events would end them.
    """

    rule: str
    family: str
    kind: str
    start: Say
    due: Due | None = None
    span: int = 30
    done: Say | None = None
    lapses: tuple[tuple[str, Say], ...] = ()
    condition: Condition | None = None
    extension: Extension | None = None
    grounds: tuple[str, ...] = ()
    absence: int = 28
    body: str = ""
    is_window: bool = False
    since: date = date(2018, 4, 3)
    told_by: str = "ehc_casework"
    ahead: tuple[str, int] | None = None
    starts: tuple[date, date] | None = None
    is_long: bool = False
    stays: bool = False
    only: str = ""
    unless_care: bool = False
    alone: str = ""
    apart: str = ""

    def due_on(self, start: date, school: str) -> date | None:
        """Return the last day in time; `None` where the law sets no number of days."""
        return self.due(start + DAY * self.ahead[1] if self.ahead else start, school) if self.due else None
