"""Six families that move from the first area to the second, in the demo's world: what was planted, what the hub says.

`python -m tests.bench.truth --movers 6` prints the table.
"""

import pytest
from msgspec import Struct

from tests.conformance.truth import movers
from tests.conformance.truth.movers import Line, Mover
from tests.conformance.truth.world import World

MOVERS = 6

pytestmark = pytest.mark.slow


class Run(Struct):
    """A world that has run to its end, who moved in it, and what the hub says of them."""

    world: World
    planted: list[Mover]
    lines: list[Line]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("movers")
    world = World(folder, 8, movers=MOVERS)
    planted = movers.read(folder)
    return Run(world, planted, movers.lines(world, planted))


def assert_same(lines: list[Line]) -> None:
    assert lines
    assert not [line for line in lines if line.planted != line.hub]


def test_every_child_left_on_its_day_at_the_first_tick_that_knew_of_it(run: Run) -> None:
    assert_same([line for line in run.lines if line.what.startswith("left")])


def test_every_child_is_one_child_with_both_stories_where_it_came(run: Run) -> None:
    assert_same([line for line in run.lines if line.what == "one child, both stories"])


@pytest.mark.parametrize("part", ["ends_in_old", "stays_with_old", "begins_in_new"])
def test_every_duty_ends_stays_or_begins_as_planted(run: Run, part: str) -> None:
    wanted = {
        (mover.person, duty.rule, part == "begins_in_new") for mover in run.planted for duty in getattr(mover, part)
    }
    assert_same([line for line in run.lines if (line.person, line.what, line.area == "A02") in wanted])


def test_people_of_the_old_area_are_told_of_what_stays_there_and_of_nothing_else(run: Run) -> None:
    assert_same([line for line in run.lines if line.what == "alerts after it left"])
    closed = "SELECT DISTINCT area, state FROM alert WHERE reason LIKE 'Moved: A02 answers for this case since %'"
    assert run.world.hub.store.select(closed) == [{"area": "A01", "state": "closed"}]


def test_people_of_the_new_area_are_told_of_what_began_there_and_nobody_of_what_is_not_late(run: Run) -> None:
    assert_same([line for line in run.lines if line.what in ("duties told of", "false alerts")])
