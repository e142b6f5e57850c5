"""A FHIR Patient as a description of a person."""

from collections.abc import Iterator

from connectors.facts import Fact
from connectors.people import sensitivity, sex
from connectors.sources.fhir.resources import Address, HumanName, Identifier, Patient
from connectors.sources.fhir.view import NHS_NUMBER, View
from hub.domain.events.people import PersonDescribed, PersonDied
from hub.domain.identifiers import nhs_number, postcode, upn

VERIFICATION = "NHSNumberVerificationStatus"
ETHNICITY = "UKCore-EthnicCategory"
FORMER = ("old", "maiden")
PREFERENCE = ("official", "usual", "", "temp", "anonymous", "nickname")


def patient(one: Patient, view: View) -> Iterator[Fact]:
    """Yield what the resource says of the person."""
    number, status = _nhs_number(one, view)
    names = _names(one)
    main = names[0] if names else HumanName()
    restricted = _sensitivity(one)
    home = None if restricted else _home(one)
    died_on = view.on("deceasedDateTime", one.deceasedDateTime)
    yield (
        PersonDescribed(
            nhs_number=number,
            nhs_number_status=status,
            upn=_upn(one, view),
            family_name=main.family,
            given_names=_given(main),
            preferred_name=next((_given(name) for name in names if name.use == "nickname"), ""),
            former_names=tuple(f"{_given(name)} {name.family}".strip() for name in one.name if _is_former(name)),
            birth_date=view.on("birthDate", one.birthDate),
            death_date=died_on,
            sex=sex(one.gender) or "",
            postcode=_postcode(home, view),
            address_lines=_lines(home),
            # A restricted person's practice says where they live.
            gp_practice="" if restricted else _practice(one),
            ethnicity=_ethnicity(one),
            ethnicity_system="nhs" if _ethnicity(one) else "",
            language=_language(one),
            sensitivity=restricted,
        ),
        None,
    )
    if restricted and (one.address or one.generalPractitioner):
        view.note("address", "location of a restricted person: not kept")
    if died_on:
        yield PersonDied(), died_on
    elif one.deceasedDateTime or one.deceasedBoolean:
        view.note("deceased", "the person has died, the day is not given: the day the resource was written is used")
        yield PersonDied(), view.on("meta.lastUpdated", one.meta.lastUpdated if one.meta else "")


def _nhs_number(one: Patient, view: View) -> tuple[str, str]:
    given = [
        number for number in one.identifier if number.system in NHS_NUMBER and number.value and number.use != "old"
    ]
    for number in given:
        if valid := nhs_number(number.value):
            return valid, _status(number)
    if given:
        view.note("identifier", "not a valid NHS number")
    return "", _status(given[0]) if given else ""


def _status(number: Identifier) -> str:
    for extension in number.extension:
        if VERIFICATION in extension.url and extension.valueCodeableConcept:
            return extension.valueCodeableConcept.code
    return ""


def _upn(one: Patient, view: View) -> str:
    for identifier in one.identifier:
        if identifier.system == view.around.config.upn_system and identifier.value:
            if valid := upn(identifier.value):
                return valid
            view.note("identifier", "not a valid UPN")
    return ""


def _is_former(name: HumanName) -> bool:
    return name.use in FORMER and bool(name.family or name.given)


def _names(one: Patient) -> list[HumanName]:
    """Return the names of now, the preferred one first: official, usual, any; without an end before others."""
    now = [name for name in one.name if name.use not in FORMER]
    return sorted(now, key=lambda name: (_rank(name.use), bool(name.period and name.period.end)))


def _rank(use: str) -> int:
    return PREFERENCE.index(use) if use in PREFERENCE else len(PREFERENCE)


def _given(name: HumanName) -> str:
    return " ".join(given for given in name.given if given)


def _sensitivity(one: Patient) -> str:
    words = [sensitivity(label.code) for label in one.meta.security] if one.meta else []
    return next(filter(None, words), "")


def _home(one: Patient) -> Address | None:
    now = [address for address in one.address if address.use not in ("old", "billing")]
    return min(
        now, key=lambda address: (address.use != "home", bool(address.period and address.period.end)), default=None
    )


def _postcode(home: Address | None, view: View) -> str:
    if home is None or not home.postalCode:
        return ""
    valid = postcode(home.postalCode)
    if not valid:
        view.note("address.postalCode", "not a valid postcode")
    return valid or ""


def _lines(home: Address | None) -> tuple[str, ...]:
    return tuple(line for line in (*home.line, home.city) if line) if home else ()


def _practice(one: Patient) -> str:
    given = (reference.identifier.value for reference in one.generalPractitioner if reference.identifier)
    return next(filter(None, given), "")


def _ethnicity(one: Patient) -> str:
    found = (e.valueCodeableConcept.code for e in one.extension if e.url.endswith(ETHNICITY) and e.valueCodeableConcept)
    return next(found, "")


def _language(one: Patient) -> str:
    spoken = sorted(one.communication, key=lambda language: not language.preferred)
    return next((language.language.code for language in spoken if language.language), "")
