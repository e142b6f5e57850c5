"""The weights of a score in plain words: what each says, how strongly, and what they add up to."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from hub.domain.identity.compare import LEVELS
from hub.queries.desk import Desk

FIELDS = {
    "given": "Given name", "family": "Family name", "birth_date": "Birth date", "sex": "Sex", "place": "Home",
    "nhs_number": "NHS number", "upn": "UPN",
}  # fmt: skip
PRIOR = "Before anything is compared: two records taken at random are hardly ever one child"
HOUSEHOLD = "Taken back: brothers, sisters and twins have this in common too"


class Weight(Struct, frozen=True):
    """One part of a score.

    Attributes:
        field: `prior`, a field, an identifier, or `household`.
        name: What people call it; empty for the first and the last.
        words: What it says.
        bits: What it adds; the parts of a score add up to it.
    """

    field: str
    name: str
    words: str
    bits: float

    @property
    def strength(self) -> str:
        """How strongly it speaks for or against."""
        return strength(self.bits)


class Weighing(Struct, frozen=True):
    """A score and its parts; without parts nothing was weighed.

    Attributes:
        said: How sure it makes one, in plain words.
        because_of: Numbers of the links that a link hung on.
        register: What a register that was asked said of its own answer, where that is what raised the question.
    """

    bits: float | None
    parts: tuple[Weight, ...]
    said: str
    model: str = ""
    register: str = ""
    because_of: tuple[int, ...] = ()


def weighing(desk: Desk, area: str, seq: int) -> Weighing:
    """Return what was weighed at an entry of the journal: a question raised, or a record linked."""
    rows = desk.select("SELECT body FROM journal WHERE area = :area AND seq = :seq", area=area, seq=seq)
    body: dict[str, Any] = msgspec.json.decode(rows[0]["body"]) if rows and rows[0]["body"] else {}
    return of_body(body)


def of_body(body: dict[str, Any]) -> Weighing:
    """Return what the body of a journal entry says of weights."""
    bits, register = body.get("score"), ""
    if body.get("strategy"):
        sure = body.get("register_score")
        register = f"by {str(body['strategy']).replace('_', ' ')}" + (
            f", sure to {sure:.0%}" if sure is not None else ""
        )
    because_of = tuple(body.get("because_of", ()))
    if bits is None:
        return Weighing(None, (), "", register=register, because_of=because_of)
    parts = tuple(_weight(str(name), int(level), float(value)) for name, level, value in body.get("parts", ()))
    return Weighing(bits, parts, chance(bits), body.get("model", ""), register, because_of)


def chance(bits: float) -> str:
    """Return how likely odds make it that two are the same, in plain words.

    >>> chance(0), chance(5), chance(-7), chance(20)
    ('even chances', 'about 97 in 100', 'about 1 in 130', 'more than 9,999 in 10,000')
    """
    share = 1 / (1 + 2.0**-bits) if bits > -60 else 0.0
    if share > 0.9999:
        return "more than 9,999 in 10,000"
    if share >= 0.995:
        return f"about {share * 10000:,.0f} in 10,000"
    if share < 0.0001:
        return "less than 1 in 10,000"
    if share < 0.05:
        return f"about 1 in {_round(1 / share)}"
    return "even chances" if abs(share - 0.5) < 0.005 else f"about {share * 100:.0f} in 100"


def strength(bits: float) -> str:
    """Return how strongly a part speaks.

    >>> strength(9.1), strength(-0.2), strength(-3)
    ('very strongly for', 'says next to nothing', 'somewhat against')
    """
    size = abs(bits)
    if size < 0.5:
        return "says next to nothing"
    how = "slightly" if size < 1.5 else "somewhat" if size < 4 else "strongly" if size < 8 else "very strongly"
    return f"{how} {'for' if bits > 0 else 'against'}"


def level_words(field: str, level: int) -> str:
    """Return what a level of agreement is called."""
    if field in ("nhs_number", "upn"):
        return "different" if level else "same"
    names: Sequence[str] = LEVELS.get("other" if field.startswith("other:") else field, ())
    return names[level] if 0 <= level < len(names) else ""


def _weight(field: str, level: int, bits: float) -> Weight:
    if field == "prior":
        return Weight(field, "", PRIOR, bits)
    if field == "household":
        return Weight(field, "", HOUSEHOLD, bits)
    name = FIELDS.get(field) or field.removeprefix("other:").replace("_", " ").capitalize()
    return Weight(field, name, level_words(field, level), bits)


def _round(value: float) -> str:
    return f"{round(value, -1 if value >= 100 else 0):,.0f}"
