"""What an answer of PDS tells: evidence about a number, never a join. Whose it is, the resolver or a person decides."""

from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from connectors.base import Note, Refused, Row
from connectors.facts import Fact, said_of
from connectors.people import sensitivity
from connectors.sources.fhir.patient import patient
from connectors.sources.fhir.resources import Patient
from connectors.sources.fhir.view import Around, View, decode, head_of
from connectors.sources.pds_trace.errors import spine_code
from hub.domain.events.people import IdentifierSuperseded, IdentifierTraced, PersonDescribed
from hub.domain.identifiers import nhs_number
from hub.domain.instants import instant, stamp

NHS = "nhs_number"
Outcome = Literal["found", "possible", "nobody", "many", "same", "superseded", "invalidated", "unknown"]


class Exchange(Struct, frozen=True, omit_defaults=True):
    """One question and its answer: a line of a trace.

    Attributes:
        asked_at: Instant; the version of what the answer says.
        answer: A searchset Bundle, a Patient or an OperationOutcome, as PDS gave it.
        source: With `local_id`, the record that was asked for, as the hub names it; empty where a number was asked for.
        strategy: Name of the search that gave the answer.
        number: The NHS number that was asked for.
    """

    asked_at: str
    answer: Raw
    source: str = ""
    local_id: str = ""
    strategy: str = ""
    number: str = ""


class Told(Struct, frozen=True):
    """What an exchange comes to.

    Attributes:
        outcome: found (score 1), possible (less: for review alone), nobody, many; of a number: same, superseded,
            invalidated, unknown.
        number: The number that PDS knows the person by; empty if there is none.
        rows: What the hub is told, in the order in which it must be read.
    """

    outcome: Outcome
    number: str = ""
    score: float | None = None
    rows: tuple[Row, ...] = ()


class _Score(Struct):
    score: float | None = None


class _Entry(Struct):
    resource: Raw
    search: _Score | None = None


class _Found(Struct):
    total: int
    entry: list[_Entry] = []


def exchange(raw: bytes | Raw) -> Exchange:
    """Return a line of a trace; raise `Refused` if it is none."""
    try:
        read = msgspec.json.decode(raw, type=Exchange)
        instant(read.asked_at)
    except (msgspec.ValidationError, ValueError) as error:
        raise Refused("", "not a question to PDS with its answer") from error
    if bool(read.number) == bool(read.source and read.local_id):
        raise Refused("number", "either a number or a record was asked for")
    return read


def told(one: Exchange) -> Told:
    """Return what the answer tells.

    Raises:
        Refused: It is no answer of PDS, or PDS refused the question.
    """
    kind = head_of(one.answer).resourceType
    code = spine_code(one.answer) if kind == "OperationOutcome" else ""
    if one.number:
        return _of_number(one, kind, code)
    if code == "TOO_MANY_MATCHES":
        return Told("many", rows=(_nothing(one),))
    if kind != "Bundle":
        raise Refused("answer", f"PDS refused the search: {code or 'no reason given'}" if code else "not a search set")
    try:
        found = msgspec.json.decode(one.answer, type=_Found)
    except msgspec.ValidationError as error:
        raise Refused("answer", "not a search set") from error
    if found.total == 1 and len(found.entry) == 1:
        return _of_search(one, found.entry[0])
    return Told("many" if found.total > 1 or len(found.entry) > 1 else "nobody", rows=(_nothing(one),))


def _of_search(one: Exchange, entry: _Entry) -> Told:
    who, number, notes = _patient(entry.resource)
    score = entry.search.score if entry.search else None
    is_sure = score is not None and score >= 1.0
    described = _described(one, who, number, notes) if is_sure else _flagged(one, who, number, PersonDescribed())
    evidence = IdentifierTraced(
        system=NHS, value=number, for_source=one.source, for_local_id=one.local_id, strategy=one.strategy, score=score
    )
    trace = _row(one, _trace_key(one), number, [(evidence, None)])
    return Told("found" if is_sure else "possible", number, score, (*described, trace))


def _of_number(one: Exchange, kind: str, code: str) -> Told:
    asked = nhs_number(one.number)
    if asked is None:
        raise Refused("number", "not a valid NHS number")
    gone = Row(f"Patient:{asked}", stamp(_at(one)), ())
    key = f"number:{asked}"
    if code == "INVALIDATED_RESOURCE":
        # PDS has no other name for the person: the number itself says whose it was.
        facts: list[Fact] = [(PersonDescribed(nhs_number=asked), None), _superseded(asked, "")]
        return Told("invalidated", "", rows=(_row(one, key, asked, facts), gone))
    if code == "RESOURCE_NOT_FOUND":
        return Told("unknown")
    if kind != "Patient":
        raise Refused("answer", f"PDS refused the number: {code}" if code else "not a Patient")
    who, number, notes = _patient(one.answer)
    if number == asked:
        flagged = _flagged(one, who, number, PersonDescribed(nhs_number=number))
        return Told("same", number, rows=(*flagged, Row(key, stamp(_at(one)), ())))
    change = _row(one, key, number, [_superseded(asked, number)])
    return Told("superseded", number, rows=(*_described(one, who, number, notes), change, gone))


def _patient(raw: Raw) -> tuple[Patient, str, list[Note]]:
    who, notes = decode(raw, Patient)
    number = nhs_number(who.id)
    if who.resourceType != "Patient" or not number:
        raise Refused("answer", "a Patient without a valid NHS number as its id")
    return who, number, notes


def _described(one: Exchange, who: Patient, number: str, notes: list[Note]) -> tuple[Row]:
    """Return all that PDS says of the person; a restricted one's location is left out by the FHIR mapping."""
    view = View(Around(), notes)
    facts: list[Fact] = []
    for payload, on, *_ in patient(who, view):
        is_person = isinstance(payload, PersonDescribed)
        facts.append((msgspec.structs.replace(payload, nhs_number=number) if is_person else payload, on))
    return (_row(one, f"Patient:{number}", number, facts, tuple(view.notes)),)


def _flagged(one: Exchange, who: Patient, number: str, known: PersonDescribed) -> tuple[Row, ...]:
    """Return the restriction, if there is one, and what is known: nothing else is taken of who may be somebody else."""
    words = [sensitivity(label.code) for label in who.meta.security] if who.meta else []
    flag = next(filter(None, words), "")
    described = msgspec.structs.replace(known, sensitivity=flag)
    return (_row(one, f"Patient:{number}", number, [(described, None)]),) if flag else ()


def _superseded(old: str, new: str) -> Fact:
    return IdentifierSuperseded(system=NHS, old=old, new=new), None  # PDS does not say since when


def _nothing(one: Exchange) -> Row:
    """Return the row that takes back what an earlier trace of the record said."""
    return Row(_trace_key(one), stamp(_at(one)), ())


def _trace_key(one: Exchange) -> str:
    return f"trace:{one.source}:{one.local_id}"


def _row(one: Exchange, key: str, number: str, facts: list[Fact], notes: tuple[Note, ...] = ()) -> Row:
    at = _at(one)
    return Row(key, stamp(at), said_of(facts, key, (number, "child"), at), notes)


def _at(one: Exchange) -> datetime:
    return instant(one.asked_at)
