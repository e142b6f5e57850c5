"""What people answer to an alert: read from a form, checked, and made a command."""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from hub.domain.alert_texts import day
from hub.web.wording import DISPUTES

SNOOZE_DAYS_AT_MOST = 28
WORDS_AT_MOST = 1000


class Answer(Struct, frozen=True):
    """The body of an answer command and its free text apart, or what is wrong with the form: field to sentence."""

    body: dict[str, str] = {}
    words: str = ""
    errors: dict[str, str] = {}


def read_answer(answer: str, alert: str, form: Mapping[str, str], on: date) -> Answer:
    """Return the command that a form means.

    Args:
        answer: acknowledge, snooze or dispute.
        alert: The alert's id.
        form: Fields by name.
        on: Date of the area's last tick; a snooze ends after it.
    """
    if answer == "snooze":
        return _snooze(alert, form, on)
    if answer == "dispute":
        return _dispute(alert, form)
    return Answer({"alert": alert, "kind": "acknowledge"})


def _snooze(alert: str, form: Mapping[str, str], on: date) -> Answer:
    try:
        until = date(*(int(form.get(f"until-{part}", "")) for part in ("year", "month", "day")))
    except ValueError:
        return Answer(errors={"until-day": "Enter a date, for example 12 1 2026"})
    last = on + timedelta(days=SNOOZE_DAYS_AT_MOST)
    if not on < until <= last:
        return Answer(errors={"until-day": f"The date must be after {day(on)} and no later than {day(last)}"})
    return Answer({"alert": alert, "kind": "snooze", "until": until.isoformat()})


def _dispute(alert: str, form: Mapping[str, str]) -> Answer:
    reason, words = form.get("reason", ""), form.get("words", "").strip()
    errors = {}
    if reason not in DISPUTES:
        errors["reason"] = "Choose what is wrong"
    if len(words) > WORDS_AT_MOST:
        errors["words"] = f"Use {WORDS_AT_MOST} characters or fewer"
    if reason == "other" and not words:
        errors["words"] = "Say in a few words what is wrong"
    if errors:
        return Answer(errors=errors)
    return Answer({"alert": alert, "kind": "dispute", "reason": reason}, words)
