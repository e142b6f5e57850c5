"""The files of a council's SEN casework export, column by column. Named as the fields of the events they become."""

from connectors.base import Column, Table
from connectors.codes import ADVICE_KINDS, GROUNDS
from connectors.sources.ehc_casework import steps

ROLES = (
    "dco", "dmo", "dsco", "sen_officer", "sen_manager", "senco", "icb_send_lead", "virtual_school_head", "data_manager",
    "operations", "family", "assurance", "analyst", "steward",
)  # fmt: skip
EXCEPTIONS = (
    "school_closed", "early_years_closed", "exceptional_circumstances", "absent_from_area", "missed_appointment",
    "family_wants_further_representations", "other_time_agreed", "unknown",
)  # fmt: skip
REQUESTERS = ("parent", "young_person", "school", "health", "social_care", "other")
CAUSES = ("review", "tribunal", "phase_transfer", "move", "other")
RECEIPT = ("acknowledged", "portal_timestamp", "deemed", "unknown")

RECORD = Column("record_key", "The system's own key of the row, the same in every export", "key", "R17", required=True)
PERSON = Column("person_key", "The system's own key of the child", "key", "P4711", required=True)
UPDATED = Column("updated_at", "When the row was last written; the row's version", "instant", "2026-01-15T16:05:00Z")
AREA = Column("area", "The authority responsible, where the export holds several", "key", "northmoor")
PROCESS = Column("process", "The system's own key of the request or review that the row belongs to", "key", "R17")
REQUEST = Column("advice_request", "Key of this one request for advice", "key", "A17-2")
KIND = Column("advice_kind", "Which advice of regulation 6", "code", "medical", ADVICE_KINDS)
PROFESSION = Column("profession", "Whose advice", "text", "speech_and_language_therapist")
BODY = Column("body", "Code of the body that owes the advice", "key", "RXY")
APPEAL = Column("right_of_appeal_included", "Whether the letter told of the right of appeal", "flag", "yes")


def _child(name: str, about: str, *columns: Column) -> Table:
    return Table(name, about, (RECORD, PERSON, UPDATED, *columns, AREA))


PEOPLE = Table(
    "people",
    "One row per child. An identifier or postcode that is wrong in form is left out with a note, never the child.",
    (
        Column("record_key", "The system's own key of the row; empty: person_key", "key", "P4711"),
        PERSON, UPDATED, AREA,
        Column("nhs_number", "NHS number, ten digits", "text", "999 001 0005"),
        Column("upn", "Unique Pupil Number", "text", "B801200005001"),
        Column("former_upn", "An earlier Unique Pupil Number", "text"),
        Column("uln", "Unique Learner Number, ten digits", "text"),
        Column("family_name", "Family name", "text", "Testcase"),
        Column("given_names", "Given names, separated by blanks", "text", "Ada May"),
        Column("preferred_name", "What the child wants to be called", "text", "Ada"),
        Column("former_names", "Earlier full names", "list", "Ada Example"),
        Column("birth_date", "Date of birth", "date", "2016-04-02"),
        Column("death_date", "Date of death", "date"),
        Column("sex", "male, female, other or unknown (M, F, U, 1, 2, 9, 0 are understood)", "code", "female"),
        Column("postcode", "Postcode of the home", "text", "LS1 4AP"),
        Column("address_lines", "Lines of the address", "list", "1 Example Street;Exampleton"),
        Column("gp_practice", "ODS code of the practice", "key", "Y12345"),
        Column("school_urn", "URN of the school", "key", "100001"),
        Column("ethnicity", "DfE ethnicity code", "key", "WBRI"),
        Column("language", "Language of the home, as a code", "key", "ENG"),
        Column("sensitivity", "Why the record is restricted; any word but none restricts it", "code", "none"),
        Column("valid_from", "Since when this is so", "date", "2025-09-01"),
    ),
)  # fmt: skip

REQUESTS = _child(
    "requests", "One row per request for an EHC needs assessment; with `withdrawn_on` also its end.",
    Column("process", "Key of the process that the request starts; empty: record_key", "key", "R17"),
    Column("requested_by", "Who asked", "code", "parent", REQUESTERS),
    Column("legal_basis", "Section of the Act", "code", "s36", ("s36", "s71")),
    Column("sent_on", "Day it was sent", "date", "2026-01-05"),
    Column("received_on", "Day it came in; clocks count from it", "date", "2026-01-06", required=True),
    Column("received_basis", "How the day of receipt is known", "code", "acknowledged", RECEIPT),
    Column("withdrawn_on", "Day the request came to nothing", "date"),
    Column("withdrawn_reason", "Why", "code", "", ("withdrawn", "moved", "ceased")),
)  # fmt: skip

DECISIONS = _child(
    "decisions", "One row per decision told to the family: to assess (`decision`), to issue a plan (`outcome`).",
    PROCESS,
    Column("decision", "Whether there will be an assessment", "code", "assess", ("assess", "refuse")),
    Column("outcome", "Whether there will be a plan", "code", "", ("issue", "not_issue", "no_change")),
    Column("sent_on", "Day the family was told", "date", "2026-02-16", required=True),
    APPEAL,
)  # fmt: skip

ADVICE_REQUESTS = _child(
    "advice_requests", "One row per body that was asked for advice.",
    PROCESS,
    Column("advice_request", "Key of this one request for advice; empty: record_key", "key", "A17-2"),
    KIND, PROFESSION, BODY,
    Column("service", "The service within the body", "text", "Community paediatrics"),
    Column("addressed_to", "Role or reference of the addressee, never a name", "ref", "dco-rxy"),
    Column("sent_on", "Day it was sent", "date", "2026-02-17", required=True),
    Column("received_on", "Day the body received it; the day its clock counts from", "date", "2026-02-17"),
    Column("received_basis", "How the day of receipt is known", "code", "deemed", RECEIPT),
    Column("reissue_of", "Key of the request that this one repeats", "key"),
    Column("evidence_enclosed", "Whether existing evidence went with it", "flag", "yes"),
)  # fmt: skip

ADVICE_RECEIVED = _child(
    "advice_received", "One row per advice that came in, or that a body declined to give (`declined_on`).",
    PROCESS, REQUEST, KIND, PROFESSION, BODY,
    Column("received_on", "Day it came in; needed unless declined_on is given", "date", "2026-03-27", required=True),
    Column("is_final", "Whether it is the final version", "flag", "yes"),
    Column("sufficient", "Whether it is sufficient", "flag", "yes"),
    Column("document_ref", "Reference of the document", "ref", "DOC-5512"),
    Column("declined_on", "Day the body declined", "date"),
    Column("ground", "Why it declined", "code", "", GROUNDS),
    Column("reasons_given", "Whether it gave reasons in writing", "flag"),
)  # fmt: skip

EXCEPTIONS_TABLE = _child(
    "exceptions", "One row per claim that a time limit does not apply.",
    PROCESS, REQUEST,
    Column("claimed_by", "Body that claims it", "key", "northmoor"),
    Column("ground", "Which exception", "code", "school_closed", EXCEPTIONS),
    Column("reaches", "Rules that it reaches", "list", "ehcna-advice-school"),
    Column("impractical_because", "Why the limit could not be kept, as a code", "ref", "staff_away"),
    Column("evidence", "Reference of the evidence", "ref", "DOC-5513"),
    Column("from", "First day, inclusive", "date", "2026-07-20", required=True),
    Column("to", "Last day, inclusive", "date", "2026-09-02"),
    Column("family_told_on", "Day the family was told", "date"),
)  # fmt: skip

DRAFTS = _child(
    "drafts", "One row per draft plan, or notice of amendment, that was served.",
    PROCESS,
    Column("served_on", "Day it was served", "date", "2026-04-20", required=True),
    Column("is_amendment", "Whether it amends a plan", "flag", "no"),
)  # fmt: skip

PLANS = _child(
    "plans", "One row per version of a plan; with `ceased_on` also its end.",
    PROCESS,
    Column("plan", "The system's own key of the plan; empty: record_key", "key", "PL88"),
    Column("version", "1 for the first final plan, then 2, 3 …", "key", "1"),
    Column("issued_on", "Day it was issued; needed unless ceased_on is given", "date", "2026-05-18", required=True),
    Column("sent", "To whom it was sent and when", "list", "parent=2026-05-18;institution=2026-05-18;icb=2026-05-19"),
    Column("institution", "URN or UKPRN of the institution named", "key", "100001"),
    Column("institution_kind", "Kind of the institution", "ref", "mainstream_school"),
    Column("funding", "Code of the funding", "ref", "top_up"),
    Column("sections", "Sections that the version holds or changes", "list", "A;B;C;D;E;F;G;H1;H2;I;J;K"),
    APPEAL,
    Column("cause", "Why a later version was issued", "code", "", CAUSES),
    Column("ceased_on", "Day the plan ceased", "date"),
    Column("cease_reason", "SEN2 code of the reason", "code", "", tuple("123456789")),
    Column("cease_decided_on", "Day on which it was decided that the plan ceases", "date"),
    Column("cease_sent", "To whom that decision was sent and when", "list", "parent=2027-06-01;institution=2027-06-01"),
)  # fmt: skip

PROVISION_LINES = _child(
    "provision_lines", "One row per line of Section F, G, H1 or H2.",
    Column("plan", "Key of the plan", "key", "PL88"),
    Column("plan_version", "Version of the plan that holds the line", "key", "1"),
    Column("line", "Key of the line; a provision log names it; empty: record_key", "key", "PL88-1"),
    Column("section", "Section of the plan", "code", "F", ("F", "G", "H1", "H2")),
    Column("kind", "Kind of provision", "text", "speech_and_language"),
    Column("quantity", "How many units", "number", "2"),
    Column("unit", "Of what", "code", "sessions", ("sessions", "minutes")),
    Column("per", "In which time", "code", "week", ("week", "fortnight", "month", "half_term", "term", "year")),
    Column("weeks", "In which weeks", "code", "term_time", ("term_time", "all_year")),
    Column("group_size", "Children at a time", "number", "1"),
    Column("delivered_by", "Body that delivers it", "key", "RXY"),
    Column("reported_by", "Source that logs the sessions; empty: the line is not judged", "key", "therapy-log"),
    Column("qualification", "Who must deliver it", "text", "speech_and_language_therapist"),
    Column("starts_on", "First day, inclusive", "date", "2026-05-18", required=True),
    Column("ends_on", "Last day, inclusive", "date"),
    Column("is_quantified", "Whether it says how much; empty: yes if quantity, unit, per are given", "flag", "yes"),
)  # fmt: skip

REVIEWS = _child(
    "reviews", "One row per review of a plan: its meeting, the decision told to the family, or both.",
    Column("process", "Key of the review; empty: record_key", "key", "V3"),
    Column("plan", "Key of the plan", "key", "PL88"),
    Column("meeting_on", "Day of the meeting; needed unless sent_on is given", "date", "2027-05-04", required=True),
    Column("decision", "Decision told to the family", "code", "maintain", ("maintain", "amend", "cease")),
    Column("sent_on", "Day the family was told", "date", "2027-05-28"),
    Column("amendments_enclosed", "Whether the notice held the amendments", "flag"),
    Column("institution", "URN of the institution that arranged the meeting", "key", "100001"),
)  # fmt: skip

CASE_WORKERS = _child(
    "case_workers", "One row per person who works on a child's case, by reference and never by name.",
    Column("role", "What they are", "code", "sen_officer", ROLES),
    Column("worker_ref", "Reference of the person, as in the contacts", "ref", "w-204", required=True),
    Column("since", "First day", "date", "2026-01-06", required=True),
)  # fmt: skip

STEPS_TABLE = _child(
    "steps", "One row per step of a case that has no file of its own: `event` tells which, and fills the columns that name "
    "it. Keep the whole header, whichever columns are empty. `on` is also the event's own `on`, where it has one; a column "
    "filled in that the event does not have is left out with a note. Texts are codes or references, without blanks; "
    "`review_list_sent` names the institution and no child.",
    *steps.COLUMNS,
)  # fmt: skip

CALENDAR = Table(
    "calendar", "Closures and school days of an institution, or of the whole area (`*`): one row for each.",
    (
        RECORD, UPDATED,
        Column("institution", "URN of the institution, `*` for the area's own calendar", "key", "*", required=True),
        Column("closed_from", "First day closed, inclusive", "date", "2026-07-20"),
        Column("reopens_on", "First day open again", "date", "2026-09-02"),
        Column("school_days", "Ranges of days, both ends inclusive", "ranges", "2025-09-02..2025-12-19"),
        AREA,
    ),
)  # fmt: skip

TABLES: tuple[Table, ...] = (
    PEOPLE, REQUESTS, DECISIONS, ADVICE_REQUESTS, ADVICE_RECEIVED, EXCEPTIONS_TABLE, DRAFTS, PLANS, PROVISION_LINES,
    REVIEWS, CASE_WORKERS, STEPS_TABLE, CALENDAR,
)  # fmt: skip
