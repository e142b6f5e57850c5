"""No name anywhere but where it belongs: a simulated world, searched from end to end (invariant 14)."""

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from typing import Any

import pytest

from hub.domain.access import ROLES
from hub.queries.show import VIEWS
from hub.verbs.demo import simulated
from tests.conformance.commands import CommandLine

CHILDREN = 44
NAMED = {
    "family_name",
    "given_names",
    "preferred_name",
    "former_names",
    "nhs_number",
    "upn",
    "former_upn",
    "address_lines",
    "postcode",
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CommandLine, set[str], str]]:
    """The hub after the simulation, every secret of its people, and all that was printed and logged on the way."""
    folder = tmp_path_factory.mktemp("names")
    simulated(2, CHILDREN, 3, folder / "sources")
    line, out, records = CommandLine(folder / "hub"), io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(records)
    logging.getLogger().addHandler(handler)
    steps = [json.loads(text)["args"] for text in (folder / "sources" / "loads.jsonl").read_text().splitlines()]
    with chdir(folder / "sources"), redirect_stdout(out), redirect_stderr(out):
        for step in steps:
            code, text = line.run(*step)
            assert code == 0, step
            out.write(text)
    logging.getLogger().removeHandler(handler)
    yield line, secrets_of(line), out.getvalue() + records.getvalue() + line.errors
    line.close()


def secrets_of(line: CommandLine) -> set[str]:
    """Return what describes a person and is no common word: names of four letters or more, numbers, postcodes, streets."""
    found: set[str] = set()
    for row in line.hub.store.select("SELECT body FROM journal WHERE type = 'PersonDescribed' AND body <> ''"):
        data = json.loads(row["body"])["data"]
        for name in NAMED & data.keys():
            values = data[name] if isinstance(data[name], list) else [data[name]]
            found |= {value.strip() for value in values if len(value.strip()) >= 4}
    return found


def search(text: str, secrets: set[str]) -> list[str]:
    words = set(re.findall(r"[^\W_]+", text)) | set(re.findall(r"\b[A-Z]{1,2}\d\w? \d[A-Z]{2}\b", text))
    long = [secret for secret in secrets if " " in secret and secret in text]
    return sorted((secrets & words) | set(long))


def values(line: CommandLine, sql: str) -> str:
    return "\n".join(str(value) for row in line.hub.store.select(sql) for value in row.values())


def test_there_is_something_to_find(world: tuple[CommandLine, set[str], str]) -> None:
    line, secrets, _ = world
    assert len(secrets) > 2 * CHILDREN
    assert search(values(line, "SELECT body FROM journal WHERE type = 'PersonDescribed'"), secrets)


def test_no_table_but_those_of_people_and_of_refused_rows_holds_a_name(
    world: tuple[CommandLine, set[str], str],
) -> None:
    line, secrets, _ = world
    tables = [row["name"] for row in line.hub.store.select("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        if table in ("person", "journal", "refusal"):
            continue
        assert search(values(line, f'SELECT * FROM "{table}"'), secrets) == [], table


def test_no_journal_entry_but_a_description_holds_a_name(world: tuple[CommandLine, set[str], str]) -> None:
    line, secrets, _ = world
    kinds = line.hub.store.select("SELECT DISTINCT kind, type FROM journal WHERE type <> 'PersonDescribed'")
    assert len(kinds) > 20
    for row in kinds:
        sql = f"SELECT * FROM journal WHERE kind = '{row['kind']}' AND type = '{row['type']}'"
        assert search(values(line, sql), secrets) == [], row


def test_no_mail_holds_a_name(world: tuple[CommandLine, set[str], str]) -> None:
    line, secrets, _ = world
    files = [path for path in (line.folder / "outbox").rglob("*") if path.is_file()]
    assert len(files) > 5
    assert search("\n".join(path.read_text() + path.name for path in files), secrets) == []


def test_nothing_printed_or_logged_holds_a_name(world: tuple[CommandLine, set[str], str]) -> None:
    _, secrets, printed = world
    assert len(printed) > 1000
    assert search(printed, secrets) == []


@pytest.mark.parametrize("kind", sorted(VIEWS))
def test_no_read_view_shows_a_name_to_any_role(world: tuple[CommandLine, set[str], str], kind: str) -> None:
    line, secrets, _ = world
    for role, one in ROLES.items():
        text = line.ok("show", kind, "--as", role, "--purpose", one.purposes[0], "--jsonl")
        assert search(text, secrets) == [], role


def test_refusals_queues_and_explanations_show_no_name(world: tuple[CommandLine, set[str], str]) -> None:
    line, secrets, _ = world
    duties: list[Any] = line.hub.store.select("SELECT obligation FROM obligation ORDER BY obligation LIMIT 25")
    text = "".join(line.ok("why", row["obligation"]) for row in duties)
    for verb in (("refusals", "list"), ("identity", "queue"), ("loads", "list")):
        text += line.ok(*verb, "--json")
    text += "".join(line.ok("reconcile", "--area", area, "--json") for area in ("A01", "A02"))
    assert search(text, secrets) == []
