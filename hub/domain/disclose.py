"""What of a table of counts may be published: small numbers are held back, and what they could be computed from.

Cell suppression as in the literature on statistical disclosure control (Hundepool and others, *Statistical Disclosure
Control*, 2012, ch. 4; L. H. Cox, "Suppression methodology and statistical disclosure control", JASA 75, 1980) and as the
Government Statistical Service's guidance for tables from administrative sources describes it:

1. *Primary*: a count from 1 to `threshold - 1` is held back. Zero is shown.
2. *Complementary*: further counts, the smallest that help, are held back until every one that is held back could have
   another value without any shown count, row, column or total changing. That is proved for each by an exchange: a
   change of one case, or a case moved between two counts, or two moved in opposite ways in two rows (the cycle of Cox),
   after which all that is shown is the same. A reader who knows that zeros are shown is reckoned with: what is held back
   stays at 1 or more in the exchange.
   Only where nothing else helps (five rows of one case, with their total) are zeros held back too.
3. The totals are decided first and alone, so that they are the same whatever they are broken down by; a breakdown never
   holds back more of them.

Out of its reach, as of all suppression: two publications at different dates can be compared, and who knows some of the
cases knows more. Groups of the same sort (nobody in time, everybody in time) are shown.

The threshold is local policy: the DfE's own release on plans applies none ("have not had suppression or rounding applied",
data guidance of 2023), others of its releases and most authorities hold back 1 to 4.
"""

from collections.abc import Mapping

from msgspec import Struct

from hub.domain.hiding import Hiding, Shown

THRESHOLD = 5
"""Smallest count above zero that is shown."""


class Disclosed(Struct, frozen=True):
    """What may be shown of a table.

    Attributes:
        rows: In the order of the table.
    """

    total: Shown
    rows: dict[str, Shown]


def disclose(
    table: Mapping[str, Mapping[str, int]], sums: Mapping[str, frozenset[str]], threshold: int = THRESHOLD
) -> Disclosed:
    """Return what may be shown of a table and of its totals.

    Args:
        table: Row to part to count: every case is in exactly one row and one part.
        sums: What would be published of each row and of all together: name to the parts that it adds up. What a reader
            could subtract (those not in time) belongs here too, else it is not protected.
        threshold: Smallest count above zero that is shown.

    >>> parts = {"in": frozenset({"in"}), "late": frozenset({"late"}), "all": frozenset({"in", "late"})}
    >>> disclose({"May": {"in": 38, "late": 2}, "June": {"in": 20, "late": 0}}, parts).rows["May"]
    {'in': None, 'late': None, 'all': 40}
    """
    counts = {part: sum(row.get(part, 0) for row in table.values()) for part in frozenset().union(*sums.values())}
    alone = Hiding({"": counts}, sums)
    alone.protect(threshold)
    total = alone.shown(0)
    if len(table) < 2:
        return Disclosed(total, dict.fromkeys(table, total))
    hiding = Hiding(table, sums, total)
    hiding.protect(threshold)
    return Disclosed(total, {row: hiding.shown(n) for n, row in enumerate(table)})


def per_cent(numerator: int | None, denominator: int | None, threshold: int = THRESHOLD) -> float | None:
    """Return a percentage to one decimal; `None` where one of its counts is held back or the denominator is small.

    >>> per_cent(38, 40), per_cent(0, 40), per_cent(None, 40), per_cent(0, 0)
    (95.0, 0.0, None, None)
    """
    if numerator is None or denominator is None or denominator < max(threshold, 1):
        return None
    return round(100 * numerator / denominator, 1)
