"""Whose days they were: only a body past its own confirmed date, never a family, never a body that was not asked yet."""

from datetime import date, timedelta
from typing import Any

from hub.adapters.rulebook import load
from hub.domain.obligation import Obligation, State
from hub.domain.outstanding import Outstanding, outstanding

BOOK = load()
START = date(2026, 1, 5)
AREA = "E1"


def day(n: int) -> date:
    return START + timedelta(days=n)


def owed(rule: str, state: State, due: int, done: int | None = None, started: int = 0, **more: Any) -> Obligation:
    of = BOOK.by_id[rule]
    fields = {"body": "", "advice_request": "", "started_basis": "acknowledged", "duty_holder": of.duty_holder} | more
    return Obligation(
        obligation=f"{rule}{fields['body']}{due}", child="c", area=AREA, rule=rule, process="R1",
        duty_force=of.duty_force, limit_force=more.pop("limit_force", of.limit_force), started_on=day(started),
        due_on=day(due), state=state, done_on=None if done is None else day(done),
        **{name: value for name, value in fields.items() if name != "limit_force"},
    )  # fmt: skip


def the(*obligations: Obligation, on: int, heard_to: int | None = None) -> Outstanding:
    (found,) = outstanding(obligations, BOOK, day(on), None if heard_to is None else day(heard_to))
    assert found.elapsed_days == found.in_time_days + found.sole_days + found.shared_days
    assert found.elapsed_days == sum(span.days for span in found.spans)
    return found


def days_of(found: Outstanding) -> dict[str, tuple[int, int]]:
    return {body.body: (body.sole_days, body.shared_days) for body in found.bodies}


def test_days_past_a_bodys_own_date_are_its_own_and_shared_days_are_said_to_be_shared() -> None:
    health = owed("ehcna-advice-health", "met_late", 42, 60, body="H")
    school = owed("ehcna-advice-school", "met_late", 50, 70, body="S")
    found = the(health, school, owed("ehcp-final", "met", 140, 130), on=200)
    assert days_of(found) == {"H": (8, 10), "S": (10, 10)}
    assert (found.elapsed_days, found.in_time_days, found.sole_days, found.shared_days) == (130, 102, 18, 10)
    assert found.ended_on == day(130)


def test_days_inside_a_bodys_time_and_before_it_was_asked_count_against_nobody() -> None:
    found = the(
        owed("ehcna-advice-health", "open", 82, started=40, body="H"), owed("ehcna-decision", "met", 42, 40), on=60
    )
    assert (found.bodies, found.in_time_days) == ((), 60)


def test_an_unconfirmed_receipt_counts_against_nobody() -> None:
    late = owed("ehcna-advice-health", "met_late", 42, 60, body="H", started_basis="deemed")
    assert the(late, on=70).bodies == ()
    assert (
        the(owed("ehcna-advice-health", "past_due_unconfirmed", 42, body="H", started_basis="unknown"), on=70).bodies
        == ()
    )


def test_a_local_target_and_a_claimed_exception_count_against_nobody() -> None:
    target = owed("ehcna-decision", "overdue", 20, limit_force="policy")
    exempt = owed("ehcp-final", "exempt", 140)
    assert the(target, exempt, on=160).bodies == ()


def test_a_family_is_never_a_hold_up() -> None:
    assert the(owed("ehcna-advice-school", "met_late", 42, 60, duty_holder="family"), on=70).bodies == ()


def test_days_after_the_feed_fell_silent_are_not_counted() -> None:
    found = the(owed("ehcna-decision", "overdue", 42), on=80, heard_to=50)
    assert days_of(found) == {AREA: (8, 0)}


def test_each_day_has_one_step_awaited_the_one_due_next() -> None:
    decision, health = (
        owed("ehcna-decision", "met", 42, 30),
        owed("ehcna-advice-health", "met", 75, 70, started=33, body="H"),
    )
    found = the(decision, health, owed("ehcp-final", "met", 140, 120), on=150)
    steps = [(span.step, span.first, span.last) for span in found.spans]
    assert steps == [
        ("ehcna-decision", day(1), day(30)),
        ("ehcp-final", day(31), day(33)),
        ("ehcna-advice-health", day(34), day(70)),
        ("ehcp-final", day(71), day(120)),
    ]
