"""Recipes of a draft plan, of consulting on it, and of exceptions explained: law.md 1D."""

from connectors.simulator.counting import days
from connectors.simulator.recipes import Recipe, say

_NO_PLAN = say("outcome_notified", "sent_on", outcome="not_issue")
_ENDS = (("no_plan", _NO_PLAN),)

DRAFTING = (
    Recipe(
        rule="ehcp-consult-setting", family="drafting", kind="assessment", alone="case",
        start=say("representations_made", "received_on", preference_named="true"),
        done=say("placement_consulted", "sent_on", institution="{school}"), lapses=_ENDS,
    ),
    Recipe(
        rule="ehcp-consultation-response", family="drafting", kind="assessment", due=days(15), span=15,
        body="{school}", alone="case", apart="amended",
        start=say("placement_consulted", "received_on", institution="{school}"),
        done=say("placement_responded", "received_on", institution="{school}", response="can_meet_need"), lapses=_ENDS,
    ),
    Recipe(
        rule="ehcp-draft-meeting", family="drafting", kind="assessment", alone="case",
        start=say("representations_made", "received_on", meeting_required="true"),
        done=say("draft_meeting_held", "meeting_on"), lapses=_ENDS,
    ),
    Recipe(
        rule="ehcp-exception-explained", family="drafting", kind="assessment", alone="case",
        start=say("exception_claimed", "from", claimed_by="{area}", ground="exceptional_circumstances"),
        done=say("family_informed", "sent_on", matter="exception"), lapses=_ENDS,
    ),
    Recipe(
        rule="ehcp-remaining-steps-on-time", family="drafting", kind="assessment", alone="case",
        start=say("exception_ended", "until", claimed_by="{area}", ground="exceptional_circumstances"),
        done=_NO_PLAN, lapses=(("refused", say("assessment_decision_notified", "sent_on", decision="refuse")),),
    ),
)  # fmt: skip
