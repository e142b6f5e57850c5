"""The words people read: neutral for every state, by the force of the limit where one has passed."""

import re
from collections.abc import Mapping
from datetime import date

from hub.domain.alert_texts import day
from hub.domain.words import FORCES, PASSED, STATES, UNCONFIRMED_READING

NOT_CONFIRMED = UNCONFIRMED_READING
LOOKS: Mapping[str, str] = {
    "overdue": "red",
    "sent_not_recorded": "purple",
    "past_due_unconfirmed": "orange",
    "at_risk": "yellow",
    "open": "blue",
    "met": "green",
    "met_late": "pink",
    "lapsed": "white",
    "conditional": "white",
}
"""State to the colour of its tag; the rest are grey."""

SECTIONS: Mapping[str, tuple[str, str]] = {
    "overdue": (
        "Time limit passed",
        "Nothing is recorded as done, and the feed that would tell is complete past the due date.",
    ),
    "sent_not_recorded": ("Sent, not recorded", "The sender says it was sent. The council has to record it."),
    "past_due_unconfirmed": (
        "Date of receipt not confirmed",
        "No advice is recorded, but nobody has confirmed when the request arrived. Not counted against the body.",
    ),
    "at_risk": ("Due soon", "Inside the warning window of the rule."),
    "open": ("Not yet due", "Running, with time left."),
    "not_known": ("Cannot be judged", "No feed that could tell is complete past the due date."),
}

BASIS: Mapping[str, str] = {
    "acknowledged": "receipt acknowledged",
    "portal_timestamp": "receipt stamped by the portal",
    "deemed": "receipt deemed, not confirmed",
    "unknown": "date of receipt not confirmed",
}

DISPUTES: Mapping[str, str] = {
    "already_done": "It was done already",
    "wrong_date": "A date is wrong",
    "not_asked": "We were not asked, or not asked in this way",
    "wrong_body": "It is another body's duty",
    "wrong_child": "It is about another child",
    "exception_applies": "An exception applies",
    "other": "Something else",
}

SHORT: Mapping[str, str] = {
    "ehcna-decision": "Decision whether to assess",
    "ehcna-advice-health": "Health advice",
    "ehcna-advice-school": "School's advice",
    "ehcna-advice-ep": "Educational psychology advice",
    "ehcna-advice-social-care": "Social care advice",
    "ehcna-no-plan-decision": "Decision not to issue a plan",
    "ehcp-final": "Final EHC plan",
    "review-first": "First review of the plan",
    "review-next": "Review of the plan",
    "provision-shortfall": "Provision below the plan",
}
"""Rule id to a heading, where the rule's own sentence is too long for one."""

ROLES: Mapping[str, str] = {
    "dco": "Designated clinical officer",
    "dmo": "Designated medical officer",
    "dsco": "Designated social care officer",
    "sen_officer": "SEN officer",
    "sen_manager": "SEN manager",
    "senco": "SENCO",
    "icb_send_lead": "ICB SEND lead",
    "virtual_school_head": "Virtual school head",
    "data_manager": "Data manager",
    "operations": "Operations",
    "family": "Family",
    "assurance": "Assurance",
    "analyst": "Analyst",
    "steward": "Identity steward",
}

SEES: Mapping[str, str] = {
    "dco": "Health advice asked of bodies that your ICB commissions.",
    "dmo": "Health advice asked of bodies that your ICB commissions.",
    "dsco": "Duties of social care in your area.",
    "sen_officer": "Every duty of your area, by due date.",
    "sen_manager": "Every duty of your area, and the backlog.",
    "senco": "Duties about pupils of your own school.",
    "icb_send_lead": "The ICB's health duties by case reference, without names.",
    "data_manager": "Silent feeds, disputes, and duties that cannot be judged. No names.",
    "operations": "State of the feeds. No children.",
    "assurance": "Everything but sealed records, for reading only.",
    "analyst": "Lists by case reference, without names.",
    "steward": "Records that may be one child, side by side, with names. No duties but those that an answer would change.",
}


def state_words(state: str, limit_force: str) -> str:
    """Return a state as people read it; past a limit, by the limit's force.

    >>> state_words("overdue", "code")
    'Code of Practice time passed'
    >>> state_words("not_known", "act")
    'Not known: nothing heard for this date yet'
    """
    words: dict[str, str] = dict(STATES.items())
    words["overdue"] = dict[str, str](PASSED.items()).get(limit_force, words["overdue"])
    return words.get(state, state.replace("_", " ").capitalize())


def tag_words(state: str, limit_force: str) -> str:
    """Return the beginning of a state's words, short enough for a tag.

    >>> tag_words("not_known", "act")
    'Not known'
    """
    return re.split("[:;]", state_words(state, limit_force))[0]


def force_words(force: str) -> str:
    """Return a force of law as people read it."""
    return dict[str, str](FORCES.items()).get(force, force.replace("_", " "))


def lower_first(text: str) -> str:
    """Return a heading as it stands inside a sentence.

    >>> lower_first("Final EHC plan"), lower_first("EHC plan")
    ('final EHC plan', 'EHC plan')
    """
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def event_words(kind: str) -> str:
    """Return a kind of event as people read it.

    >>> event_words("NeedsAssessmentRequested")
    'Needs assessment requested'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", " ", kind).capitalize()


_FACTS: Mapping[str, str] = {
    "requested_by": "asked by",
    "advice_kind": "kind",
    "decision": "decision",
    "outcome": "outcome",
    "sent_on": "sent",
    "received_on": "received",
    "received_basis": "receipt",
    "served_on": "served",
    "body": "body",
    "ground": "ground",
    "because": "because",
    "reason": "reason",
    "since": "from",
    "until": "to",
    "worker_ref": "officer",
}


def event_facts(kind: str, data: Mapping[str, object]) -> list[str]:
    """Return the fields of an event that people want to see, in words; codes and dates, never free text.

    >>> event_facts("AdviceRequested", {"sent_on": "2025-11-03", "received_basis": "deemed"})
    ['sent 3 Nov 2025', 'receipt deemed']
    """
    return [f"{label} {_fact(data[name])}" for name, label in _FACTS.items() if data.get(name)]


def _fact(value: object) -> str:
    text = str(value)
    return brief(date.fromisoformat(text)) if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text.replace("_", " ")


def brief(when: date | None, beside: date | None = None) -> str:
    """Return a date in few letters, without its year where that is the year beside it.

    >>> brief(date(2025, 11, 3), date(2025, 12, 1)), brief(date(2025, 11, 3))
    ('3 Nov', '3 Nov 2025')
    """
    if when is None:
        return ""
    text = f"{when.day} {day(when).split()[1][:3]}"
    return text if beside and beside.year == when.year else f"{text} {when.year}"
