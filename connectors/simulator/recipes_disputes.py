"""Recipes of complaints, records, travel, recommendations and appeals: law.md 1J and 1O."""

from datetime import date

from connectors.simulator.counting import (
    months,
    months_starting,
    next_tribunal_day,
    next_working_day,
    school_days,
    weeks,
    working_days,
)
from connectors.simulator.recipes import Extension, Recipe, of_child, say

_CODE = date(2026, 4, 1)
"""The Ombudsman applies the Complaint Handling Code from this day on."""


_EXTENDED_1 = say("complaint_extended", "sent_on", route="authority", stage="1")
_EXTENDED_2 = say("complaint_extended", "sent_on", route="authority", stage="2")
_TO_STAGE_2 = say("complaint_escalated", "received_on", route="authority", stage="2")
_CSC_STAGE_2 = say("complaint_escalated", "received_on", route="social_care", stage="2")
_CSC_STAGE_3 = say("complaint_escalated", "received_on", route="social_care", stage="3")
_ANSWER_1 = say("complaint_answered", "sent_on", route="authority", stage="1")
_ANSWER_2 = say("complaint_answered", "sent_on", route="authority", stage="2")

COMPLAINTS = (
    Recipe(
        rule="complaint-la-ack", family="complaints", kind="complaint", since=_CODE, due=working_days(5), span=7,
        start=say("complaint_received", "received_on", route="authority", stage="1"),
        done=say("complaint_acknowledged", "sent_on", route="authority", stage="1"),
        lapses=(("answered", _ANSWER_1), ("escalated", _TO_STAGE_2)),
    ),
    Recipe(
        rule="complaint-la-stage1", family="complaints", kind="complaint", since=_CODE, due=working_days(10), span=14,
        start=say("complaint_acknowledged", "sent_on", route="authority", stage="1"),
        done=_ANSWER_1, lapses=(("escalated", _TO_STAGE_2),), extension=Extension(_EXTENDED_1, working_days(20)),
    ),
    Recipe(
        rule="complaint-la-stage2-ack", family="complaints", kind="complaint", since=_CODE, due=working_days(5), span=7,
        start=_TO_STAGE_2, done=say("complaint_acknowledged", "sent_on", route="authority", stage="2"),
        lapses=(("answered", _ANSWER_2),),
    ),
    Recipe(
        rule="complaint-la-stage2", family="complaints", kind="complaint", since=_CODE, due=working_days(20), span=28,
        start=say("complaint_acknowledged", "sent_on", route="authority", stage="2"),
        done=_ANSWER_2, extension=Extension(_EXTENDED_2, working_days(40)),
    ),
    Recipe(
        rule="complaint-csc-stage1", family="complaints", kind="complaint", due=working_days(10), span=14,
        start=say("complaint_received", "received_on", route="social_care"),
        done=say("complaint_answered", "sent_on", route="social_care", stage="1"), lapses=(("escalated", _CSC_STAGE_2),),
    ),
    Recipe(
        rule="complaint-csc-stage1", family="complaints", kind="complaint", due=working_days(20), span=28,
        start=say("complaint_received", "received_on", route="social_care", stage="1", is_complex="true"),
        done=say("complaint_answered", "sent_on", route="social_care", stage="1"), lapses=(("escalated", _CSC_STAGE_2),),
    ),
    Recipe(
        rule="complaint-csc-stage2", family="complaints", kind="complaint", due=working_days(25), span=35,
        start=_CSC_STAGE_2, done=say("complaint_answered", "sent_on", route="social_care", stage="2"),
        lapses=(("escalated", _CSC_STAGE_3),),
    ),
    Recipe(
        rule="complaint-csc-stage2", family="complaints", kind="complaint", due=working_days(65), span=93,
        start=say("complaint_escalated", "received_on", route="social_care", stage="2", is_complex="true"),
        done=say("complaint_answered", "sent_on", route="social_care", stage="2"), lapses=(("escalated", _CSC_STAGE_3),),
    ),
    Recipe(
        rule="complaint-csc-stage3", family="complaints", kind="complaint", due=working_days(30), span=42,
        start=_CSC_STAGE_3, done=say("complaint_answered", "sent_on", route="social_care", stage="panel"),
    ),
    Recipe(
        rule="complaint-nhs-ack", family="complaints", kind="complaint", due=working_days(3), span=5, body="{icb}",
        start=say("complaint_received", "received_on", route="nhs", body="{icb}"),
        done=say("complaint_acknowledged", "sent_on", route="nhs", body="{icb}"),
        lapses=(("answered", say("complaint_answered", "sent_on", route="nhs", body="{icb}")),),
    ),
    Recipe(
        rule="complaint-lgsco", family="complaints", kind="complaint", due=months_starting(12), span=365, is_window=True,
        start=say("complaint_received", "received_on", route="authority", stage="1"),
        done=say("complaint_received", "received_on", route="ombudsman"),
    ),
)  # fmt: skip

RECORDS = (
    Recipe(
        rule="record-education", family="records", kind="record", due=school_days(15), span=25, body="{school}",
        start=say("record_requested", "received_on", basis="education_record", institution="{school}"),
        done=say("record_disclosed", "sent_on", basis="education_record", institution="{school}"),
    ),
    Recipe(
        rule="record-sar", family="records", kind="record", due=next_working_day(months(1)), span=31,
        start=say("record_requested", "received_on", basis="subject_access"),
        done=say("record_disclosed", "sent_on", basis="subject_access"),
    ),
    Recipe(
        rule="record-sar", family="records", kind="record", due=next_working_day(months(3)), span=92,
        start=say("record_requested", "received_on", basis="subject_access", is_complex="true"),
        done=say("record_disclosed", "sent_on", basis="subject_access"),
    ),
)  # fmt: skip

_AGREED = say("transport_decided", "sent_on", decision="agree")
TRANSPORT = tuple(
    Recipe(
        rule="transport-appeal", family="transport", kind="transport", due=working_days(count), span=count * 7 // 5,
        start=say("transport_appealed", "received_on", stage=stage),
        done=say("transport_appeal_answered", "sent_on", stage=stage, decision="agree"), lapses=(("agreed", _AGREED),),
    )
    for stage, count in (("1", 20), ("2", 40))
)  # fmt: skip

RECOMMENDATIONS = (
    Recipe(
        rule="recommendation-health-response", family="recommendations", kind="appeal", due=weeks(5), span=35,
        body="{icb}", alone="claim",
        start=say("tribunal_recommendation_made", "made_on", subject="health", body="{icb}"),
        done=say("recommendation_answered", "sent_on", subject="health", body="{icb}", accepted="true"),
    ),
    Recipe(
        rule="recommendation-social-response", family="recommendations", kind="appeal", due=weeks(5), span=35,
        body="{area}-CSC", alone="claim",
        start=say("tribunal_recommendation_made", "made_on", subject="social_care", body="{area}-CSC"),
        done=say(
            "recommendation_answered", "sent_on", subject="social_care", body="{area}-CSC", accepted="false",
            reasons_given="true",
        ),
    ),
)  # fmt: skip

APPEALS = (
    Recipe(
        rule="appeal-lodge", family="appeals", kind="reassessment", due=next_tribunal_day(months(2)), span=62,
        is_window=True, alone="claim", start=say("reassessment_decision_notified", "sent_on", decision="refuse"),
        done=say("appeal_registered", "received_on", limb="d"),
    ),
    Recipe(
        rule="appeal-decision-issued", family="appeals", kind="appeal", due=working_days(10), span=14, alone="case",
        stays=True, start=say("appeal_heard", "held_on", limb="c"), done=say("tribunal_order_made", "made_on sent_on"),
    ),
    Recipe(
        rule="disability-claim", family="appeals", kind="appeal", due=months_starting(6), span=182, is_window=True,
        alone="claim", start=of_child("concern_raised", about="disability"),
        done=say("appeal_registered", "received_on", limb="disability"),
    ),
    Recipe(
        rule="judicial-review", family="appeals", kind="", due=months(3), span=91, is_window=True, alone="claim",
        start=of_child("concern_raised", about="duty"),
    ),
)  # fmt: skip
