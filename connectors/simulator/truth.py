"""`truth.json`: what was planted, so that a checker can say how every duty stood on any day, as known on any day.

A duty as true on D and known on K (dates; K is the end of that day; both may be the same Monday)
-----------------------------------------------------------------------------------------------
1. *What a field said at K.* A field with entries in `corrected` said, at K, the `became` of its last entry with
   `told_on` <= K, and before its first entry that entry's `was`. Any other field said what it says here. Only then
   the day on which the field was first told counts: `started_told_on` for started_on, due_on and receipt_basis,
   `told_on` for done_on, `sent_told_on` for sent_on, `lapsed_told_on` for lapsed_on, and the `told_on` inside
   `exemption`, `occurs_if` and `extension`. Before that day the field is null at K; a told day of null means never told.
2. *What counts on D.* A fact counts if it is known at K and its date is <= D (for an exemption: its `from`).
3. *The due date.* Once `extension` counts (its `on`), its `due_on` takes the place of the duty's own. A `due_on` of null
   with a `started_on` that counts: the law sets no number of days, and the duty is never late.
4. The duty is there if `started_on` counts. Then its state is the first that applies:

   not_owed              `occurs_if.on` counts and `occurs_if.was` is not `occurs_if.outcome`
   lapsed                `lapsed_on` counts, and no `done_on` that counts is on or before it
   conditional           `occurs_if` is not null and `occurs_if.on` does not count
   met                   `done_on` counts, and is <= due_on or there is no due date
   open                  there is no due date
   exempt                `exemption` counts and has evidence: a limit that is switched off cannot be missed
   exempt_claimed        `exemption` counts and has none
   lapsed                `is_window`, and D > due_on: a family's time has ended, and nobody is late
   met_late              `done_on` counts
   and after the due date (D > due_on):
   sent_not_recorded     `sent_on` counts
   not_known             no feed of the area with the connector `told_by` was complete to due_on at K: the last pair of
                         its `complete_to_by_date` whose first date is <= K has a second date < due_on (or there is none)
   past_due_unconfirmed  `receipt_basis` is deemed or unknown
   overdue               otherwise
   and until the due date (D <= due_on):
   at_risk, open         one or the other by the rule's own warning window, which is not planted

A line of provision in a week, as known on K: `delivered` and `missed_because` hold from `told_on` on (null: nothing
was logged, or it was never told), after the corrections in `corrected` in the same manner; before it nothing of the
week is reported. `promised` minus what was delivered and missed is unreported. Where `reported` is false no source
reports the line, and it is not judged; where `promised` is null the plan does not say how much. Of a line whose
`line_told_on` is null, or later than K, nobody has told.

A record with `sure` false carries little: that it is joined without a person's decision is not expected, nor
forbidden. An exemption is written only where the claim reaches the rule and runs over the due date.
The areas keep the rules of `in_shadow` in shadow: nobody is told what they say.
Of the rules in `wholly` every duty is planted: what is not here must not be there. Of the other rules in `families`
those duties are planted that episodes bring about, each in a process of its own, or in none; the events that begin them
may begin more, of these rules and of others, which is not planted. `family` is empty for the oldest. A duty that
was planted by mistake and taken back has a `started_on` that became null.
`lapsed_because`: request_withdrawn, person_died, refused, no_plan (notified that none will be made), plan_issued,
plan_ceased or plan_transferred; of an episode also responsible_body_changed and its recipe's own words. A duty to
give advice ends with the assessment: it lapses when the plan is issued or refused, if not done by then; that a body
declines (CFA s.31) is an event of its own and ends nothing. `movers`, where it is there, has the children who move
from one area to another, with the duties that end in the old area, stay with it and begin in the new one; they are in
no other part, and their events may begin more. `planted` names what was planted there, for whoever looks at a
difference.
"""

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from connectors.simulator.weeks import TODAY

_encode = msgspec.json.Encoder().encode


class Correction(Struct, frozen=True):
    """A field that was told otherwise later."""

    field: str
    was: Any
    became: Any
    told_on: date


class Duty(Struct, kw_only=True):
    """One planted duty; see the top of the module."""

    person: str
    area: str
    rule: str
    body: str = ""
    process: str = ""
    advice_request: str = ""
    started_on: date | None = None
    started_told_on: date | None = None
    receipt_basis: str = ""
    due_on: date | None = None
    done_on: date | None = None
    told_on: date | None = None
    sent_on: date | None = None
    sent_told_on: date | None = None
    lapsed_on: date | None = None
    lapsed_told_on: date | None = None
    lapsed_because: str = ""
    occurs_if: dict[str, Any] | None = None
    exemption: dict[str, Any] | None = None
    extension: dict[str, Any] | None = None
    is_window: bool = False
    told_by: str = "ehc_casework"
    corrected: list[Correction] = []
    planted: str = ""
    family: str = ""


class Truth:
    """Writes down what was planted, part by part, and puts the parts together at the end."""

    def __init__(self, to: Path) -> None:
        self._to = to
        self._parts = {name: (to / f".{name}.part").open("wb") for name in ("people", "duties", "provision")}
        self._count = dict.fromkeys(self._parts, 0)

    def add(self, part: str, entry: object) -> None:
        """Add one entry to a part."""
        out = self._parts[part]
        out.write(b",\n" if self._count[part] else b"\n")
        out.write(_encode(entry))
        self._count[part] += 1

    def close(self, rest: dict[str, Any]) -> dict[str, int]:
        """Write `truth.json` with the parts and the rest; return the number of entries by part."""
        with (self._to / "truth.json").open("wb") as out:
            out.write(b'{"today":' + _encode(TODAY))
            for name, value in rest.items():
                out.write(b",\n" + _encode(name) + b":" + _encode(value))
            for name, part in self._parts.items():
                part.close()
                out.write(b",\n" + _encode(name) + b":[")
                path = self._to / f".{name}.part"
                with path.open("rb") as written:
                    shutil.copyfileobj(written, out)
                path.unlink()
                out.write(b"]")
            out.write(b"}\n")
        return self._count
