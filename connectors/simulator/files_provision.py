"""The schools' log of provision sessions: one CSV file each week."""

from datetime import date
from functools import lru_cache

from connectors.simulator.feeds import Feed
from connectors.simulator.lives import Life, Line, LineWeek, Session
from connectors.simulator.paper import Paper, Style
from connectors.simulator.weeks import TODAY

COLUMNS = (
    "record_key", "person_key", "nhs_number", "upn", "line", "kind", "on", "minutes", "outcome", "because", "role",
    "updated_at",
)  # fmt: skip
_STYLE = Style()


class ProvisionFiles:
    """Writes one area's schools' logs."""

    def __init__(self, feed: Feed, paper: Paper) -> None:
        self._feed, self._paper, self.rows = feed, paper, 0
        self._paths = [f"{feed.source}/{load.name}/provision_log.csv" for load in feed.loads]
        for path in self._paths:
            paper.table(path, COLUMNS, _STYLE)

    def write(self, life: Life) -> bool:
        """Write the sessions of a child's lines; return whether there was one."""
        before = self.rows
        seen = life.person.at_school()
        child = (self.key_of(life), seen.nhs_number, seen.upn)
        for line in life.plan.lines if life.plan else ():
            for week in line.weeks:
                if week.recorded_on < TODAY:
                    self._week(child, line, week)
        return self.rows > before

    def key_of(self, life: Life) -> str:
        """Return the pupil's key in the schools' log."""
        return f"{life.person.school}-{life.person.number + 1}"

    def bad_row(self, at: int, row: tuple[object, ...]) -> None:
        """Write a row that is not right into one extract only."""
        self._paper.row(self._paths[at], row)
        self.rows += 1

    def _week(self, child: tuple[str, str, str], line: Line, week: LineWeek) -> None:
        base = f"{line.key}-{week.monday:%y%m%d}"
        for number, session in enumerate(week.sessions):
            days = [week.recorded_on] if session.mended_on is None else [week.recorded_on, session.mended_on]
            for at, version in self._feed.holds(days):
                because = _because(session, version)
                what = (session.on, line.minutes, "missed" if because else "delivered", because)
                row = (f"{base}{number}", *child, line.key, line.kind, *what, "therapy_assistant", _at(days[version]))
                self._paper.row(self._paths[at], row)
                self.rows += 1


@lru_cache(maxsize=1024)
def _at(day: date) -> str:
    return f"{day}T15:45:00Z"


def _because(session: Session, version: int) -> str:
    """Return why a session was missed, as the log said in that version: a mended row was wrong at first."""
    return "staff_absent" if session.mended_on and version == 0 else session.because
