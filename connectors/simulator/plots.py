"""What is planted, and how often: shares are counted in fortieths, so forty children show everything once."""

from collections.abc import Callable, Iterable

PLOTS = (
    "plan_on_time", "reviewed", "running", "plan_late", "reviewed", "withdrawn", "running", "reviewed",
    "no_plan", "review_missed", "died", "plan_on_time", "reviewed", "running", "duplicate_request", "refused",
    "review_late", "plan_last_day", "final_exempt", "reviewed", "request_corrected", "plan_late", "ceased", "running",
    "plan_icb_late", "reviewed", "same_process_twice", "no_plan_late", "review_heard_late", "plan_late", "closed_2025",
    "review_meeting_only", "withdrawn", "final_exempt_no_evidence", "asked_again", "ceased_2025", "plan_on_time",
    "refused_late", "review_missed", "running",
)  # fmt: skip
"""What becomes of a child, by place in the cycle."""

QUIRKS = {
    3: "no_nhs_casework", 4: "restricted", 7: "no_nhs_trust", 8: "twin", 9: "restricted", 11: "no_upn_care",
    13: "twin", 14: "misspelt", 16: "sibling", 19: "misspelt_no_nhs", 21: "bad_nhs_trust", 22: "shared_home",
    24: "moved_house", 25: "twin_no_nhs", 27: "no_upn_care", 29: "misspelt", 31: "sibling", 32: "no_nhs_casework",
    36: "nameless", 39: "no_nhs_school",
}  # fmt: skip
"""What is odd in how agencies know a child, by place in the cycle."""

TASK_FATES = (
    "deemed_then_acknowledged", "corrected", "heard_late", "sent_not_recorded", "exempt", "last_day", "never",
    "exempt_no_evidence", "out_of_reach", "declined", "task_twice", "late", "on_time", "on_time", "on_time", "on_time",
    "late", "on_time", "heard_late", "on_time", "sent_not_recorded", "on_time",
)  # fmt: skip
"""What becomes of advice asked of a trust whose own system tells us of it."""

LETTER_FATES = (
    "mistake", "corrected_twice", "heard_late", "deemed", "last_day", "never", "unknown", "late", "asked_twice",
    "on_time", "on_time", "on_time", "on_time", "deemed", "on_time", "on_time", "late", "on_time", "on_time", "late",
    "on_time", "on_time", "late", "on_time", "on_time", "heard_late", "on_time", "on_time", "on_time", "never",
    "on_time", "on_time", "deemed", "on_time", "on_time", "last_day", "on_time", "on_time", "late",
)  # fmt: skip
"""What becomes of advice asked of a body that only the council tells us of."""

LINE_FATES = (
    "staff_absent", "unreported", "good", "child_absent", "late_log", "not_commissioned", "good", "corrected", "good",
    "refused", "good", "good",
)  # fmt: skip
"""How the sessions of a quantified and reported line went."""


def place(index: int) -> int:
    """Return the child's place in the cycle; each round is shifted by one, so that every area meets every plot."""
    return (index + index // len(PLOTS)) % len(PLOTS)


class Deck:
    """Deals fates in turn; one that does not suit a case waits for the next that it suits."""

    def __init__(self, fates: Iterable[str]) -> None:
        self._fates = tuple(fates)
        self._waiting: list[str] = []

    def deal(self, suits: Callable[[str], bool]) -> str:
        """Return the first waiting fate that suits and take it from the deck.

        >>> deck = Deck(["late", "never"])
        >>> [deck.deal(lambda fate: fate != "late"), deck.deal(lambda fate: True)]
        ['never', 'late']
        """
        for _ in range(2):
            for at, fate in enumerate(self._waiting):
                if suits(fate):
                    return self._waiting.pop(at)
            waiting = set(self._waiting)  # what suits nobody for long must not pile up
            self._waiting.extend(fate for fate in self._fates if fate not in waiting)
        return "on_time"
