"""A feed's silence is no breach, going live does not flood, and late news takes an alert back (invariants 3 to 7)."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hub.pipeline.journal import Input
from tests.property.builders import (
    CASEWORK,
    DAY0,
    World,
    a_person,
    a_request,
    a_row,
    an_advice,
    an_advice_request,
    differences,
    quick,
)

DUE = DAY0 + timedelta(days=42)
LATER = "2026-11-03T00:00:00.000000Z"
HEALTH = "ehcna-advice-health"
ASKED = [
    a_row("people:C1", "C1", a_person(family_name="Testcase", given_names="Ada")),
    a_row("requests:R1", "C1", a_request()),
    a_row("advice_requests:A1", "C1", an_advice_request()),
]


def a_world(complete_to: date | None, live_from: date = DAY0) -> World:
    world = World(live_from=live_from)
    world.load(CASEWORK, ASKED, complete_to=complete_to)
    return world


def state(world: World) -> str:
    return str(world.select("SELECT state FROM obligation WHERE rule = :r", r=HEALTH)[0]["state"])


def alerts(world: World, rule: str = HEALTH) -> list[dict[str, Any]]:
    return world.select('SELECT state, role, "to", announced FROM alert WHERE rule = :r ORDER BY "on", alert', r=rule)


@quick(30)
@given(complete=st.integers(-10, 10), on=st.integers(1, 20))
def test_past_the_due_day_it_is_overdue_only_if_the_feed_is_complete_to_it(complete: int, on: int) -> None:
    world = a_world(DUE + timedelta(days=complete))
    world.tick(DUE + timedelta(days=on))
    assert state(world) == ("overdue" if complete >= 0 else "not_known")
    told = [row for row in alerts(world) if row["announced"] == "overdue"]
    assert len(told) == (complete >= 0)
    owner = [
        row
        for row in world.select("SELECT role, announced FROM alert WHERE obligation = ''")
        if row["announced"] == "not_known"
    ]
    assert [row["role"] for row in owner] == (["data_manager"] if complete < 0 else [])


def test_the_alert_goes_to_the_dco_of_the_commissioner_of_the_body_that_was_asked() -> None:
    world = a_world(DUE)
    result = world.tick(DUE + timedelta(days=1))
    assert (state(world), result["raised"]) == ("overdue", 1 + len(alerts(world, "ehcna-decision")))
    assert alerts(world) == [{"state": "raised", "role": "dco", "to": "dco-1", "announced": "overdue"}]


def test_advice_in_time_but_heard_of_late_is_met_and_everybody_who_was_told_is_told_that() -> None:
    world = a_world(DUE)
    world.tick(DUE + timedelta(days=1))
    before = world.select("SELECT * FROM delivery WHERE kind = 'retraction'")
    world.load(CASEWORK, [a_row("advice_received:V1", "C1", an_advice(DUE - timedelta(days=1)))], complete_to=DUE)
    assert alerts(world)[0]["state"] == "raised"
    result = world.tick(DUE + timedelta(days=8))
    assert (before, state(world), result["retracted"]) == ([], "met", 1)
    sql = 'SELECT d.kind, d.state, d."to" FROM delivery d JOIN alert a ON a.alert = d.alert WHERE a.rule = :r ORDER BY d.kind'
    assert world.select(sql, r=HEALTH) == [
        {"kind": "digest", "state": "sent", "to": "dco@icb.example"},
        {"kind": "retraction", "state": "sent", "to": "dco@icb.example"},
    ]


def test_an_alert_retracted_before_it_was_delivered_is_not_sent() -> None:
    world = a_world(DUE)
    world._delivered = lambda *_: None  # type: ignore[method-assign]
    world.start()
    world.tick(DUE + timedelta(days=1))
    world.load(CASEWORK, [a_row("advice_received:V1", "C1", an_advice(DUE - timedelta(days=1)))])
    world.tick(DUE + timedelta(days=2))
    sql = "SELECT d.kind, d.state FROM delivery d JOIN alert a ON a.alert = d.alert WHERE a.rule = :r"
    assert world.select(sql, r=HEALTH) == [{"kind": "digest", "state": "cancelled"}]


def test_a_feed_is_complete_only_when_all_that_its_end_counted_has_arrived() -> None:
    whole = a_world(DUE)
    inputs = whole.journalled()
    events = [one for one in inputs if one.kind == "event"]
    for missing in events:
        world = World()
        rest = [one for one in inputs if one.id != missing.id and one.kind != "configure"]
        world.worker().take(rest, LATER)
        assert world.select("SELECT complete_to FROM feed") == [{"complete_to": None}]
        world.worker().take([missing], LATER)
        assert world.select("SELECT complete_to FROM feed") == [{"complete_to": str(DUE)}]


def test_a_feed_that_speaks_again_turns_not_known_into_what_it_is_without_any_news_of_the_child() -> None:
    world = a_world(DUE - timedelta(days=5))
    world.tick(DUE + timedelta(days=3))
    assert state(world) == "not_known"
    world.load(CASEWORK, [], complete_to=DUE + timedelta(days=3))
    assert state(world) == "not_known"
    world.tick(DUE + timedelta(days=4))
    assert state(world) == "overdue"
    assert {row["state"] for row in world.select("SELECT state FROM alert WHERE obligation = ''")} == {"closed"}


def test_what_was_late_before_the_area_went_live_is_backlog_and_one_summary_per_role() -> None:
    world = a_world(DUE, live_from=DUE + timedelta(days=30))
    world.tick(DUE + timedelta(days=31))
    rows = world.select("SELECT state, announced FROM alert ORDER BY announced")
    assert {(row["state"]) for row in rows} == {"backlog"}
    sent = world.select("SELECT kind, count(*) AS n FROM delivery GROUP BY kind")
    assert [row["kind"] for row in sent] == ["summary"]


def test_a_rule_in_shadow_tells_nobody_and_one_that_is_off_says_nothing() -> None:
    world = a_world(DUE)
    for mode, states in (("shadow", {"shadow"}), ("off", set())):
        one = a_world(DUE)
        one.configure("A01", {"what": "mode", "modes": {HEALTH: mode}})
        one.tick(DUE + timedelta(days=1))
        assert {row["state"] for row in alerts(one)} == states
        sql = "SELECT 1 AS one FROM delivery d JOIN alert a ON a.alert = d.alert WHERE a.rule = :r"
        assert one.select(sql, r=HEALTH) == []
    assert world.select("SELECT 1 AS one FROM alert") == []


@quick(20)
@given(basis=st.sampled_from(["deemed", "unknown", ""]), on=st.integers(1, 30))
def test_without_a_confirmed_receipt_it_is_never_held_against_the_body(basis: str, on: int) -> None:
    world = World()
    told, day = an_advice_request()
    unconfirmed = type(told)(
        **{name: getattr(told, name) for name in told.__struct_fields__} | {"received_basis": basis}
    )
    rows = [*ASKED[:2], a_row("advice_requests:A1", "C1", (unconfirmed, day))]
    world.load(CASEWORK, rows, complete_to=DUE + timedelta(days=40))
    world.tick(DUE + timedelta(days=on))
    assert (
        state(world) in ("past_due_unconfirmed", "overdue") if basis == "" else state(world) == "past_due_unconfirmed"
    )


def test_as_known_before_the_late_news_the_duty_was_overdue() -> None:
    world = a_world(DUE)
    world.tick(DUE + timedelta(days=1))
    rows = world.select("SELECT count(*) AS n FROM journal")[0]["n"]
    world.load(CASEWORK, [a_row("advice_received:V1", "C1", an_advice(DUE - timedelta(days=1)))])
    later = world.select("SELECT taken_at, kind FROM journal WHERE seq > :n ORDER BY seq", n=rows)
    assert later[0]["taken_at"] >= f"{DUE}"
    assert differences(world.tables(), world.rebuilt()) == {}


def test_taken_at_never_goes_back_whatever_the_inputs_say() -> None:
    world = a_world(DUE)
    world.tick(DUE + timedelta(days=1))
    body = '{"source":"s","load":"s-1","connector":"c","agency":"a"}'
    world.worker().take([Input("load_started", "x", body, "2020-01-01T00:00:00.000000Z")], LATER)
    times = [row["taken_at"] for row in world.select("SELECT taken_at FROM journal ORDER BY seq")]
    assert times == sorted(times)
