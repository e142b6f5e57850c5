"""A child of a CIN census return: who they are, and every dated record about them under a key of its own.

The census of the next year leaves out what ended before it began. So each record (referral, assessment, plan …) is
keyed by the child and the day it started, not by its place under the child: what a later return does not repeat still
stands, and what it corrects within the time it covers is withdrawn by that cover.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from xml.etree.ElementTree import Element

from msgspec import Struct

from connectors.base import Note, Refused, Row
from connectors.cells import FLAGS, MISSING, NOT_A_DATE, day
from connectors.facts import Fact, said_of
from connectors.people import sex
from connectors.sources.cin_census import codes
from hub.domain.events import social_care as care
from hub.domain.events.envelope import Payload
from hub.domain.events.people import PersonDescribed, PersonDied
from hub.domain.identifiers import upn
from hub.domain.instants import instant, local_date, stamp


class Header(Struct, frozen=True):
    """What a return says of itself.

    Attributes:
        collection: CIN, if it is one.
        reference_on: Last day of its year.
        written_at: When the file was made: the version of all it says.
    """

    collection: str = ""
    reference_on: date | None = None
    written_at: datetime | None = None

    @property
    def latest(self) -> date | None:
        """Return the last day that the return can know of."""
        days = [self.reference_on, local_date(self.written_at) if self.written_at else None]
        return max(filter(None, days), default=None)


def header_of(element: Element) -> Header:
    """Return the header of a return; what is missing or wrong in it stays empty."""
    written = _text(element, "Source/DateTime")
    try:
        written_at = instant(written) if written else None
    except (ValueError, OverflowError):
        written_at = None
    collection = _text(element, "CollectionDetails/Collection")
    return Header(collection, day(_text(element, "CollectionDetails/ReferenceDate")), written_at)


def map_child(child: Element, header: Header, is_repeated: bool = False) -> Row:
    """Return what the return says of one child.

    Args:
        child: The Child element, without namespaces.
        header: The header of its return.
        is_repeated: The child stands in the file before: records add to it, the description is taken from there.

    Raises:
        Refused: It has no LAchildID.
    """
    local_id = _text(child, "ChildIdentifiers/LAchildID")
    if not local_id:
        raise Refused("LAchildID", MISSING)
    sheet = Sheet(local_id, header.latest)
    key = f"child:{local_id}#again" if is_repeated else f"child:{local_id}"
    if is_repeated:
        sheet.note("LAchildID", "stands in the file before: identifiers are taken from there")
    facts = [*([] if is_repeated else _person(child, sheet)), *_records(child, sheet)]
    version = stamp(header.written_at) if header.written_at else ""
    return Row(key, version, said_of(facts, key, (local_id, "child"), header.written_at), tuple(sheet.notes))


class Sheet:
    """One child's notes and the keys given to its records."""

    def __init__(self, local_id: str, latest: date | None) -> None:
        self._local_id, self._latest = local_id, latest
        self._used: Counter[str] = Counter()
        self.notes: list[Note] = []

    def note(self, name: str, reason: str) -> None:
        """Keep a note about an element."""
        self.notes.append(Note(name, reason))

    def on(self, element: Element, name: str, *, after: date | None = None) -> date | None:
        """Return an element's date; a note where it is none, lies after the return, or before what it ends."""
        text = _text(element, name)
        if not text:
            return None
        read = day(text)
        if read is None:
            self.note(name, NOT_A_DATE)
        elif self._latest and read > self._latest:
            self.note(name, "after the return was made")
        elif after and read < after:
            self.note(name, "before its start")
        else:
            return read
        return None

    def code(self, element: Element, name: str, known: Iterable[str]) -> str:
        """Return an element's code if it is of the list."""
        text = _text(element, name)
        if text and text not in known:
            self.note(name, "unknown code")
            return ""
        return text

    def codes(self, elements: Iterable[Element], known: Iterable[str]) -> tuple[str, ...]:
        """Return the codes of the list, each once."""
        kept: dict[str, None] = {}
        for element in elements:
            text = (element.text or "").strip()
            if text in known:
                kept[text] = None
            elif text and text != codes.NO_DISABILITY:
                self.note(element.tag, "unknown code")
        return tuple(kept)

    def key(self, table: str, on: date) -> str:
        """Return the key of a record that starts on that day; those of one kind and day are counted."""
        base = f"{table}:{self._local_id}:{on}"
        self._used[base] += 1
        return base if self._used[base] == 1 else f"{base}#{self._used[base]}"

    def first(self, table: str, on: date) -> str:
        """Return the key of a record that there is only one of on a day; empty if it was given out."""
        base = f"{table}:{self._local_id}:{on}"
        self._used[base] += 1
        return base if self._used[base] == 1 else ""


def _person(child: Element, sheet: Sheet) -> Iterator[Fact]:
    who = child.find("ChildIdentifiers")
    assert who is not None  # it holds the LAchildID
    born_on = sheet.on(who, "PersonBirthDate")
    died_on = sheet.on(who, "PersonDeathDate", after=born_on)
    ethnicity = _text(child, "ChildCharacteristics/Ethnicity")
    yield (
        PersonDescribed(
            upn=_upn(who, "UPN", sheet),
            former_upn=_upn(who, "FormerUPN", sheet),
            birth_date=born_on,
            death_date=died_on,
            sex=_sex(who, sheet),
            ethnicity=ethnicity,
            ethnicity_system="dfe" if ethnicity else "",
        ),
        None,
    )
    if died_on:
        yield PersonDied(), died_on


def _upn(who: Element, name: str, sheet: Sheet) -> str:
    text = _text(who, name)
    valid = upn(text) or ""
    if text and not valid:
        sheet.note(name, "not a valid UPN")
    return valid


def _sex(who: Element, sheet: Sheet) -> str:
    for name in ("Sex", "GenderCurrent", "Gender"):
        if text := _text(who, name):
            if read := sex(text):
                return read
            sheet.note(name, "unknown code")
    return ""


def _records(child: Element, sheet: Sheet) -> Iterator[Fact]:
    disability = sheet.codes(child.iterfind("ChildCharacteristics/Disabilities/Disability"), codes.DISABILITIES)
    for details in child.iterfind("CINdetails"):
        yield from _referral(details, sheet)
        for assessment in details.iterfind("Assessments"):
            yield from _assessment(assessment, disability, sheet)
        for plan in details.iterfind("CINPlanDates"):
            started, ended = care.ChildInNeedPlanStarted(), care.ChildInNeedPlanEnded()
            yield from _spell(plan, ("CINPlanStartDate", "CINPlanEndDate"), ("cin_plan", started, ended), sheet)
        for enquiry in details.iterfind("Section47"):
            if held_on := sheet.on(enquiry, "S47ActualStartDate"):
                yield care.StrategyDiscussionHeld(), held_on, sheet.key("section47", held_on)
            yield from _conference(enquiry, sheet)
        yield from _conference(details, sheet)
        for plan in details.iterfind("ChildProtectionPlans"):
            category = sheet.code(plan, "InitialCategoryOfAbuse", codes.ABUSE)
            begun, over = care.ProtectionPlanStarted(category=category), care.ProtectionPlanEnded()
            yield from _spell(plan, ("CPPstartDate", "CPPendDate"), ("protection_plan", begun, over), sheet)


def _referral(details: Element, sheet: Sheet) -> Iterator[Fact]:
    on = sheet.on(details, "CINreferralDate")
    sheet.on(details, "CINclosureDate", after=on)
    source = sheet.code(details, "ReferralSource", codes.REFERRAL_SOURCES)
    need = sheet.code(details, "PrimaryNeedCode", codes.NEEDS)
    if on is None:
        _undated(details, "CINreferralDate", sheet)
        return
    no_action = FLAGS.get(_text(details, "ReferralNFA").lower())
    referral = care.CareReferralReceived(referral_source=source, primary_need=need, no_further_action=no_action)
    yield referral, on, sheet.key("referral", on)


def _assessment(assessment: Element, disability: tuple[str, ...], sheet: Sheet) -> Iterator[Fact]:
    on = sheet.on(assessment, "AssessmentActualStartDate")
    done_on = sheet.on(assessment, "AssessmentAuthorisationDate", after=on)
    factors = sheet.codes(assessment.iterfind("FactorsIdentifiedAtAssessment/AssessmentFactors"), codes.FACTORS)
    start = on or done_on
    if start is None:
        _undated(assessment, "AssessmentActualStartDate", sheet)
        return
    key = sheet.key("assessment", start)
    if on:
        yield care.CareAssessmentStarted(), on, key
    if done_on:
        yield care.CareAssessmentCompleted(factors=factors, disability=disability), done_on, key


def _spell(
    element: Element, names: tuple[str, str], what: tuple[str, Payload, Payload], sheet: Sheet
) -> Iterator[Fact]:
    """Yield the start and the end of something that lasts."""
    table, started, ended = what
    on = sheet.on(element, names[0])
    over_on = sheet.on(element, names[1], after=on)
    if on is None:
        _undated(element, names[0], sheet)
        return
    key = sheet.key(table, on)
    yield started, on, key
    if over_on:
        yield ended, over_on, key


def _conference(element: Element, sheet: Sheet) -> Iterator[Fact]:
    """Yield the initial conference; a return names the same one under the enquiry and under the referral."""
    on = sheet.on(element, "DateOfInitialCPC")
    if on and (key := sheet.first("conference", on)):
        yield care.ProtectionConferenceHeld(), on, key


def _undated(element: Element, name: str, sheet: Sheet) -> None:
    sheet.note(name, f"{MISSING}: the record is left out" if not _text(element, name) else "the record is left out")


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
