"""What PDS is asked about a child: an ordered list of searches, from the narrowest; the first that finds anybody ends it.

Source: PDS FHIR API, `GET /Patient` (application-restricted access returns one record, and only if it is unique): given
name by its first three letters, postcode by its area, with history; gender is advised against where others do.
"""

from msgspec import Struct

GENDERS = ("male", "female", "other", "unknown")
Parameters = tuple[tuple[str, str], ...]


class Question(Struct, frozen=True):
    """What is known of a child, as far as PDS can be asked by it.

    Attributes:
        birth_date: YYYY-MM-DD.
        is_restricted: Some record of the child is restricted: no search by address, which would not return them and
            would tell PDS where they live.
    """

    family: str
    given: str
    birth_date: str
    sex: str = ""
    postcode: str = ""
    is_restricted: bool = False

    @property
    def can_be_asked(self) -> bool:
        """Tell whether there is enough to ask for one person: both names and the birth date."""
        return bool(self.family.strip() and self.given.strip() and self.birth_date)


class Search(Struct, frozen=True):
    """One search: the strategy's name, which is kept with the answer, and the parameters in order."""

    strategy: str
    parameters: Parameters


def searches(question: Question) -> tuple[Search, ...]:
    """Return the searches to make, in order.

    >>> [one.strategy for one in searches(Question("Smith", "Jane", "2010-10-22", "female", "LS1 6AE"))]
    ['exact', 'history', 'no_address']
    >>> [one.strategy for one in searches(Question("Smith", "Jane", "2010-10-22", "", "LS1 6AE", is_restricted=True))]
    ['exact_no_address', 'no_address']
    """
    given = question.given.split()[0]
    name = (("family", question.family.strip()), ("given", given))
    born = ("birthdate", f"eq{question.birth_date}")
    gender = (("gender", question.sex),) if question.sex in GENDERS else ()
    without = Search("no_address", _asked(*name, born, *gender, ("_history", "true")))
    if question.is_restricted or not question.postcode:
        return Search("exact_no_address", _asked(*name, born, *gender, ("_exact-match", "true"))), without
    near = (name[0], ("given", f"{given[:3]}*"), born, ("address-postalcode", f"{_area(question.postcode)}*"))
    return (
        Search("exact", _asked(*name, born, ("address-postalcode", question.postcode), ("_exact-match", "true"))),
        Search("history", _asked(*near, ("_history", "true"))),
        without,
    )


def _asked(*parameters: tuple[str, str]) -> Parameters:
    return (*parameters, ("_max-results", "1"))


def _area(postcode: str) -> str:
    """Return the letters that a postcode begins with.

    >>> _area("LS1 6AE"), _area("M1 1AA")
    ('LS', 'M')
    """
    return postcode[:2] if postcode[1:2].isalpha() else postcode[:1]
