"""The worklist says what an officer needs, and nothing that nobody was told."""

from datetime import date

from hub.domain.access import Actor
from hub.domain.identifiers import name_of
from hub.queries.backlog import backlog
from hub.queries.cases import WorkRow
from hub.queries.child import child_view
from hub.queries.desk import Desk
from hub.queries.obligations import Wanted, list_obligations
from hub.queries.people import Called
from hub.queries.worklist import Worklist, worklist
from tests.invented import CARE, DCO, EP, FINAL, SCHOOL, Applied, Audited, MemoryReader, a_store

ADA = name_of("child", "E1", "Ada Marlow")


def desk(reader: MemoryReader | None = None, actor: Actor = DCO) -> Desk:
    return Desk(reader or a_store(), Audited(), actor, "duty_monitoring")


def row_of(work: Worklist, name: str) -> WorkRow:
    return next(row for section in work.sections for row in section.rows if row.child.name == name)


def test_a_row_has_all_that_an_officer_needs() -> None:
    row = row_of(worklist(desk()), "Ada Marlow")
    assert (row.child.own_source, row.child.own_id, row.child.reference) == ("therapy", "T4001", "E1-1001")
    assert row.owed_by == "Vale Therapies"
    assert (row.asked_on, row.duty.started_on, row.duty.started_basis) == (
        date(2025, 10, 28), date(2025, 10, 30), "acknowledged",
    )  # fmt: skip
    assert (row.duty.due_on, row.duty.days_over) == (date(2025, 12, 11), 12)
    assert row.last is not None
    assert (row.last.type, row.last.source, row.last.on) == ("AppointmentMissed", "therapy", date(2025, 12, 9))
    assert [other.rule for other in row.others] == [EP, SCHOOL]
    assert row.next_at_risk is not None
    assert (row.next_at_risk.rule, row.next_at_risk.due_on) == (FINAL, date(2026, 3, 2))
    assert row.owner is not None
    assert (row.owner.name_ref, row.owner.is_of_case) == ("officer-e1", True)
    assert row.alert


def test_a_child_is_called_by_the_number_of_the_body_that_was_asked() -> None:
    two = Called("c", "R-1", "T1", "therapy", "A B", (("T1", "therapy", "T1"), ("T2", "trust", "N9")))
    assert (two.as_known_to("T2").own_source, two.as_known_to("T2").own_id) == ("trust", "N9")
    assert two.as_known_to("EP") == two


def test_an_officer_of_the_council_has_the_number_of_its_casework() -> None:
    officer = Actor("o", "sen_officer", ("E1",), ("E1",))
    found = row_of(worklist(desk(actor=officer)), "Ada Marlow").child
    assert (found.own_source, found.own_id) == ("casework", "C4001")


def test_sections_come_in_order_and_the_longest_over_first() -> None:
    work = worklist(desk())
    assert [(s.state, s.count) for s in work.sections] == [
        ("overdue", 4), ("past_due_unconfirmed", 1), ("at_risk", 3), ("open", 2),
    ]  # fmt: skip
    assert [row.duty.days_over for row in work.sections[0].rows] == [12, 5, 4, 1]
    assert work.as_at == {"E1": date(2025, 12, 23), "E2": date(2025, 12, 23)}


def test_what_is_sent_and_not_recorded_is_the_councils_and_not_the_senders() -> None:
    officer = Actor("o", "sen_officer", ("E1",))
    assert "sent_not_recorded" not in {s.state for s in worklist(desk()).sections}
    assert {s.state: s.count for s in worklist(desk(actor=officer)).sections}["sent_not_recorded"] == 1


def test_the_backlog_is_counted_and_listed_apart() -> None:
    work, apart = worklist(desk()), backlog(desk())
    assert work.backlog == 2
    assert [called.name for _, called in apart.rows] == ["Ivo Tarn", "Joy Underhill"]
    assert [(rule.count, rule.oldest_due_on) for rule in apart.rules] == [(2, "2025-07-01")]
    assert not {"Ivo Tarn", "Joy Underhill"} & {row.child.name for s in work.sections for row in s.rows}


def test_rules_on_trial_are_counted_and_not_listed() -> None:
    reader = a_store()
    with reader.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alert SET state = 'shadow' WHERE announced = 'overdue' AND state = 'raised'")
    work = worklist(desk(reader))
    assert (work.sections[0].count, work.backlog, work.on_trial) == (0, 2, 4)


def test_silence_is_counted_and_never_listed_as_late() -> None:
    work = worklist(desk())
    assert work.not_known == 1
    assert "Kit Vane" not in repr(work.sections)


def test_a_withdrawn_alert_is_said_with_its_reason() -> None:
    (notice,) = worklist(desk()).retracted
    assert (notice.name, notice.on) == ("Mia Yarrow", date(2025, 12, 21))
    assert "in time" in notice.reason


def test_a_shortfall_is_shown_to_those_it_was_sent_to() -> None:
    assert [notice.name for notice in worklist(desk()).shortfalls] == ["Ada Marlow"]
    assert not worklist(desk(actor=Actor("d", "dsco", ("E1",)))).shortfalls


def test_a_snoozed_case_leaves_the_list_until_its_day() -> None:
    reader = a_store()
    row = row_of(worklist(desk(reader)), "Ben Ashgrove")
    for until, is_listed in (("2025-12-23", True), ("2025-12-24", False)):
        body = {"alert": row.alert, "kind": "snooze", "until": until}
        Applied(reader).send("E1", "answer", body, DCO) if until > "2025-12-23" else None
        work = worklist(desk(reader))
        assert ("Ben Ashgrove" in repr(work.sections)) == is_listed
        assert work.sections[0].count == 3 + is_listed
        assert [r.child.name for r in work.snoozed.rows] == ([] if is_listed else ["Ben Ashgrove"])


def test_a_snooze_empties_nobody_elses_list() -> None:
    reader = a_store()
    row = row_of(worklist(desk(reader)), "Ben Ashgrove")
    Applied(reader).send("E1", "answer", {"alert": row.alert, "kind": "snooze", "until": "2025-12-30"}, DCO)
    other = Actor("dmo-quayle", "dmo", ("E1", "E2"), ("QX1",))
    assert worklist(desk(reader)).sections[0].count == 3
    assert worklist(desk(reader, other)).sections[0].count == 4


def test_pages_of_a_section_meet_without_gap_or_overlap() -> None:
    seen, after = [], ""
    while True:
        (section,) = worklist(desk(), "overdue", after, limit=1).sections
        seen += [row.child.name for row in section.rows]
        after = section.after
        if not after:
            break
    assert seen == ["Ada Marlow", "Ben Ashgrove", "Noor Abbott", "Cara Fenwick"]


def test_pages_of_obligations_meet_without_gap_or_overlap() -> None:
    whole, _ = list_obligations(desk(), Wanted(limit=500))
    seen, after = [], ""
    while True:
        page, after = list_obligations(desk(), Wanted(limit=3, after=after))
        seen += page
        if not after:
            break
    assert seen == whole
    assert len(whole) > 9


def test_the_timeline_has_every_clock_with_its_events_and_hides_erased_ones() -> None:
    view = child_view(desk(), ADA)
    assert [clock.duty.rule for clock in view.clocks][:2] == ["ehcna-decision", FINAL]
    advice = next(clock for clock in view.clocks if clock.duty.body == "T1")
    assert [event.type for event in advice.events] == ["AdviceRequested"]
    kinds = {event.type for event in view.events}
    assert not kinds & {"PersonDescribed", "AppointmentAttended", "SessionDelivered"}
    (line,) = view.lines
    assert (line.kind, line.section, line.quantity, len(line.weeks)) == (
        "speech_and_language", "F", "2 sessions per week", 14,
    )  # fmt: skip


def test_an_officer_of_the_council_does_not_see_health_events_behind_a_clock() -> None:
    health, council = child_view(desk(), ADA), child_view(desk(actor=Actor("o", "sen_officer", ("E1",))), ADA)
    assert "AppointmentMissed" in {event.type for event in health.events}
    assert "AppointmentMissed" not in {event.type for event in council.events}
    assert CARE in {clock.duty.rule for clock in council.clocks}
