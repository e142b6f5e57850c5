"""Recipes of tribunal orders and of appeals that are not opposed: law.md 1J, regs 44 and 45 of S.I. 2014/1530."""

from connectors.simulator.counting import Due, weeks
from connectors.simulator.recipes import Condition, Recipe, Say, of_child, say

_TO_ALL = "parent={on};institution={on};icb={on}"
_WILL_ASSESS = say("reassessment_decision_notified", "sent_on", of="reassessment", decision="reassess")
_NO_PLAN = say("outcome_notified", "sent_on", outcome="not_issue")
_A_PLAN = say("outcome_notified", "sent_on", outcome="issue")
_DRAFT = say("draft_plan_sent", "served_on")
_FINAL = say(
    "plan_finalised", "issued_on", plan="{key}-P", version="1", sent=_TO_ALL, institution="{school}",
    institution_kind="school", sections="B;F",
)  # fmt: skip
_AMENDED = say(
    "plan_amended", "issued_on", plan="{key}-P", version="2", sent=_TO_ALL, institution="{school}",
    institution_kind="school", sections="B;F", cause="tribunal",
)  # fmt: skip
_CHECKED = of_child("provision_checked")
_REASONS = ("exceptional_circumstances", "absent_from_area", "family_wants_further_representations")
"""44(3) and 45(7); absence of two weeks, not four."""


def _order(rule: str, limb: str, count: int | None, done: Say | None, **more: object) -> Recipe:
    return _case("orders", "order", say("tribunal_order_made", "made_on sent_on", kind=limb), rule, count, done, **more)


def _unopposed(rule: str, limb: str, count: int, done: Say, **more: object) -> Recipe:
    start = say("appeal_conceded", "notified_on", limb=limb)
    return _case("unopposed", "appeal", start, rule, count, done, **more)


def _case(family: str, kind: str, start: Say, rule: str, count: int | None, done: Say | None, **more: object) -> Recipe:
    due: Due | None = weeks(count) if count else None
    return Recipe(
        rule=rule, family=family, kind=kind, start=start, due=due, span=7 * (count or 4), done=done, absence=14,
        alone="case", apart="ends amended checked", **more,  # type: ignore[arg-type]
    )  # fmt: skip


ORDERS = (
    _order("order-assess-notify", "assess", 2, _WILL_ASSESS, grounds=_REASONS),
    _order("order-assess-no-plan", "assess", 10, _NO_PLAN, grounds=_REASONS, condition=Condition(is_false=_A_PLAN)),
    _order("order-assess-final", "assess", 14, _FINAL, grounds=_REASONS, condition=Condition(_A_PLAN, _NO_PLAN)),
    _order("order-plan-draft", "make_plan", 5, _DRAFT, grounds=_REASONS, lapses=(("plan_issued", _FINAL),)),
    _order("order-plan-final", "make_plan", 11, _FINAL, grounds=_REASONS),
    _order("order-remit", "remit", 2, _DRAFT, lapses=(("plan_issued", _FINAL),)),
    _order("order-amend-content", "amend_content", 5, _AMENDED),
    _order("order-amend-name", "amend_name", 2, _AMENDED),
    _order("order-continue", "continue", None, None),
    _order("order-continue-and-amend", "continue_and_amend", 5, _AMENDED),
    _order("order-provision-live", "amend_content", 5, _CHECKED),
    _order("order-provision-live", "amend_name", 2, _CHECKED),
)
UNOPPOSED = (
    _unopposed("unopposed-assess-notify", "a", 2, _WILL_ASSESS, grounds=_REASONS),
    _unopposed("unopposed-assess-no-plan", "a", 10, _NO_PLAN, grounds=_REASONS, condition=Condition(is_false=_A_PLAN)),
    _unopposed("unopposed-assess-final", "d", 14, _FINAL, grounds=_REASONS, condition=Condition(_A_PLAN, _NO_PLAN)),
    _unopposed("unopposed-content", "c(i)", 5, _AMENDED),
    _unopposed("unopposed-placement", "c(iii)", 2, _AMENDED),
    _unopposed("unopposed-plan-draft", "b", 5, _DRAFT, grounds=_REASONS, lapses=(("plan_issued", _FINAL),)),
    _unopposed("unopposed-cease", "f", 5, _AMENDED, condition=Condition()),
    _unopposed("unopposed-plan-final", "b", 11, _FINAL, grounds=_REASONS),
)
