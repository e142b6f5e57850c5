"""Recipes of social care and of custody: law.md 1L and 1N."""

from connectors.simulator.counting import weeks, working_days
from connectors.simulator.recipes import Condition, Recipe, of_child, say

_NO_MORE = say("ceased_looked_after")
_CONFERENCE = say("protection_conference_held")

CARE = (
    Recipe(
        rule="lac-pep", family="social-care", kind="care", due=working_days(10), span=14,
        start=say("became_looked_after"), done=say("education_plan_reviewed", institution="{school}"),
        lapses=(("ceased_looked_after", _NO_MORE),), apart="looked_after",
    ),
    Recipe(
        rule="lac-health-assessment", family="social-care", kind="care", due=working_days(20), span=28,
        start=say("became_looked_after"), done=say("health_assessment_completed", kind="initial"),
        lapses=(("ceased_looked_after", _NO_MORE),), apart="looked_after",
    ),
    Recipe(
        rule="child-protection-conference", family="social-care", kind="care", due=working_days(15), span=21,
        start=say("strategy_discussion_held"), done=_CONFERENCE, condition=Condition(), told_by="cin_census",
        unless_care=True,
    ),
    Recipe(
        rule="csc-referral-decision", family="social-care", kind="care", due=working_days(1), span=1, unless_care=True,
        start=say("care_referral_received"), done=say("care_referral_decided", "sent_on", decision="assess"),
        lapses=(("assessment_started", say("care_assessment_started")),), apart="referral",
    ),
    Recipe(
        rule="csc-assessment", family="social-care", kind="care", due=working_days(45), span=63, unless_care=True,
        start=say("care_referral_received"), done=say("care_assessment_completed"), told_by="cin_census",
        lapses=(("no_action", say("care_referral_decided", "sent_on", decision="no_further_action")),),
        apart="referral",
    ),
    Recipe(
        rule="parent-carer-assessment", family="social-care", kind="",
        start=of_child("concern_raised", duty="parent-carer-assessment"),
        done=of_child("parent_carer_assessed"),
    ),
    Recipe(
        rule="transition-assessment", family="social-care", kind="",
        start=of_child("concern_raised", duty="transition-assessment"),
        done=of_child("adult_transition_assessed"), apart="transition",
    ),
    Recipe(
        rule="transition-no-gap", family="social-care", kind="",
        start=of_child("concern_raised", duty="transition-no-gap"),
        done=of_child("adult_transition_assessed"), apart="transition",
    ),
    Recipe(
        rule="continuing-care-decision", family="social-care", kind="referral", due=weeks(6), span=42,
        start=say("referral_accepted", service="continuing_care"), done=say("continuing_care_decided", body="{icb}"),
        lapses=(("referral_rejected", say("referral_rejected", service="continuing_care")),),
    ),
)  # fmt: skip

_REFUSED = say("assessment_decision_notified", "sent_on", decision="refuse")
_DECIDED = say("assessment_decision_notified", "sent_on", decision="assess")
_NO_PLAN = say("outcome_notified", "sent_on", outcome="not_issue")
_A_PLAN = say("outcome_notified", "sent_on", outcome="issue")
_FOR_ALL = "parent={on};institution={on};icb={on};youth_accommodation={on};youth_offending_team={on};nhs_england={on}"
_FINAL = say(
    "plan_finalised", "issued_on", plan="{key}-P", version="1", sent=_FOR_ALL, institution="{school}",
    institution_kind="school", sections="B;F",
)  # fmt: skip
_DETAINED = say("responsibility_began", "on", basis="s71")
_REASONS = ("exceptional_circumstances", "absent_from_area")

CUSTODY = (
    Recipe(
        rule="detained-decision", family="custody", kind="detention", due=weeks(6), span=42, start=_DETAINED,
        done=_DECIDED, grounds=_REASONS, alone="case",
    ),
    Recipe(
        rule="detained-no-plan", family="custody", kind="detention", due=weeks(16), span=112, start=_DETAINED,
        done=_NO_PLAN, condition=Condition(is_false=_A_PLAN), lapses=(("refused", _REFUSED),), grounds=_REASONS,
        alone="case",
    ),
    Recipe(
        rule="detained-final", family="custody", kind="detention", due=weeks(20), span=140, start=_DETAINED,
        done=_FINAL, lapses=(("refused", _REFUSED), ("no_plan", _NO_PLAN)), grounds=_REASONS, alone="case",
    ),
    Recipe(
        rule="detained-kept-plan", family="custody", kind="detention", due=working_days(5), span=7,
        start=say("detention_began", "on aware_on"), done=say("plan_disclosed", "sent_on", kind="youth_accommodation"),
        condition=Condition(
            of_child("sen_status_changed", "since", status="plan"), of_child("sen_status_changed", "since", status="none")
        ),
        lapses=(("released", say("detention_ended", "on")),), alone="case", apart="status ends", only="without_plan",
    ),
)  # fmt: skip
