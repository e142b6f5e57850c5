"""The steward's pages: who may see them, what they say before a decision, and what a decision does."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hub.bootstrap import Hub
from hub.domain.identifiers import name_of
from tests.property.builders import CASEWORK, LOG, NHS, TRUST, World, a_person, a_row
from tests.stewarding import NAMES, a_hub, a_queue, app_of, child_of
from tests.unit.web.conftest import LOCAL, token_in


class Stewarded:
    """A hub with questions, and clients of its pages."""

    def __init__(self, folder: Path) -> None:
        self.hub: Hub = a_hub(folder)
        self.world: World = a_queue(self.hub)
        self.app = app_of(self.hub)

    def client(self, offer: str = "steward|demo steward") -> TestClient:
        client = TestClient(self.app, base_url=LOCAL, client=("127.0.0.1", 50000), follow_redirects=False)
        answer = client.post("/sign-in", data={"offer": offer, "csrf": token_in(client.get("/").text)})
        assert answer.status_code == 303, answer.text
        return client


@pytest.fixture
def stewarded(tmp_path: Path) -> Iterator[Stewarded]:
    made = Stewarded(tmp_path / "hub")
    yield made
    made.hub.store.close()


def first(client: TestClient) -> str:
    return str(client.get("/steward/next").headers["location"])


def sent(client: TestClient, path: str, **fields: object) -> str:
    """Send a form and return where it leads; it must be taken."""
    answer = client.post(path, data={"csrf": token_in(client.get("/steward/history").text + _csrf(client)), **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def _csrf(client: TestClient) -> str:
    return str(client.get("/steward").text)


def entry_in(where: str) -> str:
    found = re.search(r"entry=([0-9a-f]+)", where)
    assert found
    return found[1]


def test_a_steward_begins_with_the_questions_the_most_harmful_first(stewarded: Stewarded) -> None:
    client = stewarded.client()
    text = client.get("/steward").text
    rules = re.findall(r"both have a current NHS number|one of them has no given name", text)
    assert rules[0].startswith("both have a current")
    assert len(rules) == len(NAMES) + 1
    assert "Past its target" in text
    assert not any(family in text for _, family in NAMES), "the list names nobody"


def test_no_name_stands_in_an_address_or_a_title(stewarded: Stewarded) -> None:
    client = stewarded.client()
    where = first(client)
    text = client.get(where).text
    title = re.search(r"<title>(.*?)</title>", text)
    assert title is not None
    assert title[1] == "Is this the same child? – Tell Once"
    assert "Marlowe" in text
    assert not re.findall(r'(?:href|action)="[^"]*(?:Marlowe|Ada)', text)


def test_the_printed_weights_add_up_to_the_printed_score(stewarded: Stewarded) -> None:
    client = stewarded.client()
    cells = re.findall(r'to-sides__bits">.*?<span class="to-cell">(.*?)</span>', client.get(first(client)).text)
    *parts, total = [float(cell.replace("−", "-")) for cell in cells]
    assert len(parts) > 5
    assert round(sum(parts), 1) == total


def test_what_would_change_is_told_before_it_is_decided_and_comes_true(stewarded: Stewarded) -> None:
    client = stewarded.client()
    match = stewarded.world.select("SELECT id FROM possible_match WHERE local_id = 'T3'")[0]["id"]
    text = client.get(f"/steward/{match}").text
    assert "Withdrawn" in text
    assert "sent, not recorded" in text
    here = child_of(stewarded.world, "casework", "C3")
    sql = "SELECT announced, state FROM alert WHERE child = :c AND rule = 'ehcna-advice-health' ORDER BY announced"
    assert stewarded.world.select(sql, c=here) == [{"announced": "overdue", "state": "raised"}]
    sent(client, f"/steward/{match}/link", reason="records")
    stewarded.world.tick()
    assert stewarded.world.select(sql, c=here) == [
        {"announced": "overdue", "state": "retracted"}, {"announced": "sent_not_recorded", "state": "raised"},
    ]  # fmt: skip


def test_an_answer_opens_the_next_question_and_can_be_taken_back(stewarded: Stewarded) -> None:
    client = stewarded.client()
    order = [one["id"] for one in stewarded.world.select("SELECT id FROM possible_match ORDER BY raised")]
    match = next(one for one in order if one not in first(client))
    before = child_of(stewarded.world, "trust", "T0")
    where = sent(client, f"/steward/{match}/link", reason="records")
    assert re.fullmatch(r"/steward/[0-9a-f]{32}\?done=link&entry=[0-9a-f]{32}", where)
    assert match not in where
    assert "Saved: the same child." in client.get(where).text
    assert sent(client, f"/steward/history/{entry_in(where)}/undo", reason="slip") == f"/steward/{match}?done=undo"
    assert child_of(stewarded.world, "trust", "T0") == before
    assert ">Undone<" in re.sub(r"\s", "", client.get("/steward/history").text)


def test_two_open_plans_ask_for_a_second_person_and_the_first_is_refused_in_plain_words(stewarded: Stewarded) -> None:
    one, two = stewarded.client(), stewarded.client("steward|second demo steward")
    match = first(one)
    assert "done=second" in sent(one, f"{match}/link", reason="checked")
    text = one.get(match).text
    assert "You have said so." in text
    again = one.post(f"{match}/link", data={"csrf": token_in(text), "reason": "records"})
    assert again.status_code == 409
    assert "another person must confirm" in again.text
    assert "demo steward says that they are one child" in two.get(match).text
    assert "done=link" in sent(two, f"{match}/link", reason="checked")
    assert child_of(stewarded.world, "casework", "CA") == child_of(stewarded.world, "trust", "TA")


def test_words_are_kept_apart_from_the_journal_and_shown_in_the_history(stewarded: Stewarded) -> None:
    client = stewarded.client()
    sent(client, f"{first(client)}/apart", reason="siblings", words="Seen both at the clinic")
    assert "Seen both at the clinic" in client.get("/steward/history").text
    assert stewarded.world.select("SELECT 1 AS one FROM journal WHERE body LIKE '%Seen both%'") == []


def test_a_question_without_a_reason_is_asked_again(stewarded: Stewarded) -> None:
    client = stewarded.client()
    match = first(client)
    answer = client.post(f"{match}/apart", data={"csrf": token_in(client.get(match).text)})
    assert answer.status_code == 400
    assert "Choose a reason" in answer.text


def test_the_household_is_told_and_twins_are_pointed_out(stewarded: Stewarded) -> None:
    client = stewarded.client()
    text = client.get(first(client)).text
    assert "Bertie Marlowe, born 8 July 2012: same home" in text


def test_records_are_taken_out_and_the_child_that_was_merged_is_revived(stewarded: Stewarded) -> None:
    client, world = stewarded.client(), stewarded.world
    child, other = child_of(world, "casework", "C4"), child_of(world, "trust", "T4")
    match = world.select("SELECT id FROM possible_match WHERE local_id = 'T4'")[0]["id"]
    sent(client, f"/steward/{match}/link", reason="records")
    (kept,) = {child_of(world, "casework", "C4"), child_of(world, "trust", "T4")}
    gone = ({child, other} - {kept}).pop()
    link = name_of("record", kept, "trust", "T4")[:16]
    assert "is revived" in client.get(f"/steward/child/{kept}").text
    assert "If 1 record leaves" in client.get(f"/steward/child/{kept}?link={link}&into={gone}").text
    sent(client, f"/steward/child/{kept}/split", link=link, into=gone, reason="other")
    assert child_of(world, "trust", "T4") == gone
    assert world.select("SELECT alias_of FROM child WHERE child = :c", c=gone) == [{"alias_of": ""}]


def test_two_children_that_no_question_names_are_joined_from_the_household(stewarded: Stewarded) -> None:
    client, world = stewarded.client(), stewarded.world
    ada, bertie = child_of(world, "casework", "CA"), child_of(world, "casework", "CB")
    assert "Bertie Marlowe" in client.get(f"/steward/child/{ada}?with={bertie}").text
    sent(client, f"/steward/child/{ada}/merge", **{"with": bertie, "reason": "records"})
    assert child_of(world, "casework", "CB") == child_of(world, "casework", "CA")


def test_who_saw_a_mixed_record_is_told_after_it_was_parted(stewarded: Stewarded) -> None:
    client, world = stewarded.client(), stewarded.world
    match = world.select("SELECT id FROM possible_match WHERE local_id = 'T5'")[0]["id"]
    where = sent(client, f"/steward/{match}/link", reason="records")
    mixed = child_of(world, "casework", "C5")
    officer = stewarded.client("sen_officer|officer-1")
    assert officer.get(f"/children/{mixed}").status_code == 200
    sent(client, f"/steward/history/{entry_in(where)}/undo", reason="learnt")
    text = client.get(f"/steward/disclosures/{mixed}").text
    assert "officer-1, SEN officer" in text
    assert "the record itself" in text
    assert mixed in client.get("/steward/history").text


def test_nobody_else_sees_a_question_and_assurance_decides_none(stewarded: Stewarded) -> None:
    match = first(stewarded.client())
    for offer in ("dco|dco-1|ICB", "sen_officer|officer-1", "data_manager|data-1|A01"):
        client = stewarded.client(offer)
        for path in (
            "/steward",
            match,
            "/steward/history",
            f"/steward/child/{child_of(stewarded.world, 'casework', 'C1')}",
        ):
            answer = client.get(path)
            assert answer.status_code == 403, (offer, path)
            assert "Fenwick" not in answer.text
    reader = stewarded.client("assurance|assurance-1")
    text = reader.get(match).text
    assert "Why?" not in text
    assert reader.post(f"{match}/link", data={"csrf": token_in(text), "reason": "records"}).status_code == 403


def test_every_look_is_audited_by_question_and_child(stewarded: Stewarded) -> None:
    client = stewarded.client()
    match = first(client)
    client.get(match)
    rows = stewarded.hub.store.select("SELECT action FROM audit WHERE purpose = 'identity_stewardship'")
    actions = {row["action"] for row in rows}
    assert f"identity question {match.rpartition('/')[2]}" in actions
    assert any(a.startswith("shown ") and child_of(stewarded.world, "casework", "CB") in a for a in actions)


def test_a_record_whose_support_is_gone_may_leave(stewarded: Stewarded) -> None:
    client, world = stewarded.client(), stewarded.world
    held = {"nhs_number": NHS[2], "family_name": "Held", "given_names": "Una", "birth_date": date(2013, 5, 6)}
    world.load(CASEWORK, [a_row("people:C30", "C30", a_person(**held))])
    world.load(TRUST, [a_row("people:T30", "T30", a_person(**held | {"upn": "B801200005001"}))])
    world.load(LOG, [a_row("people:L30", "L30", a_person(upn="B801200005001", **held | {"nhs_number": ""}))])
    kept = child_of(world, "casework", "C30")
    assert kept == child_of(world, "log", "L30")
    keys = [
        name_of("record", kept, source, local_id)[:16] for source, local_id in (("casework", "C30"), ("trust", "T30"))
    ]
    sent(client, f"/steward/child/{kept}/split", link=keys, reason="other")
    (asked,) = world.select("SELECT id FROM possible_match WHERE rule = 'identifier_gone'")
    text = client.get(f"/steward/{asked['id']}").text
    assert "Does this record still belong to this child?" in text


def test_the_records_of_one_child_cannot_all_be_taken_out(stewarded: Stewarded) -> None:
    client, world = stewarded.client(), stewarded.world
    child = child_of(world, "casework", "C6")
    token = token_in(client.get("/steward").text)
    fields = {"csrf": token, "link": name_of("record", child, "casework", "C6")[:16], "reason": "other"}
    answer = client.post(f"/steward/child/{child}/split", data=fields)
    assert answer.status_code == 409
    assert "Leave one record at least" in answer.text
