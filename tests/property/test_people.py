"""What a person decides about who is who holds, moves events with their history, and can be undone (invariants 8 and 9)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.property.builders import (
    AREA,
    CASEWORK,
    DAY0,
    LOG,
    NHS,
    TRUST,
    World,
    a_person,
    a_request,
    a_row,
    an_advice,
    an_advice_request,
    differences,
    quick,
)

ADA = {"family_name": "Testcase", "given_names": "Ada", "birth_date": date(2015, 3, 4), "postcode": "LS1 4AP"}
BY = {"by": "steward-1", "reason": "looked it up"}


def child_of(world: World, source: str, local_id: str) -> str:
    sql = "SELECT child FROM source_record WHERE source = :s AND local_id = :l AND known_to IS NULL"
    return str(world.select(sql, s=source, l=local_id)[0]["child"])


def together(world: World) -> None:
    world.load(
        CASEWORK,
        [a_row("people:C1", "C1", a_person(nhs_number=NHS[0], **ADA)), a_row("requests:R1", "C1", a_request())],
    )
    world.load(TRUST, [a_row("people:T1", "T1", a_person(nhs_number=NHS[0], **ADA)),
                       a_row("advice_requests:A1", "T1", an_advice_request())])  # fmt: skip


def test_a_split_gives_each_record_its_own_child_and_recomputes_both() -> None:
    world = World()
    together(world)
    world.tick(DAY0 + timedelta(days=3))
    both = child_of(world, "casework", "C1")
    assert both == child_of(world, "trust", "T1")
    world.command("split_child", {"source": "trust", "local_id": "T1"} | BY)
    world.tick(DAY0 + timedelta(days=4))
    new = child_of(world, "trust", "T1")
    assert new != both
    owners = {row["rule"]: row["child"] for row in world.select("SELECT rule, child FROM obligation")}
    assert owners["ehcna-decision"] == both
    assert owners["ehcna-advice-health"] == new
    assert differences(world.tables(), world.rebuilt()) == {}
    assert world.unsaid() == []


def test_records_that_a_person_has_parted_stay_apart_whichever_is_described_again() -> None:
    for source, key, local_id in ((CASEWORK, "people:C1", "C1"), (TRUST, "people:T1", "T1")):
        world = World()
        together(world)
        world.command("split_child", {"source": "trust", "local_id": "T1"} | BY)
        moved = ADA | {"postcode": "LS2 7EW"}
        world.load(source, [a_row(key, local_id, a_person(nhs_number=NHS[0], **moved))])
        assert child_of(world, "casework", "C1") != child_of(world, "trust", "T1"), local_id


def test_records_kept_apart_stay_so_when_one_of_them_is_merged_with_a_third() -> None:
    world = World()
    world.load(CASEWORK, [a_row("people:C1", "C1", a_person(**ADA)), a_row("requests:R1", "C1", a_request())])
    world.load(TRUST, [a_row("people:T1", "T1", a_person(**ADA | {"given_names": ""}))])
    (match,) = world.select("SELECT id FROM possible_match WHERE state = 'waiting'")
    world.command("decide_link", {"match": match["id"], "verdict": "apart"} | BY)
    world.load(LOG, [a_row("people:L1", "L1", a_person(upn="B801200005001", nhs_number=NHS[0]))])
    world.load(CASEWORK, [a_row("people:C1", "C1", a_person(upn="B801200005001", **ADA))])
    assert child_of(world, "casework", "C1") == child_of(world, "log", "L1")
    world.start()
    world.load(TRUST, [a_row("people:T1", "T1", a_person(nhs_number=NHS[0], **ADA | {"given_names": "Adah"}))])
    assert child_of(world, "trust", "T1") != child_of(world, "casework", "C1")
    assert differences(world.tables(), world.rebuilt()) == {}


def test_a_link_by_a_person_moves_everything_and_the_queue_is_done() -> None:
    world = World()
    world.load(
        CASEWORK,
        [a_row("people:C1", "C1", a_person(nhs_number=NHS[0], **ADA)), a_row("requests:R1", "C1", a_request())],
    )
    world.load(TRUST, [a_row("people:T1", "T1", a_person(**ADA | {"given_names": ""})),
                       a_row("advice_requests:A1", "T1", an_advice_request())])  # fmt: skip
    (match,) = world.select("SELECT id FROM possible_match WHERE state = 'waiting'")
    world.command("decide_link", {"match": match["id"], "verdict": "link"} | BY)
    assert child_of(world, "casework", "C1") == child_of(world, "trust", "T1")
    assert world.select("SELECT 1 AS one FROM possible_match WHERE state = 'waiting'") == []
    world.tick(DAY0 + timedelta(days=3))
    assert len({row["child"] for row in world.select("SELECT child FROM obligation")}) == 1
    assert differences(world.tables(), world.rebuilt()) == {}


def test_an_event_moved_by_a_person_stays_moved_through_corrections_and_merges() -> None:
    world = World()
    together(world)
    world.load(CASEWORK, [a_row("people:C2", "C2", a_person(nhs_number=NHS[1], family_name="Beispiel")),
                          a_row("requests:R2", "C2", a_request(process="p2")),
                          a_row("advice_received:V1", "C1", an_advice(DAY0 + timedelta(days=9)))])  # fmt: skip
    (event,) = world.select("SELECT id, slot FROM journal WHERE type = 'AdviceReceived'")
    other = child_of(world, "casework", "C2")
    world.command("move_events", {"slots": [event["slot"]], "child": other} | BY)
    world.load(CASEWORK, [a_row("advice_received:V1", "C1", an_advice(DAY0 + timedelta(days=11)))])
    sql = "SELECT DISTINCT a.child FROM attribution a JOIN journal j ON j.id = a.event WHERE j.slot = :s AND a.known_to IS NULL"
    assert [row["child"] for row in world.select(sql, s=event["slot"])] == [other]
    world.load(LOG, [a_row("people:L1", "L1", a_person(nhs_number=NHS[1], upn="B801200005001"))])
    world.load(TRUST, [a_row("people:T9", "T9", a_person(upn="B801200005001"))])
    (child,) = [row["child"] for row in world.select(sql, s=event["slot"])]
    assert world.select("SELECT alias_of FROM child WHERE child = :c", c=child) == [{"alias_of": ""}]
    assert differences(world.tables(), world.rebuilt()) == {}


def test_a_merge_takes_along_what_a_person_had_moved_to_the_child_that_goes() -> None:
    world = World()
    world.load(CASEWORK, [a_row("people:C1", "C1", a_person(nhs_number=NHS[0], **ADA)),
                          a_row("people:C2", "C2", a_person(nhs_number=NHS[1], family_name="Beispiel")),
                          a_row("advice_received:V1", "C2", an_advice(DAY0))])  # fmt: skip
    world.load(TRUST, [a_row("people:T1", "T1", a_person(upn="B801200005001"))])
    trust = child_of(world, "trust", "T1")
    (event,) = world.select("SELECT slot FROM journal WHERE type = 'AdviceReceived'")
    world.command("move_events", {"slots": [event["slot"]], "child": trust} | BY)
    world.load(LOG, [a_row("people:L1", "L1", a_person(nhs_number=NHS[0]))])
    world.load(TRUST, [a_row("people:T1", "T1", a_person(upn="B801200005001", nhs_number=NHS[0]))])
    assert child_of(world, "trust", "T1") == child_of(world, "casework", "C1")
    world.load(TRUST, [a_row("advice_requests:A1", "T1", an_advice_request())])
    sql = (
        "SELECT c.alias_of FROM attribution a JOIN journal j ON j.id = a.event JOIN child c ON c.child = a.child"
        " WHERE j.slot = :s AND a.known_to IS NULL"
    )
    assert world.select(sql, s=event["slot"]) == [{"alias_of": ""}]
    assert differences(world.tables(), world.rebuilt()) == {}


@quick(20)
@given(word=st.sampled_from(["restricted", "very_restricted", "redacted", "adoption", "refuge", "witness"]))
def test_any_word_for_sensitive_restricts_the_child_through_every_record(word: str) -> None:
    world = World()
    together(world)
    world.load(TRUST, [a_row("people:T1", "T1", a_person(nhs_number=NHS[0], sensitivity=word, **ADA))])
    child = child_of(world, "casework", "C1")
    assert world.select("SELECT restricted FROM child WHERE area = :a AND child = :c", a=AREA, c=child) == [
        {"restricted": 1}
    ]
    world.load(TRUST, [a_row("people:T1", "T1", a_person(nhs_number=NHS[0], **ADA))])
    assert world.select("SELECT restricted FROM child WHERE area = :a AND child = :c", a=AREA, c=child) == [
        {"restricted": 0}
    ]
