"""Whatever happens to duties, modes and restrictions from tick to tick: what people are told stays in balance."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.alerts import AlertClosed, AlertRaised, AlertRetracted, AlertRow, Announced, Decision, Delivery
from hub.domain.announcements import after, decide
from hub.domain.area_announcements import decide_backlog, decide_feeds
from hub.domain.messages import Waiting, compose
from hub.domain.obligation import Judgement, State
from hub.domain.occasion import Case, Occasion
from hub.domain.rules import Recipient
from hub.pipeline import announce, notify
from tests.telling import (
    ALL_LIVE,
    CONTACTS,
    DECISION,
    HEALTH,
    a_case,
    a_duty,
    a_rule,
    a_rulebook,
    a_shortfall,
    a_week,
    an_occasion,
    judged,
)

FIRST = date(2026, 1, 12)
BOOK = a_rulebook(
    a_rule(alert_to=(Recipient("dco", immediate=True), Recipient("family"))),
    a_rule(DECISION, alert_to=(Recipient("sen_officer"), Recipient("dsco"))),
)
FAMILY = CONTACTS[0].__class__("family", "parent-1", "", "", "email", "parent@home.example")

states = st.sampled_from(State.__args__)  # type: ignore[attr-defined]
modes = st.sampled_from(["off", "shadow", "live", "live", "live"])
duties = st.builds(
    a_duty,
    states,
    obligation=st.sampled_from(["duty-1", "duty-2", "duty-3"]),
    rule=st.sampled_from([HEALTH, DECISION]),
    due_on=st.sampled_from([date(2025, 12, 1), date(2026, 1, 12), None]),
    done_on=st.just(date(2026, 1, 9)),
)
lines = st.builds(a_shortfall, since=st.sampled_from([date(2025, 12, 1), date(2026, 1, 5)]))
weeks = st.lists(st.builds(a_week, st.sampled_from([date(2026, 1, 5)]), st.just(0.0), st.floats(0, 2)), max_size=1)
judgements = st.builds(
    lambda found, short, week: judged(
        *{d.obligation: d for d in found}.values(), shortfalls=tuple(short), weeks=tuple(week)
    ),
    st.lists(duties, max_size=3),
    st.lists(lines, max_size=1),
    weeks,
)
cases = st.builds(a_case, restricted=st.sampled_from([0, 0, 0, 1, 2]), has_died=st.booleans())
areas = st.fixed_dictionaries(
    {
        "modes": st.fixed_dictionaries({rule: modes for rule in ALL_LIVE}),
        "live_from": st.sampled_from([None, date(2026, 1, 5), date(2026, 1, 5), date(2026, 1, 14)]),
    }
)
waitings = st.dictionaries(
    st.tuples(st.sampled_from(["casework", "other"]), st.sampled_from([HEALTH, DECISION])), st.integers(1, 9)
)
ticks = st.lists(st.tuples(judgements, cases, areas, waitings, st.booleans()), min_size=1, max_size=8)


class Post:
    """One area with one child: everything announced, written and sent, tick by tick."""

    def __init__(self) -> None:
        self.before: dict[str, Announced] = {}
        self.alerts: dict[str, AlertRow] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.decisions: list[Decision] = []

    def known(self) -> dict[str, list[Delivery]]:
        found: dict[str, list[Delivery]] = {}
        for delivery in self.deliveries.values():
            found.setdefault(delivery.alert, []).append(delivery)
        return found

    def decide(
        self, occasion: Occasion, case: Case, judgement: Judgement, waiting: dict[tuple[str, str], int]
    ) -> list[Decision]:
        decisions = [*decide(occasion, case, judgement, self.before), *decide_feeds(occasion, waiting, self.before)]
        now = self.before | after(self.before, decisions)
        return [*decisions, *decide_backlog(occasion, now.values(), now)]

    def take(self, decisions: list[Decision]) -> None:
        self.decisions += decisions
        self.before |= after(self.before, decisions)
        self.alerts |= announce.rows(decisions, self.alerts)
        self.deliveries |= notify.deliveries(decisions, self.known())

    def send(self, on: date) -> None:
        for delivery in [d for d in self.deliveries.values() if d.state == "pending"]:
            self.deliveries |= {d.delivery: d for d in notify.reported(delivery, "sent", on)}


def run(story: list[tuple[Any, ...]], check: Any = None) -> Post:
    post = Post()
    for day, (judgement, case, area, waiting, is_sent) in enumerate(story):
        on = FIRST + timedelta(days=day)
        occasion = an_occasion(on, (*CONTACTS, FAMILY), BOOK, **area)
        decisions = post.decide(occasion, case, judgement, waiting)
        post.take(decisions)
        assert post.decide(occasion, case, judgement, waiting) == []  # deciding twice changes nothing
        if check:
            check(post, occasion, case, decisions)
        if is_sent:
            post.send(on)
    return post


@settings(max_examples=300, deadline=None)
@given(ticks)
def test_never_two_running_alerts_for_one_subject(story: list[tuple[Any, ...]]) -> None:
    running: Counter[str] = Counter()

    def check(post: Post, occasion: Occasion, case: Case, decisions: list[Decision]) -> None:
        for decision in decisions:
            running[decision.subject] += 1 if isinstance(decision, AlertRaised) else -1
            if decision.announced != "backlog_summary":
                assert 0 <= running[decision.subject] <= 1
        open_rows = [row for row in post.alerts.values() if row.state in ("raised", "backlog", "shadow")]
        assert len(open_rows) == sum(running.values())

    run(story, check)


@settings(max_examples=300, deadline=None)
@given(ticks)
def test_every_end_follows_its_own_raise_and_only_what_was_raised_is_retracted(story: list[tuple[Any, ...]]) -> None:
    post = run(story)
    raised: dict[str, AlertRaised] = {}
    ended: set[str] = set()
    for decision in post.decisions:
        if isinstance(decision, AlertRaised):
            assert decision.alert not in raised
            raised[decision.alert] = decision
        else:
            assert decision.alert in raised
            assert decision.alert not in ended
            assert decision.was == raised[decision.alert].state
            assert isinstance(decision, AlertClosed) or decision.was == "raised"
            ended.add(decision.alert)
    running = {told.alert for told in post.before.values() if told.is_running}
    summaries = {alert for alert, d in raised.items() if d.announced == "backlog_summary"}
    assert running - summaries == set(raised) - ended - summaries


@settings(max_examples=300, deadline=None)
@given(ticks)
def test_only_what_is_raised_is_sent_and_every_retraction_follows_a_sent_alert(story: list[tuple[Any, ...]]) -> None:
    post = run(story)
    raised = {d.alert: d for d in post.decisions if isinstance(d, AlertRaised)}
    retracted = {d.alert for d in post.decisions if isinstance(d, AlertRetracted)}
    for delivery in post.deliveries.values():
        alert = raised[delivery.alert]
        assert alert.state == "raised" or delivery.kind == "summary"
        assert alert.announced != "at_risk" or delivery.kind != "immediate"
        if delivery.kind == "retraction":
            assert delivery.alert in retracted
            first = [d for d in post.deliveries.values() if d.alert == delivery.alert and d.to == delivery.to]
            assert {d.state for d in first if d.kind != "retraction"} == {"sent"}
        elif delivery.alert in retracted:
            assert delivery.state != "pending"


@settings(max_examples=200, deadline=None)
@given(ticks)
def test_a_restricted_child_is_told_to_assurance_alone_and_a_dead_one_to_no_family(
    story: list[tuple[Any, ...]],
) -> None:
    def check(post: Post, occasion: Occasion, case: Case, decisions: list[Decision]) -> None:
        for decision in decisions:
            if isinstance(decision, AlertRaised) and decision.child:
                assert case.restricted < 2
                assert not case.restricted or {a.role for a in decision.to} <= {"assurance"}
            if isinstance(decision, AlertRetracted) and case.restricted:
                assert {a.role for a in decision.to} <= {"assurance"}
            if not isinstance(decision, AlertClosed) and decision.child and case.has_died:
                assert "family" not in {a.role for a in decision.to}

    run(story, check)


@settings(max_examples=150, deadline=None)
@given(ticks)
def test_the_journal_alone_gives_the_same_tables(story: list[tuple[Any, ...]]) -> None:
    post = run([(*tick[:-1], False) for tick in story])
    again = Post()
    for decision in post.decisions:
        again.take([msgspec.convert(msgspec.to_builtins(decision), type(decision))])
    assert (again.before, again.alerts, again.deliveries) == (post.before, post.alerts, post.deliveries)


@settings(max_examples=150, deadline=None)
@given(ticks, st.randoms(use_true_random=False))
def test_the_order_of_deliveries_changes_no_message_and_each_is_carried_once(
    story: list[tuple[Any, ...]], shuffle: Any
) -> None:
    post = run([(*tick[:-1], False) for tick in story])
    waiting = [
        Waiting(d, post.alerts[d.alert].announced, post.alerts[d.alert].text, post.alerts[d.alert].reason, "TO-1")
        for d in post.deliveries.values()
    ]
    messages = compose(waiting, FIRST, "https://hub.example")
    shuffle.shuffle(waiting)
    assert compose(waiting, FIRST, "https://hub.example") == messages
    carried = Counter(name for message in messages for name in message.deliveries)
    assert carried == Counter(d.delivery for d in post.deliveries.values() if d.state == "pending")
    digests = Counter((m.channel, m.to) for m in messages if post.deliveries[m.deliveries[0]].kind == "digest")
    assert set(digests.values()) <= {1}
    assert not any(secret in m.subject + m.text for m in messages for secret in ("child-1", "duty-", "event-1"))
