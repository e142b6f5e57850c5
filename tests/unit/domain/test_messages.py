from datetime import date

from hub.domain.alerts import Delivery, Kind, Message, delivery_id
from hub.domain.messages import Waiting, compose
from tests.telling import AREA

ON = date(2026, 1, 20)
BASE = "https://hub.example/"
TEXT = "Statutory limit passed: Give advice. Due 12 January 2026, 8 days over."
DCO = "dco@icb.example"


def waits(alert: str, kind: Kind = "digest", to: str = DCO, channel: str = "email", **fields: str) -> Waiting:
    delivery = Delivery(AREA, delivery_id(alert, kind, to), alert, kind, channel, to, "pending", ON)
    return Waiting(delivery, **{"announced": "overdue", "text": TEXT, "reference": f"TO-{alert.upper()}"} | fields)


def composed(*waiting: Waiting, digested: set[tuple[str, str]] | None = None) -> list[Message]:
    return compose(waiting, ON, BASE, digested or set())


def test_what_is_immediate_goes_alone_under_its_own_id_with_a_reference_and_a_link() -> None:
    (message,) = composed(waits("a1", "immediate"))
    assert message == Message(
        id=delivery_id("a1", "immediate", DCO),
        channel="email",
        to=DCO,
        subject="Tell Once: Statutory limit passed (case TO-A1)",
        text=(
            "Tell Once, 20 January 2026\n\n"
            "Case TO-A1\n" + TEXT + "\nhttps://hub.example/alerts/a1\n\n"
            "This message names nobody. Sign in by the link to see the record, the rule and the events behind it.\n"
        ),
        on=ON,
        deliveries=(delivery_id("a1", "immediate", DCO),),
    )


def test_two_immediate_ones_to_one_person_are_two_messages() -> None:
    assert len(composed(waits("a1", "immediate"), waits("a2", "immediate"))) == 2


def test_a_person_gets_one_digest_whatever_its_order() -> None:
    waiting = [waits("a1"), waits("a2"), waits("a3"), waits("a4", to="other@icb.example")]
    messages = composed(*waiting)
    assert messages == composed(*waiting[::-1])
    assert [(m.to, m.subject) for m in messages] == [
        (DCO, "Tell Once: 3 alerts, 20 January 2026"),
        ("other@icb.example", "Tell Once: 1 alert, 20 January 2026"),
    ]
    assert set(messages[0].deliveries) == {w.delivery.delivery for w in waiting[:3]}
    assert messages[1].id == waiting[3].delivery.delivery


def test_a_digest_begins_with_what_is_late() -> None:
    (message,) = composed(waits("a1", announced="at_risk"), waits("a9"), waits("a5", announced="never-heard-of"))
    assert [message.text.index(name) for name in ("TO-A9", "TO-A1", "TO-A5")] == sorted(
        message.text.index(name) for name in ("TO-A9", "TO-A1", "TO-A5")
    )


def test_the_id_of_a_digest_follows_from_its_deliveries_alone() -> None:
    (one,), (same,), (other,) = (composed(*map(waits, names)) for names in (("a1", "a2"), ("a2", "a1"), ("a1", "a3")))
    assert one.id == same.id != other.id


def test_who_has_had_the_days_digest_waits_for_the_next_day() -> None:
    hurried, later = waits("a1", "immediate"), waits("a2")
    messages = composed(hurried, later, digested={("email", DCO)})
    assert [m.deliveries for m in messages] == [(hurried.delivery.delivery,)]


def test_the_same_address_by_another_channel_is_another_digest() -> None:
    assert [m.channel for m in composed(waits("a1"), waits("a2", channel="outbox"))] == ["email", "outbox"]


def test_what_is_taken_back_is_told_with_the_reason_in_one_message() -> None:
    messages = composed(waits("a1", "retraction", reason="Done in time."), waits("a2", "retraction", reason="Lapsed."))
    (message,) = messages
    assert message.subject == "Tell Once: 2 alerts withdrawn"
    assert "Case TO-A1: the alert below is withdrawn.\nReason: Done in time.\n" + TEXT in message.text
    (moved,) = composed(waits("a1", "closing", reason="Moved."), waits("a2", "closing", reason="Moved."))
    assert "2 alerts closed" in moved.subject and "the alert below is closed." in moved.text
    (single,) = composed(waits("a1", "retraction", reason="Done in time."))
    assert single.subject == "Tell Once: 1 alert withdrawn (case TO-A1)"
    assert single.id == delivery_id("a1", "retraction", DCO)


def test_an_alert_about_no_child_has_no_case() -> None:
    (message,) = composed(
        waits("a1", "summary", reference="", text="Backlog: 17 duties were late before 5 January 2026.")
    )
    assert message.subject == "Tell Once: Backlog"
    assert "\nArea\nBacklog: 17 duties were late" in message.text


def test_only_what_is_pending_is_sent() -> None:
    done = waits("a1")
    sent = Waiting(Delivery(AREA, "d", "a1", "digest", "email", DCO, "sent", ON), "overdue", done.text)
    assert composed(sent) == []


def test_a_line_break_in_what_others_wrote_begins_no_new_line() -> None:
    bad = "Due soon\r\nBcc: all@everywhere.example\u2028: x"
    (message,) = composed(waits("a1", "immediate", text=bad, reference="TO\r\nX-Evil: 1"))
    assert message.subject == "Tell Once: Due soon Bcc (case TO X-Evil: 1)"
    assert "Due soon Bcc: all@everywhere.example : x\n" in message.text
