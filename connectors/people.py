"""Words about people that each system spells in its own way."""

SEXES = {
    **dict.fromkeys(("m", "male", "1", "a) male"), "male"),
    **dict.fromkeys(("f", "female", "2", "b) female"), "female"),
    **dict.fromkeys(("u", "unknown", "0", "not known", "c) not stated"), "unknown"),
    **dict.fromkeys(("o", "other", "x", "i", "9", "not specified", "indeterminate"), "other"),
}
OPEN = frozenset({"", "none", "no", "u", "n", "l", "m", "unrestricted", "normal", "low", "moderate"})
_WORDS = {"r": "restricted", "v": "very_restricted", "redacted": "redacted"}


def sex(text: str) -> str | None:
    """Return male, female, other or unknown, in FHIR's words; `None` for a code of no known list.

    >>> sex("1"), sex("F"), sex("a) Male")
    ('male', 'female', 'male')
    """
    return SEXES.get(text.strip().lower())


def sensitivity(text: str) -> str:
    """Return why a record is restricted, or nothing. A word that we do not know restricts too: the careful error.

    >>> sensitivity("R"), sensitivity("U"), sensitivity("adoption")
    ('restricted', '', 'adoption')
    """
    word = text.strip().lower()
    if word in OPEN:
        return ""
    return _WORDS.get(word, "_".join(word.split()) if word.isascii() and len(word) <= 40 else "restricted")
