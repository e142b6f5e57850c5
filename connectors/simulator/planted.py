"""What is wrong with the files themselves: rows that must be refused, and files cut short or packed."""

from datetime import date

from connectors.simulator.feeds import HALF_LOG_ON, HELD_ON, ZIPPED_ON, Feed
from connectors.simulator.files_casework import CaseworkFiles
from connectors.simulator.files_fhir import FhirFiles
from connectors.simulator.files_provision import ProvisionFiles
from connectors.simulator.paper import Paper

_WHEN = "2026-01-16T16:30:00Z"
_AT = 2
"""Bad rows stand in the third load of their source, which tells only changes."""


def bad_rows(council: CaseworkFiles, schools: ProvisionFiles, therapy: FhirFiles) -> dict[str, int]:
    """Write rows that must be refused, each once; return how many by source."""
    asked = ("A01-R999901", "parent", "s36", "31/02/2026", "acknowledged", "", "")
    council.bad_row(_AT, "requests", ("A01-R999901", "C999901", _WHEN, *asked))
    given = ("A01-R999902", "A01-AR999902", "medical", "paediatrics", "A01-NHS", "2026-01-14", "true", "true")
    council.bad_row(_AT, "advice_received", ("A01-AR999902-G", "", _WHEN, *given, "", "", "", ""))
    session = ("A01-L999901", "literacy")
    schools.bad_row(_AT, ("L-1", "999-1", "", "", *session, "2026-13-45", 30, "delivered", "", "", _WHEN))
    schools.bad_row(_AT, ("L-2", "", "", "", *session, "2026-01-14", 30, "delivered", "", "", _WHEN))
    therapy.lone_task(_AT)
    return {"casework-a01": 2, "schools-a01": 2, "therapy": 1}


def spoil(paper: Paper, council: Feed, schools: Feed) -> None:
    """Cut the half-written files in the middle of a line, and pack one extract."""
    paper.cut(f"{council.source}/{_load(council, HELD_ON)}/people.csv")
    paper.cut(f"{schools.source}/{_load(schools, HALF_LOG_ON)}/provision_log.csv")
    paper.zip(f"{schools.source}/{_load(schools, ZIPPED_ON)}")


def _load(feed: Feed, on: date) -> str:
    return next(load.name for load in feed.loads if load.on == on)
