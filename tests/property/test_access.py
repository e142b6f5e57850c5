"""A restricted child is not there for anybody but assurance: not in a list, a count, a queue or a refusal (invariant 15)."""

import html
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hub.bootstrap import Audits, WebCommands, rules_for_pages
from hub.domain.access import ROLES
from hub.queries.show import VIEWS
from hub.web.app import create_app
from hub.web.site import WebValues
from tests.conformance.commands import ASKED, PEOPLE, REQUESTS, CommandLine, set_up, write
from tests.unit.web.conftest import token_in

LOOKS = [(role, purpose) for role, one in ROLES.items() if role != "assurance" for purpose in one.purposes]
OPEN = ("", "P1", "2026-01-12T09:00:00Z", "A01", "9990010005", "Testcase", "Ada", "2015-02-28", "LS1 4AP", "")
TWIN = ("", "P3", "2026-01-12T09:00:00Z", "A01", "", "Testcase", "", "2015-02-28", "LS1 4AP", "")
HIDDEN = ("", "P2", "2026-01-12T09:00:00Z", "A01", "9990010005", "Otherwise", "Zebedee", "2012-05-09", "LS1 4AP", "V")


def a_hub(folder: Path, key: Path | None, with_hidden: bool) -> CommandLine:
    """A hub with one open child, a twin that may be the same, and perhaps a restricted one that may be both."""
    line = CommandLine(folder / "hub")
    if key:
        (folder / "hub").mkdir(parents=True)
        shutil.copy(key, folder / "hub" / "key")
    set_up(line, folder)
    line.ok("source", "add", "trust", "--connector", "ehc_casework", "--agency", "TRUST", "--area", "A01")
    keys = ["P1", "P2"] if with_hidden else ["P1"]
    load(line, folder / "one", "casework", [row for row in (OPEN, HIDDEN) if row[1] in keys], keys, "2026-01-13T03:00")
    load(
        line,
        folder / "two",
        "trust",
        [TWIN, *([HIDDEN[:1] + ("P9",) + HIDDEN[2:]] if with_hidden else [])],
        [],
        "2026-01-13T04:00",
    )
    for on in ("2026-02-24", "2026-03-10"):
        line.json("tick", "--area", "A01", "--on", on)
    return line


def load(line: CommandLine, folder: Path, source: str, people: list[tuple[str, ...]], keys: list[str], at: str) -> None:
    write(folder / "people.csv", PEOPLE, *people)
    if keys:
        write(
            folder / "requests.csv",
            REQUESTS,
            *((f"R{k}", k, "2026-01-12T09:00:00Z", "", "2026-01-05", "acknowledged") for k in keys),
        )
        write(folder / "advice_requests.csv", ASKED, *((f"A{k}", k, "2026-01-12T09:00:00Z", f"R{k}", "", "medical", "paediatrician",
              "TRUST", "2026-01-12", "2026-01-12", "acknowledged") for k in keys))  # fmt: skip
    line.json("ingest", source, folder, "--recorded-at", at, "--complete-to", "2026-02-20")


@pytest.fixture(scope="module")
def hubs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CommandLine, CommandLine]]:
    folder = tmp_path_factory.mktemp("access")
    without = a_hub(folder / "without", None, False)
    found = a_hub(folder / "with", folder / "without" / "hub" / "key", True)
    yield found, without
    found.close()
    without.close()


def shown(line: CommandLine, kind: str, role: str, purpose: str, *more: str) -> list[str]:
    rows = line.show(kind, *more, role=("--as", role, "--purpose", purpose))
    return [json.dumps({**row, "at": ""}) for row in rows]


def test_the_hidden_child_is_really_there_and_assurance_sees_them(hubs: tuple[CommandLine, CommandLine]) -> None:
    found, without = hubs
    assert len(found.show("record")) == len(without.show("record")) + 1
    assert len(found.show("alert")) > len(without.show("alert"))
    assert len(found.hub.store.select("SELECT 1 AS one FROM possible_match")) > len(
        without.hub.store.select("SELECT 1 AS one FROM possible_match")
    )


@pytest.mark.parametrize("kind", sorted(VIEWS))
def test_every_view_is_the_same_for_every_other_role(hubs: tuple[CommandLine, CommandLine], kind: str) -> None:
    found, without = hubs
    for role, purpose in LOOKS:
        assert shown(found, kind, role, purpose) == shown(without, kind, role, purpose), (role, purpose)


@pytest.mark.parametrize("kind", ["obligation", "alert", "event"])
def test_and_so_is_what_was_known_before(hubs: tuple[CommandLine, CommandLine], kind: str) -> None:
    found, without = hubs
    for role, purpose in (
        ("sen_officer", "duty_monitoring"),
        ("dco", "duty_monitoring"),
        ("analyst", "service_planning"),
    ):
        day = ("--known-on", "2026-02-24")
        assert shown(found, kind, role, purpose, *day) == shown(without, kind, role, purpose, *day)


def test_sql_counts_the_same_for_every_other_role(hubs: tuple[CommandLine, CommandLine]) -> None:
    found, without = hubs
    for role, purpose in LOOKS:
        for kind in sorted(VIEWS):
            asked = ("sql", f'SELECT count(*) AS n FROM "{kind}"', "--as", role, "--purpose", purpose)
            assert found.json(*asked) == without.json(*asked), (role, kind)


def test_the_identity_queue_is_the_same(hubs: tuple[CommandLine, CommandLine]) -> None:
    found, without = hubs
    assert found.json("identity", "queue") == without.json("identity", "queue") != []


def test_the_history_and_the_disclosures_are_the_same(hubs: tuple[CommandLine, CommandLine]) -> None:
    found, without = hubs
    assert found.json("identity", "history") == without.json("identity", "history")
    hidden = found.hub.store.select("SELECT child FROM child WHERE restricted = 1")
    assert hidden
    for name in (hidden[0]["child"], "f" * 32):
        assert found.run("identity", "disclosures", name)[0] == 8


def test_every_page_of_a_steward_is_the_same(hubs: tuple[CommandLine, CommandLine]) -> None:
    found, without = hubs
    with_it, without_it = (crawled(line, "steward|demo steward") for line in hubs)
    assert with_it == without_it
    assert len(with_it) > 5
    assert any("Testcase" in text for text in with_it.values())
    assert not any("Zebedee" in text for text in with_it.values())
    hidden = [row["child"] for row in found.hub.store.select("SELECT child FROM child WHERE restricted = 1")]
    questions = found.hub.store.select("SELECT id, child FROM possible_match")
    mine = found.hub.store.select(
        "SELECT m.id FROM possible_match m JOIN source_record r ON r.source = m.source AND r.local_id = m.local_id"
        " JOIN child c ON c.child = r.child OR c.child = m.child WHERE c.restricted = 1"
    )
    assert mine
    client = a_client(found, "steward|demo steward")
    token = token_in(client.get("/steward").text)
    nothing = client.get(f"/steward/{'f' * 32}").text
    for path in [f"/steward/{row['id']}" for row in mine] + [f"/steward/child/{c}" for c in hidden]:
        answer = client.get(path)
        assert answer.status_code == 404
        assert without_token(answer.text) == without_token(nothing), path
    for row in mine:
        refused = client.post(f"/steward/{row['id']}/link", data={"csrf": token, "reason": "records"})
        assert refused.status_code == 404
    assert questions == found.hub.store.select("SELECT id, child FROM possible_match")
    audited = without.hub.store.select("SELECT count(*) AS n FROM audit")[0]["n"]
    assert audited > 0


def test_assurance_alone_sees_the_hidden_question(hubs: tuple[CommandLine, CommandLine]) -> None:
    pages = crawled(hubs[0], "assurance|assurance-1")
    assert any("Zebedee" in text for text in pages.values())


def a_client(line: CommandLine, offer: str) -> TestClient:
    values = WebValues(demo=True, session_key=b"test", now=lambda: datetime(2026, 3, 10, 12, tzinfo=UTC))
    rules = rules_for_pages(line.hub.rulebook)
    hub = line.hub
    app = create_app(lambda: hub.store, Audits(hub), WebCommands(hub), values, rules, hub.rulebook)
    client = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000), follow_redirects=False)
    answer = client.post("/sign-in", data={"offer": offer, "csrf": token_in(client.get("/").text)})
    assert answer.status_code == 303, answer.text
    return client


def crawled(line: CommandLine, offer: str) -> dict[str, str]:
    """Every page that the links of the steward's pages lead to, by address, without the token of its forms."""
    client, seen, todo = a_client(line, offer), dict[str, str](), ["/steward"]
    while todo:
        path = todo.pop()
        answer = client.get(path)
        seen[path] = f"{answer.status_code} {without_token(answer.text)}"
        found = {html.unescape(one) for one in re.findall(r'href="(/(?:steward|feeds)[^"#]*)"', answer.text)}
        todo += sorted(found - seen.keys() - set(todo))
    return seen


def without_token(text: str) -> str:
    return re.sub(r'name="csrf" value="[0-9a-f]+"', "", text)


def test_asking_why_of_a_hidden_duty_is_as_asking_of_none(hubs: tuple[CommandLine, CommandLine]) -> None:
    found, without = hubs
    hidden = found.hub.store.select(
        "SELECT o.obligation FROM obligation o JOIN child c ON c.child = o.child WHERE c.restricted = 1"
    )
    assert hidden
    for role, purpose in LOOKS:
        answers = set()
        for name in (hidden[0]["obligation"], "f" * 32):
            found.errors = ""
            code, text = found.run("why", name, "--as", role, "--purpose", purpose)
            without.run("why", name, "--as", role, "--purpose", purpose)  # both are looked at alike: looks are audited
            answers.add((code, text, found.errors.replace(name, "")))
        assert len(answers) == 1, role


def test_mails_are_the_same_but_for_those_to_assurance(hubs: tuple[CommandLine, CommandLine]) -> None:
    def mails(line: CommandLine) -> list[str]:
        found = [path.read_text() for path in (line.folder / "outbox").rglob("*") if path.is_file()]
        return sorted(text for text in found if "assurance@" not in text)

    found, without = hubs
    assert mails(found) == mails(without) != []


def test_a_hidden_child_that_was_erased_is_not_there_either(
    hubs: tuple[CommandLine, CommandLine], tmp_path: Path
) -> None:
    _, without = hubs
    found = a_hub(tmp_path / "with", without.folder / "key", True)
    found.json("erase", "casework", "P2", "--as", "x", "--reason", "y")
    found.json("erase", "trust", "P9", "--as", "x", "--reason", "y")
    found.json("tick", "--area", "A01", "--on", "2026-03-10")
    for kind in sorted(VIEWS.keys() - {"audit"}):
        for role, purpose in LOOKS:
            assert shown(found, kind, role, purpose) == shown(without, kind, role, purpose), (kind, role)
    found.close()
