"""A child's duties stand in processes of their own kinds; what runs up to the next one is apart."""

from datetime import date
from typing import Any

from hub.queries.obligations import Duty
from hub.queries.processes import processes
from tests.invented import BOOK


def a_duty(rule: str, process: str = "R1", start: str = "2026-01-05") -> Duty:
    plain: dict[str, Any] = dict.fromkeys(Duty.__struct_fields__, "")
    plain |= {"rule": rule, "process": process, "started_on": date.fromisoformat(start), "obligation": rule + start}
    return Duty(**plain)


def kinds(*duties: Duty) -> list[tuple[str, str, bool, int]]:
    return [(one.key, one.kind, one.is_series, len(one.duties)) for one in processes(duties, BOOK)]


def test_the_review_that_a_plan_leads_to_is_no_part_of_its_assessment() -> None:
    found = kinds(a_duty("ehcna-decision"), a_duty("ehcp-final"), a_duty("review-next", start="2026-05-25"))
    assert found == [("R1", "review", True, 1), ("R1", "request", False, 2)]


def test_the_newest_comes_first() -> None:
    found = kinds(a_duty("ehcna-decision", "R1", "2024-01-08"), a_duty("ehcna-decision", "R2", "2026-01-05"))
    assert [key for key, *_ in found] == ["R2", "R1"]


def test_a_kind_is_the_one_that_most_rules_share_and_of_no_process_only_a_sure_one() -> None:
    assert kinds(a_duty("ehcna-decision"), a_duty("ehcna-advice-health")) == [("R1", "request", False, 2)]
    assert kinds(a_duty("ehcp-final", ""), a_duty("ehcp-admit", "")) == [("", "", False, 2)]
    assert kinds(a_duty("ehcp-final", "")) == [("", "request", False, 1)]


def test_every_year_without_a_process_is_its_own() -> None:
    assert len(kinds(a_duty("review-next", "", "2024-06-03"), a_duty("review-next", "", "2025-06-02"))) == 2


def test_a_rule_that_is_gone_stands_where_its_process_is() -> None:
    assert kinds(a_duty("forgotten-rule"), a_duty("ehcna-decision")) == [("R1", "request", False, 2)]
