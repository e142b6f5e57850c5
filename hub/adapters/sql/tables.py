"""Every table of a store, for SQLite and PostgreSQL alike.

Dates are ISO texts, instants are ISO texts in UTC ending in Z, booleans are 0 and 1, lists are JSON texts: so a row has
the same bytes in both databases. Tables are of three kinds: `INTAKE` (what connectors said before), `TRUTH` (the journal
and what waits to enter it) and `FOLDED` (a fold of the journal, which `hub rebuild` makes again).
"""

from typing import Any

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, MetaData, Table, Text, text

METADATA = MetaData()
Serial = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, keys: str, columns: str, **types: Any) -> Table:
    """Declare a table; every column is text unless `types` says otherwise."""
    made: list[Column[Any]] = [Column(k, types.get(k, Text), primary_key=True) for k in keys.split()]
    made += [Column(c, types.get(c, Text)) for c in columns.split()]
    return Table(name, METADATA, *made)


META = _table("meta", "key", "value")
LAID_OUT = _table("layout", "layout", "")

# ── intake: what each source row said, so that only what changed goes on ──────────────────────────────────────────────
SOURCE = _table("source", "source", "connector agency areas")
REFERENCE = _table("reference", "kind name", "area body")
INTAKE_ROW = _table("intake_row", "source key", "version extracted_at hash row_on table_name slots")
INTAKE_SUBJECT = _table("intake_subject", "source local_id", "area")
DIRECTORY = _table("directory", "name", "area")
UNPLACED = _table("unplaced_name", "name source local_id", "")
MAY_HAVE_MOVED = _table("may_have_moved", "name area source local_id", "because")
SETTLING = _table("settling", "source local_id", "area")
COVERAGE = _table("coverage", "source table_name covers_from covers_to", "extracted_at")
LOAD = _table(
    "load", "source load",
    "state extract covers complete_to extracted_at recorded_at read accepted accepted_with_notes refused withdrawn"
    " events held_because path area notes",
    read=Integer, accepted=Integer, accepted_with_notes=Integer, refused=Integer, withdrawn=Integer,
)  # fmt: skip
REFUSAL = _table(
    "refusal", "source refusal", "load file row field reason subject state content area recorded_at",
    row=Integer, content=LargeBinary,
)  # fmt: skip
TRACED = _table(  # what PDS was asked and when, by keyed names of record and question; never by demographics
    "traced", "area name", "question asked_at outcome strategy score source found", score=Float
)
ERASED = _table("erased", "area name", "")

# ── truth: what is about to enter the journal, and the journal ────────────────────────────────────────────────────────
OUTBOX = Table(
    "outbox", METADATA,
    Column("n", Serial, primary_key=True, autoincrement=True),
    Column("area", Text), Column("topic", Text), Column("kind", Text), Column("id", Text), Column("body", Text),
    Column("taken_at", Text),
)  # fmt: skip
INBOX = Table(
    "inbox", METADATA,
    Column("n", Serial, primary_key=True, autoincrement=True),
    Column("area", Text), Column("kind", Text), Column("body", Text), Column("at", Text),
    Column("state", Text), Column("result", Text),
)  # fmt: skip
JOURNAL = _table(
    "journal", "area seq", "taken_at kind id type slot revision source local_id subject_kind occurred_on recorded_at load body",
    seq=Serial, revision=Integer,
)  # fmt: skip
TEXT = _table("text", "area ref", "about body kept_until")
AUDIT = _table("audit", "area id", "actor role purpose action at")
POSITION = _table("position", "partition", "offsets", partition=Integer)
PUBLISHED = Table(
    "published", METADATA,
    Column("n", Serial, primary_key=True, autoincrement=True),
    Column("area", Text), Column("topic", Text), Column("key", Text), Column("id", Text), Column("body", Text),
)  # fmt: skip

# ── folded: made from the journal alone ───────────────────────────────────────────────────────────────────────────────
AREA = _table(
    "area", "area", "name live_from last_seq last_taken_at tick_seq tick_on tick_facts modes leading",
    last_seq=Serial, tick_seq=Serial,
)  # fmt: skip
FEED = _table("feed", "area source", "connector agency complete_to last_load_at completed")
LOAD_PROGRESS = _table(
    "load_progress", "area source load", "expected arrived complete_to ended_at", expected=Integer, arrived=Integer
)
ATTRIBUTION = _table(
    "attribution", "area event known_from", "child known_to decision", known_from=Serial, known_to=Serial
)
SOURCE_RECORD = _table(
    "source_record", "area source local_id known_from", "child how because decided_by known_to",
    known_from=Serial, known_to=Serial,
)  # fmt: skip
CHILD = _table("child", "area child", "alias_of restricted reference", restricted=Integer)
PERSON = _table(
    "person", "area source local_id",
    "slot revision nhs_number upn former_upn family_name given_names birth_date death_date postcode sex school_urn sensitivity ethnicity",
    revision=Integer,
)  # fmt: skip
OBLIGATION = _table(
    "obligation", "area obligation",
    "child rule process advice_request body duty_holder duty_force limit_force started_on started_basis due_on state"
    " warns_on done_on was_late_by known_late_since waits_for because",
    was_late_by=Integer,
)  # fmt: skip
PROVISION = _table(
    "provision", "area child line period", "promised delivered missed_by_provider missed_by_child not_reported state",
    promised=Float, delivered=Float, missed_by_provider=Float, missed_by_child=Float, not_reported=Float,
)  # fmt: skip
SHORTFALL = _table(
    "shortfall", "area child line",
    "section kind since until promised delivered missed_by_provider missed_by_child not_reported body because_counts",
    promised=Float, delivered=Float, missed_by_provider=Float, missed_by_child=Float, not_reported=Float,
)  # fmt: skip
UNMATCHED = _table("unmatched", "area child event", "")
TIMER = _table("timer", "area child", "due")
VISIT = _table("visit", "area child", "")
ANNOUNCED = _table("announced", "area subject", "body")
ALERT = _table(
    "alert", "area alert", "obligation child rule role body to state announced on reason text"
)  # fmt: skip
DELIVERY = _table("delivery", "area delivery", "alert kind channel to state on")
ANSWER = _table("answer", "area alert seq", "kind actor reason until", seq=Serial)
POSSIBLE_MATCH = _table(
    "possible_match", "area id", "source local_id child state rule score because decided_by reason raised decided",
    score=Float, raised=Serial, decided=Serial,
)  # fmt: skip
MOVED_SLOT = _table("moved_slot", "area slot", "child")
PLACED = _table("placed", "area source local_id", "placed_in")
LEFT_AREA = _table("left_area", "area child", "to_area left_on because seq", seq=Serial)
ARRIVED = _table(
    "arrived", "area source local_id", "came_from arrived_on because seq restricted", seq=Serial, restricted=Integer
)
KEPT_APART = _table("kept_apart", "area source local_id child", "decided_by")
CONTACT = _table("contact", "area role body name_ref channel address valid_from", "valid_to")
BODY = _table("body", "area code", "kind name aliases is_s31_body areas commissioner valid_from valid_to successor",
              is_s31_body=Integer)  # fmt: skip
CALENDAR = _table("calendar", "area slot", "revision institution closed_from reopens_on school_days", revision=Integer)
DEAD_LETTER = _table("dead_letter", "area id", "kind reason at body")
QUARANTINE = _table("quarantine", "area child", "reason since")

BY_PEOPLE = text("kind IN ('decide_link', 'merge_children', 'split_child', 'move_events', 'undo')")
"""What people decide about who is who: a handful among millions of entries, and their history is read from the end."""

Index("journal_by_id", JOURNAL.c.area, JOURNAL.c.id)
Index("journal_by_slot", JOURNAL.c.area, JOURNAL.c.slot)
Index("journal_by_people", JOURNAL.c.area, JOURNAL.c.seq, sqlite_where=BY_PEOPLE, postgresql_where=BY_PEOPLE)
Index("person_by_postcode", PERSON.c.area, PERSON.c.postcode)
Index("alert_by_child", ALERT.c.area, ALERT.c.child)
Index("journal_by_subject", JOURNAL.c.area, JOURNAL.c.source, JOURNAL.c.local_id)
Index("attribution_by_child", ATTRIBUTION.c.area, ATTRIBUTION.c.child)
Index("attribution_by_seq", ATTRIBUTION.c.area, ATTRIBUTION.c.known_from)
Index("obligation_by_child", OBLIGATION.c.area, OBLIGATION.c.child)
Index("timer_by_due", TIMER.c.area, TIMER.c.due)
Index("delivery_by_state", DELIVERY.c.area, DELIVERY.c.state)
Index("alert_by_obligation", ALERT.c.area, ALERT.c.obligation)
Index("source_record_by_child", SOURCE_RECORD.c.area, SOURCE_RECORD.c.child)

FOLDED: tuple[Table, ...] = (
    AREA, FEED, LOAD_PROGRESS, ATTRIBUTION, SOURCE_RECORD, CHILD, PERSON, OBLIGATION, PROVISION, SHORTFALL, UNMATCHED,
    TIMER, VISIT, ANNOUNCED, ALERT, DELIVERY, ANSWER, POSSIBLE_MATCH, MOVED_SLOT, PLACED, LEFT_AREA, ARRIVED,
    KEPT_APART, CONTACT, BODY, CALENDAR,
    QUARANTINE,
)  # fmt: skip
"""Equal, byte for byte, after a rebuild from the same journal."""
