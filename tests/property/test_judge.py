"""What holds of every judgement, whatever the facts: order, time, silence, duplicates."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from hub.adapters.rulebook import load
from hub.domain.facts import AreaFacts, Body, Closure, Fact, Feed, SchoolCalendar
from hub.domain.obligation import Judgement
from hub.domain.obligations import judge, judge_duties, pass_time

RULEBOOK = load()
DAY0 = date(2025, 9, 1)
RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
CALENDAR = SchoolCalendar(
    "*",
    (
        (date(2025, 9, 2), date(2025, 12, 19)),
        (date(2026, 1, 5), date(2026, 3, 27)),
        (date(2026, 4, 13), date(2026, 7, 21)),
    ),
    (Closure(date(2025, 10, 27), date(2025, 11, 3)),),
)
BODIES = {code: Body(code, kind) for code, kind in (("I", "icb"), ("S", "school"), ("E", "psychology_service"))}
BODIES["ALIAS"] = BODIES["I"]

days = st.integers(0, 330).map(lambda n: DAY0 + timedelta(days=n))
processes = st.sampled_from(["p1", "p2", ""])
requests = st.sampled_from(["a1", "a2", ""])
bodies = st.sampled_from(["I", "S", "E", "ALIAS", "U", ""])
bases = st.sampled_from(["acknowledged", "deemed", "unknown", ""])


def _shapes() -> st.SearchStrategy[tuple[str, date, dict[str, Any]]]:
    def told(event: str, day_field: str, /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        def built(day: date, said: dict[str, Any]) -> tuple[str, date, dict[str, Any]]:
            data = {k: v.isoformat() if isinstance(v, date) else v for k, v in said.items() if v not in ("", None, ())}
            return event, day, data | ({day_field: day.isoformat()} if day_field else {})

        return st.builds(built, days, st.fixed_dictionaries(fields))

    return st.one_of(
        told("needs_assessment_requested", "received_on", process=processes, received_basis=bases),
        told("assessment_decision_notified", "sent_on", process=processes, decision=st.sampled_from(["assess", "refuse"])),
        told("outcome_notified", "sent_on", process=processes, outcome=st.sampled_from(["issue", "not_issue"])),
        told("request_withdrawn", "", process=processes),
        told("person_died", ""),
        told("responsible_body_changed", "", body_kind=st.sampled_from(["local_authority", "commissioner"]), new=st.just("B")),
        told(
            "advice_requested", "sent_on", process=processes, advice_request=requests, body=bodies, received_basis=bases,
            received_on=st.none() | days, advice_kind=st.sampled_from(["medical", "education", "other"]),
            reissue_of=st.sampled_from(["", "", "a1"]),
        ),
        told(
            "advice_received", "received_on", process=processes, advice_request=requests, body=bodies,
            is_final=st.sampled_from([None, True, False]),
        ),
        told("advice_sent", "sent_on", advice_request=requests, body=bodies),
        told(
            "exception_claimed", "since", process=processes, advice_request=requests, until=st.none() | days,
            ground=st.sampled_from(["school_closed", "absent_from_area"]), evidence=st.sampled_from(["", "doc"]),
            claimed_by=bodies,
        ),
        told("plan_finalised", "issued_on", process=processes, plan=st.sampled_from(["P", "Q"]), institution=st.just("S")),
        told("review_decision_notified", "sent_on", process=st.just("v"), plan=st.sampled_from(["P", ""])),
        told("plan_ceased", "ends_on", plan=st.sampled_from(["P", "Q"])),
        told(
            "provision_specified", "starts_on", line=st.sampled_from(["L1", "L2"]), kind=st.sampled_from(["k1", "k2"]),
            quantity=st.sampled_from([None, 1.0, 2.0, 60.0]), unit=st.sampled_from(["sessions", "minutes"]),
            per=st.sampled_from(["week", "term"]), weeks=st.sampled_from(["term_time", "all_year"]),
            reported_by=st.sampled_from(["log", ""]), plan=st.just("P"), ends_on=st.none() | days,
        ),
        told("provision_ended", "", line=st.sampled_from(["L1", "L2"])),
        told(
            "session_delivered", "on", line=st.sampled_from(["L1", "L2", ""]), kind=st.sampled_from(["k1", "k2"]),
            made_up_for=st.none() | days,
        ),
        told(
            "session_missed", "on", line=st.sampled_from(["L1", "L2", ""]), kind=st.sampled_from(["k1", "k2"]),
            because=st.sampled_from(["staff_absent", "child_absent"]),
        ),
    )  # fmt: skip


def _facts(shapes: list[tuple[str, date, dict[str, Any]]], sources: list[str]) -> list[Fact]:
    return [
        Fact(kind, f"e{n}", f"s{n}", "log" if kind.startswith("session") else sources[n % 2], day, RECORDED, data)
        for n, (kind, day, data) in enumerate(shapes)
    ]


facts = st.builds(_facts, st.lists(_shapes(), max_size=25), st.sampled_from([["cw", "cw"], ["cw", "trust"]]))
areas = st.builds(
    lambda cw, log, leading: AreaFacts(
        "A",
        feeds={"cw": Feed("cw", "ehc_casework", complete_to=cw), "log": Feed("log", "provision_log", complete_to=log)},
        bodies=BODIES,
        calendars={"*": CALENDAR},
        leading={"advice_received": "cw"} if leading else {},
    ),
    st.none() | days,
    st.none() | days,
    st.booleans(),
)


def _judge(area: AreaFacts, given_facts: list[Fact], on: date) -> Judgement:
    return judge("c", area, given_facts, on, RULEBOOK)


@settings(max_examples=300, deadline=None)
@given(areas, facts, days)
def test_nothing_changes_until_it_says_so(area: AreaFacts, told: list[Fact], on: date) -> None:
    first = _judge(area, told, on)
    last = first.wake_on - timedelta(days=1) if first.wake_on else on + timedelta(days=400)
    assert last >= on
    span = (last - on).days
    for day in {on + timedelta(days=span * part // 6) for part in range(1, 7)}:
        assert _judge(area, told, day) == first


@settings(max_examples=300, deadline=None)
@given(areas, facts, days, st.integers(1, 200))
def test_the_passing_of_time_alone_is_judged_as_anew(area: AreaFacts, told: list[Fact], on: date, after: int) -> None:
    before, later = judge_duties("c", area, told, on, RULEBOOK), on + timedelta(days=after)
    passed = pass_time(before, later)
    assert passed is None or passed == judge_duties("c", area, told, later, RULEBOOK)


@settings(max_examples=200, deadline=None)
@given(areas, facts, days, st.randoms(use_true_random=False))
def test_order_does_not_matter(area: AreaFacts, told: list[Fact], on: date, random: Any) -> None:
    turned = list(told)
    random.shuffle(turned)
    assert _judge(area, turned, on) == _judge(area, told, on)


@settings(max_examples=200, deadline=None)
@given(areas, facts, days)
def test_what_is_dated_later_is_not_read(area: AreaFacts, told: list[Fact], on: date) -> None:
    later = [fact for fact in told if _earliest(fact) <= on]
    with_all, without = _judge(area, told, on), _judge(area, later, on)
    assert structs.replace(with_all, wake_on=None) == structs.replace(without, wake_on=None)


def _earliest(fact: Fact) -> date:
    told = [fact.day(name) for name in ("sent_on", "received_on", "issued_on", "since", "starts_on", "on", "ends_on")]
    return min([day for day in told if day is not None] or [fact.occurred_on or date.max])


@settings(max_examples=200, deadline=None)
@given(areas, facts, days)
def test_every_obligation_has_a_name_of_its_own(area: AreaFacts, told: list[Fact], on: date) -> None:
    judged = _judge(area, told, on)
    names = [obligation.obligation for obligation in judged.obligations]
    assert names == sorted(set(names))
    rows = [(week.line, week.period) for week in judged.provision]
    assert rows == sorted(set(rows))


@settings(max_examples=200, deadline=None)
@given(areas, facts, days)
def test_a_silent_feed_makes_nobody_late(area: AreaFacts, told: list[Fact], on: date) -> None:
    silent = structs.replace(
        area, feeds={source: structs.replace(feed, complete_to=None) for source, feed in area.feeds.items()}
    )
    judged = _judge(silent, told, on)
    assert not [o for o in judged.obligations if o.state in ("overdue", "past_due_unconfirmed")]
    assert not [week for week in judged.provision if week.state == "judged"]
    assert not judged.shortfalls


@settings(max_examples=200, deadline=None)
@given(areas, facts, days)
def test_a_feed_that_tells_more_only_settles_what_was_not_known(area: AreaFacts, told: list[Fact], on: date) -> None:
    casework = area.feeds["cw"]
    complete = structs.replace(
        area, feeds=area.feeds | {"cw": structs.replace(casework, complete_to=date(2027, 12, 31))}
    )
    before = {o.obligation: o for o in _judge(area, told, on).obligations}
    for after in _judge(complete, told, on).obligations:
        if (earlier := before[after.obligation]) != after:
            assert earlier.state == "not_known"
            assert after.state in ("overdue", "past_due_unconfirmed")


@settings(max_examples=150, deadline=None)
@given(areas, facts, days)
def test_an_event_that_says_nothing_of_a_duty_changes_nothing(area: AreaFacts, told: list[Fact], on: date) -> None:
    silent = Fact("case_worker_assigned", "x", "x", "cw", on, RECORDED, {"worker_ref": "w"})
    assert _judge(area, [*told, silent], on) == _judge(area, told, on)


@settings(max_examples=150, deadline=None)
@given(areas, facts, days)
def test_a_claim_moves_no_due_date(area: AreaFacts, told: list[Fact], on: date) -> None:
    unclaimed = [fact for fact in told if fact.type != "exception_claimed"]
    of_claims = {rule.id for rule in RULEBOOK.starting["exception_claimed"]}  # what a claim itself begins
    dates = {o.obligation: o.due_on for o in _judge(area, told, on).obligations if o.rule not in of_claims}
    assert dates == {o.obligation: o.due_on for o in _judge(area, unclaimed, on).obligations}
