"""Late knowledge is split: the agency's days until it entered a fact, the feed's until it reached us."""

import json
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from hub.domain.access import EVERY, Actor
from hub.queries.child import child_view
from hub.queries.delays import Delays, delays, delays_of
from hub.queries.desk import Desk
from hub.queries.explain import why
from tests.invented import BOOK, HEALTH, Audited, MemoryReader
from tests.stories import ROSA, a_store_with_a_story

OFFICER = Actor("officer-e1", "assurance", EVERY, EVERY)


def test_days_are_those_of_the_calendar_in_london() -> None:
    entered = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # the first of July there
    assert delays(date(2026, 6, 29), entered, datetime(2026, 7, 10, 3, tzinfo=UTC)) == Delays(2, 9)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"occurred_on": "2026-01-05", "recorded_at": "2026-01-17T03:00:00Z", "body": "{}"}, Delays()),
        ({"occurred_on": "2026-01-05", "recorded_at": "2026-01-17T03:00:00Z", "body": ""}, Delays()),
        ({"occurred_on": "2026-01-05", "recorded_at": "2026-01-17T03:00:00Z", "body": "not JSON"}, Delays()),
        ({"occurred_on": None, "recorded_at": "2026-01-17T03:00:00Z"}, Delays(None, 9)),
        ({"occurred_on": "2026-01-05", "recorded_at": None}, Delays(3, None)),
        ({"occurred_on": "2026-01-12", "recorded_at": "2026-01-17T03:00:00Z"}, Delays(-4, 9)),
        ({"occurred_on": "2026-01-05", "recorded_at": "2026-01-07T03:00:00Z"}, Delays(3, None)),
    ],
    ids=["not said", "erased", "unreadable", "no date", "not recorded", "entered ahead", "their clock is ahead"],
)
def test_what_is_not_known_is_none(row: dict[str, str | None], expected: Delays) -> None:
    body = json.dumps({"source_recorded_at": "2026-01-08T16:30:00Z"})
    assert delays_of({"body": body} | row) == expected


def told_late() -> tuple[MemoryReader, str]:
    """Return the store with Rosa's request entered 3 days after, and here 9 days later; and the duty it began."""
    reader = a_store_with_a_story()
    body = {"source_recorded_at": "2025-07-03T16:30:00Z", "data": {"process": "R9"}}
    with reader.engine.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE journal SET body = :body, recorded_at = '2025-07-12T03:00:00.000000Z'"
                " WHERE type = 'NeedsAssessmentRequested' AND occurred_on = '2025-06-30'"
            ),
            {"body": json.dumps(body)},
        )
    sql = "SELECT obligation FROM obligation WHERE child = :child AND rule = 'ehcna-decision'"
    return reader, str(reader.select(sql, child=ROSA)[0]["obligation"])


def test_why_says_whose_days_they_were_and_since_when_it_could_be_known() -> None:
    reader, duty = told_late()
    found = why(Desk(reader, Audited(), OFFICER, "assurance"), BOOK, duty)
    (event,) = found["events"]
    assert (event["entry_delay_days"], event["transfer_delay_days"]) == (3, 9)
    assert "body" not in event
    said = "\n".join(found["words"])
    assert "entered 3 days after, reached us 9 days later" in said
    assert "It was done 3 days after its date. That the date had passed could be known from 13 August 2025." in said


def test_an_event_of_unknown_delay_says_so_by_none() -> None:
    reader = a_store_with_a_story()
    sql = "SELECT obligation FROM obligation WHERE rule = :rule AND because <> '[]'"
    duty = reader.select(sql, rule=HEALTH)[0]["obligation"]
    (event,) = why(Desk(reader, Audited(), OFFICER, "assurance"), BOOK, duty)["events"]
    assert (event["entry_delay_days"], event["transfer_delay_days"]) == (None, None)


def test_the_events_on_a_childs_page_have_the_same_words() -> None:
    reader, duty = told_late()
    view = child_view(Desk(reader, Audited(), OFFICER, "assurance"), ROSA)
    (clock,) = [clock for clock in view.clocks if clock.duty.obligation == duty]
    assert [event.heard for event in clock.events] == ["entered 3 days after, reached us 9 days later"]
