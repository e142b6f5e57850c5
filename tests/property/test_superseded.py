"""NHS numbers that were replaced or made invalid, and identities that were closed, at the level of the worker."""

import pytest

from hub.domain.identifiers import name_of
from tests.identities import ADA, BY, NHS, UPNS, Told, a_person, found_by_name, known, restarted
from tests.property.builders import differences

OLD, NEW, THIRD, FOURTH = NHS
CASE, TRUST, SCHOOL = ("casework", "C1"), ("trust", "T1"), ("school", "S1")


def two(old: str = OLD, new: str = NEW) -> Told:
    """Ada with one number in casework and another at the trust, for whom a question waits."""
    world = Told()
    world.tell(CASE, **ADA | {"nhs_number": old})
    world.tell(TRUST, **ADA | {"nhs_number": new})
    assert not world.are_one(CASE, TRUST)
    return world


def settled(world: Told) -> None:
    """What was told and decided comes out the same from the tables and from the journal."""
    live, read = known(world.state), known(restarted(world))
    assert {name: (live[name], read[name]) for name in live if live[name] != read[name]} == {}
    world.tick()
    assert differences(world.tables(), world.rebuilt()) == {}


def test_a_replaced_number_joins_the_children_with_the_old_and_the_new_one() -> None:
    world = two()
    first, second = world.child(CASE), world.child(TRUST)
    world.supersede(OLD, NEW)
    assert world.child(CASE) == world.child(TRUST) == first
    assert world.state.present(second) == first
    assert world.asked() == []
    assert world.state.links[TRUST][1][1] == "superseded"
    settled(world)


def test_it_joins_whichever_of_the_two_comes_after_it() -> None:
    for first, second in ((OLD, NEW), (NEW, OLD)):
        world = Told()
        world.supersede(OLD, NEW)
        world.tell(CASE, **ADA | {"nhs_number": first})
        world.tell(TRUST, nhs_number=second, given_names="Ada", birth_date="2015-03-04")  # nothing else leads there
        assert world.are_one(CASE, TRUST), first
        settled(world)


def test_numbers_replaced_one_after_the_other_join_in_any_order() -> None:
    for changes in (((OLD, NEW), (NEW, THIRD)), ((NEW, THIRD), (OLD, NEW)), ((OLD, THIRD), (NEW, THIRD))):
        world = two()
        for old, new in changes:
            world.supersede(old, new)
        assert world.are_one(CASE, TRUST), changes
        assert world.clusters.number(OLD) == world.clusters.number(NEW) == THIRD
        settled(world)


def test_a_chain_of_replacements_joins_the_children_of_all_its_numbers() -> None:
    for changes in (((OLD, NEW), (NEW, THIRD)), ((NEW, THIRD), (OLD, NEW))):
        world = two()
        world.tell(SCHOOL, **ADA | {"nhs_number": THIRD})
        for old, new in changes:
            world.supersede(old, new)
        assert world.are_one(CASE, TRUST, SCHOOL), changes
        settled(world)


def test_a_corrected_replacement_joins_by_what_it_says_now_alone() -> None:
    world = Told()
    world.tell(SCHOOL, **ADA | {"nhs_number": THIRD})
    world.tell(CASE, **ADA | {"nhs_number": OLD})
    world.tell(TRUST, **ADA | {"nhs_number": NEW})
    for name, match in sorted(world.state.matches.items()):
        if match["child"] == world.child(SCHOOL):
            world.command("decide_link", {"match": name, "verdict": "apart"} | BY)
    world.supersede(OLD, THIRD)  # a person keeps them apart
    assert not world.are_one(CASE, SCHOOL)
    world.supersede(OLD, NEW)
    assert world.are_one(CASE, TRUST)
    assert not world.are_one(CASE, SCHOOL)
    settled(world)


def test_numbers_that_are_said_to_replace_each_other_are_one() -> None:
    world = two()
    for old, new in ((OLD, NEW), (NEW, OLD), (THIRD, OLD)):
        world.supersede(old, new)
    assert len({world.clusters.number(number) for number in (OLD, NEW, THIRD)}) == 1
    assert world.clusters.same_numbers(THIRD) == [OLD, NEW, THIRD]


def test_an_invalid_number_frees_its_record_to_join() -> None:
    world = two()
    world.supersede(OLD)
    assert not world.are_one(CASE, TRUST)  # it joins nobody by itself
    world.tell(TRUST, **ADA | {"nhs_number": NEW, "address_lines": ["12, Alder Row"], "sex": ""})
    assert world.are_one(CASE, TRUST)
    settled(world)


def test_a_replacement_does_not_join_whom_a_person_keeps_apart() -> None:
    world = two()
    world.tell(SCHOOL, **ADA | {"nhs_number": THIRD})
    for record in (TRUST, SCHOOL):
        for name, match in sorted(world.state.matches.items()):
            if (match["source"], match["local_id"]) == record and match["state"] == "waiting":
                verdict = "apart" if record == SCHOOL and match["child"] == world.child(TRUST) else None
                if verdict:
                    world.command("decide_link", {"match": name, "verdict": verdict} | BY)
    world.supersede(OLD, NEW)  # casework and the trust are one
    world.supersede(THIRD, NEW)  # the school's is kept apart from the trust's, so from both
    assert world.are_one(CASE, TRUST)
    assert not world.are_one(CASE, SCHOOL)
    settled(world)


def test_of_three_that_a_replacement_would_join_no_two_are_joined_that_a_person_keeps_apart() -> None:
    world = Told()
    world.tell(CASE, **ADA | {"nhs_number": NEW})
    world.tell(TRUST, **ADA | {"nhs_number": OLD})
    world.tell(SCHOOL, **ADA | {"nhs_number": OLD})
    world.split(SCHOOL)
    world.supersede(OLD, NEW)
    assert not world.are_one(TRUST, SCHOOL)
    assert world.clusters.children_apart(world.child(TRUST), world.child(SCHOOL))
    settled(world)


def test_a_record_that_shows_three_children_to_be_one_joins_no_two_that_a_person_keeps_apart() -> None:
    world = Told()
    world.tell(CASE, **ADA | {"upn": UPNS[0], "nhs_number": ""})
    world.tell(TRUST, **ADA | {"nhs_number": OLD, "upn": UPNS[0]})
    world.split(TRUST)
    world.tell(SCHOOL, **ADA | {"nhs_number": OLD, "upn": UPNS[0]})
    assert not world.are_one(CASE, TRUST)


def test_two_upns_keep_children_apart_that_a_replaced_number_does_not_show_to_be_one() -> None:
    world = Told()
    world.tell(CASE, **ADA | {"upn": UPNS[0], "nhs_number": OLD})
    world.tell(("casework", "C2"), **ADA | {"nhs_number": OLD})
    world.tell(TRUST, upn=UPNS[1], given_names="Bea", birth_date="2012-07-08", family_name="Moss")
    world.tell(SCHOOL, upn=UPNS[1], nhs_number=NEW, given_names="Bea", birth_date="2012-07-08", family_name="Moss")
    assert world.are_one(TRUST, SCHOOL)
    world.supersede(OLD, NEW)
    assert not world.are_one(CASE, TRUST)  # the trust's record has another UPN and no number that agrees


def test_a_decision_of_a_person_outlasts_the_join_of_a_replaced_number() -> None:
    world = two()
    world.tell(SCHOOL, **ADA | {"nhs_number": "", "given_names": ""})
    world.command("merge_children", {"child": world.child(SCHOOL), "into": world.child(TRUST)} | BY)
    world.supersede(OLD, NEW)
    assert world.are_one(CASE, TRUST, SCHOOL)
    world.start()
    world.tell(SCHOOL, given_names="Bertram", birth_date="2009-09-09", nhs_number=FOURTH)
    assert world.are_one(CASE, TRUST, SCHOOL)
    settled(world)


# ── taken back ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_replacement_taken_back_is_asked_about_and_joins_nobody_any_more() -> None:
    world = two()
    world.supersede(OLD, NEW)
    world.withdraw(("pds", f"n-{OLD}"), "IdentifierSuperseded")
    assert world.clusters.superseded == {}
    assert world.are_one(CASE, TRUST)  # until a person says so
    assert world.asked() == [("two_nhs_numbers", CASE, world.child(TRUST))]
    world.tell(SCHOOL, **ADA | {"nhs_number": OLD})
    assert not world.are_one(SCHOOL, CASE)
    world.answer("apart", CASE)
    assert not world.are_one(CASE, TRUST)
    settled(world)


def test_a_replacement_taken_back_before_it_joined_anybody_asks_nothing() -> None:
    world = Told()
    world.supersede(OLD, NEW)
    world.withdraw(("pds", f"n-{OLD}"), "IdentifierSuperseded")
    world.tell(CASE, **ADA | {"nhs_number": OLD})
    world.tell(TRUST, **ADA | {"nhs_number": NEW})
    assert not world.are_one(CASE, TRUST)
    settled(world)


def test_what_a_source_said_before_it_took_it_back_joins_nobody_when_it_comes_late() -> None:
    world = two()
    slot = name_of("slot", "IdentifierSuperseded", "pds", f"n-{OLD}", "")
    world.revisions[slot] = 1
    world.withdraw(("pds", f"n-{OLD}"), "IdentifierSuperseded")
    world.revisions[slot] = 0
    world.supersede(OLD, NEW)
    assert world.clusters.superseded == {}
    assert not world.are_one(CASE, TRUST)
    settled(world)


def test_what_two_say_holds_as_long_as_one_of_them_says_it() -> None:
    world = two()
    world.supersede(OLD, NEW)
    world.supersede(OLD, NEW, row="told by another message")
    world.withdraw(("pds", f"n-{OLD}"), "IdentifierSuperseded")
    assert world.clusters.superseded == {OLD: NEW}
    assert world.asked() == []
    settled(world)


def test_a_corrected_replacement_holds_in_place_of_what_it_said_before() -> None:
    world = two()
    world.tell(SCHOOL, **ADA | {"nhs_number": THIRD})
    world.supersede(OLD, NEW)
    world.supersede(OLD, THIRD)
    assert world.clusters.superseded == {OLD: THIRD}
    assert ("two_nhs_numbers", CASE, world.child(TRUST)) in world.asked()
    assert not world.are_one(TRUST, SCHOOL)
    settled(world)


@pytest.mark.parametrize(
    "said",
    [
        {"system": "nhs_number", "old": "9990010006", "new": NEW},
        {"system": "nhs_number", "old": OLD, "new": "9990010006"},
        {"system": "nhs_number", "old": OLD, "new": OLD},
        {"system": "upn", "old": OLD, "new": NEW},
    ],
)
def test_a_replacement_of_or_by_what_is_no_number_changes_nothing(said: dict[str, str]) -> None:
    world = two()
    world.tell(("pds", "n-1"), "IdentifierSuperseded", **said)
    assert not world.are_one(CASE, TRUST)
    assert world.clusters.superseded == {}
    settled(world)


def test_a_number_is_read_however_it_is_written() -> None:
    world = two()
    world.supersede(f"{OLD[:3]} {OLD[3:6]} {OLD[6:]}", NEW)
    assert world.are_one(CASE, TRUST)


# ── closed identities ─────────────────────────────────────────────────────────────────────────────────────────────────


def closed() -> Told:
    """Ada's old identity, two records of it, closed."""
    world = Told()
    world.tell(CASE, **ADA | {"nhs_number": OLD, "upn": UPNS[0]})
    world.tell(TRUST, **ADA | {"nhs_number": OLD})
    world.tell(CASE, "IdentitySealed", reason="adoption")
    return world


def is_closed(world: Told, record: tuple[str, str]) -> bool:
    (row,) = world.select("SELECT restricted FROM child WHERE child = :c", c=world.child(record))
    return bool(row["restricted"]) and world.clusters.people[record].is_sealed


def test_a_closed_identity_is_no_candidate_by_name_or_by_number() -> None:
    world = closed()
    assert world.clusters.candidates(SCHOOL, a_person(nhs_number=OLD, upn=UPNS[0])) == []
    world.tell(SCHOOL, **ADA)
    assert not world.are_one(SCHOOL, CASE)
    assert world.asked() == []
    settled(world)


@pytest.mark.parametrize("number", [{"nhs_number": OLD}, {"upn": UPNS[0]}])
def test_a_record_with_a_closed_number_never_becomes_an_open_child(number: dict[str, str]) -> None:
    world = closed()
    world.tell(SCHOOL, **ADA | number)
    assert is_closed(world, SCHOOL)
    world.start()
    assert is_closed(world, SCHOOL)
    assert not found_by_name(world.clusters)
    settled(world)


def test_a_number_that_a_closed_record_takes_on_later_is_closed_too_for_those_who_have_it_already() -> None:
    world = closed()
    world.tell(SCHOOL, given_names="Eve", family_name="Nightingale", birth_date="2014-02-03", nhs_number=NEW)
    world.tell(CASE, **ADA | {"nhs_number": NEW, "upn": UPNS[0]})
    assert is_closed(world, SCHOOL)
    world.tell(("log", "L1"), nhs_number=NEW)
    assert is_closed(world, ("log", "L1"))
    settled(world)


def test_a_closed_record_that_must_leave_its_child_stays_closed() -> None:
    world = closed()
    world.tell(TRUST, **ADA | {"nhs_number": NEW})
    assert not world.are_one(CASE, TRUST)
    assert is_closed(world, TRUST)
    world.start()
    world.tell(TRUST, **ADA | {"nhs_number": NEW, "postcode": "LS2 7EW"})
    assert is_closed(world, TRUST)
    world.tell(SCHOOL, **ADA | {"postcode": "LS2 7EW"})
    assert not world.are_one(SCHOOL, TRUST)
    settled(world)


def test_a_person_opens_a_record_that_was_closed_by_mistake_and_it_is_found_again() -> None:
    world = closed()
    world.tell(SCHOOL, given_names="Eve", family_name="Nightingale", birth_date="2014-02-03", nhs_number=NEW)
    entry = world.command("merge_children", {"child": world.child(SCHOOL), "into": world.child(CASE)} | BY)["entry"]
    assert is_closed(world, SCHOOL)
    world.undo(entry)
    assert not world.clusters.people[SCHOOL].is_sealed
    assert found_by_name(world.clusters) == {SCHOOL}
    assert is_closed(world, CASE)
    assert is_closed(world, TRUST)
    settled(world)


def test_a_replaced_number_leads_nobody_into_a_closed_identity() -> None:
    world = closed()
    world.tell(SCHOOL, **ADA | {"nhs_number": NEW})
    world.supersede(OLD, NEW)
    assert not world.are_one(SCHOOL, CASE)
    settled(world)
