"""What every connector keeps: it inherits this suite from its line in the catalogue and its folder of samples."""

from pathlib import Path

import pytest

from connectors import runner
from connectors.base import Connector, Held, Refusal, Row
from connectors.catalogue import CONNECTORS
from connectors.samples import samples_of, variants
from tests.conformance.connectors import loads

each_connector = pytest.mark.parametrize("connector", CONNECTORS, ids=lambda connector: connector.name)
VARIANTS = ("a", "b", "a_again", "next_year")


def base(connector: Connector) -> Path:
    return variants(connector.name)["a"].path


def folders(connector: Connector) -> list[Path]:
    return [*(one.path for one in variants(connector.name).values()), *sorted(samples_of(connector.name).glob("[!s]*"))]


def by_key(path: Path, connector: Connector) -> dict[str, Row]:
    return {row.key: row for row in loads.good(runner.read(connector, path))}


def said_keys(connector: Connector, path: Path) -> set[str]:
    return {said.key for row in loads.good(runner.read(connector, path)) for said in row.said}


@each_connector
@pytest.mark.parametrize("name", VARIANTS)
def test_every_sample_is_whole_and_maps_without_a_refusal(connector: Connector, name: str) -> None:
    path = variants(connector.name)[name].path
    assert runner.check(connector, path) == []
    rows = list(runner.read(connector, path))
    assert rows
    assert [row for row in rows if not isinstance(row, Row)] == []


@each_connector
def test_the_samples_tell_every_kind_of_event_that_is_reported_and_no_other(connector: Connector) -> None:
    rows = [row for folder in folders(connector) for row in runner.read(connector, folder) if isinstance(row, Row)]
    assert {said.kind for row in rows for said in row.said} == set(connector.reports)
    assert set(connector.topics) == set(connector.reports)


@each_connector
def test_mapping_twice_gives_the_same_rows(connector: Connector) -> None:
    for folder in folders(connector):
        assert loads.rows_of(connector, folder) == loads.rows_of(connector, folder)


@each_connector
def test_no_two_things_said_stand_in_one_slot_unless_they_share_it(connector: Connector) -> None:
    for folder in folders(connector):
        slots = [
            (said.key, said.kind, said.ordinal)
            for row in runner.read(connector, folder)
            if isinstance(row, Row) and row.key
            for said in row.said
            if said.key == row.key
        ]
        assert len(slots) == len(set(slots))


@each_connector
def test_a_key_begins_with_its_table(connector: Connector) -> None:
    keys = {row.key for row in runner.read(connector, base(connector)) if isinstance(row, Row)}
    assert all(key.partition(":")[0] and key.partition(":")[2] for key in keys)


@each_connector
def test_a_changed_row_keeps_its_key_and_has_a_later_version(connector: Connector) -> None:
    a, b, again = (by_key(variants(connector.name)[name].path, connector) for name in VARIANTS[:3])
    changed = [key for key in a if a[key].said != b[key].said]
    assert a.keys() == b.keys() == again.keys()
    assert changed
    for key in changed:
        assert a[key].version < b[key].version < again[key].version
        assert [said.payload for said in a[key].said] == [said.payload for said in again[key].said]


@each_connector
def test_next_year_leaves_out_what_was_closed_and_covers_another_time(connector: Connector) -> None:
    now, then = (variants(connector.name)[name] for name in ("a", "next_year"))
    assert said_keys(connector, now.path) - said_keys(connector, then.path)
    assert now.covers[1] < then.covers[0]


CLOTHES = {
    "with a byte order mark": lambda folder, to: loads.copied(folder, to, lambda content: b"\xef\xbb\xbf" + content),
    "in cp1252": lambda folder, to: loads.copied(folder, to, lambda content: content.decode().encode("cp1252")),
    "with CRLF": lambda folder, to: loads.copied(folder, to, lambda content: content.replace(b"\n", b"\r\n")),
    "without a last line end": lambda folder, to: loads.copied(folder, to, lambda content: content.rstrip(b"\n")),
    "renamed": loads.renamed,
    "named without meaning": loads.nameless,
    "in folders": loads.nested,
    "zipped": loads.zipped,
    "zipped in a folder": lambda folder, to: (to.mkdir(), loads.zipped(folder, to / "x"), to)[2],
}


@each_connector
@pytest.mark.parametrize("clothes", CLOTHES)
def test_the_same_content_gives_the_same_rows(connector: Connector, clothes: str, tmp_path: Path) -> None:
    path = CLOTHES[clothes](base(connector), tmp_path / "load")
    assert runner.check(connector, path) == []
    assert loads.rows_of(connector, path) == loads.rows_of(connector, base(connector))


@each_connector
def test_one_file_given_by_itself_is_read_whatever_its_ending(connector: Connector, tmp_path: Path) -> None:
    file = loads.files_in(base(connector))[0]
    other = tmp_path / f"{file.stem}.txt"
    other.write_bytes(file.read_bytes())
    assert loads.rows_of(connector, other) == loads.rows_of(connector, file)


@each_connector
def test_a_bad_row_is_refused_and_the_next_is_not_lost(connector: Connector, tmp_path: Path) -> None:
    for folder in sorted(samples_of(connector.name).glob("faulty")):
        rows = list(runner.read(connector, folder))
        last_of_each_file = {row.file: row for row in rows}
        assert any(isinstance(row, Refusal) for row in rows)
        assert all(isinstance(row, Row) for row in last_of_each_file.values())


@each_connector
def test_a_refusal_names_file_row_field_and_reason_and_keeps_the_row_for_mending(connector: Connector) -> None:
    for refusal in runner.read(connector, samples_of(connector.name) / "faulty"):
        if isinstance(refusal, Refusal):
            assert refusal.file
            assert refusal.row >= 1
            assert refusal.reason
            again = next(runner.read_content(connector, refusal.file, refusal.content))
            assert isinstance(again, Held) or (again.field, again.reason) == (refusal.field, refusal.reason)


@each_connector
def test_counts_add_up_and_no_value_is_printed(connector: Connector) -> None:
    out = runner.dry_run(connector, samples_of(connector.name) / "faulty")
    assert set(out) == {"read", "accepted", "accepted_with_notes", "refused", "events", "notes", "refusals", "held"}
    assert out["read"] == out["accepted"] + out["accepted_with_notes"] + out["refused"]
    assert out["refused"] == len(out["refusals"]) > 0
    assert out["accepted_with_notes"] > 0
    assert all(set(refusal) == {"file", "row", "field", "reason"} for refusal in out["refusals"])
    for value in (
        "9990010006",
        "Testcase",
        "grandparent",
        "nowhere",
        "Dr A",
        "rain",
        "yesterday",
        "06/01/2026",
        "31/12/2014",
    ):
        assert value not in str(out)


@each_connector
def test_a_file_cut_short_is_held_or_says_nothing_that_the_whole_one_does_not(
    connector: Connector, tmp_path: Path
) -> None:
    cuts = held = 0
    for file in loads.files_in(base(connector)):
        whole, content = loads.rows_of(connector, file), file.read_bytes()
        start = max(content.rfind(b"\n", 0, content.rfind(b"\n", 0, len(content) - 1)), 0)
        for end in range(start + 1, len(content)):
            part = tmp_path / file.name
            part.write_bytes(content[:end])
            cuts += 1
            if runner.check(connector, part):
                held += 1
            else:
                rows = loads.rows_of(connector, part)
                assert rows == whole[: len(rows)] or ends_in_an_empty_or_shorter_list(content[:end], content), (
                    file.name,
                    end,
                )
    loads.tell(f"{connector.name}: {held} of {cuts} cuts held")
    assert held > 0.9 * cuts


def ends_in_an_empty_or_shorter_list(part: bytes, whole: bytes) -> bool:
    """The cuts that nobody can see: the last cell is optional and empty now, or a list whose last items are gone."""
    return part.endswith(b",") or whole[len(part) : len(part) + 1] == b";"


@each_connector
def test_a_file_cut_anywhere_in_its_middle_never_raises(connector: Connector, tmp_path: Path) -> None:
    for file in loads.files_in(base(connector)):
        content = file.read_bytes()
        for end in range(0, len(content), 37):
            part = tmp_path / file.name
            part.write_bytes(content[:end])
            if not runner.check(connector, part):
                list(runner.read(connector, part))


@each_connector
def test_a_cut_archive_is_held(connector: Connector, tmp_path: Path) -> None:
    content = loads.zipped(base(connector), tmp_path / "load").read_bytes()
    for end in range(0, len(content), 101):
        part = tmp_path / "cut.zip"
        part.write_bytes(content[:end])
        assert runner.check(connector, part), end


@each_connector
def test_a_damaged_archive_is_held(connector: Connector, tmp_path: Path) -> None:
    path = loads.zipped(base(connector), tmp_path / "load")
    content = bytearray(path.read_bytes())
    content[80] ^= 0xFF
    path.write_bytes(content)
    assert runner.check(connector, path)


@each_connector
@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"\xff\xfea\0b\0"], ids=["empty", "null bytes", "UTF-16"])
def test_what_is_no_text_is_held(connector: Connector, content: bytes, tmp_path: Path) -> None:
    file = loads.files_in(base(connector))[0]
    (tmp_path / file.name).write_bytes(content)
    assert runner.check(connector, tmp_path)
    assert [type(row) for row in runner.read(connector, tmp_path)] == [Held]


@each_connector
def test_an_unfinished_copy_is_held(connector: Connector, tmp_path: Path) -> None:
    file = loads.files_in(base(connector))[0]
    (tmp_path / f"{file.name}.filepart").write_bytes(file.read_bytes())
    assert [held.reason for held in runner.check(connector, tmp_path)] == ["an unfinished copy"]


@each_connector
def test_a_held_load_is_not_read_by_a_dry_run(connector: Connector, tmp_path: Path) -> None:
    file = loads.files_in(base(connector))[0]
    (tmp_path / file.name).write_bytes(b"")
    out = runner.dry_run(connector, tmp_path)
    assert out["read"] == 0
    assert [set(held) for held in out["held"]] == [{"file", "reason"}]


@each_connector
def test_the_template_explains_every_column_and_is_accepted_as_it_stands(connector: Connector, tmp_path: Path) -> None:
    paths = runner.template(connector, tmp_path / "new")
    text = (tmp_path / "new" / "README.md").read_text()
    assert all(f"| {column.name} |" in text for table in connector.tables for column in table.columns)
    assert all(column.meaning and column.form for table in connector.tables for column in table.columns)
    out = runner.dry_run(connector, tmp_path / "new")
    assert (out["refused"], out["held"], out["notes"]) == (0, [], [])
    assert len(paths) >= 2
    with pytest.raises(FileExistsError):
        runner.template(connector, tmp_path / "new")


@each_connector
def test_a_file_of_another_system_is_refused_by_name(connector: Connector, tmp_path: Path) -> None:
    suffix = connector.suffixes[0]
    (tmp_path / f"staff{suffix}").write_text({".csv": "a,b\n1,2\n", ".xml": "<a><b/></a>\n"}.get(suffix, '{"a": 1}\n'))
    assert runner.check(connector, tmp_path) == []
    assert [type(row) for row in runner.read(connector, tmp_path)] == [Refusal]
