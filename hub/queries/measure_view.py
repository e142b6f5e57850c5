"""The read view `measure`: one row per case and measure, in SQL that SQLite and PostgreSQL understand alike.

What each measure means stands in `hub/domain/measures.py`.
"""

from msgspec import Struct

from hub.queries.both_databases import day_number, events, field, live, of_start


class _Of(Struct, frozen=True):
    """Which duties a measure counts, and in which month and year.

    Attributes:
        rules: Condition on `o`.
        counted_on: Date of `o` on which a case is counted.
    """

    measure: str
    rules: str
    counted_on: str


_DUTIES = (
    _Of("decision-6-weeks", "o.rule = 'ehcna-decision'", "o.started_on"),
    _Of(
        "no-plan-16-weeks", "o.rule = 'ehcna-no-plan-decision' AND o.state <> 'lapsed'", "COALESCE(o.done_on, o.due_on)"
    ),
    _Of("advice-6-weeks", "o.rule LIKE 'ehcna-advice-%' AND o.rule <> 'ehcna-advice-requests-sent'", "o.due_on"),
    _Of("review-decision-4-weeks", "o.rule = 'review-decision'", "o.started_on"),
    _Of("phase-transfer-14-february", "o.rule = 'phase-transfer-general'", "o.due_on"),
    _Of("phase-transfer-30-march", "o.rule = 'phase-transfer-post16'", "o.due_on"),
    _Of("order-steps", "o.rule LIKE 'order-%'", "o.due_on"),
    _Of("mediation-30-days", "o.rule LIKE 'med-arrange%'", "o.due_on"),
    _Of("mediation-may-decide", "o.rule = 'med-attendee-authority'", "COALESCE(o.done_on, o.due_on, o.started_on)"),
)

_THERE = "COALESCE(c.restricted, 2) = 0 AND {0}"
"""A restricted child is in no figure, for no role: so no figure differs by what the role may know. Then the gate."""

_CHILD = "JOIN child c ON c.area = o.area AND c.child = o.child"


_SCHOOL = (
    "(SELECT MIN(p.school_urn) FROM source_record r"
    " JOIN person p ON p.area = r.area AND p.source = r.source AND p.local_id = r.local_id"
    " WHERE r.area = c.area AND r.child = c.child AND r.known_to IS NULL AND p.school_urn <> '')"
)

_LATE = "(o.state = 'overdue' OR (o.state = 'met_late' AND o.was_late_by IS NOT NULL))"
_UNSURE = "o.state IN ('met_late', 'not_known', 'past_due_unconfirmed', 'sent_not_recorded')"
_STATE = f"CASE WHEN o.state = 'met' THEN 'in_time' WHEN {_LATE} THEN 'late' WHEN {_UNSURE} THEN 'not_known' ELSE 'left_out' END"
_WHY = (
    "CASE o.state WHEN 'exempt' THEN 'exception' WHEN 'exempt_claimed' THEN 'exception_claimed'"
    " WHEN 'lapsed' THEN 'ended_first' WHEN 'open' THEN 'not_due_yet' WHEN 'at_risk' THEN 'not_due_yet' ELSE '' END"
)
_IS_HELD = "o.rule = 'med-attendee-authority' AND o.state = 'open'"
"""A mediation was held, and nothing says that somebody there could decide: this duty has no later day to wait for."""
_HELD_WITHOUT = f"CASE WHEN CAST({of_start('may_decide')} AS TEXT) IN ('0', 'false') THEN 'late' ELSE 'not_known' END"
_OWED = "o.state NOT IN ('disabled', 'not_owed', 'conditional')"


def _cases(measure: str, counted_on: str, state: str, why: str, done_on: str, institution: str) -> str:
    return (
        f"SELECT c.area AS area, {measure} AS measure, c.child AS child, COALESCE(c.reference, '') AS reference,"
        " COALESCE(o.obligation, '') AS obligation, COALESCE(o.rule, '') AS rule, COALESCE(o.body, '') AS body,"
        f" COALESCE(NULLIF({institution}, ''), {_SCHOOL}, '') AS institution,"
        f" COALESCE(CASE WHEN o.rule LIKE 'ehcna-advice-%' THEN {of_start('advice_kind')}"
        " WHEN o.rule LIKE 'order-%' OR o.rule LIKE 'med-%' THEN o.rule END, '') AS kind,"
        f" {counted_on} AS counted_on, o.started_on AS started_on, {done_on} AS done_on, {state} AS state, {why} AS why"
    )


def _of_duties() -> str:
    measure = "CASE " + " ".join(f"WHEN {of.rules} THEN '{of.measure}'" for of in _DUTIES) + " END"
    counted = "CASE " + " ".join(f"WHEN {of.rules} THEN {of.counted_on}" for of in _DUTIES) + " END"
    any_rule = " OR ".join(f"({of.rules})" for of in _DUTIES)
    done = "CASE WHEN o.state <> 'lapsed' THEN o.done_on END"
    state = f"CASE WHEN {_IS_HELD} THEN {_HELD_WITHOUT} ELSE {_STATE} END"
    why = f"CASE WHEN {_IS_HELD} THEN '' ELSE {_WHY} END"
    shown = _cases(measure, counted, state, why, done, of_start("institution"))
    return f"{shown} FROM obligation o {_CHILD} WHERE ({any_rule}) AND {_OWED} AND {_THERE}"


def _of_reviews() -> str:
    """Reviews expected by a day of the year, and whether a meeting was held for them by the end of that year."""
    met_on = f"COALESCE({field('m', 'meeting_on')}, m.occurred_on)"
    held = (
        f"(SELECT MIN({met_on}) {events('m', 'ReviewMeetingHeld')} AND {met_on} > o.started_on"
        f" AND substr({met_on}, 1, 4) <= substr(o.due_on, 1, 4))"
    )
    in_year = "substr(o.done_on, 1, 4) <= substr(o.due_on, 1, 4)"
    is_done = f"({held} IS NOT NULL OR (o.state IN ('met', 'met_late') AND {in_year}))"
    state = f"CASE WHEN o.state <> 'lapsed' AND {is_done} THEN 'in_time' WHEN o.state = 'met_late' THEN 'late' ELSE {_STATE} END"
    why = f"CASE WHEN o.state <> 'lapsed' AND {is_done} THEN '' ELSE {_WHY} END"
    shown = _cases("'reviews-held'", "o.due_on", state, why, held, "''")
    return (
        f"{shown} FROM obligation o {_CHILD} WHERE o.rule IN ('review-first', 'review-next') AND {_OWED} AND {_THERE}"
    )


_ISSUED_ON = f"COALESCE({field('j', 'issued_on')}, j.occurred_on)"
_ITS_REQUEST = (
    "q.area = t.area AND q.child = t.child AND q.rule = 'ehcp-final'"
    f" AND (q.because LIKE '%\"' || j.id || '\"%' OR q.process = NULLIF({field('j', 'process')}, ''))"
)
_PLANS = (
    "SELECT e.area AS area, e.child AS child, e.obligation AS obligation, MIN(e.issued_on) AS issued_on,"
    " MIN(e.institution) AS institution FROM ("
    f"SELECT t.area AS area, t.child AS child, q.obligation AS obligation, {_ISSUED_ON} AS issued_on,"
    f" NULLIF({field('j', 'institution')}, '') AS institution"
    " FROM attribution t JOIN journal j ON j.area = t.area AND j.id = t.event"
    f" LEFT JOIN obligation q ON {_ITS_REQUEST}"
    f" WHERE t.known_to IS NULL AND j.type = 'PlanFinalised' AND {live('j')}"
    " UNION ALL SELECT u.area, u.child, u.obligation, NULL, NULL FROM obligation u"
    " WHERE u.rule = 'ehcp-final' AND u.state = 'not_known'"
    ") e GROUP BY e.area, e.child, e.obligation"
)
"""First issue of a plan by the request that it answers (null if none is known), and requests that nobody can judge."""

_CLAIMED = (
    f"(o.state IN ('exempt', 'exempt_claimed') OR EXISTS (SELECT 1 {events('x', 'ExceptionClaimed')}"
    f" AND COALESCE({field('x', 'advice_request')}, '') = '' AND COALESCE({field('x', 'ground')}, '') <> 'missed_appointment'"
    f" AND (COALESCE({field('x', 'reaches')}, '[]') = '[]' OR {field('x', 'reaches')} LIKE '%\"ehcp-final\"%'"
    f" OR {field('x', 'reaches')} LIKE '%\"ehcna-authority\"%')"
    f" AND (COALESCE({field('x', 'process')}, '') = '' OR {field('x', 'process')} = o.process"
    f" OR {field('x', 'under')} = o.process)))"
)
"""An exception was recorded for the twenty weeks, whether or not it was needed: the return has one flag for it."""


def _of_plans() -> str:
    is_answer = "o.obligation IS NOT NULL AND o.state NOT IN ('lapsed', 'disabled', 'not_owed')"
    excluded = f"(m.measure = 'plan-20-weeks' AND {_CLAIMED})"
    state = (
        f"CASE WHEN NOT ({is_answer}) OR {excluded} THEN 'left_out' WHEN i.issued_on IS NULL THEN 'not_known'"
        " WHEN i.issued_on <= o.due_on THEN 'in_time' WHEN o.started_basis IN ('deemed', 'unknown') THEN 'not_known'"
        " ELSE 'late' END"
    )
    why = (
        "CASE WHEN o.obligation IS NULL THEN 'no_request_known'"
        f" WHEN NOT ({is_answer}) THEN 'ended_first' WHEN {excluded} THEN 'exception' ELSE '' END"
    )
    shown = _cases("m.measure", "COALESCE(i.issued_on, o.due_on)", state, why, "i.issued_on", "i.institution")
    answered = "SELECT 1 FROM obligation d WHERE d.area = i.area AND d.child = i.child AND d.rule = 'ehcp-final'"
    return (
        f"{shown} FROM ({_PLANS}) i JOIN child c ON c.area = i.area AND c.child = i.child"
        " CROSS JOIN (SELECT 'plan-20-weeks' AS measure UNION ALL SELECT 'plan-20-weeks-with-exceptions') m"
        " LEFT JOIN obligation o ON o.area = i.area AND o.obligation = i.obligation"
        f" WHERE (i.obligation IS NOT NULL OR NOT EXISTS ({answered} AND d.done_on IS NOT NULL AND d.state <> 'lapsed'))"
        f" AND {_THERE}"
    )


_DAYS = f"{day_number('k.done_on')} - {day_number('k.started_on')}"

SELECT = (
    "SELECT k.area AS area, k.measure AS measure, k.child AS child, k.reference AS reference, k.obligation AS obligation,"
    " k.rule AS rule, k.body AS body, k.institution AS institution, k.kind AS kind, k.counted_on AS counted_on,"
    " substr(k.counted_on, 1, 7) AS month, substr(k.counted_on, 1, 4) AS year, k.state AS state,"
    " CASE k.state WHEN 'in_time' THEN 1 WHEN 'late' THEN 0 END AS in_time, k.why AS why_left_out,"
    f" CASE WHEN k.done_on IS NOT NULL AND k.started_on IS NOT NULL THEN {_DAYS} END AS days"
    f" FROM ({_of_duties()} UNION ALL {_of_reviews()} UNION ALL {_of_plans()}) k WHERE k.counted_on IS NOT NULL"
)
"""With `{0}` for the condition on who may see a row."""

ORDER = "area, measure, counted_on, child, obligation"

COLUMNS = {
    "area": "code of the authority's area",
    "measure": "what is measured; `hub measures` prints what each one means",
    "child": "for whom; restricted children are in no measure, for no role",
    "reference": "short case reference shown to people in place of a name",
    "obligation": "the duty that is counted; empty for a plan whose request nobody knows",
    "rule": "id of its rule",
    "body": "code of the body that owes it; empty for the area's own authority",
    "institution": "code of the setting named in the plan or in the review; else of the child's school",
    "kind": "kind of advice; step of an order or of mediation; else empty",
    "counted_on": "day by which it is counted: issue of the plan, receipt of the request, last day … as the measure says",
    "month": "month of that day",
    "year": "calendar year of that day",
    "state": "in_time, late, not_known (no feed has spoken, or receipt is not confirmed) or left_out",
    "in_time": "1 in time, 0 late; empty where it is not known or left out",
    "why_left_out": "exception, exception_claimed, ended_first, not_due_yet or no_request_known; empty if it is counted",
    "days": "days from the start to the end, where both are known",
}
