"""Many duties that fall due at one tick are announced once each (`python -m tests.bench.one_tick 100000` is the large one)."""

from tests.bench.one_tick import run


def test_every_duty_due_at_one_tick_is_announced_once() -> None:
    assert run(200)["alerts"] == {"before": 0, "due": 200, "after": 200}
