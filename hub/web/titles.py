"""Short names in plain words: of kinds of process, and of duties whose own sentence is too long for a bar of a picture."""

from collections.abc import Mapping
from typing import Any

from hub.web.wording import SHORT

PROCESSES: Mapping[str, str] = {
    "request": "EHC needs assessment",
    "assessment": "EHC needs assessment",
    "plan": "EHC plan",
    "review": "Review of the plan",
    "reassessment": "Re-assessment",
    "mediation": "Mediation",
    "appeal": "Appeal to the tribunal",
    "order": "The tribunal's order",
    "detention": "Assessment in custody",
    "complaint": "Complaint",
    "record": "Asking for records",
    "transport": "Travel to school",
    "care": "Social care",
    "referral": "Continuing care",
    "": "Other steps",
}
SERIES: Mapping[str, str] = {"review": "The next review of the plan", "plan": "EHC plan: later steps"}

FAMILIES: Mapping[str, str] = {
    "ehcna-advice": "Advice asked for",
    "ehcna-authority": "What the council owes",
    "detained-advice": "Advice asked for",
    "detained-authority": "What the council owes",
    "detained-advisers": "Advice asked for",
    "order": "What the order asks for",
    "unopposed": "What the council agreed to by not opposing",
    "window": "The family's time to answer",
}
OTHER_STEPS = "Other steps"

BARS: Mapping[str, str] = {
    "ehcna-advice-other-la": "Another council's advice",
    "ehcna-advice-yot": "Youth justice advice",
    "ehcna-advice-requests-sent": "Asking everybody for advice",
    "ehcna-refusal-s36-5": "Decision not to make a plan",
    "ehcp-consultation-response": "School's answer on being named",
    "ehcp-draft-representations": "Views on the draft plan",
    "ehcp-draft-target": "Draft plan",
    "appeal-lodge": "Appeal to the tribunal",
    "appeal-la-response": "Council's response to the appeal",
    "appeal-decision-issued": "Tribunal's decision",
    "disability-claim": "Disability discrimination claim",
    "reassess-decision": "Decision whether to re-assess",
    "reassess-final": "Final plan after re-assessment",
    "reassess-advice": "Health advice",
    "review-first": "First review of the plan",
    "review-decision": "Decision after the review",
    "review-amend-notice": "Proposed amendments",
    "review-amend-representations": "Views on the proposed amendments",
    "review-amend-final": "Final amended plan",
    "review-amend-abandoned": "Notice that nothing is amended",
    "review-longstop-12w": "Final amended plan, at the latest",
    "review-notice": "Notice of the meeting",
    "review-notice-authority": "Notice of the meeting",
    "review-papers": "Papers for the meeting",
    "review-papers-authority": "Papers for the meeting",
    "review-report": "Report of the meeting",
    "review-report-authority": "Report of the meeting",
    "review-early-years": "Review of a plan under five",
    "phase-transfer-general": "Naming the next school",
    "phase-transfer-post16": "Naming the post-16 institution",
    "phase-transfer-between-post16": "Naming the next institution",
    "med-contact-adviser": "Contacting the mediation adviser",
    "med-certificate-declined": "Mediation certificate",
    "med-certificate-after": "Mediation certificate",
    "med-certificate-deemed": "Mediation certificate",
    "med-icb-told": "Telling the integrated care board",
    "med-arrange": "Arranging mediation",
    "med-arrange-joint": "Arranging mediation",
    "med-arrange-health-only": "Arranging mediation on health",
    "med-date-notice": "Notice of date and place",
    "med-agreement-appealable": "Doing what was agreed",
    "med-agreement-other": "Doing what was agreed",
    "med-agreement-icb-tells-la": "Telling the council what was agreed",
    "order-assess-notify": "Notice of the assessment",
    "order-assess-final": "Final plan",
    "order-assess-no-plan": "Notice that no plan is made",
    "order-plan-draft": "Draft plan",
    "order-plan-final": "Final plan",
    "order-amend-content": "Amended plan: needs and provision",
    "order-amend-name": "Amended plan: school named",
    "order-continue-and-amend": "Amended plan",
    "order-provision-live": "Provision in place",
    "order-remit": "Thinking again",
    "unopposed-assess-notify": "Notice of the assessment",
    "unopposed-assess-final": "Final plan",
    "unopposed-assess-no-plan": "Notice that no plan is made",
    "unopposed-plan-draft": "Draft plan",
    "unopposed-plan-final": "Final plan",
    "unopposed-content": "Amended plan: needs and provision",
    "unopposed-placement": "Amended plan: school named",
    "unopposed-cease": "Keeping the plan",
    "detained-decision": "Decision whether to assess",
    "detained-final": "Final EHC plan",
    "detained-no-plan": "Decision not to make a plan",
    "detained-draft": "Views on the draft plan",
    "move-la-known": "Transfer of the plan",
    "move-la-late-notice": "Transfer of the plan",
    "move-la-tell-family": "Telling the family of the transfer",
    "move-la-review": "Review after the transfer",
    "amend-without-review": "Final amended plan",
    "amend-without-review-representations": "Views on the proposed amendments",
    "complaint-lgsco": "Complaint to the Ombudsman",
    "recommendation-health-response": "Health's answer to the tribunal",
    "recommendation-social-response": "Social care's answer to the tribunal",
    "record-sar": "Answer to the request for records",
    "record-education": "Copy of the educational record",
    "child-protection-conference": "Child protection conference",
    "csc-assessment": "Social care assessment",
    "csc-referral-decision": "What to do about the referral",
    "continuing-care-decision": "Decision on continuing care",
    "complaint-csc-stage1": "Answer at stage 1",
    "complaint-csc-stage2": "Report at stage 2",
    "complaint-csc-stage3": "Review panel",
    "complaint-la-ack": "Acknowledging the complaint",
    "complaint-la-stage1": "Answer at stage 1",
    "complaint-la-stage2": "Answer at stage 2",
    "complaint-la-stage2-ack": "Acknowledging stage 2",
    "complaint-nhs-ack": "Acknowledging the complaint",
    "detained-advice": "Health advice",
    "detained-advice-other-la": "Another council's advice",
    "detained-advice-yot": "Youth justice advice",
    "detained-kept-plan": "Copy of the plan to custody",
    "governors-consider": "Governors' meeting",
    "governors-consider-6-15": "Governors' meeting",
    "pex-day6": "Education from the 6th day",
    "suspension-day6": "Education from the 6th day",
    "s19-other": "Suitable education",
    "he-disclosure": "Copy of the plan for university",
    "judicial-review": "Judicial review",
    "lac-health-assessment": "Health assessment in care",
    "lac-pep": "Personal education plan",
    "move-icb-not-practicable": "Asking for an assessment or review",
    "move-icb-other": "Telling the new health commissioner",
    "move-icb-with-la-move": "Telling the new health commissioner",
    "deletion-return": "Telling the council of a removal",
    "new-pupil-return": "Telling the council of a new pupil",
    "pb-first-review": "First review of direct payments",
    "sen-support-annual-report": "Yearly report on SEN support",
    "sen-support-review-due": "Review of SEN support",
    "sen-support-three-meetings": "Three meetings on SEN support",
    "transport-appeal": "Answer on travel",
}


def title(rule: str, rules: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what a duty is called: a short name, else its rule's own sentence, else the id."""
    known: Any = rules.get(rule, {})
    return SHORT.get(rule) or BARS.get(rule) or known.get("duty") or rule


def heading(kind: str, is_series: bool) -> str:
    """Return what a process is called.

    >>> heading("review", False), heading("review", True), heading("new kind", False)
    ('Review of the plan', 'The next review of the plan', 'New kind')
    """
    named = SERIES.get(kind) if is_series else None
    return named or PROCESSES.get(kind) or kind.capitalize()
