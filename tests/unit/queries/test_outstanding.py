"""Days outstanding are for those who may open the child, count what feeds confirm, and name what they rest on."""

import pytest
import sqlalchemy as sa

from hub.domain.access import EVERY, ROLES, SEALED, Actor
from hub.domain.errors import Conflict, Forbidden, NotFound
from hub.queries.desk import Desk
from hub.queries.outstanding import ChildDays, outstanding
from tests.invented import BOOK, EP, HEALTH, Audited, MemoryReader
from tests.stories import ROSA, a_store_with_a_story, on

STORE = a_store_with_a_story()


def desk(reader: MemoryReader = STORE, role: str = "sen_officer", audited: Audited | None = None) -> Desk:
    actor = Actor("operator", role, EVERY, EVERY)
    return Desk(reader, audited or Audited(), actor, ROLES[role].purposes[0])


def changed(sql: str, **values: object) -> MemoryReader:
    reader = a_store_with_a_story()
    with reader.engine.begin() as connection:
        connection.execute(sa.text(sql), values)
    return reader


def of(reader: MemoryReader) -> ChildDays:
    return outstanding(desk(reader), BOOK, ROSA)


def test_each_process_has_its_days_and_each_body_the_dates_behind_its_own() -> None:
    assessment, review = of(STORE).processes
    assert (assessment.kind, assessment.process, assessment.started_on) == ("request", "R9", on("2025-06-30"))
    assert (assessment.elapsed_days, assessment.in_time_days, assessment.sole_days, assessment.shared_days) == (
        176, 89, 63, 24,
    )  # fmt: skip
    assert [(body.name, body.sole_days, body.shared_days) for body in assessment.bodies] == [
        ("Northmoor", 3, 0), ("Psychology service", 0, 24), ("Vale Therapies", 60, 24),
    ]  # fmt: skip
    (psychology,) = assessment.bodies[1].because
    assert (psychology.rule, psychology.due_on, psychology.done_on) == (EP, on("2025-09-29"), on("2025-10-23"))
    (health,) = assessment.bodies[2].because
    assert (health.rule, health.due_on, health.done_on) == (HEALTH, on("2025-09-29"), None)
    assert (review.kind, review.ended_on, review.bodies) == ("review", on("2025-05-20"), ())


def test_days_are_counted_as_far_as_the_feeds_that_would_tell_are_complete() -> None:
    one = of(STORE).processes[0]
    assert (one.counted_to, one.not_heard_days) == (on("2025-12-22"), 1)
    silent = of(changed("UPDATE feed SET complete_to = '2025-10-31' WHERE source = 'casework'")).processes[0]
    assert (silent.counted_to, silent.not_heard_days) == (on("2025-10-31"), 53)
    assert [(body.sole_days, body.shared_days) for body in silent.bodies] == [(3, 0), (0, 24), (8, 24)]


def test_a_source_whose_word_does_not_count_lets_no_day_be_counted() -> None:
    leads = '{"advice_received":"elsewhere"}'
    one = of(changed("UPDATE area SET leading = :leads", leads=leads)).processes[0]
    assert [body.name for body in one.bodies] == ["Northmoor", "Psychology service"]


def test_an_alias_is_the_body_that_it_names() -> None:
    sql = "UPDATE obligation SET body = 'THER' WHERE child = :child AND rule = :rule AND state = 'overdue'"
    one = of(changed(sql, child=ROSA, rule=HEALTH)).processes[0]
    assert [body.body for body in one.bodies] == ["E1", "EP", "T1"]


def test_rules_on_trial_count_for_nobody() -> None:
    modes = '{"ehcna-decision":"live","ehcp-final":"live"}'
    one = of(changed("UPDATE area SET modes = :modes", modes=modes)).processes[0]
    assert [body.name for body in one.bodies] == ["Northmoor"]


def test_a_child_is_found_by_its_case_reference_and_the_look_is_audited() -> None:
    audited = Audited()
    found = outstanding(desk(audited=audited), BOOK, of(STORE).reference)
    assert found == of(STORE)
    assert {row[3] for row in audited.rows} == {f"outstanding {ROSA}"}


def test_a_reference_that_two_children_have_names_none() -> None:
    reader = changed("UPDATE child SET reference = 'SAME' WHERE area = 'E2' OR child = :child", child=ROSA)
    with pytest.raises(Conflict):
        outstanding(desk(reader), BOOK, "SAME")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", [1, SEALED], ids=["restricted", "sealed"])
def test_a_restricted_child_has_no_days_for_those_who_may_not_know_of_it(role: str, level: int) -> None:
    at = desk(a_store_with_a_story(restricted=level), role)
    if role == "assurance" and level == 1:
        assert outstanding(at, BOOK, ROSA).processes
        return
    with pytest.raises(NotFound if ROLES[role].may_open else Forbidden) as hidden:
        outstanding(at, BOOK, ROSA)
    with pytest.raises(type(hidden.value)) as none:
        outstanding(at, BOOK, "nobody")
    assert str(hidden.value) == str(none.value)


def test_days_of_a_restricted_child_are_not_found_in_the_audit_too() -> None:
    audited = Audited()
    with pytest.raises(NotFound):
        outstanding(desk(a_store_with_a_story(restricted=1), audited=audited), BOOK, ROSA)
    assert {row[3] for row in audited.rows} == {"outstanding not found"}
