"""Groups of children by which figures are given: ethnic codes of two systems as one, and bands of age."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

OF_NHS = {
    "A": "WBRI", "B": "WIRI", "C": "WOTH", "D": "MWBC", "E": "MWBA", "F": "MWAS", "G": "MOTH", "H": "AIND", "J": "APKN",
    "K": "ABAN", "L": "AOTH", "M": "BCRB", "N": "BAFR", "P": "BOTH", "R": "CHNE", "S": "OOTH", "Z": "REFU", "99": "NOBT",
}  # fmt: skip
"""NHS Data Dictionary, ETHNIC CATEGORY CODE 2001, as main codes of the school census (DfE, Common Basic Data Set)."""

NAMES = {
    "WBRI": "White British", "WIRI": "White Irish", "WIRT": "Irish Traveller", "WROM": "Gypsy or Roma", "WOTH": "other White",
    "MWBC": "White and Black Caribbean", "MWBA": "White and Black African", "MWAS": "White and Asian", "MOTH": "other mixed",
    "AIND": "Indian", "APKN": "Pakistani", "ABAN": "Bangladeshi", "AOTH": "other Asian", "BCRB": "Black Caribbean",
    "BAFR": "Black African", "BOTH": "other Black", "CHNE": "Chinese", "OOTH": "other", "M": "male", "F": "female",
    "REFU": "refused", "NOBT": "not obtained",
}  # fmt: skip
"""What codes are called on screens; any other is shown as it is."""

NOT_KNOWN = ("", "REFU", "NOBT")
"""Codes that say nothing: none, refused or not stated, not obtained yet."""

BANDS = ((5, "under 5"), (11, "5 to 10"), (16, "11 to 15"), (20, "16 to 19"), (26, "20 to 25"))
"""First age above each band, and its name: those of the DfE's release on education, health and care plans (SEN2)."""


def ethnic_code(code: str) -> str:
    """Return the main code of the school census for a code of the DfE or of the NHS; empty where it says nothing.

    >>> ethnic_code("J"), ethnic_code("apkn"), ethnic_code("Z")
    ('APKN', 'APKN', '')
    """
    found = OF_NHS.get(code.strip().upper(), code.strip().upper())
    return "" if found in NOT_KNOWN else found


def age_band(years: int) -> str:
    """Return the band of an age in completed years.

    >>> age_band(4), age_band(11), age_band(30)
    ('under 5', '11 to 15', '26 and over')
    """
    return next((name for above, name in BANDS if years < above), "26 and over")


def age_on(born: str, day: date) -> str:
    """Return the band of age on a day of somebody born on an ISO date; empty where that is none."""
    try:
        on = date.fromisoformat(born[:10])
    except ValueError:
        return ""
    return age_band(day.year - on.year - ((day.month, day.day) < (on.month, on.day)))


def most_said(values: Iterable[str]) -> str:
    """Return what most of a child's records say; the first in order where two are as many; empty if none says anything.

    >>> most_said(["", "APKN", "AIND", "APKN"])
    'APKN'
    """
    counts = Counter(value for value in values if value)
    return min(counts, key=lambda value: (-counts[value], value), default="")
