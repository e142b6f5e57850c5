"""A child's duties by the process they stand in: a request, a review, an order. Pages and numbers are made per process."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from hub.domain.rules import Rule, Rulebook
from hub.queries.desk import AreaNow
from hub.queries.obligations import Duty

OTHER = ""
"""Kind of what stands in no process."""


class Process(Struct, frozen=True):
    """Duties that belong together.

    Attributes:
        key: The source's own key; empty where it gives none.
        kind: request, assessment, plan, review, reassessment, mediation, appeal, order, complaint …; empty if not known.
        is_series: What runs up to the next one of its kind (the year to the next review), not a case of its own.
        duties: In the order given.
    """

    key: str
    kind: str
    is_series: bool
    duties: tuple[Duty, ...]

    @property
    def started_on(self) -> date:
        """First day of any of its duties; the earliest date there is if none has one."""
        return min((duty.started_on for duty in self.duties if duty.started_on), default=date.min)


def processes(duties: Iterable[Duty], rulebook: Rulebook) -> list[Process]:
    """Return the processes of one child's duties, the newest first.

    A duty that runs up to the next process of a kind (`matched_by = "series"`) names the process that began it; it is a
    process of its own here, or an assessment would last until the review of the plan that it led to.
    """
    by_key: dict[tuple[str, str], list[Duty]] = {}
    for duty in duties:
        rule = rulebook.by_id.get(duty.rule)
        by_key.setdefault((duty.process, _series(duty, rule)), []).append(duty)
    found = [
        Process(key, series.partition("@")[0] if series else _kind(key, there, rulebook), bool(series), tuple(there))
        for (key, series), there in by_key.items()
    ]
    return sorted(found, key=lambda one: (-one.started_on.toordinal(), one.kind, one.key))


def is_live(duty: Duty, area: AreaNow) -> bool:
    """Tell whether the rule of a duty is live in its area; in shadow it is on trial and nobody is told."""
    return area.modes.get(duty.rule, "shadow") == "live"


def _series(duty: Duty, rule: Rule | None) -> str:
    """Return the kind of a series, and its start where the source names no process; empty for what is no series."""
    if rule is None or rule.matched_by != "series" or not rule.process_kinds:
        return ""
    return rule.process_kinds[0] if duty.process else f"{rule.process_kinds[0]}@{duty.started_on}"


def _kind(key: str, duties: Iterable[Duty], rulebook: Rulebook) -> str:
    """Return the kind that most of the rules may stand in; of several the one that its rule names first.

    Duties that the source puts into no process have a kind only where all of their rules have that one alone.
    """
    rules = {duty.rule: rulebook.by_id[duty.rule] for duty in duties if duty.rule in rulebook.by_id}
    if not key and len({kind for rule in rules.values() for kind in rule.process_kinds}) > 1:
        return OTHER
    counted = Counter(kind for rule in rules.values() for kind in rule.process_kinds)
    return counted.most_common(1)[0][0] if counted else OTHER
