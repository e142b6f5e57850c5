"""Recipes of SEN support, exclusion and education elsewhere, of budgets, moves and health: law.md 1A, 1H, 1K, 1M."""

from datetime import date

from connectors.simulator.counting import (
    before_day,
    days,
    months,
    on_the_day,
    school_days,
    school_days_beginning,
    weeks,
    working_days,
    working_days_beginning,
)
from connectors.simulator.recipes import MOVED_AWAY, Condition, Recipe, of_child, say

_NO_SUPPORT = of_child("sen_status_changed", "since", status="none", institution="{school}")
_SUPPORT = of_child("sen_status_changed", "since", status="support", institution="{school}")
_OVER = (("support_ended", _NO_SUPPORT),)

SUPPORT = (
    Recipe(
        rule="sen-provision-tell-parent", family="sen-support", kind="", body="{school}", start=_SUPPORT,
        done=of_child("family_informed", "sent_on", matter="support_started"), lapses=_OVER, told_by="school_mis",
        alone="claim", apart="status",
    ),
    Recipe(
        rule="sen-support-review-due", family="sen-support", kind="", body="{school}", start=_SUPPORT,
        due=on_the_day, span=42, ahead=("next_review_on", 42), done=of_child("support_cycle_reviewed"), lapses=_OVER,
        told_by="school_mis", alone="claim", apart="status",
    ),
    Recipe(
        rule="sen-support-annual-report", family="sen-support", kind="", body="{school}", start=_SUPPORT,
        due=before_day(9, 1), starts=(date(2025, 9, 8), date(2026, 5, 8)), is_long=True,
        done=of_child("support_report_sent", "sent_on", institution="{school}"), lapses=_OVER, told_by="school_mis",
        alone="claim", apart="status",
    ),
    Recipe(
        rule="health-notify-la-under-school-age", family="sen-support", kind="notification", body="{trust}",
        start=say("health_opinion_formed", body="{trust}"), alone="claim",
        done=say("health_notification_acknowledged", "received_on", body="{trust}"),
    ),
)  # fmt: skip

_SUSPENDED = say("suspension_given", "started_on", institution="{school}", sessions="20", days_in_term="10")
_SUSPENDED_LONG = say("suspension_given", "started_on", institution="{school}", sessions="40", days_in_term="20")
_EXCLUDED = say("permanent_exclusion_given", "started_on", institution="{school}")
_ELSEWHERE = say("alternative_provision_started", kind="s19", provider="PRU-1")
_RESCINDED = (("rescinded", say("permanent_exclusion_rescinded", institution="{school}")),)

SCHOOL = (
    Recipe(
        rule="new-pupil-return", family="register", kind="", due=days(5), span=5, body="{school}",
        start=of_child("enrolment_started", institution="{school}", year_group="5"), told_by="school_mis",
        done=of_child("attendance_return_sent", matter="new_pupil", institution="{school}"), alone="claim",
        apart="register exclusion status",
    ),
    Recipe(
        rule="deletion-return", family="register", kind="", due=days(0), span=1, body="{school}",
        start=of_child("enrolment_ended", institution="{school}", year_group="5"), told_by="school_mis",
        done=of_child("attendance_return_sent", "started_on", matter="deletion", institution="{school}"), alone="claim",
        apart="register exclusion status",
    ),
    Recipe(
        rule="suspension-day6", family="exclusion", kind="exclusion", due=school_days_beginning(6), span=8,
        body="{school}", start=_SUSPENDED, done=_ELSEWHERE, told_by="school_mis", apart="exclusion",
    ),
    Recipe(
        rule="pex-day6", family="exclusion", kind="exclusion", due=school_days(6), span=9, start=_EXCLUDED,
        done=_ELSEWHERE, lapses=_RESCINDED, apart="exclusion",
    ),
    Recipe(
        rule="exclusion-tell-la", family="exclusion", kind="exclusion", body="{school}", start=_SUSPENDED,
        done=say("authority_told", matter="suspension", institution="{school}"), apart="exclusion",
    ),
    Recipe(
        rule="governors-consider", family="exclusion", kind="exclusion", due=school_days(15), span=24, body="{school}",
        start=_EXCLUDED, done=say("governors_met", institution="{school}"), lapses=_RESCINDED, told_by="school_mis",
        apart="exclusion",
    ),
    Recipe(
        rule="governors-consider", family="exclusion", kind="exclusion", due=school_days(15), span=24, body="{school}",
        start=_SUSPENDED_LONG, done=say("governors_met", institution="{school}"), told_by="school_mis",
        apart="exclusion",
    ),
    Recipe(
        rule="governors-consider-6-15", family="exclusion", kind="exclusion", due=school_days(50), span=90,
        body="{school}", start=_SUSPENDED, done=say("governors_met", institution="{school}"), told_by="school_mis",
        condition=Condition(say("representations_made", "received_on")), apart="exclusion",
    ),
    Recipe(
        rule="s19-other", family="exclusion", kind="absence", due=school_days_beginning(6), span=8,
        start=say("authority_told", "started_on", matter="no_suitable_education", institution="{school}"),
        done=_ELSEWHERE, apart="exclusion",
    ),
    Recipe(
        rule="s19-health", family="exclusion", kind="absence", apart="exclusion",
        start=say("authority_told", matter="health_absence"), done=_ELSEWHERE,
    ),
    Recipe(
        rule="special-school-consent", family="exclusion", kind="consent", apart="exclusion ends",
        start=say("authority_told", matter="special_school_withdrawal"),
        done=say("family_informed", "sent_on", matter="special_school_consent"),
    ),
)  # fmt: skip

BUDGETS = (
    Recipe(
        rule="pb-prepare", family="budgets", kind="plan", alone="case", apart="ends",
        start=say("personal_budget_requested", "received_on", plan="{key}-P"),
        done=say("personal_budget_agreed", "sent_on", plan="{key}-P"),
        lapses=(("refused", say("family_informed", "sent_on", matter="personal_budget_refused")),),
    ),
    Recipe(
        rule="pb-first-review", family="budgets", kind="plan", due=months(3), span=91, apart="ends checked",
        start=say("direct_payment_made", plan="{key}-P"), done=of_child("provision_checked"),
        lapses=(("stopped", say("direct_payment_changed", plan="{key}-P", kind="stopped")),),
    ),
    Recipe(
        rule="pb-later-review", family="budgets", kind="plan", apart="ends",
        start=say("direct_payment_made", plan="{key}-P"),
        lapses=(("stopped", say("direct_payment_changed", plan="{key}-P", kind="stopped")),),
    ),
    Recipe(
        rule="pb-reduce-or-stop", family="budgets", kind="plan", start=say("direct_payment_changed", kind="reduced"),
        done=say("family_informed", "sent_on", matter="direct_payment_changed"),
    ),
    Recipe(
        rule="he-disclosure", family="budgets", kind="plan", due=working_days(15), span=21,
        start=say("plan_disclosure_requested", "received_on", kind="university"),
        done=say("plan_disclosed", "sent_on", kind="university"),
    ),
)  # fmt: skip

_LEFT = say("responsible_body_changed", "aware_on", body_kind="local_authority", new="X99", old="{area}")
_GONE = say("plan_transferred", to_body="X99", from_body="{area}")

MOVES = (
    Recipe(
        rule="move-la-tell-family", family="moves", kind="plan", due=weeks(6), span=42, apart="ends transfer",
        start=say("plan_transferred", to_body="{area}", from_body="X99"),
        done=say("family_informed", "sent_on", matter="plan_transferred"),
    ),
    Recipe(
        rule="move-icb-other", family="moves", kind="plan", due=working_days(15), span=21, apart="ends transfer",
        body="{icb}", only="with_plan",
        start=say("responsible_body_changed", "aware_on", body_kind="commissioner", old="{icb}", new="ICB-X99"),
        done=say("commissioner_notified", from_body="{icb}", to_body="ICB-X99"),
    ),
    Recipe(
        rule="move-la-late-notice", family="moves", kind="plan", due=working_days_beginning(15), span=20, alone="leaves",
        condition=Condition(), start=MOVED_AWAY, done=_GONE,
    ),
    Recipe(
        rule="move-la-known", family="moves", kind="plan", due=on_the_day, span=42, ahead=("moved_on", 42),
        alone="leaves", condition=Condition(), start=_LEFT, done=_GONE,
    ),
)  # fmt: skip
