"""How Splink is set for each set of records: the settings of its own examples, tuned, as the reference measured it.

"Docs" is what the project's documentation shows for a set, "tuned" adds blocks and comparisons that made it better on
these files; the tuned ones are used. Read only where Splink is installed (`make bench-identity`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import splink.comparison_library as cl
from splink import block_on

PAIRS = 1e7
"""Pairs from which u is estimated."""


@dataclass(frozen=True)
class Set:
    """Settings for one set.

    Attributes:
        kind: `dedupe_only` or `link_only`.
        query: SELECT from `raw` that gives `unique_id` and the columns compared.
        deterministic: Rules that find pairs which are surely right, for the prior.
        recall: Share of all pairs that those find.
        em: Columns on which EM blocks, run by run.
        with_frequencies: Whether EM runs with term frequencies.
    """

    kind: str
    query: str
    comparisons: Sequence[Any]
    blocks: Sequence[Any]
    deterministic: Sequence[Any]
    recall: float
    em: Sequence[tuple[str, ...]]
    with_frequencies: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


def frequent(comparison: Any) -> Any:
    """Return a comparison with term frequencies."""
    return comparison.configure(term_frequency_adjustments=True)


def swapped(given: str, family: str, *more: str) -> str:
    """Return a block on swapped names and further columns."""
    return " and ".join([f"l.{given} = r.{family}", f"l.{family} = r.{given}", *(f"l.{c} = r.{c}" for c in more)])


def _letters(column: str) -> str:
    return f"nullif(trim(regexp_replace(upper(strip_accents({column})), '[^A-Z ]', '', 'g')), '') AS {column}"


_WEIGHED = "list_sum(list_transform(range(1, 10), lambda n: CAST(substr(nhs_number, n, 1) AS INT) * (11 - n)))"
_HOLDS = f"(11 - {_WEIGHED} % 11) % 11 = CAST(substr(nhs_number, 10, 1) AS INT)"
_NHS_NUMBER = f"CASE WHEN regexp_full_match(nhs_number, '[0-9]{{10}}') THEN CASE WHEN {_HOLDS} THEN nhs_number END END"
_SHORT = "replace(upper(postcode), ' ', '')"
_POSTCODE = f"CASE WHEN length({_SHORT}) > 4 THEN left({_SHORT}, -3) || ' ' || right({_SHORT}, 3) ELSE postcode END"

CHILDREN_QUERY = (
    f"SELECT record_id AS unique_id, source, local_id, {_NHS_NUMBER} AS nhs_number,"
    " CASE WHEN regexp_full_match(upn, '[A-Z][0-9]{12}') THEN upn END AS upn,"
    f" {_letters('given_name')}, {_letters('family_name')}, dob, sex, {_POSTCODE} AS postcode FROM raw"
)
"""Values are cleaned as the hub cleans them, or Splink falls behind for want of capital letters: F1 0.971, not 0.987."""

CHILDREN = Set(
    "dedupe_only",
    CHILDREN_QUERY,
    [
        cl.ExactMatch("nhs_number"), cl.ExactMatch("upn"), frequent(cl.NameComparison("given_name")),
        frequent(cl.NameComparison("family_name")), cl.DateOfBirthComparison("dob", input_is_string=True),
        cl.ExactMatch("sex"), cl.PostcodeComparison("postcode"),
    ],
    [
        block_on("nhs_number"), block_on("upn"), block_on("source", "local_id"), block_on("dob", "family_name"),
        block_on("dob", "given_name"), block_on("postcode", "given_name"), block_on("postcode", "family_name"),
        block_on("given_name", "family_name"), block_on("dob", "postcode"), swapped("given_name", "family_name", "dob"),
    ],
    [block_on("nhs_number"), block_on("upn"), block_on("given_name", "family_name", "dob", "postcode")],
    0.8,
    [("nhs_number",), ("upn",), ("given_name", "family_name", "dob")],
)  # fmt: skip

_FEBRL_BLOCKS = [
    block_on("given_name", "surname"), swapped("given_name", "surname"), block_on("date_of_birth"),
    block_on("soc_sec_id"), block_on("state", "address_1"), block_on("street_number", "address_1"), block_on("postcode"),
    block_on("surname", "suburb"), block_on("given_name", "suburb"), block_on("substr(soc_sec_id,1,4)"),
    block_on("substr(soc_sec_id,4,4)"),
]  # fmt: skip
_FEBRL_QUERY = (
    "SELECT record_id AS unique_id, * EXCLUDE (record_id), given_name || ' ' || surname AS both_names FROM raw"
)


def _febrl(kind: str, recall: float, more: Sequence[Any], with_frequencies: bool) -> Set:
    comparisons = [
        frequent(cl.ForenameSurnameComparison("given_name", "surname", forename_surname_concat_col_name="both_names")),
        cl.DateOfBirthComparison(
            "date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=False
        ),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]), frequent(cl.ExactMatch("street_number")),
        frequent(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])), cl.JaroWinklerAtThresholds("address_1", [0.9, 0.8]),
    ]  # fmt: skip
    sure = [block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")]
    return Set(kind, _FEBRL_QUERY, comparisons, [*_FEBRL_BLOCKS, *more], sure, recall,
               [("date_of_birth",), ("postcode",)], with_frequencies)  # fmt: skip


FEBRL4 = _febrl("link_only", 0.8, [], False)
FEBRL3 = _febrl("dedupe_only", 0.9, [block_on("address_1"), block_on("suburb", "street_number")], True)

HISTORICAL = Set(
    "dedupe_only",
    "SELECT record_id AS unique_id, first_name, surname, dob, birth_place, postcode_fake, occupation,"
    " first_name || ' ' || surname AS both_names FROM raw",
    [
        frequent(cl.ForenameSurnameComparison("first_name", "surname", forename_surname_concat_col_name="both_names")),
        cl.DateOfBirthComparison("dob", input_is_string=True), cl.PostcodeComparison("postcode_fake"),
        frequent(cl.ExactMatch("birth_place")), frequent(cl.ExactMatch("occupation")),
    ],
    [
        # the ten of the project's example
        block_on("substr(first_name,1,3)", "substr(surname,1,4)"), block_on("surname", "dob"), block_on("first_name", "dob"),
        block_on("postcode_fake", "first_name"), block_on("postcode_fake", "surname"), block_on("dob", "birth_place"),
        block_on("substr(postcode_fake,1,3)", "dob"), block_on("substr(postcode_fake,1,3)", "first_name"),
        block_on("substr(postcode_fake,1,3)", "surname"),
        block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
        # tuned: eleven more
        block_on("postcode_fake"), block_on("dob"), block_on("first_name", "surname"), block_on("surname", "birth_place"),
        block_on("surname", "substr(dob,1,4)"), swapped("first_name", "surname"),
        block_on("first_name", "substr(dob,1,4)", "birth_place"),
        block_on("substr(surname,1,4)", "substr(postcode_fake,1,3)"),
        block_on("substr(surname,1,4)", "substr(dob,1,4)"), block_on("substr(first_name,1,3)", "substr(dob,1,7)"),
        block_on("substr(surname,1,4)", "occupation", "birth_place"),
    ],
    [
        block_on("first_name", "surname", "dob"),
        block_on("substr(first_name,1,2)", "surname", "substr(postcode_fake,1,2)"), block_on("dob", "postcode_fake"),
    ],
    0.6,
    [("first_name", "surname"), ("dob",), ("postcode_fake",)],
)  # fmt: skip

CENSUS = Set(
    "link_only",
    "SELECT record_id AS unique_id, source, pername1, pername2, sex, enumpc, dob_year, dob_mon,"
    " lpad(dob_year, 4, '0') || '-' || lpad(dob_mon, 2, '0') || '-' || lpad(dob_day, 2, '0') AS dob FROM raw",
    [
        frequent(cl.NameComparison("pername1")), frequent(cl.NameComparison("pername2")),
        cl.DateOfBirthComparison("dob", input_is_string=True, invalid_dates_as_null=False), cl.ExactMatch("sex"),
        cl.PostcodeComparison("enumpc"),
    ],
    [
        block_on("dob"), block_on("enumpc"), block_on("pername1", "pername2", "dob_year"),
        block_on("pername1", "pername2", "dob_mon"), block_on("pername1", "pername2", "substr(enumpc,1,4)"),
        block_on("pername1", "dob_year", "substr(enumpc,1,4)"), block_on("pername2", "dob_year", "substr(enumpc,1,4)"),
        swapped("pername1", "pername2"),
    ],
    [block_on("pername1", "pername2", "dob"), block_on("pername1", "pername2", "enumpc"), block_on("dob", "enumpc", "sex")],
    0.8,
    [("dob",), ("pername1", "pername2")],
)  # fmt: skip

SETS: dict[str, Set] = {
    "children_en": CHILDREN,
    "prepared": replace(CHILDREN, query="SELECT record_id AS unique_id, * EXCLUDE (record_id) FROM raw"),
    "febrl4": FEBRL4,
    "febrl3": FEBRL3,
    "essnet_census_cis": CENSUS,
    "historical_50k": HISTORICAL,
}
