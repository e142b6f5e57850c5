"""Invented names, places and identifiers. No number is outside the ranges kept for tests."""

from random import Random

AREA_NAMES = ("Ashdale", "Bramford", "Corvale", "Dunmoor", "Eastlow", "Farrowby", "Glenholt", "Harkmere")
_FAMILY = ("Quor", "Velt", "Brax", "Tambr", "Zell", "Osk", "Mirr", "Dorv", "Fenth", "Lorn", "Prew", "Skarr", "Ív")
_FAMILY_END = ("awick", "eholt", "imere", "ostead", "alow", "egarth", "ibeck", "orfen", "ansett", "ewold")
_GIVEN = ("Ta", "El", "Mo", "Ri", "Ka", "Su", "Ne", "Jo", "Fi", "Zo", "Bré", "Li")
_GIVEN_END = ("vin", "dra", "roo", "mel", "lan", "sha", "ton", "rie", "kav", "nis", "zil", "pek")
_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
STREETS = ("Tallow Row", "Pebble Lane", "Kiln Walk", "Heron Rise", "Saffron Way", "Mill Ring", "Otter Close")


def area_code(index: int) -> str:
    """Return the invented code of an area: A01, A02 and so on."""
    return f"A{index + 1:02}"


def area_name(index: int) -> str:
    """Return the invented name of an area."""
    return AREA_NAMES[index] if index < len(AREA_NAMES) else f"Newland {index + 1}"


def family_name(rng: Random) -> str:
    """Return an invented family name."""
    return rng.choice(_FAMILY) + rng.choice(_FAMILY_END)


def given_name(rng: Random) -> str:
    """Return an invented given name."""
    return rng.choice(_GIVEN) + rng.choice(_GIVEN_END)


def misspelt(name: str) -> str:
    """Return the name with two letters in the middle swapped; always another name.

    >>> misspelt("Quorawick")
    'Quoarwick'
    """
    middle = len(name) // 2
    for at in (middle - 1, *range(1, len(name) - 1)):
        if name[at] != name[at + 1]:
            return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name + "e"


def nhs_number(index: int, seed: int) -> str:
    """Return the child's own valid NHS number from the 999 test range; all different up to 250,000 children.

    >>> nhs_number(0, 1)[:3]
    '999'
    """
    block = (index * 7919 + seed * 104729) % 250_000 * 4
    for serial in range(block, block + 4):
        digits = f"999{serial:06}"
        check = nhs_check(digits)
        if check < 10:
            return digits + str(check)
    raise AssertionError("four serials in a row cannot all lack a check digit")


def invalid_nhs_number(number: str) -> str:
    """Return the number with a check digit that does not hold."""
    return number[:9] + str((int(number[9]) + 1) % 10)


def nhs_check(digits: str) -> int:
    """Return the check digit of nine digits; 10 where they have none."""
    return (11 - sum(int(d) * (10 - i) for i, d in enumerate(digits)) % 11) % 11


def upn(area: int, index: int, year: int) -> str:
    """Return a valid, permanent Unique Pupil Number under an invented authority number."""
    digits = f"{998 - area:03}{4000 + index // 1000:04}{year % 100:02}{index % 1000:03}"
    return upn_letter(digits) + digits


def upn_letter(rest: str) -> str:
    """Return the check letter before the other twelve characters; the last may be the letter of a temporary number."""
    worth = (int(c) if c.isdigit() else _UPN_LETTERS.index(c) for c in rest)
    return _UPN_LETTERS[sum(n * i for i, n in enumerate(worth, 2)) % 23]


def postcode(area: int, index: int) -> str:
    """Return a postcode of good form in a postcode area that does not exist; one for each household."""
    first, rest = divmod(index, 4000)
    inward, letters = divmod(rest, 400)
    pair = _POSTCODE_LETTERS[letters // 20] + _POSTCODE_LETTERS[letters % 20]
    return f"Z{_POSTCODE_LETTERS[area % 20]}{first + 1} {inward}{pair}"


def unlike(name: str, other: str, rng: Random) -> str:
    """Return the name, or another one, that shares neither beginning nor end with `other`."""
    while name[:2] == other[:2] or name[-3:] == other[-3:]:
        name = given_name(rng)
    return name
