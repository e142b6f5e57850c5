from datetime import date

import pytest

from hub.domain.alerts import AlertRetracted, Announced, Decision, Delivery
from hub.domain.announcements import after, decide
from hub.domain.area_announcements import decide_backlog
from hub.domain.obligation import Judgement
from hub.domain.occasion import Case, Occasion
from hub.domain.routing import Contact
from hub.domain.rules import Recipient
from hub.pipeline.notify import deliveries, digested, reported
from tests.telling import AREA, CONTACTS, TODAY, a_case, a_duty, a_rule, a_rulebook, an_occasion, judged

BOTH = an_occasion(book=a_rulebook(a_rule(alert_to=(Recipient("dco", immediate=True), Recipient("sen_officer")))))
LATER = date(2026, 1, 27)


class Post:
    """One child's announcements and deliveries through several ticks."""

    def __init__(self) -> None:
        self.before: dict[str, Announced] = {}
        self.known: dict[str, list[Delivery]] = {}

    def tick(self, judgement: Judgement, occasion: Occasion = BOTH, case: Case | None = None) -> tuple[Decision, ...]:
        decisions = decide(occasion, case or a_case(), judgement, self.before)
        self.before |= after(self.before, decisions)
        self.keep(deliveries(decisions, self.known).values())
        return decisions

    def keep(self, rows: object) -> None:
        for row in rows:  # type: ignore[attr-defined]
            rest = [d for d in self.known.get(row.alert, []) if d.delivery != row.delivery]
            self.known[row.alert] = [*rest, row]

    def send(self) -> None:
        for row in [d for ds in self.known.values() for d in ds if d.state == "pending"]:
            self.keep(reported(row, "sent", TODAY))

    @property
    def states(self) -> list[tuple[str, str, str]]:
        return sorted((d.to, d.kind, d.state) for ds in self.known.values() for d in ds)


DCO, OFFICER = "dco.north@icb.example", "officer.1@council.example"


def test_everybody_an_alert_is_for_is_sent_it_now_or_in_the_digest_by_their_own_channel() -> None:
    post = Post()
    post.tick(judged(a_duty()))
    assert post.states == [(DCO, "immediate", "pending"), (OFFICER, "digest", "pending")]
    assert {d.channel for ds in post.known.values() for d in ds} == {"email", "outbox"}
    assert {d.on for ds in post.known.values() for d in ds} == {TODAY}


@pytest.mark.parametrize("area", [{"modes": {}}, {"live_from": date(2026, 1, 13)}], ids=["shadow", "backlog"])
def test_of_shadow_and_backlog_nothing_is_sent(area: dict[str, object]) -> None:
    post = Post()
    post.tick(judged(a_duty()), an_occasion(**area))  # type: ignore[arg-type]
    assert post.states == []


def test_of_backlog_one_summary_is_sent() -> None:
    occasion = an_occasion(live_from=date(2026, 1, 13))
    before = after({}, decide(occasion, a_case(), judged(a_duty()), {}))
    (row,) = deliveries(decide_backlog(occasion, before.values(), before), {}).values()
    assert (row.kind, row.to, row.state) == ("summary", DCO, "pending")


def test_somebody_without_a_channel_is_sent_nothing() -> None:
    silent = tuple(Contact(c.role, c.name_ref, c.body, c.area, "none", c.address) for c in CONTACTS)
    post = Post()
    post.tick(judged(a_duty()), an_occasion(contacts=silent))
    assert post.states == []
    assert post.before["duty-1"].to  # it is on their worklist


def test_an_alert_taken_back_before_it_was_delivered_is_not_sent() -> None:
    post = Post()
    post.tick(judged(a_duty()))
    post.tick(judged(a_duty("met")))
    assert post.states == [(DCO, "immediate", "cancelled"), (OFFICER, "digest", "cancelled")]


def test_whoever_was_sent_an_alert_is_sent_its_retraction_and_nobody_else() -> None:
    post = Post()
    post.tick(judged(a_duty()))
    (first,) = [d for ds in post.known.values() for d in ds if d.to == DCO]
    post.keep(reported(first, "sent", TODAY))
    post.tick(judged(a_duty("met")))
    assert post.states == [
        (DCO, "immediate", "sent"),
        (DCO, "retraction", "pending"),
        (OFFICER, "digest", "cancelled"),
    ]


def test_whoever_could_not_be_reached_is_not_sent_the_retraction() -> None:
    post = Post()
    post.tick(judged(a_duty()))
    for row in list(post.known.values())[0]:
        post.keep(reported(row, "failed", TODAY))
    post.tick(judged(a_duty("met")))
    assert {state for _, _, state in post.states} == {"failed"}


def test_an_alert_that_proves_right_is_not_written_about_again() -> None:
    post = Post()
    post.tick(judged(a_duty()))
    post.send()
    post.tick(judged(a_duty("met_late")))
    assert post.states == [(DCO, "immediate", "sent"), (OFFICER, "digest", "sent")]


def test_a_message_that_left_while_its_alert_was_taken_back_is_followed_by_the_retraction() -> None:
    post = Post()
    post.tick(judged(a_duty()))
    on_its_way = next(d for ds in post.known.values() for d in ds if d.to == DCO)
    (retracted,) = post.tick(judged(a_duty("met")))
    assert isinstance(retracted, AlertRetracted)
    (cancelled,) = [d for ds in post.known.values() for d in ds if d.delivery == on_its_way.delivery]
    sent, retraction = reported(cancelled, "sent", LATER, retracted)
    assert (sent.state, sent.on) == ("sent", LATER)
    assert (retraction.kind, retraction.to, retraction.state, retraction.on) == ("retraction", DCO, "pending", LATER)
    assert reported(cancelled, "failed", LATER, retracted) == (reported(cancelled, "failed", LATER)[0],)


def test_a_family_is_sent_no_retraction_after_a_death() -> None:
    home = "parent@home.example"
    contacts = (*CONTACTS, Contact("family", "parent", "", "", "email", home))
    occasion = an_occasion(contacts=contacts, book=a_rulebook(a_rule(alert_to=(Recipient("dco"), Recipient("family")))))
    post = Post()
    post.tick(judged(a_duty()), occasion)
    post.send()
    post.tick(judged(a_duty("lapsed", done_on=TODAY)), occasion, a_case(has_died=True))
    assert [(to, kind) for to, kind, _ in post.states if kind == "retraction"] == [(DCO, "retraction")]


def test_the_same_decisions_give_the_same_rows_again() -> None:
    post = Post()
    decisions = post.tick(judged(a_duty()))
    assert deliveries(decisions, {}) == {d.delivery: d for d in post.known[decisions[0].alert]}


def test_decisions_of_one_tick_are_folded_in_their_order() -> None:
    raised = decide(BOTH, a_case(), judged(a_duty()), {})
    ended = decide(BOTH, a_case(), judged(a_duty("met")), after({}, raised))
    assert {row.state for row in deliveries((*raised, *ended), {}).values()} == {"cancelled"}


def test_who_has_had_the_days_digest_is_read_from_the_deliveries() -> None:
    def row(kind: str, state: str, on: date = TODAY) -> Delivery:
        return Delivery(AREA, "d", "a", kind, "email", DCO, state, on)  # type: ignore[arg-type]

    assert digested([row("digest", "sent")], TODAY) == {("email", DCO)}
    others = [row("digest", "pending"), row("immediate", "sent"), row("digest", "sent", date(2026, 1, 19))]
    assert digested(others, TODAY) == set()
