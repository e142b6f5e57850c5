"""Recipes of reviews, phase transfer and re-assessment: law.md 1F and 1G."""

from datetime import date

from connectors.simulator.counting import (
    before_day,
    days,
    days_beginning,
    months_before,
    weeks,
    weeks_before,
)
from connectors.simulator.recipes import Condition, Extension, Recipe, Say, say

_MEETING = say("review_meeting_held", "meeting_on", plan="{key}-P")
_AT_SCHOOL = say("review_meeting_held", "meeting_on", plan="{key}-P", institution="{school}")
_MAINTAIN = say("review_decision_notified", "sent_on", plan="{key}-P", decision="maintain")
_AMEND = say("review_decision_notified", "sent_on", plan="{key}-P", decision="amend")
_NOTICE = say("amendment_notice_sent", "sent_on served_on", plan="{key}-P")
_ABANDONED = say("amendment_abandoned", "sent_on", plan="{key}-P")
_TO_ALL = "parent={on};institution={on};icb={on}"


def _amended(cause: str) -> Say:
    return say(
        "plan_amended", "issued_on", plan="{key}-P", version="2", sent=_TO_ALL, institution="{school}",
        institution_kind="school", sections="B;F", cause=cause,
    )  # fmt: skip


_FIXED = say("review_scheduled", plan="{key}-P")
_FIXED_AT_SCHOOL = say("review_scheduled", plan="{key}-P", institution="{school}")
_ENDS = "ends amended"
_ABANDONS = (("abandoned", _ABANDONED),)


def _before_meeting(rule: str, event: str, start: Say, body: str) -> Recipe:
    return Recipe(
        rule=rule, family="reviews", kind="review", due=weeks_before(2), span=21, ahead=("meeting_on", 35), start=start,
        body=body, apart="ends", done=say(event, "sent_on", plan="{key}-P"), lapses=(("held", _MEETING),),
    )  # fmt: skip


def _report(rule: str, start: Say, body: str) -> Recipe:
    return Recipe(
        rule=rule, family="reviews", kind="review", due=weeks(2), span=14, start=start, body=body, apart="ends",
        done=say("review_report_sent", "sent_on", plan="{key}-P"),
    )  # fmt: skip


REVIEWS = (
    _before_meeting("review-notice", "review_invitations_sent", _FIXED_AT_SCHOOL, "{school}"),
    _before_meeting("review-notice-authority", "review_invitations_sent", _FIXED, ""),
    _before_meeting("review-papers", "review_papers_circulated", _FIXED_AT_SCHOOL, "{school}"),
    _before_meeting("review-papers-authority", "review_papers_circulated", _FIXED, ""),
    _report("review-report", _AT_SCHOOL, "{school}"),
    _report("review-report-authority", _MEETING, ""),
    Recipe(
        rule="review-decision", family="reviews", kind="review", due=weeks(4), span=28, start=_MEETING, done=_MAINTAIN,
        apart="ends",
    ),
    Recipe(
        rule="review-amend-notice", family="reviews", kind="review", due=weeks(4), span=28, start=_MEETING,
        done=_NOTICE, condition=Condition(_AMEND, _MAINTAIN), lapses=_ABANDONS, apart=_ENDS,
    ),
    Recipe(
        rule="review-longstop-12w", family="reviews", kind="review", due=weeks(12), span=84, start=_MEETING,
        done=_amended("review"), condition=Condition(_AMEND, _MAINTAIN), lapses=_ABANDONS, apart=_ENDS,
        extension=Extension(_NOTICE, weeks(8), is_from_notice=True),
    ),
    Recipe(
        rule="review-amend-representations", family="reviews", kind="review", due=days_beginning(15), span=14,
        is_window=True, start=_NOTICE, done=say("representations_made", "received_on", plan="{key}-P"),
        lapses=_ABANDONS, apart="ends",
    ),
    Recipe(
        rule="review-amend-final", family="reviews", kind="review", due=weeks(8), span=56, start=_NOTICE,
        done=_amended("review"), lapses=_ABANDONS, apart=_ENDS,
    ),
    Recipe(
        rule="review-amend-abandoned", family="reviews", kind="review", due=weeks(8), span=56, start=_NOTICE,
        done=_ABANDONED, condition=Condition(), lapses=(("amended", _amended("review")),), apart=_ENDS,
    ),
    Recipe(
        rule="amend-without-review", family="reviews", kind="plan", due=weeks(8), span=56, start=_NOTICE,
        done=_amended("other"), lapses=_ABANDONS, apart=_ENDS,
    ),
    Recipe(
        rule="amend-without-review-representations", family="reviews", kind="plan", due=days_beginning(15), span=14,
        is_window=True, start=_NOTICE, done=say("representations_made", "received_on", plan="{key}-P"), apart=_ENDS,
    ),
)  # fmt: skip

_AUTUMN = (date(2025, 9, 8), date(2025, 12, 19))


def _phase(rule: str, left: str, to: str, month: int, day: int) -> Recipe:
    return Recipe(
        rule=rule, family="phase-transfer", kind="plan", due=before_day(month, day), starts=_AUTUMN, apart=_ENDS,
        start=say("phase_transfer_due", plan="{key}-P", from_phase=left, to_phase=to, transfer_year="2026"),
        done=_amended("phase_transfer"),
    )  # fmt: skip


PHASES = (
    _phase("phase-transfer-general", "primary", "secondary", 2, 15),
    _phase("phase-transfer-post16", "secondary", "post_16", 3, 31),
    Recipe(
        rule="phase-transfer-between-post16", family="phase-transfer", kind="plan", due=months_before(5), span=48,
        ahead=("planned_move_on", 200), apart=_ENDS,
        start=say("phase_transfer_due", plan="{key}-P", from_phase="post_16", to_phase="post_16", transfer_year="2026"),
        done=_amended("phase_transfer"),
    ),
)  # fmt: skip

REASSESSMENT = (
    Recipe(
        rule="reassess-decision", family="re-assessment", kind="reassessment", due=days(15), span=15, apart="ends",
        start=say("reassessment_requested", "received_on", requested_by="parent"),
        done=say("reassessment_decision_notified", "sent_on", decision="reassess"),
    ),
    Recipe(
        rule="reassess-final", family="re-assessment", kind="reassessment", due=weeks(14), span=98, alone="case",
        apart=_ENDS, start=say("reassessment_decision_notified", "sent_on", decision="reassess"),
        done=_amended("other"), lapses=(("no_change", say("outcome_notified", "sent_on", outcome="no_change")),),
        grounds=("exceptional_circumstances", "absent_from_area"),
    ),
)  # fmt: skip
