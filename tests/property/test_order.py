"""A child's state is a function of its live events: order, duplicates and batch cuts change nothing (invariant 2)."""

import random
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from hub.bootstrap import tables_of
from hub.pipeline.area import AreaWorker
from hub.pipeline.journal import Input, encode
from tests.property.builders import (
    AREA,
    BODIES,
    CONTACTS,
    DAY0,
    HUB,
    KEYED,
    MODEL,
    Step,
    World,
    differences,
    histories,
    loads,
    quick,
    rulebook,
)

JUDGED = ("obligation", "provision", "shortfall", "unmatched", "timer", "calendar", "child", "person")
ON = DAY0 + timedelta(days=90)
LATE = "2026-11-03T00:00:00.000000Z"


def folded(inputs: list[Input], cuts: list[int]) -> dict[str, list[dict[str, object]]]:
    """Return the tables after the inputs came in batches of the given sizes, and a tick after them."""
    store = HUB.in_memory()
    worker, rest, sizes = AreaWorker(store, AREA, KEYED, rulebook(), MODEL), list(inputs), list(cuts)
    set_up = [{"what": "area", "name": AREA, "live_from": str(DAY0)}, {"what": "bodies", "rows": BODIES},
              {"what": "contacts", "rows": CONTACTS}]  # fmt: skip
    worker.take([Input("configure", f"c{n}", encode(body)) for n, body in enumerate(set_up)], LATE)
    while rest:
        size = sizes.pop(0) if sizes else len(rest)
        worker.take(rest[:size], LATE)
        rest = rest[size:]
    worker.take([Input("tick", "the tick", encode({"on": str(ON)}))], LATE)
    return {name: read() for name, read in tables_of(store).items()}


steps = st.one_of(loads("casework"), loads("log"))


@quick(30)
@given(
    steps=st.lists(steps, min_size=1, max_size=5), order=st.randoms(use_true_random=False),
    cuts=st.lists(st.integers(1, 9), max_size=9), again=st.lists(st.integers(0, 99), max_size=9),
)  # fmt: skip
def test_order_duplicates_and_cuts_change_nothing(
    steps: list[Step], order: random.Random, cuts: list[int], again: list[int]
) -> None:
    world = World()
    world.play([apart(step) for step in steps])
    inputs = [Input(one.kind, one.id, one.body) for one in world.journalled() if one.kind != "configure"]
    mixed = inputs + [inputs[n % len(inputs)] for n in again if inputs]
    order.shuffle(mixed)
    assert differences(folded(inputs, []), folded(mixed, cuts), JUDGED) == {}


def apart(step: Step) -> Step:
    """The step without descriptions that would join two records: who is who may hang on the order a little."""
    return Step(step.kind, step.source, tuple((k, v) for k, v in step.rows if not k.startswith("people")), step.number)


@quick(25)
@given(steps=st.lists(loads("casework"), min_size=1, max_size=5), order=st.randoms(use_true_random=False))
def test_descriptions_of_one_source_may_come_in_any_order(steps: list[Step], order: random.Random) -> None:
    world = World()
    world.play([Step(s.kind, s.source, tuple((k, v) for k, v in s.rows if k == "people:0"), s.number) for s in steps])
    inputs = [one for one in world.journalled() if one.kind == "event"]
    mixed = list(inputs)
    order.shuffle(mixed)
    assert differences(folded(inputs, []), folded(mixed, []), ("person", "child")) == {}


@quick(20)
@given(steps=histories(acts=()))
def test_feeding_every_load_twice_changes_nothing(steps: list[Step]) -> None:
    once, twice = World(), World()
    once.play(steps)
    for step in steps:
        step.do(twice)
        if step.kind == "load":
            twice.today -= timedelta(days=1)
            step.do(twice)
    loaded = ("attribution", "load_progress", "area")
    found = differences(once.tables(), twice.tables())
    assert found.keys() <= {
        *loaded,
        "feed",
        "source_record",
        "alert",
        "announced",
        "delivery",
        "answer",
        "possible_match",
    }
    assert differences(once.tables(), twice.tables(), ("obligation", "provision", "shortfall", "child", "person")) == {}
