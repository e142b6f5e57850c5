"""The columns of a provision log."""

from connectors.base import Column, Table
from connectors.codes import BECAUSE

PROVISION_LOG_TABLE = Table(
    "provision_log",
    "One row for each session that was due: it took place, or it did not and why. A session that nobody writes down "
    "counts as not reported, never as missed.",
    (
        Column(
            "record_key",
            "The log's own key of the session; without it, equal rows are told apart by their number only",
            "key",
            "S100231",
        ),
        Column("person_key", "The log's own key of the child", "key", "P4711", required=True),
        Column("nhs_number", "NHS number, if known", "text", "999 001 0005"),
        Column("upn", "Unique Pupil Number, if known", "text", "B801200005001"),
        Column("line", "The provision line of the plan that the session belongs to", "key", "PL-88-1"),
        Column("kind", "Kind of provision, where the line is not known", "text", "speech_and_language"),
        Column("on", "Day of the session", "date", "2026-01-15", required=True),
        Column("minutes", "Length of the session", "number", "45"),
        Column("outcome", "Whether it took place", "code", "delivered", ("delivered", "missed"), required=True),
        Column("because", "Why it did not", "code", "", BECAUSE),
        Column("role", "Who gave it, or should have: a role, never a name", "text", "therapist"),
        Column("updated_at", "When the row was last written; the row's version", "instant", "2026-01-15T16:05:00Z"),
    ),
)
