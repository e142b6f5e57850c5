"""What is generated from the rules says what they say today."""

import json

from hub.adapters.rulebook import COUNTS_FILE, load
from tools import rules_page


def test_the_page_is_that_of_todays_rules() -> None:
    assert (rules_page.RULES / "README.md").read_text("utf-8") == rules_page.page(load(), rules_page.counts())


def test_the_cases_are_counted() -> None:
    assert json.loads((rules_page.RULES / COUNTS_FILE).read_text("utf-8")) == rules_page.counts()
