"""Children that were made one by mistake are two again, whatever was told since (invariants 3, 7 and 9)."""

from datetime import date, timedelta
from typing import Any

import pytest

from hub.domain.events.education import SchoolCalendarPublished
from hub.domain.events.provision import ProvisionSpecified, SessionDelivered
from tests.identities import ADA, BY, NHS, UPNS, Told
from tests.property.builders import (
    CASEWORK,
    DAY0,
    LOG,
    World,
    a_person,
    a_request,
    a_row,
    an_advice,
    an_advice_request,
    differences,
)
from tests.stewarding import child_of

HEARD = DAY0 + timedelta(days=70)
ADAH = {
    "nhs_number": NHS[0],
    "family_name": "Marlowe",
    "given_names": "Ada",
    "birth_date": date(2015, 3, 4),
    "postcode": "LS1 4AP",
}
IDA = ADAH | {"given_names": "Ida", "nhs_number": NHS[1]}
OTHER = {
    "nhs_number": NHS[2],
    "family_name": "Underhill",
    "given_names": "Lena",
    "birth_date": date(2012, 7, 8),
    "postcode": "LS2 7EW",
}


def a_line(who: str) -> tuple[ProvisionSpecified, date]:
    return ProvisionSpecified(
        plan=f"P{who}", line=f"L{who}", section="F", kind="speech_and_language", quantity=2.0, unit="sessions", per="week",
        weeks="term_time", delivered_by="SCH1", reported_by="log", starts_on=DAY0, is_quantified=True,
    ), DAY0  # fmt: skip


def a_session(who: str, on: date) -> tuple[SessionDelivered, date]:
    return SessionDelivered(line=f"L{who}", on=on), on


def twins(world: World) -> tuple[str, str, str]:
    """Ada, her twin Ida, and a child who has nothing to do with them: each with a request, advice asked and provision."""
    days = ("2026-01-05..2026-02-13", "2026-02-23..2026-03-27")
    calendar = SchoolCalendarPublished(institution="*", school_days=days), DAY0
    world.load(CASEWORK, [a_row("calendar:1", "*", calendar, subject_kind="area")])
    for who, said in (("A", ADAH), ("I", IDA), ("O", OTHER)):
        told = [a_row(f"people:{who}", who, a_person(**said)), a_row(f"requests:{who}", who, a_request(process=f"p{who}")),
                a_row(f"advice:{who}", who, an_advice_request(name=f"a{who}", process=f"p{who}")),
                a_row(f"lines:{who}", who, a_line(who))]  # fmt: skip
        world.load(CASEWORK, told, complete_to=DAY0 + timedelta(days=50))
        world.load(LOG, [a_row(f"people:{who}", f"log {who}", a_person(**said)),
                         a_row(f"sessions:{who}", f"log {who}", a_session(who, DAY0 + timedelta(days=2)))])  # fmt: skip
    ada, ida, other = (child_of(world, "casework", who) for who in "AIO")
    assert len({ada, ida, other}) == 3
    return ada, ida, other


def rows_of(world: World, *children: str) -> dict[str, list[dict[str, Any]]]:
    tables = ("obligation", "provision", "shortfall", "attribution", "alert", "child")
    return {name: [row for row in world.tables()[name] if row["child"] in children] for name in tables}


def records_whose_events(world: World, child: str) -> set[str]:
    sql = (
        "SELECT DISTINCT j.source || ' ' || j.local_id AS record FROM attribution a JOIN journal j ON j.area = a.area"
        " AND j.id = a.event WHERE a.child = :c AND a.known_to IS NULL"
    )
    return {row["record"] for row in world.select(sql, c=child)}


def test_an_unmerge_after_later_events_on_both_gives_each_its_own_and_touches_nobody_else() -> None:
    world = World()
    ada, ida, other = twins(world)
    entry = world.command("merge_children", {"child": ida, "into": ada} | BY)["entry"]
    world.tick(DAY0 + timedelta(days=50))
    assert {row["child"] for row in world.select("SELECT child FROM obligation")} == {ada, other}
    raised = {row["alert"]: row["process"] for row in _alerts(world, "raised", ada)}
    assert {"pA", "pI"} <= set(raised.values())
    assert _alerts(world, "raised", ida) == []
    for who in "AI":  # later events on both, under the one name
        world.load(
            CASEWORK,
            [a_row(f"received:{who}", who, an_advice(DAY0 + timedelta(days=60), f"a{who}", f"p{who}"))],
            complete_to=HEARD,
        )
        world.load(
            LOG, [a_row(f"sessions:{who}2", f"log {who}", a_session(who, DAY0 + timedelta(days=9)))], complete_to=HEARD
        )
    world.tick(DAY0 + timedelta(days=71))
    assert records_whose_events(world, ada) == {"casework A", "casework I", "log log A", "log log I"}
    unrelated = rows_of(world, other)
    untouched = {row["seq"] for row in world.select("SELECT seq FROM journal")}
    world.command("undo", {"entry": entry} | BY)
    assert (child_of(world, "casework", "A"), child_of(world, "casework", "I")) == (ada, ida)
    assert world.select("SELECT alias_of FROM child WHERE child = :c", c=ida) == [{"alias_of": ""}]
    assert records_whose_events(world, ada) == {"casework A", "log log A"}
    assert records_whose_events(world, ida) == {"casework I", "log log I"}
    processes = {
        child: {r["process"] for r in world.select("SELECT process FROM obligation WHERE child = :c", c=child)}
        for child in (ada, ida)
    }
    assert processes[ada] - {""} == {"pA"}
    assert processes[ida] - {""} == {"pI"}
    lines = {r["line"]: r["child"] for r in world.select("SELECT DISTINCT line, child FROM provision")}
    assert (lines["LA"], lines["LI"]) == (ada, ida)
    assert {row["alert"] for row in _alerts(world, "raised", ada)} >= set(raised) - _ended(world)  # not before the tick
    world.tick(DAY0 + timedelta(days=72))
    assert {row["process"] for row in _alerts(world, "raised", ada)} == {"pA"}
    assert {row["process"] for row in _alerts(world, "raised", ida)} == {"pI"}
    wrong = {alert for alert, process in raised.items() if process == "pI"}
    states = {row["alert"]: row["state"] for row in world.select("SELECT alert, state FROM alert")}
    assert {states[alert] for alert in wrong} <= {"retracted", "closed"}
    assert rows_of(world, other) == unrelated
    later = [row for row in world.select("SELECT seq, kind, body FROM journal") if row["seq"] not in untouched]
    assert not [row for row in later if other in row["body"]]
    assert world.unsaid() == []
    assert differences(world.tables(), world.rebuilt()) == {}


def _alerts(world: World, state: str, child: str) -> list[dict[str, Any]]:
    sql = (
        "SELECT a.alert, o.process FROM alert a LEFT JOIN obligation o ON o.area = a.area AND o.obligation = a.obligation"
        " WHERE a.state = :s AND a.child = :c AND a.rule <> 'provision-shortfall'"
    )
    return world.select(sql, s=state, c=child)


def _ended(world: World) -> set[str]:
    return {row["alert"] for row in world.select("SELECT alert FROM alert WHERE state <> 'raised'")}


def test_the_name_that_a_merge_retired_still_leads_to_the_child_and_is_its_own_again_after_a_split_into_it() -> None:
    world = Told()
    world.tell(("casework", "A"), **ADA)
    world.tell(("trust", "I"), **ADA | {"given_names": "Benedict", "sex": "M"})
    ours, theirs = world.child(("casework", "A")), world.child(("trust", "I"))
    world.command("merge_children", {"child": theirs, "into": ours} | BY)
    kept, gone = world.child(("trust", "I")), ({ours, theirs} - {world.child(("trust", "I"))}).pop()
    assert world.state.present(gone) == kept
    world.tell(("school", "S"), **ADA | {"given_names": "Benedict", "sex": "M"})
    moved = ("trust", "I") if gone == theirs else ("casework", "A")
    world.split(moved, into=gone)
    assert world.child(moved) == gone
    assert world.state.present(gone) == gone
    assert world.select("SELECT alias_of FROM child WHERE child = :c", c=gone) == [{"alias_of": ""}]
    assert differences(world.tables(), world.rebuilt()) == {}


def test_advice_filed_under_the_wrong_twin_is_moved_alone_with_its_revisions_to_come() -> None:
    world = World()
    ada, ida, other = twins(world)
    mine = an_advice_request(name="late", process="pI")
    world.load(CASEWORK, [a_row("advice:late", "A", mine)], complete_to=DAY0 + timedelta(days=50))
    unrelated = rows_of(world, other)
    (slot,) = [
        row["slot"]
        for row in world.select("SELECT slot, body FROM journal WHERE type = 'AdviceRequested'")
        if '"late"' in row["body"]
    ]
    entry = world.command("move_events", {"slots": [slot], "child": ida} | BY)["entry"]
    assert _holder(world, slot) == {ida}
    assert records_whose_events(world, ida) == {"casework A", "casework I", "log log I"}
    later = an_advice_request(name="late", process="pI", on=DAY0 + timedelta(days=1))
    world.load(CASEWORK, [a_row("advice:late", "A", later)], complete_to=DAY0 + timedelta(days=51))
    assert _holder(world, slot) == {ida}
    world.load(CASEWORK, [a_row("people:A", "A", a_person(**ADAH | {"postcode": "LS3 1AB"}))])
    assert _holder(world, slot) == {ida}
    world.tick(DAY0 + timedelta(days=52))
    duty = world.select("SELECT child FROM obligation WHERE advice_request = 'late'")
    assert {row["child"] for row in duty} == {ida}
    assert rows_of(world, other)["attribution"] == unrelated["attribution"]
    world.load(CASEWORK, [a_row("advice:late", "A")], complete_to=DAY0 + timedelta(days=53))  # the source takes it back
    world.tick(DAY0 + timedelta(days=53))
    assert world.select("SELECT child FROM obligation WHERE advice_request = 'late'") == []
    world.load(CASEWORK, [a_row("advice:late", "A", mine)], complete_to=DAY0 + timedelta(days=54))
    assert _holder(world, slot) == {ida}
    world.command("undo", {"entry": entry} | BY)
    world.tick(DAY0 + timedelta(days=55))
    assert _holder(world, slot) == {ada}
    assert {row["child"] for row in world.select("SELECT child FROM obligation WHERE advice_request = 'late'")} == {ada}
    assert world.unsaid() == []
    assert differences(world.tables(), world.rebuilt()) == {}


def _holder(world: World, slot: str) -> set[str]:
    sql = (
        "SELECT DISTINCT a.child FROM attribution a JOIN journal j ON j.area = a.area AND j.id = a.event"
        " WHERE j.slot = :s AND a.known_to IS NULL"
    )
    return {row["child"] for row in world.select(sql, s=slot)}


def hanging() -> Told:
    """Casework and trust share an NHS number, trust and school a UPN: the school's record hangs on the trust's alone."""
    world = Told()
    world.tell(("trust", "T"), **ADA | {"nhs_number": NHS[0], "upn": UPNS[0]})
    world.tell(("school", "S"), upn=UPNS[0], given_names="Ada", family_name="Quillfeather")
    world.tell(("casework", "C"), **ADA | {"nhs_number": NHS[0]})
    assert world.are_one(("trust", "T"), ("school", "S"), ("casework", "C"))
    return world


def test_a_link_that_hung_on_the_moved_record_alone_is_asked_about_and_stays() -> None:
    world = hanging()
    kept = world.child(("casework", "C"))
    world.split(("trust", "T"))
    assert world.child(("school", "S")) == kept == world.child(("casework", "C"))
    assert world.asked() == [("identifier_gone", ("school", "S"), kept)]


@pytest.mark.parametrize("verdict", ["link", "apart"])
def test_the_answer_to_that_question_holds_under_all_that_is_told_later(verdict: str) -> None:
    world = hanging()
    world.split(("trust", "T"))
    world.answer(verdict, ("school", "S"))
    assert world.are_one(("school", "S"), ("casework", "C")) is (verdict == "link")
    world.start()
    for more in ({"nhs_number": NHS[1], "upn": ""}, {"upn": UPNS[1]}, {"nhs_number": NHS[0]}, {"given_names": "Ida"}):
        for record, said in ((("school", "S"), ADA | more), (("casework", "C"), ADA | {"nhs_number": NHS[0]} | more)):
            world.tell(record, **said)
            assert world.are_one(("school", "S"), ("casework", "C")) is (verdict == "link"), more
    open_links = world.select("SELECT local_id FROM source_record WHERE known_to IS NULL")
    assert sorted(row["local_id"] for row in open_links) == ["C", "S", "T"]
    assert differences(world.tables(), world.rebuilt()) == {}


def test_an_undo_is_undone_again_and_again() -> None:
    world = Told()
    world.tell(("casework", "A"), **ADA | {"nhs_number": NHS[0]})
    world.tell(("trust", "I"), **ADA | {"nhs_number": NHS[1]})
    ours, theirs = world.child(("casework", "A")), world.child(("trust", "I"))
    entry = world.command("merge_children", {"child": theirs, "into": ours} | BY)["entry"]
    for _ in range(2):
        entry = world.undo(entry)["entry"]
        assert (world.child(("casework", "A")), world.child(("trust", "I"))) == (ours, theirs)
        assert world.clusters.children_apart(ours, theirs)
        entry = world.undo(entry)["entry"]
        assert world.are_one(("casework", "A"), ("trust", "I"))
        assert world.clusters.apart == set()
    assert world.undo("f" * 32)["error"] == "NotFound"
    assert differences(world.tables(), world.rebuilt()) == {}


def test_what_was_kept_apart_from_a_merged_child_is_free_of_the_survivor_once_that_merge_is_undone() -> None:
    world = Told()
    people = {
        "casework": ADA | {"nhs_number": NHS[0]},
        "trust": ADA | {"nhs_number": NHS[1]},
        "school": ADA | {"nhs_number": NHS[2]},
    }
    for source, said in people.items():
        world.tell((source, "1"), **said)
    ours, theirs, third = (world.child((source, "1")) for source in people)
    question = [n for n, m in world.state.matches.items() if (m["source"], m["child"]) == ("school", theirs)]
    world.command("decide_link", {"match": question[0], "verdict": "apart"} | BY)
    entry = world.command("merge_children", {"child": theirs, "into": ours} | BY)["entry"]
    assert world.clusters.children_apart(third, ours)
    world.undo(entry)
    assert not world.clusters.children_apart(third, ours)
    assert world.clusters.children_apart(third, theirs)
