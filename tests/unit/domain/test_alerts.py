from datetime import UTC, date, datetime

import msgspec
import pytest

from hub.domain import alert_texts as texts
from hub.domain.alerts import AlertClosed, AlertRaised, AlertRetracted, Announced, alert_id, delivery_id
from hub.domain.announcements import after, decide
from hub.domain.facts import Feed
from hub.domain.rules import Force
from tests.telling import TODAY, a_case, a_duty, a_rule, a_shortfall, an_occasion, judged, signed

HEARD = texts.Heard(date(2026, 1, 19), "casework")


def test_overdue_says_what_was_due_when_how_long_ago_by_which_law_and_on_what_it_rests() -> None:
    assert texts.of_duty(a_duty(), a_rule(), TODAY, "Hill Therapy Trust", HEARD) == (
        "Statutory limit passed: Give advice for the needs assessment, asked of Hill Therapy Trust. "
        "Due 12 January 2026, 8 days over. Source: SEND Regulations 2014, reg 8(1). "
        "As at 19 January 2026, from casework. Reading not yet confirmed by a solicitor."
    )


def test_a_reading_that_a_solicitor_confirmed_says_nothing_of_it() -> None:
    text = texts.of_duty(a_duty(), signed(a_rule()), TODAY, "", HEARD)
    assert text.endswith("As at 19 January 2026, from casework.")


def test_a_warning_says_when_it_is_due() -> None:
    text = texts.of_duty(a_duty("at_risk"), a_rule(), TODAY, "", HEARD)
    assert text.startswith("Due soon: Give advice for the needs assessment. Due 12 January 2026.")


def test_an_unconfirmed_receipt_is_told_without_any_statutory_word() -> None:
    text = texts.of_duty(a_duty("past_due_unconfirmed"), a_rule(), TODAY, "Hill Therapy Trust", HEARD)
    assert text.startswith("No advice recorded; date of receipt not confirmed: ")
    assert "Not due before 12 January 2026." in text
    assert not any(word in text.lower() for word in ("statutory", "limit", "regulation", "breach", "overdue"))


def test_an_unconfirmed_receipt_of_a_request_speaks_of_no_advice() -> None:
    text = texts.of_duty(a_duty("past_due_unconfirmed", advice_request=""), a_rule(), TODAY, "", HEARD)
    assert text.startswith("Nothing recorded; date of receipt not confirmed: ")


def test_what_was_sent_and_not_recorded_asks_to_record_it() -> None:
    duty = a_duty("sent_not_recorded", done_on=date(2026, 1, 9))
    text = texts.of_duty(duty, a_rule(), TODAY, "", HEARD)
    assert "The sender says that it was sent on 9 January 2026; record it." in text


@pytest.mark.parametrize(
    "force, heading",
    [
        ("act", "Statutory limit passed"),
        ("regulation", "Statutory limit passed"),
        ("tribunal_rule", "Statutory limit passed"),
        ("case", "Statutory limit passed"),
        ("code", "Code of Practice time passed"),
        ("statutory_guidance", "Guidance time passed"),
        ("guidance", "Guidance time passed"),
        ("policy", "Local target passed"),
    ],
)
def test_the_heading_follows_the_force_of_the_limit(force: Force, heading: str) -> None:
    text = texts.of_duty(a_duty(limit_force=force), a_rule(limit_force=force), TODAY, "", HEARD)
    assert text.partition(":")[0] == heading
    assert "breach" not in text.lower()


def test_a_shortfall_says_what_is_recorded_and_why_the_rest_is_not() -> None:
    assert texts.of_shortfall(a_shortfall(), "Hill Therapy Trust", HEARD) == (
        "Recorded delivery is below Section F: 3 of 8 (2 staff absence, 3 not reported). "
        "Speech and language, by Hill Therapy Trust, 5 January 2026 to 1 February 2026. "
        "As at 19 January 2026, from casework."
    )


def test_a_shortfall_of_parts_of_sessions_is_told_to_one_decimal() -> None:
    short = a_shortfall(promised=3.692, delivered=1.0, not_reported=0.0, because_counts=(("strike_day", 2.692),))
    assert texts.of_shortfall(short, "", HEARD).startswith(
        "Recorded delivery is below Section F: 1 of 3.7 (2.7 strike day). "
    )


def test_a_shortfall_without_a_word_on_why_gives_the_numbers_alone() -> None:
    short = a_shortfall(not_reported=0.0, because_counts=())
    assert texts.of_shortfall(short, "", HEARD).startswith("Recorded delivery is below Section F: 3 of 8. Speech")


def test_a_silent_feed_is_told_by_when_it_was_last_heard() -> None:
    loaded = Feed(
        "casework", "ehc_casework", last_load_at=datetime(2026, 1, 8, 5, tzinfo=UTC), complete_to=date(2026, 1, 7)
    )
    assert texts.of_silence("casework", loaded, 41, TODAY) == (
        "Feed silent: casework last heard 12 days ago; 41 duties cannot be judged. Complete to 7 January 2026."
    )


@pytest.mark.parametrize(
    "feed, words",
    [
        (
            Feed("s", "c", last_load_at=datetime(2026, 1, 20, 5, tzinfo=UTC)),
            "s last heard today; 1 duty cannot be judged. Never",
        ),
        (Feed("s", "c"), "s never heard; 1 duty cannot be judged. Never said to be complete."),
        (None, "s never heard; 1 duty"),
    ],
)
def test_a_feed_heard_today_or_never_is_told_so(feed: Feed | None, words: str) -> None:
    assert words in texts.of_silence("s", feed, 1, TODAY)


def test_an_area_without_any_feed_that_could_tell_is_told_so() -> None:
    assert texts.of_silence("", None, 2, TODAY) == (
        "Feed missing: no source of this area could tell; 2 duties cannot be judged."
    )


def test_the_backlog_counts_apart_what_is_late_and_what_is_not_confirmed() -> None:
    text = texts.of_backlog((1, 2, 3), date(2026, 1, 5))
    assert text.startswith(
        "Backlog: 1 duty was late; 2 duties were past the date and not confirmed; "
        "3 lines of provision stood below the plan before 5 January 2026."
    )


def test_an_alert_rests_on_the_furthest_feed_that_could_tell_and_never_on_the_future() -> None:
    feeds = {
        "a": Feed("a", "ehc_casework", complete_to=date(2026, 1, 10)),
        "b": Feed("b", "ehc_casework", complete_to=date(2026, 1, 30)),
        "c": Feed("c", "fhir", complete_to=date(2026, 2, 20)),
        "d": Feed("d", "ehc_casework"),
    }
    assert texts.heard(feeds, ("ehc_casework",), TODAY) == texts.Heard(TODAY, "b")
    assert texts.heard({}, ("ehc_casework",), TODAY) == texts.Heard(TODAY, "")
    assert texts.rests_on(texts.Heard(TODAY)) == "As at 20 January 2026, from the records received."


def test_names_depend_on_what_is_announced_and_how_often_and_on_nothing_else() -> None:
    # Never changes: people have it in their mail.
    assert alert_id("duty-1", "overdue", 0) == "9f5b2d3c15d7c79a23715077f3f02acb"
    assert len({alert_id("duty-1", state, n) for state in ("overdue", "at_risk") for n in (0, 1)}) == 4
    assert delivery_id("a", "digest", "x@y.example") != delivery_id("a", "retraction", "x@y.example")


def test_no_text_names_the_child_or_holds_an_id_of_ours() -> None:
    (raised,) = decide(an_occasion(), a_case(), judged(a_duty()), {})
    for secret in ("child-1", "duty-1", "event-1", "TO-AB12", raised.alert):
        assert secret not in raised.text + raised.reason  # type: ignore[union-attr]


def test_decisions_and_what_was_announced_survive_the_journal() -> None:
    raised = decide(an_occasion(), a_case(), judged(a_duty(), shortfalls=(a_shortfall(),)), {})
    before = after({}, raised)
    ended = decide(an_occasion(), a_case(), judged(a_duty("met", done_on=date(2026, 1, 10))), before)
    for decision in (*raised, *ended):
        assert isinstance(decision, AlertRaised | AlertRetracted | AlertClosed)
        assert msgspec.json.decode(msgspec.json.encode(decision), type=type(decision)) == decision
    assert msgspec.json.decode(msgspec.json.encode(before), type=dict[str, Announced]) == before
