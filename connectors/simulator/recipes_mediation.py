"""Recipes of mediation and of what was agreed in it: law.md 1I."""

from connectors.simulator.counting import days, months, weeks, working_days, working_days_before
from connectors.simulator.recipes import Recipe, Say, say

_ADVISER = "MEDIATION-1"


def _certificate(kind: str) -> Say:
    return say("mediation_certificate_issued", "issued_on", kind=kind, body=_ADVISER)


_ARRANGED = say("mediation_arranged", "sent_on", body="{area}")
_DECLINED = (("declined", _certificate("declined")),)

MEDIATION = (
    Recipe(
        rule="med-contact-adviser", family="mediation", kind="reassessment", due=months(2), span=61, is_window=True,
        alone="claim", apart="mediation", start=say("reassessment_decision_notified", "sent_on", decision="refuse"),
        done=say("mediation_adviser_contacted", "told_on", kind="held", body=_ADVISER),
        lapses=(("appealed", say("appeal_registered", "received_on", limb="d")),),
    ),
    Recipe(
        rule="med-certificate-declined", family="mediation", kind="mediation", due=working_days(3), span=5,
        body=_ADVISER, apart="mediation",
        start=say("mediation_adviser_contacted", "told_on", kind="declined", body=_ADVISER),
        done=_certificate("declined"), lapses=(("mediation_wanted", say("mediation_requested", "told_on")),),
    ),
    Recipe(
        rule="med-icb-told", family="mediation", kind="mediation", due=working_days(3), span=5, apart="mediation",
        start=say("mediation_requested", "told_on", issues="health;education"),
        done=say("mediation_issues_sent", "sent_on", issues="health", body="{icb}"),
    ),
    Recipe(
        rule="med-arrange-health-only", family="mediation", kind="mediation", due=days(30), span=30, body="{icb}",
        apart="mediation", start=say("mediation_issues_sent", "sent_on", issues="health", body="{icb}"),
        done=_ARRANGED,
    ),
    Recipe(
        rule="med-arrange-joint", family="mediation", kind="mediation", due=days(30), span=30, apart="mediation",
        start=say("mediation_requested", "told_on", issues="health;education"), done=_ARRANGED, lapses=_DECLINED,
    ),
    Recipe(
        rule="med-arrange", family="mediation", kind="mediation", due=days(30), span=30, apart="mediation",
        start=say("mediation_requested", "told_on", issues="education"), done=_ARRANGED,
    ),
    Recipe(
        rule="med-unable-tell-adviser", family="mediation", kind="mediation", apart="mediation",
        start=say("mediation_cannot_be_arranged", issues="education"),
        done=say("mediation_cannot_be_arranged", "adviser_told_on", issues="education"),
    ),
    Recipe(
        rule="med-certificate-deemed", family="mediation", kind="mediation", due=working_days(3), span=5,
        body=_ADVISER, apart="mediation",
        start=say("mediation_cannot_be_arranged", "adviser_told_on", body=_ADVISER), done=_certificate("deemed"),
    ),
    Recipe(
        rule="med-date-notice", family="mediation", kind="mediation", due=working_days_before(5), span=14,
        apart="mediation", ahead=("held_on", 21), start=say("mediation_arranged", "sent_on", body="{area}"),
        done=say("mediation_arranged", "notice_given_on", body="{area}"),
    ),
    Recipe(
        rule="med-attendee-authority", family="mediation", kind="mediation", apart="mediation",
        start=say("mediation_held", "held_on", may_decide="false"),
        done=say("mediation_held", "held_on", may_decide="true"),
    ),
    Recipe(
        rule="med-certificate-after", family="mediation", kind="mediation", due=working_days(3), span=5,
        body=_ADVISER, apart="mediation", start=say("mediation_held", "held_on", may_decide="true", body=_ADVISER),
        done=_certificate("held"),
    ),
    *(
        Recipe(
            rule="med-agreement-appealable", family="mediation", kind="mediation", due=weeks(count), span=7 * count,
            apart="mediation ends",
            start=say("mediation_agreement_reached", "agreed_on", issues="education", appealable_as=limb),
            done=say("agreement_step_done", appealable_as=limb),
        )
        for limb, count in (("assess", 2), ("make_plan", 5), ("amend_content", 5), ("amend_name", 2))
    ),
    Recipe(
        rule="med-agreement-other", family="mediation", kind="mediation", due=weeks(2), span=14,
        apart="mediation ends", start=say("mediation_agreement_reached", "agreed_on", issues="education"),
        done=say("agreement_step_done"),
    ),
    Recipe(
        rule="med-agreement-icb-tells-la", family="mediation", kind="mediation", due=weeks(1), span=7, body="{icb}",
        apart="mediation", start=say("mediation_agreement_reached", "agreed_on", issues="health", body="{icb}"),
        done=say("agreement_reported_to_authority", "sent_on", body="{icb}"),
    ),
)  # fmt: skip
