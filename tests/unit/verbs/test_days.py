"""Days outstanding in words: neutral, with the duties and dates behind each number."""

import json

import msgspec

from hub.domain.access import EVERY, Actor
from hub.queries.desk import Desk
from hub.queries.outstanding import outstanding
from hub.verbs.days import in_words
from tests.invented import BOOK, Audited
from tests.stories import ROSA, a_store_with_a_story

DESK = Desk(a_store_with_a_story(), Audited(), Actor("operator", "assurance", EVERY, EVERY), "assurance")


def test_each_body_has_its_days_and_each_number_its_dates() -> None:
    result = msgspec.to_builtins(outstanding(DESK, BOOK, ROSA))
    said = in_words(result)
    for line in (
        "request R9, began 2025-06-30, counted to 2025-12-22: 176 days, 89 in time, 87 days outstanding",
        "  Psychology service: 0 alone, 24 with others",
        "    ehcna-advice-ep: due 2025-09-29, done 2025-10-23",
        "    ehcna-advice-health: due 2025-09-29, not recorded as done",
        "review V1, began 2024-06-03, ended 2025-05-20: 351 days, 351 in time, 0 days outstanding",
    ):
        assert line in said
    assert json.dumps(result)
    assert not [word for word in ("breach", "late", "fault", "blame", "hold-up") if word in said.lower()]


def test_a_child_without_dates_has_no_days() -> None:
    result = {"reference": "R-1", "on": None, "processes": []}
    assert in_words(result) == "case R-1 as at a date not known: no process with a date"
