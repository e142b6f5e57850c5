"""A row's revisions: whatever is read, in whatever order, twice or late, the ledger ends as the source says (invariant 1)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.said import Row
from tests.property.builders import CASEWORK, DAY0, World, a_person, a_request, a_row, an_advice_request, quick

MIDNIGHT = datetime(2026, 2, 1, tzinfo=UTC)
COVERS = (DAY0, DAY0 + timedelta(days=365))
days = st.integers(0, 3).map(lambda n: DAY0 + timedelta(days=n))
contents = st.dictionaries(st.sampled_from(["requests:R0", "requests:R1", "requests:R2"]), days, max_size=3)
"""What a table of requests holds at some time: key to the date of receipt."""


def rows_of(content: dict[str, date], version: str = "") -> list[Row]:
    return [a_row(key, "C1", a_request(day, key[-2:]), version=version) for key, day in sorted(content.items())]


def at(n: int) -> datetime:
    return MIDNIGHT + timedelta(days=n)


def live(world: World) -> dict[str, str]:
    """Return process to date of receipt of what holds now, the highest revision of each slot."""
    sql = "SELECT slot, revision, type, body FROM journal WHERE kind = 'event' ORDER BY slot, revision"
    last = {row["slot"]: row for row in world.select(sql)}
    events = [row for row in last.values() if row["type"] == "NeedsAssessmentRequested"]
    return {row["body"].split('"process":"')[1][:2]: row["body"].split('"received_on":"')[1][:10] for row in events}


def expected(content: dict[str, date]) -> dict[str, str]:
    return {key[-2:]: day.isoformat() for key, day in content.items()}


@quick(30)
@given(history=st.lists(contents, min_size=1, max_size=5))
def test_after_full_extracts_the_last_one_holds_and_nothing_else(history: list[dict[str, date]]) -> None:
    world = World()
    for n, content in enumerate(history):
        keeper = a_row("requests:R9", "C1", a_request(DAY0, "R9"))  # a table without rows would say nothing
        world.load(CASEWORK, [*rows_of(content), keeper], at(n), "full", COVERS)
    assert live(world) == expected(history[-1]) | {"R9": DAY0.isoformat()}


@quick(30)
@given(history=st.lists(contents, min_size=2, max_size=4), data=st.data())
def test_an_older_extract_read_late_changes_nothing(history: list[dict[str, date]], data: st.DataObject) -> None:
    world = World()
    keeper = a_row("requests:R9", "C1", a_request(DAY0, "R9"))
    for n, content in enumerate(history):
        world.load(CASEWORK, [*rows_of(content), keeper], at(n), "full", COVERS)
    old = data.draw(st.integers(0, len(history) - 2))
    before = live(world)
    again = world.load(
        CASEWORK, [*rows_of(history[old]), keeper], at(old), data.draw(st.sampled_from(["full", "changes"])), COVERS
    )
    assert (live(world), dict(again.events), again.withdrawn) == (before, {}, 0)


@quick(30)
@given(history=st.lists(contents, min_size=1, max_size=4), order=st.randoms(use_true_random=False))
def test_rows_with_versions_of_their_own_may_come_in_any_order(
    history: list[dict[str, date]], order: st.DataObject
) -> None:
    loads = [(n, rows_of(content, f"2026-02-0{n + 1}T00:00:00Z")) for n, content in enumerate(history)]
    order.shuffle(loads)  # type: ignore[attr-defined]
    world = World()
    for n, rows in loads:
        world.load(CASEWORK, rows, at(n))
    last: dict[str, date] = {}
    for content in history:
        last |= content
    assert live(world) == expected(last)


@quick(30)
@given(content=contents, times=st.integers(2, 4))
def test_the_same_extract_again_gives_nothing(content: dict[str, date], times: int) -> None:
    world = World()
    first = world.load(CASEWORK, rows_of(content), at(0), "full", COVERS)
    assert sum(first.events.values()) == len(content)
    for n in range(1, times):
        again = world.load(CASEWORK, rows_of(content), at(n), "full", COVERS)
        assert (dict(again.events), again.withdrawn, again.refused) == ({}, 0, 0)


def test_a_then_b_then_a_ends_as_a_with_three_revisions() -> None:
    world = World()
    a, b = {"requests:R1": DAY0}, {"requests:R1": DAY0 + timedelta(days=1)}
    for n, content in enumerate((a, b, a)):
        world.load(CASEWORK, rows_of(content), at(n))
    assert live(world) == expected(a)
    revisions = world.select("SELECT revision, id FROM journal WHERE kind = 'event' ORDER BY seq")
    assert [row["revision"] for row in revisions] == [1, 2, 3]
    assert len({row["id"] for row in revisions}) == 3


def test_two_contents_of_one_version_are_refused_and_the_first_stands() -> None:
    world = World()
    version = "2026-01-31T00:00:00Z"
    world.load(CASEWORK, rows_of({"requests:R1": DAY0}, version), at(0))
    out = world.load(CASEWORK, rows_of({"requests:R1": DAY0 + timedelta(days=3)}, version), at(0))
    assert (out.read, out.refused, out.accepted) == (1, 1, 0)
    assert [refusal["reason"] for refusal in out.refusals] == ["two contents, one version"]
    assert live(world) == {"R1": DAY0.isoformat()}


def test_a_slot_that_the_row_no_longer_fills_is_withdrawn_once() -> None:
    world = World()
    both = a_row("requests:R1", "C1", a_request(DAY0, "R1"), an_advice_request(DAY0, "A1"))
    one = a_row("requests:R1", "C1", a_request(DAY0, "R1"))
    world.load(CASEWORK, [both], at(0))
    assert dict(world.load(CASEWORK, [one], at(1)).events) == {"SourceRecordWithdrawn": 1}
    assert dict(world.load(CASEWORK, [one], at(2)).events) == {}
    assert dict(world.load(CASEWORK, [both], at(3)).events) == {"AdviceRequested": 1}


def test_a_withdrawal_takes_the_topic_and_the_subject_of_what_stood_there() -> None:
    world = World()
    world.load(CASEWORK, [a_row("people:C1", "C1", a_person(family_name="Testcase"))], at(0))
    world.load(CASEWORK, [a_row("people:C1", "C1")], at(1))
    (row,) = world.select("SELECT local_id, revision, body FROM journal WHERE type = 'SourceRecordWithdrawn'")
    assert (row["local_id"], row["revision"]) == ("C1", 2)
    assert '"kind":"PersonDescribed"' in row["body"]


def a_table(rows: int) -> list[Row]:
    return [a_row(f"requests:R{n:03}", f"C{n}", a_request(DAY0, f"R{n}")) for n in range(rows)]


def test_a_full_extract_without_twenty_one_of_many_rows_is_held_and_nothing_begins() -> None:
    world = World()
    world.load(CASEWORK, a_table(100), at(0), "full", COVERS)
    held = world.load(CASEWORK, a_table(79), at(1), "full", COVERS)
    assert held.held
    assert world.select("SELECT * FROM journal WHERE type = 'SourceRecordWithdrawn'") == []
    assert len(world.select("SELECT * FROM journal WHERE kind = 'load_started'")) == 1


def test_twenty_rows_may_go_and_so_may_two_in_a_hundred() -> None:
    world = World()
    world.load(CASEWORK, a_table(100), at(0), "full", COVERS)
    assert world.load(CASEWORK, a_table(80), at(1), "full", COVERS).withdrawn == 20
    many = World()
    many.load(CASEWORK, a_table(1100), at(0), "full", COVERS)
    assert many.load(CASEWORK, a_table(1078), at(1), "full", COVERS).withdrawn == 22


def test_absence_means_nothing_outside_the_coverage_or_where_a_table_is_missing() -> None:
    world = World()
    person = a_row("people:C1", "C1", a_person(family_name="Testcase"))
    world.load(CASEWORK, [person, *a_table(3)], at(0), "full", COVERS)
    next_year = (DAY0 + timedelta(days=200), DAY0 + timedelta(days=365))
    assert world.load(CASEWORK, [person, *a_table(1)], at(1), "full", next_year).withdrawn == 0
    assert world.load(CASEWORK, a_table(1), at(2), "full", COVERS).withdrawn == 0
    assert world.load(CASEWORK, [person, *a_table(1)], at(3), "full", COVERS).withdrawn == 2


def test_rows_without_a_key_are_counted_among_equals() -> None:
    world = World()
    twice = [a_row("", "C1", a_request(DAY0, "")), a_row("", "C1", a_request(DAY0, ""))]
    assert sum(world.load(CASEWORK, twice, at(0)).events.values()) == 2
    assert dict(world.load(CASEWORK, twice, at(1)).events) == {}
    assert sum(world.load(CASEWORK, [*twice, twice[0]], at(2)).events.values()) == 1
