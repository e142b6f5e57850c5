"""The bars of a score: each part goes on where the one before it ended, and the last one is where they have led."""

from collections.abc import Sequence

from msgspec import Struct

from hub.queries.weights import Weight

_MARGIN = 2.0
"""Room at both ends of the line, in per cent."""


class Step(Struct, frozen=True):
    """One part on the line; places in per cent.

    Attributes:
        kind: for, against, or total.
        zero: Where the line has its nought: as likely as not.
        shown: The bits to print, rounded so that the printed parts add up to the printed sum.
    """

    at: str
    width: str
    kind: str
    zero: str
    shown: str


def steps(parts: Sequence[Weight], total: float) -> tuple[list[Step], Step]:
    """Return the bar of each part, and that of their sum, on one line.

    >>> made, whole = steps([Weight("prior", "", "", -2.0), Weight("given", "", "", 6.0)], 4.0)
    >>> [(one.at, one.width, one.kind, one.shown) for one in made]
    [('2.0%', '32.0%', 'against', '−2.0'), ('2.0%', '96.0%', 'for', '+6.0')]
    >>> whole.at, whole.width, whole.shown
    ('34.0%', '64.0%', '+4.0')
    """
    ends = [0.0]
    for part in parts:
        ends.append(ends[-1] + part.bits)
    low, high = min(*ends, total, 0.0), max(*ends, total, 0.0)
    scale = (100 - 2 * _MARGIN) / ((high - low) or 1.0)

    def place(value: float) -> float:
        return round(_MARGIN + (value - low) * scale, 2)

    zero = f"{place(0)}%"

    def made(start: float, end: float, kind: str) -> Step:
        first, last = sorted((place(start), place(end)))
        return Step(
            f"{first}%", f"{round(max(last - first, 0.4), 2)}%", kind, zero, signed(round(end, 1) - round(start, 1))
        )

    found = [
        made(a, b, "for" if b >= a else "against") for a, b in zip(ends, ends[1:], strict=False)
    ]  # fmt: skip
    return found, made(0.0, total, "total")


def signed(bits: float) -> str:
    """Return bits with their sign, one place after the point.

    >>> signed(9.14), signed(-0.04), signed(-2.5)
    ('+9.1', '0.0', '−2.5')
    """
    text = f"{abs(bits):.1f}"
    if text == "0.0":
        return text
    return f"{'+' if bits > 0 else '−'}{text}"
