"""A forecast says what the area's own cases say, and says nothing on few of them."""

from datetime import date, timedelta
from random import Random

from hub.domain.forecast import FEWEST, Past, check, learn

START, LIMIT = date(2023, 1, 2), 42


def case(n: int, body: str, done_after: int | None, seen_to: date, rule: str = "r") -> Past:
    started = START + timedelta(days=n)
    done_on = started + timedelta(days=done_after) if done_after is not None else None
    done_on = done_on if done_on is not None and done_on <= seen_to else None
    return Past(rule, body, started, started + timedelta(days=LIMIT), done_on, seen_to)


def area(seed: int, cases: int, seen_to: date) -> list[Past]:
    """Two bodies: F gives its advice within 20 to 45 days, S within 30 to 90."""
    random = Random(seed)
    found = []
    for n in range(cases):
        body = random.choice("FS")
        found.append(case(n % 1000, body, random.randint(20, 45) if body == "F" else random.randint(30, 90), seen_to))
    return found


LATER = START + timedelta(days=2000)


def test_the_chance_is_the_share_of_the_areas_own_cases_that_passed_their_date() -> None:
    model = learn(case(n, "B", 60 if n % 4 == 0 else 20, LATER) for n in range(400))
    chance = model.chance(case(500, "B", None, START + timedelta(days=500)), START + timedelta(days=500))
    assert chance is not None and abs(chance.share - 0.25) < 0.02 and chance.cases == 400


def test_what_is_still_open_late_in_its_time_is_likelier_to_pass() -> None:
    model, new = learn(area(1, 600, LATER)), case(1500, "S", None, LATER)
    shares = [model.chance(new, new.started_on + timedelta(days=n)) for n in (1, 20, 40)]
    assert all(shares)
    assert [s.share for s in shares if s] == sorted(s.share for s in shares if s)


def test_a_slow_body_is_likelier_to_pass_than_a_quick_one() -> None:
    model = learn(area(2, 600, LATER))
    slow, quick = (model.chance(case(1500, body, None, LATER), START + timedelta(days=1510)) for body in "SF")
    assert slow and quick and slow.share > quick.share + 0.3


def test_open_cases_count_as_long_as_they_were_seen() -> None:
    everything = learn(area(3, 2000, LATER))
    cut = START + timedelta(days=700)
    censored = learn(one.until(cut) for one in area(3, 2000, LATER) if one.started_on <= cut)
    new = case(1500, "S", None, LATER)
    whole, part = (model.chance(new, START + timedelta(days=1520)) for model in (everything, censored))
    assert whole and part and abs(whole.share - part.share) < 0.06


def test_fewer_than_fifty_known_cases_say_nothing() -> None:
    few = [case(n, "B", 60, LATER) for n in range(FEWEST - 1)]
    assert learn(few).chance(case(500, "B", None, LATER), START + timedelta(days=500)) is None
    enough = [*few, case(60, "B", 20, LATER)]
    assert learn(enough).chance(case(500, "B", None, LATER), START + timedelta(days=500)) is not None


def test_a_duty_that_is_done_or_past_its_date_has_no_chance_any_more() -> None:
    model = learn(area(4, 300, LATER))
    assert model.chance(case(500, "S", 10, LATER), START + timedelta(days=520)) is None
    assert model.chance(case(500, "S", None, LATER), START + timedelta(days=500 + LIMIT + 1)) is None


def test_forecasts_made_on_a_day_turn_out_as_said() -> None:
    (found,) = check(area(5, 3000, LATER), START + timedelta(days=600))
    assert found.brier < found.base * 0.8
    assert all(abs(said - came) < 0.2 for said, came, cases in found.bins if cases >= 50)
    assert found.lead_days is not None and found.lead_days > 5
    assert found.called is not None and found.called > 0.8
