"""Code lists that several sources share (`events.md`)."""

ADVICE_KINDS = (
    "parent", "education", "sensory", "medical", "psychological", "social_care", "preparation_for_adulthood", "other",
    "asked_by_family",
)  # fmt: skip
GROUNDS = ("s31_incompatible", "s31_adverse", "not_known", "wrong_service", "other")
"""Why a body declines to give advice."""
BECAUSE = ("staff_absent", "not_commissioned", "setting_closed", "child_absent", "refused_by_family", "other")
"""Why a session was missed."""
