"""Rows of a SEN casework export: each table's row becomes the events it tells."""

from collections.abc import Callable, Iterator

from connectors.base import Refused, Row
from connectors.cells import MISSING, NOT_A_DATE, Cells, day, row_of
from connectors.facts import Fact
from connectors.people import sensitivity, sex
from connectors.sources.ehc_casework import steps
from hub.domain.events import education as said
from hub.domain.events import plans, reviews
from hub.domain.events.people import PersonDescribed, PersonDied
from hub.domain.events.provision import ProvisionSpecified

SECTIONS = ("A", "B", "C", "D", "E", "F", "G", "H1", "H2", "I", "J", "K")
REQUEST, REVIEW = "request", "review"


def map_row(table: str, cells: Cells) -> Row:
    """Return what the row of that table says.

    Raises:
        Refused: The row has no key, names no child or institution, or lacks the date of its fact.
    """
    if table == "calendar":
        return _calendar(cells)
    if table == "steps" and steps.is_of_institution(cells):
        record, institution = cells.needed("record_key"), cells.needed("institution")
        return row_of(cells, f"steps:{record}", (institution, "institution"), steps.facts(cells, record))
    person = cells.needed("person_key")
    record = (cells.text("record_key") or person) if table == "people" else cells.needed("record_key")
    return row_of(cells, f"{table}:{record}", (person, "child"), FACTS[table](cells, record))


def _people(row: Cells, _record: str) -> Iterator[Fact]:
    died_on = row.on("death_date")
    yield (
        PersonDescribed(
            nhs_number=row.nhs_number(),
            upn=row.upn(),
            former_upn=row.upn("former_upn"),
            uln=row.text("uln"),
            family_name=row.text("family_name"),
            given_names=row.text("given_names"),
            preferred_name=row.text("preferred_name"),
            former_names=row.items("former_names"),
            birth_date=row.on("birth_date"),
            death_date=died_on,
            sex=row.checked("sex", sex, "code of sex"),
            postcode=row.postcode(),
            address_lines=row.items("address_lines"),
            gp_practice=row.text("gp_practice"),
            school_urn=row.text("school_urn"),
            ethnicity=row.text("ethnicity"),
            ethnicity_system="dfe" if row.text("ethnicity") else "",
            language=row.text("language"),
            sensitivity=sensitivity(row.text("sensitivity")),
            valid_from=row.on("valid_from"),
        ),
        None,
    )
    if died_on:
        yield PersonDied(), died_on


def _requests(row: Cells, record: str) -> Iterator[Fact]:
    process = row.text("process") or record
    on = row.fact_date("received_on", "sent_on")
    received_on = row.on("received_on")
    if not received_on:
        row.note("received_on", "missing: the clocks that count from it cannot start")
    yield (
        said.NeedsAssessmentRequested(
            process=process,
            process_kind=REQUEST,
            requested_by=row.code("requested_by"),
            legal_basis=row.code("legal_basis"),
            sent_on=row.on("sent_on"),
            received_on=received_on,
            received_basis=row.code("received_basis"),
        ),
        on,
    )
    if withdrawn_on := row.on("withdrawn_on"):
        reason = row.code("withdrawn_reason")
        yield said.RequestWithdrawn(process=process, process_kind=REQUEST, reason=reason), withdrawn_on


def _decisions(row: Cells, _record: str) -> Iterator[Fact]:
    process, on, appeal = row.text("process"), row.fact_date("sent_on"), row.flag("right_of_appeal_included")
    decision, outcome = row.code("decision"), row.code("outcome")
    if decision:
        yield (
            said.AssessmentDecisionNotified(
                process=process, process_kind=REQUEST, decision=decision, sent_on=on, right_of_appeal_included=appeal
            ),
            on,
        )
    if outcome:
        yield said.OutcomeNotified(process=process, process_kind=REQUEST, outcome=outcome, sent_on=on), on
    if not decision and not outcome:
        row.note("decision", "neither decision nor outcome: the row says nothing")


def _advice_requests(row: Cells, record: str) -> Iterator[Fact]:
    on = row.fact_date("received_on", "sent_on")
    yield (
        said.AdviceRequested(
            process=row.text("process"),
            process_kind=REQUEST,
            advice_request=row.text("advice_request") or record,
            advice_kind=row.code("advice_kind"),
            profession=row.slug("profession"),
            body=row.text("body"),
            service=row.text("service"),
            addressed_to=row.ref("addressed_to"),
            sent_on=row.on("sent_on"),
            received_on=row.on("received_on"),
            received_basis=row.code("received_basis"),
            reissue_of=row.text("reissue_of"),
            evidence_enclosed=row.flag("evidence_enclosed"),
        ),
        on,
    )


def _advice_received(row: Cells, _record: str) -> Iterator[Fact]:
    process, request, body = row.text("process"), row.text("advice_request"), row.text("body")
    if row.text("declined_on"):
        yield (
            said.AdviceDeclined(
                process=process,
                process_kind=REQUEST,
                advice_request=request,
                body=body,
                ground=row.code("ground"),
                reasons_given=row.flag("reasons_given"),
            ),
            row.fact_date("declined_on"),
        )
        return
    on = row.fact_date("received_on")
    yield (
        said.AdviceReceived(
            process=process,
            process_kind=REQUEST,
            advice_request=request,
            advice_kind=row.code("advice_kind"),
            profession=row.slug("profession"),
            body=body,
            received_on=on,
            is_final=row.flag("is_final"),
            sufficient=row.flag("sufficient"),
            document_ref=row.ref("document_ref"),
        ),
        on,
    )


def _exceptions(row: Cells, _record: str) -> Iterator[Fact]:
    since, until = row.fact_date("from"), row.on("to")
    if until and until < since:
        row.note("to", "before from")
        until = None
    yield (
        said.ExceptionClaimed(
            process=row.text("process"),
            process_kind=REQUEST,
            advice_request=row.text("advice_request"),
            claimed_by=row.text("claimed_by"),
            ground=row.code("ground"),
            reaches=row.items("reaches"),
            impractical_because=row.ref("impractical_because"),
            # That there is evidence counts; what it says stays with the council.
            evidence=row.ref("evidence") or ("given" if row.text("evidence") else ""),
            since=since,
            until=until,
            family_told_on=row.on("family_told_on"),
        ),
        since,
    )


def _drafts(row: Cells, _record: str) -> Iterator[Fact]:
    on, is_amendment = row.fact_date("served_on"), row.flag("is_amendment")
    kind = REVIEW if is_amendment else REQUEST
    yield (
        plans.DraftPlanSent(process=row.text("process"), process_kind=kind, served_on=on, is_amendment=is_amendment),
        on,
    )


def _plans(row: Cells, record: str) -> Iterator[Fact]:
    process, plan, version, cause = (
        row.text("process"),
        row.text("plan") or record,
        row.text("version"),
        row.code("cause"),
    )
    kind = REVIEW if cause == "review" else REQUEST
    if row.text("issued_on") or not row.text("ceased_on"):
        on = row.fact_date("issued_on")
        is_later = bool(cause) or version not in ("", "1", "1.0")
        yield (
            (plans.PlanAmended if is_later else plans.PlanFinalised)(
                process=process,
                process_kind=kind,
                plan=plan,
                version=version,
                issued_on=on,
                sent=_sent(row, "sent"),
                institution=row.text("institution"),
                institution_kind=row.ref("institution_kind"),
                funding=row.ref("funding"),
                sections=_sections(row),
                right_of_appeal_included=row.flag("right_of_appeal_included"),
                cause=cause,
            ),
            on,
        )
    if row.text("ceased_on"):
        on = row.fact_date("ceased_on")
        yield (
            plans.PlanCeased(
                process=process,
                process_kind=kind,
                plan=plan,
                reason=row.code("cease_reason"),
                decided_on=row.on("cease_decided_on"),
                ends_on=on,
                sent=_sent(row, "cease_sent"),
            ),
            on,
        )


def _sent(row: Cells, name: str) -> tuple[str, ...]:
    """Return the `to=date` pairs that hold; the others leave a note."""
    kept = []
    for pair in row.items(name):
        to, _, on = (part.strip() for part in pair.partition("="))
        if to and day(on):
            kept.append(f"{to}={on[:10]}")
        else:
            row.note(name, "not in the form to=YYYY-MM-DD")
    return tuple(kept)


def _sections(row: Cells) -> tuple[str, ...]:
    given = [section.upper() for section in row.items("sections")]
    if set(given) - set(SECTIONS):
        row.note("sections", "unknown code")
    return tuple(section for section in given if section in SECTIONS)


def _provision_lines(row: Cells, record: str) -> Iterator[Fact]:
    on, quantity, unit, per = row.fact_date("starts_on"), row.number("quantity"), row.code("unit"), row.code("per")
    ends_on, group = row.on("ends_on"), row.number("group_size")
    if ends_on and ends_on < on:
        row.note("ends_on", "before starts_on")
        ends_on = None
    is_quantified = row.flag("is_quantified")
    yield (
        ProvisionSpecified(
            plan=row.text("plan"),
            plan_version=row.text("plan_version"),
            line=row.text("line") or record,
            section=row.code("section"),
            kind=row.slug("kind"),
            quantity=quantity,
            unit=unit,
            per=per,
            weeks=row.code("weeks"),
            group_size=int(group) if group else None,
            delivered_by=row.text("delivered_by"),
            reported_by=row.text("reported_by"),
            qualification=row.slug("qualification"),
            starts_on=on,
            ends_on=ends_on,
            is_quantified=bool(quantity and unit and per) if is_quantified is None else is_quantified,
        ),
        on,
    )


def _reviews(row: Cells, record: str) -> Iterator[Fact]:
    process, plan = row.text("process") or record, row.text("plan")
    if row.text("meeting_on") or not row.text("sent_on"):
        on = row.fact_date("meeting_on")
        yield (
            reviews.ReviewMeetingHeld(
                process=process,
                process_kind=REVIEW,
                plan=plan,
                institution=row.text("institution"),
                meeting_on=on,
            ),
            on,
        )
    decision = row.code("decision")
    sent_on = row.on("sent_on")
    if decision and sent_on:
        yield (
            reviews.ReviewDecisionNotified(
                process=process,
                process_kind=REVIEW,
                plan=plan,
                decision=decision,
                sent_on=sent_on,
                amendments_enclosed=row.flag("amendments_enclosed"),
            ),
            sent_on,
        )
    elif decision or sent_on:
        row.note("sent_on" if decision else "decision", "decision and sent_on belong together: no decision is taken")


def _case_workers(row: Cells, _record: str) -> Iterator[Fact]:
    since, role, worker = row.fact_date("since"), row.code("role"), row.ref("worker_ref")
    if worker:
        yield said.CaseWorkerAssigned(role=role, worker_ref=worker, since=since), since
    elif not row.text("worker_ref"):
        row.note("worker_ref", "missing: the row says nothing")


def _calendar(row: Cells) -> Row:
    record, institution = row.needed("record_key"), row.needed("institution")
    kind = "area" if institution == "*" else "institution"
    return row_of(row, f"calendar:{record}", (institution, kind), _published(row, institution))  # type: ignore[arg-type]


def _published(row: Cells, institution: str) -> Iterator[Fact]:
    closed_from, reopens_on, days = row.on("closed_from"), row.on("reopens_on"), _school_days(row)
    on = closed_from or (day(days[0][:10]) if days else None)
    if on is None:
        raise Refused("closed_from", NOT_A_DATE if row.text("closed_from") else MISSING)
    if closed_from and reopens_on and reopens_on <= closed_from:
        row.note("reopens_on", "not after closed_from")
        reopens_on = None
    yield (
        said.SchoolCalendarPublished(
            institution=institution, closed_from=closed_from, reopens_on=reopens_on, school_days=days
        ),
        on,
    )


def _school_days(row: Cells) -> tuple[str, ...]:
    """Return the ranges that hold, in order; the others leave a note."""
    kept = []
    for item in row.items("school_days"):
        ends = [day(end.strip()) for end in item.split("..")]
        first, last = ends[0], ends[-1]
        if len(ends) <= 2 and first and last and first <= last:
            kept.append(f"{first}..{last}")
        else:
            row.note("school_days", "not in the form YYYY-MM-DD..YYYY-MM-DD")
    return tuple(sorted(kept))


FACTS: dict[str, Callable[[Cells, str], Iterator[Fact]]] = {
    "people": _people,
    "requests": _requests,
    "decisions": _decisions,
    "advice_requests": _advice_requests,
    "advice_received": _advice_received,
    "exceptions": _exceptions,
    "drafts": _drafts,
    "plans": _plans,
    "provision_lines": _provision_lines,
    "reviews": _reviews,
    "case_workers": _case_workers,
    "steps": steps.facts,
}
