import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.simulator.simulate import simulate
from connectors.simulator.weeks import MONDAYS, TODAY, WEEKS, due_on

STATES = {
    "not_owed", "lapsed", "conditional", "met", "exempt", "exempt_claimed", "met_late", "sent_not_recorded",
    "not_known", "past_due_unconfirmed", "overdue", "before_due",
}  # fmt: skip
TOLD = {
    "started_on": "started_told_on", "due_on": "started_told_on", "receipt_basis": "started_told_on",
    "done_on": "told_on", "sent_on": "sent_told_on", "lapsed_on": "lapsed_told_on",
}  # fmt: skip


class Known:
    """A planted duty as known on a day (K), read as the top of `truth.py` says; dates are ISO text."""

    def __init__(self, duty: dict[str, Any], known_on: str) -> None:
        self._duty, self._known_on = duty, known_on

    def said(self, field: str) -> str | None:
        duty = self._duty
        if not (told_on := duty[TOLD[field]]) or told_on > self._known_on:
            return None
        changes = [c for c in duty["corrected"] if c["field"] == field]
        value = changes[0]["was"] if changes else duty[field]
        for change in changes:
            if change["told_on"] <= self._known_on:
                value = change["became"]
        return value

    def counts(self, field: str, true_on: str) -> str | None:
        value = self.said(field)
        return value if value and value <= true_on else None

    def part(self, name: str, day: str, true_on: str) -> dict[str, Any] | None:
        part = self._duty[name]
        is_told = part and part["told_on"] and part["told_on"] <= self._known_on
        return part if is_told and part[day] and part[day] <= true_on else None


def state_of(duty: dict[str, Any], feeds: Iterable[dict[str, Any]], true_on: date, known_on: date) -> str | None:
    """Return the state of a planted duty, `before_due` for open and at_risk, `None` where it is not there."""
    on, known = f"{true_on}", Known(duty, f"{known_on}")
    if not known.counts("started_on", on):
        return None
    due, done, lapsed = known.said("due_on"), known.counts("done_on", on), known.counts("lapsed_on", on)
    assert due
    occurs = known.part("occurs_if", "on", on)
    if occurs and occurs["was"] != occurs["outcome"]:
        return "not_owed"
    if lapsed and not (done and done <= lapsed):
        return "lapsed"
    if duty["occurs_if"] and not occurs:
        return "conditional"
    if done and done <= due:
        return "met"
    if exemption := known.part("exemption", "from", on):
        return "exempt" if exemption["evidence"] else "exempt_claimed"
    if done:
        return "met_late"
    return _undone(duty, feeds, known, due, on, f"{known_on}")


def _undone(
    duty: dict[str, Any], feeds: Iterable[dict[str, Any]], known: Known, due: str, on: str, known_on: str
) -> str:
    if on <= due:
        return "before_due"
    if known.counts("sent_on", on):
        return "sent_not_recorded"
    complete_to = [
        to
        for feed in feeds
        if feed["connector"] == "ehc_casework" and duty["area"] in feed["areas"]
        for day, to in feed["complete_to_by_date"]
        if day <= known_on
    ]
    if max(complete_to, default="") < due:
        return "not_known"
    return "past_due_unconfirmed" if known.said("receipt_basis") in ("deemed", "unknown") else "overdue"
