import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Column, Held, Part, Refusal, Row, Table
from connectors.cells import row_of
from connectors.tables import Tables, records, table_of

COLUMNS = (Column("record_key", ""), Column("note", ""), Column("on", "", "date"))
THINGS = Tables((Table("things", "", COLUMNS),), lambda table, cells: row_of(cells, f"{table}:{cells.needed('record_key')}", ("P1", "child"), ()))  # fmt: skip  # noqa: E501


def part(text: str, name: str = "things.csv") -> Part:
    @contextmanager
    def opened() -> Iterator[BinaryIO]:
        yield io.BytesIO(text.encode())

    return Part(name, opened)


def keys(text: str) -> list[str]:
    return [row.key if isinstance(row, Row) else type(row).__name__ for row in THINGS.read([part(text)])]


def test_a_quote_that_is_never_closed_costs_its_own_row_only() -> None:
    assert keys('record_key,note,on\n1,"a,\n2,b,\n3,c,\n') == ["Refusal", "things:2", "things:3"]


def test_a_quote_closed_in_another_row_costs_those_two_rows_only() -> None:
    assert keys('record_key,note,on\n1,"a,\n2,b,\n3,"c",\n4,d,\n') == ["Refusal", "things:2", "things:3", "things:4"]


def test_a_quote_in_the_wrong_place_is_taken_as_it_stands() -> None:
    assert keys('record_key,note,on\n1,5" pipe,\n2,"a"b,\n3,"a"b,c,d\n4,c,\n') == [
        "things:1",
        "things:2",
        "Refusal",
        "things:4",
    ]


def test_a_line_end_within_quotes_belongs_to_the_cell() -> None:
    assert keys('record_key,note,on\n1,"a\nb",\n2,c,\n') == ["things:1", "things:2"]


def test_a_file_that_ends_within_quotes_is_held() -> None:
    assert THINGS.check(part('record_key,note,on\n1,a,\n2,"b')) == "the file ends within quotes"


def test_a_runaway_quote_in_a_long_file_loses_nothing() -> None:
    rows = [f"{number},x,\n" for number in range(20_000)]
    rows[10] = '10,"x,\n'
    found = keys("record_key,note,on\n" + "".join(rows))
    assert found.count("Refusal") == 1
    assert len(found) == 20_000


def test_a_comma_too_many_refuses_the_row_and_empty_cells_too_many_do_not() -> None:
    assert keys("record_key,note,on\n1,a,b,2026-01-05\n2,b,,,,\n3,c,\n") == ["Refusal", "things:2", "things:3"]


def test_blank_lines_are_no_rows() -> None:
    assert keys("record_key,note,on\n\n1,a,\n,,\n\r\n2,b,\n") == ["things:1", "things:2"]


def test_a_row_is_numbered_and_a_refusal_brings_its_header() -> None:
    (refusal,) = (row for row in THINGS.read([part("record_key,note,on\n1,a,\n,b,\n")]) if isinstance(row, Refusal))
    assert (refusal.row, refusal.field, refusal.reason) == (2, "record_key", "missing")
    assert refusal.content == b"record_key,note,on\r\n,b,\r\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("record_key,note,on\n1,a,2026-01-0", "ends within its last field"),
        ("record_key,note,on\n1,a", "ends within its last row"),
        ("record_key,no", "ends within its header"),
        ("record_key,note,on\n1,a,2026-01-05", ""),
        ("record_key,note,on\n1,a,", ""),
        ("record_key,note,on", ""),
        ("record_key,note,on\n1,a\n", ""),
        ("record_key,note,on\n" + "1,a,2026-01-05\n" * 3 + "4,a,", "ends within its last field"),
    ],
)
def test_what_looks_cut_is_held_and_what_does_not_is_not(text: str, reason: str) -> None:
    assert THINGS.check(part(text)) == reason


def test_columns_are_found_by_name_in_any_order_and_unknown_ones_are_noted_once() -> None:
    rows = list(THINGS.read([part("On;x,NOTE,Record Key,colour\n,a,1,red\n,b,2,blue\n")]))
    assert [row.key for row in rows if isinstance(row, Row)] == ["things:1", "things:2"]
    assert [[note.field for note in row.notes] for row in rows if isinstance(row, Row)] == [["on_x", "colour"], []]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("requests.csv", "requests"),
        ("in/requests (2).csv", "requests"),
        ("requests_20260105.csv", "requests"),
        ("Northmoor-Advice-Requests.CSV", "advice_requests"),
        ("Copy of requests.csv", "requests"),
        ("export.csv", "requests"),
    ],
)
def test_a_table_is_known_by_its_name_or_its_columns(name: str, found: str) -> None:
    tables = [
        Table("requests", "", (Column("record_key", ""), Column("received_on", ""), Column("requested_by", ""))),
        Table("advice_requests", "", (Column("record_key", ""), Column("received_on", ""), Column("body", ""))),
    ]
    header = ["record_key", "received_on", "body" if found == "advice_requests" else "requested_by"]
    table = table_of(name, header, tables)
    assert table
    assert table.name == found


def test_a_name_that_contradicts_the_columns_does_not_count() -> None:
    tables = [
        Table("requests", "", (Column("a", ""), Column("b", ""))),
        Table("plans", "", (Column("c", ""), Column("d", ""))),
    ]
    table = table_of("requests.csv", ["c", "d"], tables)
    assert table
    assert table.name == "plans"


@given(st.lists(st.lists(st.text(alphabet='ab" \n\r', max_size=6), min_size=3, max_size=3), max_size=6))
def test_what_a_csv_writer_writes_comes_back(rows: list[list[str]]) -> None:
    import csv

    out = io.StringIO(newline="")
    csv.writer(out).writerows([["x", "y", "z"], *rows])
    out.seek(0)
    read = [record.values for record in records(iter(io.StringIO(out.getvalue(), newline="")))]
    assert read == [["x", "y", "z"], *(row for row in rows if any(row))]


@given(st.text(alphabet='12,"\n\rab', max_size=80))
def test_no_text_raises_and_held_is_the_last_word(text: str) -> None:
    rows = list(THINGS.read([part("record_key,note,on\n" + text)]))
    assert not any(isinstance(row, Held) for row in rows[:-1])
