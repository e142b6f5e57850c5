"""The rules that protect children hold for whatever is told, in whatever order (`linkage.md` 5.2; invariants 8 and 9)."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.identity.cluster import Record
from hub.domain.identity.compare import ABSENT, LEVELS, levels
from hub.domain.identity.decide import decide
from hub.domain.identity.model import Model, Scorer
from hub.domain.identity.normalise import person
from hub.domain.identity.weigh import weigh
from hub.pipeline.state import scorer_of
from tests.identities import BY, NHS, UPNS, Told, found_by_name, known, restarted
from tests.property.builders import MODEL, differences, quick

INVALID, TEMPORARY = "9990010006", "M80120000500A"
RECORDS = [(source, f"{source[0].upper()}{n}") for source in ("casework", "school", "trust") for n in range(3)]
NEXT = {NHS[0]: NHS[1], NHS[1]: NHS[2], NHS[2]: "", NHS[3]: NHS[0]}
"""What each number may be replaced by, where that is told: nothing that is told contradicts another."""

Step = tuple[str, Any, Any]


def people(sensitivities: tuple[str, ...] = ("",)) -> st.SearchStrategy[dict[str, Any]]:
    """Return descriptions of a few people at one home who are easily mixed up: twins, a brother, numbers keyed wrongly."""
    homes = st.sampled_from(
        [("LS1 4AP", "12 Alder Row"), ("LS1 4AP", "12 Alder Row"), ("LS2 7EW", "3 Birch Way"), ("", "")]
    )
    return st.fixed_dictionaries({
        "given_names": st.sampled_from(["Ada", "Ada", "Adah", "Ida", "Benedict", "", "Baby"]),
        "family_name": st.sampled_from(["Quillfeather", "Quillfeather", "Quilfeather", "Stroud"]),
        "birth_date": st.sampled_from(["2015-03-04", "2015-03-04", "2015-04-03", "2012-07-08", "2015-01-01", ""]),
        "sex": st.sampled_from(["F", "F", "M", ""]),
        "nhs_number": st.sampled_from(["", "", "", *NHS, INVALID]),
        "upn": st.sampled_from(["", "", *UPNS, TEMPORARY]),
        "sensitivity": st.sampled_from(sensitivities),
        "home": homes,
    }).map(placed)  # fmt: skip


def placed(data: dict[str, Any]) -> dict[str, Any]:
    postcode, line = data.pop("home")
    return data | {"postcode": postcode, "address_lines": [line] if line else []}


def steps(*kinds: str, sensitivities: tuple[str, ...] = ("",)) -> st.SearchStrategy[list[Step]]:
    """Return histories: mostly descriptions, and of the further kinds those that are named."""
    records, number = st.sampled_from(RECORDS), st.integers(0, 7)
    tell = st.tuples(st.just("tell"), records, people(sensitivities))
    of_kind = {
        "withdraw": st.tuples(st.just("withdraw"), records, st.none()),
        "supersede": st.tuples(st.just("supersede"), st.sampled_from(sorted(NEXT)), st.none()),
        "restore": st.tuples(st.just("restore"), st.sampled_from(sorted(NEXT)), st.none()),
        "seal": st.tuples(st.just("seal"), records, st.none()),
        "split": st.tuples(st.just("split"), records, st.none()),
        "decide": st.tuples(st.just("decide"), number, st.sampled_from(["link", "apart"])),
        "merge": st.tuples(st.just("merge"), records, records),
        "undo": st.tuples(st.just("undo"), number, st.none()),
        "model": st.tuples(st.just("model"), number, st.none()),
        "restart": st.tuples(st.just("restart"), st.none(), st.none()),
    }
    return st.lists(st.one_of(tell, tell, tell, *(of_kind[kind] for kind in kinds)), min_size=3, max_size=22)


class Played(Told):
    """A world that steps are played on; `entries` are those of people's decisions."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[str] = []

    def play_one(self, step: Step) -> None:
        kind, what, more = step
        is_known = not isinstance(what, tuple) or what in self.clusters.child_of
        if kind == "tell":
            self.tell(what, **more)
        elif kind == "supersede":
            self.supersede(what, NEXT[what])
        elif kind == "restore":
            self.withdraw(("pds", f"n-{what}"), "IdentifierSuperseded")
        elif kind == "restart":
            self.start()
        elif kind == "model":
            model = msgspec.structs.replace(MODEL, name=f"other-{what}", matches=0.5 + what / 4)
            self.command("activate_model", {"model": msgspec.to_builtins(model)} | BY)
        elif is_known or kind == "seal":
            getattr(self, f"_{kind}")(what, more)

    def _withdraw(self, record: Record, _: None) -> None:
        self.withdraw(record)

    def _seal(self, record: Record, _: None) -> None:
        self.tell(record, "IdentitySealed", reason="adoption")

    def _split(self, record: Record, _: None) -> None:
        self.entries.append(self.split(record))

    def _decide(self, number: int, verdict: str) -> None:
        waiting = sorted(name for name, match in self.state.matches.items() if match["state"] == "waiting")
        if waiting:
            body = {"match": waiting[number % len(waiting)], "verdict": verdict}
            self.entries.append(self.command("decide_link", body | BY).get("entry", ""))

    def _merge(self, one: Record, other: Record) -> None:
        if other in self.clusters.child_of:
            body = {"child": self.child(one), "into": self.child(other)}
            self.entries.append(self.command("merge_children", body | BY).get("entry", ""))

    def _undo(self, number: int, _: None) -> None:
        entries = [entry for entry in self.entries if entry]
        if entries:
            self.entries.append(self.undo(entries[number % len(entries)]).get("entry", ""))


def numbers_of(world: Told, child: str) -> set[str]:
    """Return the current NHS numbers of a child."""
    clusters = world.clusters
    return {clusters.number(one.nhs_number) for one in clusters.persons(child) if one.nhs_number} - {""}


def many(world: Told, field: str) -> list[str]:
    """Return the children, but those that a person had a hand in, that break the rule of one number."""
    clusters = world.clusters
    found = []
    for child, records in clusters.records.items():
        if records & clusters.decided:
            continue
        persons = clusters.persons(child)
        if field == "nhs_number" and len(numbers_of(world, child)) > 1:
            found.append(child)
        if field == "upn":
            for one, other in combinations([p for p in persons if p.upn], 2):
                agree = [clusters.number(p.nhs_number) for p in persons if p.nhs_number]
                if one.upn != other.upn and len(agree) == len(set(agree)):
                    found.append(child)
    return found


@quick(150)
@given(history=steps("withdraw", "supersede", "restart", "split", "decide", "merge", "undo"))
def test_two_current_nhs_numbers_never_share_a_child_whatever_the_order(history: list[Step]) -> None:
    world = Played()
    for step in history:
        world.play_one(step)
        assert many(world, "nhs_number") == [], step


@quick(150)
@given(history=steps("restart", "split"))
def test_two_permanent_upns_never_share_a_child_unless_the_nhs_number_agrees(history: list[Step]) -> None:
    world = Played()
    for step in history:
        world.play_one(step)
        assert many(world, "upn") == [], step


@quick(60)
@given(history=steps("supersede"))
def test_nor_where_a_record_is_put_out_of_its_child_by_another_of_its_source(history: list[Step]) -> None:
    world = Played()
    model = msgspec.structs.replace(MODEL, name="once", one_per_child=("casework", "school", "trust"))
    world.command("activate_model", {"model": msgspec.to_builtins(model)} | BY)
    for step in history:
        world.play_one(step)
        assert many(world, "nhs_number") == [], step
        for records in world.clusters.records.values():
            told = {record for record in records if record in world.clusters.people}
            by_number = any(world.state.links[record][1][1] == "superseded" for record in records)
            assert by_number or len({source for source, _ in told}) == len(told), step


@quick(200)
@given(one=people(), others=st.lists(people(), min_size=1, max_size=8))
def test_without_a_given_name_and_without_a_number_nothing_attaches(
    one: dict[str, Any], others: list[dict[str, Any]]
) -> None:
    world = Told()
    for n, other in enumerate(others):
        world.tell(RECORDS[n], **other)
    nameless = one | {"given_names": "Baby Girl", "nhs_number": INVALID, "upn": TEMPORARY}
    before = world.clusters.child_of.copy()
    world.tell(("late", "L1"), **nameless)
    assert world.clusters.records[world.child(("late", "L1"))] == {("late", "L1")}
    assert before.items() <= world.clusters.child_of.items()


@quick(150)
@given(history=steps(), one=people())
def test_values_that_stand_for_nothing_count_as_absent(history: list[Step], one: dict[str, Any]) -> None:
    world = Played()
    for step in history:
        world.play_one(step)
    empty = {"nhs_number": "", "upn": "", "birth_date": "", "given_names": ""}
    standing = {"nhs_number": INVALID, "upn": TEMPORARY, "birth_date": "2015-01-01", "given_names": "Twin 1"}
    assert person(one | standing) == person(one | empty)
    scorer, record = world.state.scorer, ("late", "L1")
    assert decide(record, person(one | standing), world.clusters, scorer) == decide(
        record, person(one | empty), world.clusters, scorer
    )


@quick(200)
@given(
    one=people(), number=st.sampled_from(["nhs_number", "upn"]), differs=st.sampled_from(["birth_date", "sex", "both"]),
    home=st.booleans(),
)  # fmt: skip
def test_a_number_with_another_given_name_and_another_birth_date_or_sex_goes_to_review(
    one: dict[str, Any], number: str, differs: str, home: bool
) -> None:
    world = Told()
    said = one | {"given_names": "Ada", "birth_date": "2015-03-04", "sex": "F", "nhs_number": "", "upn": ""}
    said[number] = {"nhs_number": NHS[0], "upn": UPNS[0]}[number]
    other = said | {"given_names": "Bertram"}
    if differs != "sex":
        other["birth_date"] = "2011-09-17"
    if differs != "birth_date":
        other["sex"] = "M"
    if not home:
        other |= {"postcode": "LS9 9ZZ", "address_lines": ["88 Yew Close"]}
    world.tell(RECORDS[0], **said)
    world.tell(RECORDS[3], **other)
    assert not world.are_one(RECORDS[0], RECORDS[3])
    assert world.asked() == [("other_person", RECORDS[3], world.child(RECORDS[0]))]


@quick(120)
@given(history=steps("seal", "withdraw", "supersede", "restart", sensitivities=("", "", "adoption", "V")))
def test_sealed_and_restricted_people_are_never_found_by_what_describes_them(history: list[Step]) -> None:
    world = Played()
    sealed: set[Record] = set()
    numbers: set[str] = set()
    asked: set[tuple[Record, str]] = set()
    for step in history:
        world.play_one(step)
        clusters = world.clusters
        if step[0] == "seal":
            sealed |= {r for child in clusters.sealed for r in clusters.records[child]}
        for record in sealed & clusters.people.keys():
            assert clusters.people[record].is_sealed, record
            numbers |= {clusters.people[record].nhs_number, clusters.people[record].upn} - {""}
        hidden = {record for record, one in clusters.people.items() if one.is_restricted}
        assert found_by_name(clusters).isdisjoint(hidden)
        new = {(record, child) for _, record, child in world.asked()} - asked
        assert not [child for record, child in new if child in clusters.sealed and record not in sealed]
        asked |= new
        for record, one in clusters.people.items():
            if {one.nhs_number, one.upn} & numbers:
                assert clusters.is_restricted(clusters.child_of[record]), record
        rows = world.select("SELECT child, restricted FROM child WHERE alias_of = ''")
        for row in rows:
            assert row["restricted"] or not clusters.is_restricted(row["child"])
        open_ones = person({"given_names": "Ada", "family_name": "Quillfeather", "birth_date": "2015-03-04", "postcode": "LS1 4AP",
                            "address_lines": ["12 Alder Row"]})  # fmt: skip
        assert sealed.isdisjoint(
            r for child in clusters.candidates(("new", "N1"), open_ones) for r in clusters.records[child]
        )


@quick(60)
@given(
    before=people(), later=st.lists(st.tuples(st.integers(0, 2), people()), max_size=8),
    verdict=st.sampled_from(["link", "apart"]), model=st.booleans(), is_started=st.booleans(),
)  # fmt: skip
def test_what_a_person_decided_holds_under_all_that_is_told_later(
    before: dict[str, Any], later: list[tuple[int, dict[str, Any]]], verdict: str, model: bool, is_started: bool
) -> None:
    world = Told()
    ours, theirs, third = RECORDS[0], RECORDS[3], RECORDS[6]
    one = before | {"given_names": "Ada", "birth_date": "2015-03-04"}
    world.tell(ours, **one | {"nhs_number": NHS[0], "upn": "", "sex": "F"})
    world.tell(theirs, **one | {"nhs_number": NHS[1], "upn": "", "sex": "F"})
    if world.asked():  # two numbers, and all else the same
        world.answer(verdict)
    elif verdict == "link":
        world.command("merge_children", {"child": world.child(theirs), "into": world.child(ours)} | BY)
    else:
        world.command("merge_children", {"child": world.child(theirs), "into": world.child(ours)} | BY)
        world.split(theirs)
    together = verdict == "link"
    assert world.are_one(ours, theirs) is together
    for who, other in later:
        if is_started:
            world.start()
        world.tell((ours, theirs, third)[who], **other)
        if model:
            other_model = msgspec.structs.replace(MODEL, name=f"m{len(world.revisions)}", matches=9.0)
            world.command("activate_model", {"model": msgspec.to_builtins(other_model)} | BY)
        assert world.are_one(ours, theirs) is together, other
    assert differences(world.tables(), world.rebuilt()) == {}


@quick(150)
@given(
    history=st.lists(people(), min_size=1, max_size=8), one=people(), matches=st.floats(0.05, 20), twins=st.floats(0.001, 1),
    population=st.integers(100, 500_000),
)  # fmt: skip
def test_the_parts_of_a_score_add_up_to_it(
    history: list[dict[str, Any]], one: dict[str, Any], matches: float, twins: float, population: int
) -> None:
    world = Told()
    for n, said in enumerate(history):
        world.tell(RECORDS[n], **said)
    model = msgspec.structs.replace(MODEL, matches=matches, twins=twins, population=population)
    scorer, record = Scorer(model), ("late", "L1")
    for child in world.clusters.records:
        score = weigh(record, scorer.person(one), child, world.clusters, scorer).score
        assert abs(sum(bits for _, _, bits in score.parts) - score.bits) < 0.01


def spread(sizes: Iterable[tuple[str, int]]) -> st.SearchStrategy[dict[str, tuple[float, ...]]]:
    weights = {
        name: st.lists(st.floats(0.001, 1), min_size=size, max_size=size).map(lambda w: tuple(x / sum(w) for x in w))
        for name, size in sizes
    }
    return st.fixed_dictionaries(weights)


FIELDS = [(name, len(LEVELS[name])) for name in ("given", "family", "birth_date", "sex", "place")]


@quick(150)
@given(
    m=spread(FIELDS),
    u=spread(FIELDS),
    sibling=spread([FIELDS[0], FIELDS[2]]),
    one=people(),
    other=people(),
    agree=st.booleans(),
)
def test_the_parts_add_up_for_any_weights(
    m: Any, u: Any, sibling: Any, one: dict[str, Any], other: dict[str, Any], agree: bool
) -> None:
    scorer = Scorer(Model(name="any", m=m, u=u, sibling=sibling))
    found = levels(scorer.person(one), scorer.person(other))
    score = scorer.score(found, (0.001, 0.002), 500, {"nhs_number": agree})
    assert abs(sum(bits for _, _, bits in score.parts) - score.bits) < 0.01
    assert {name for name, _, _ in score.parts} == {"prior", "household", "nhs_number"} | {
        name for (name, _), level in zip(FIELDS, found, strict=True) if level != ABSENT
    }


@quick(80)
@given(history=steps("supersede", "decide", "split", "seal", sensitivities=("", "", "V")))
def test_the_same_said_again_decides_nothing(history: list[Step]) -> None:
    world = Played()
    for step in history:
        world.play_one(step)
    said = {step[1]: step[2] for step in history if step[0] == "tell"}
    before = known(world.state)
    sql = "SELECT count(*) AS n FROM journal WHERE kind <> 'event'"
    decisions = world.select(sql)
    told = {
        record: data
        for record, data in said.items()
        if world.clusters.people.get(record) == _as_held(world, record, data)
    }
    for record, data in told.items():
        world.tell(record, **data)
    assert world.select(sql) == decisions
    assert known(world.state) == before


def _as_held(world: Told, record: Record, data: dict[str, Any]) -> Any:
    return world.state.person_of(record, data)


ALL = ("withdraw", "supersede", "restore", "seal", "split", "decide", "merge", "undo", "model")


@quick(150)
@given(history=steps(*ALL, sensitivities=("", "", "", "adoption")))
def test_a_worker_that_reads_the_area_back_knows_what_the_live_one_knows(history: list[Step]) -> None:
    world = Played()
    for step in history:
        world.play_one(step)
    live, read = known(world.state), known(restarted(world))
    assert {name: (live[name], read[name]) for name in live if live[name] != read[name]} == {}


@quick(80)
@given(history=steps(*ALL, "restart", sensitivities=("", "", "", "adoption")))
def test_a_rebuild_takes_every_decision_over_byte_by_byte(history: list[Step]) -> None:
    world = Played()
    for step in history:
        world.play_one(step)
    world.tick()
    assert differences(world.tables(), world.rebuilt()) == {}


def test_no_model_switches_off_the_rules_that_protect_children() -> None:
    world = Played()
    model = msgspec.structs.replace(MODEL, name="without", keeps_children=False)
    answer = world.command("activate_model", {"model": msgspec.to_builtins(model)} | BY)
    assert answer["error"] == "Conflict"
    assert world.state.scorer.model.name == MODEL.name
    assert scorer_of({"model": msgspec.to_builtins(model)}).model.keeps_children
