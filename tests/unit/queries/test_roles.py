"""Each role sees what is its own, named only where it may be."""

import pytest

from hub.domain.access import EVERY, ROLES, Actor
from hub.domain.errors import Forbidden, NotFound
from hub.domain.identifiers import name_of
from hub.queries.alerts import list_alerts
from hub.queries.child import alert_view, child_view
from hub.queries.desk import Desk
from hub.queries.feeds import feeds
from hub.queries.obligations import Wanted, list_obligations
from hub.queries.offers import offers
from hub.queries.worklist import worklist
from tests.invented import CARE, DCO, DCO_ELSEWHERE, HEALTH, SCHOOL, Audited, a_store

STORE = a_store()
ADA, ODD = name_of("child", "E1", "Ada Marlow"), name_of("child", "E2", "Odd Brindle")
NAMES = ("Marlow", "Ashgrove", "Abbott", "Brindle")


def desk(actor: Actor, purpose: str = "", audited: Audited | None = None) -> Desk:
    return Desk(STORE, audited or Audited(), actor, purpose or ROLES[actor.role].purposes[0])


def rules(actor: Actor) -> set[str]:
    return {duty.rule for duty in list_obligations(desk(actor), Wanted(limit=500))[0]}


def test_a_dco_sees_health_duties_of_the_bodies_that_their_icb_commissions() -> None:
    found = list_obligations(desk(DCO), Wanted(limit=500))[0]
    assert {duty.rule for duty in found} == {HEALTH}
    assert {duty.body for duty in found} == {"T1", "THER"}
    assert {duty.area for duty in found} == {"E1", "E2"}


def test_another_icbs_dco_sees_the_others_and_cannot_open_ours() -> None:
    assert {duty.child for duty in list_obligations(desk(DCO_ELSEWHERE), Wanted())[0]} == {ODD}
    assert child_view(desk(DCO_ELSEWHERE), ODD).child.name == "Odd Brindle"
    with pytest.raises(NotFound):
        child_view(desk(DCO_ELSEWHERE), ADA)


def test_the_dco_of_a_successor_sees_what_its_predecessor_commissioned_once_that_has_ended() -> None:
    reader = a_store()
    new = Actor("dco-new", "dco", ("E1",), ("QX9",))
    change = "UPDATE body SET successor = 'QX9', valid_to = ? WHERE code = 'QX1'"
    for ended, seen in (("2026-03-31", set()), ("2025-12-22", {"T1"})):
        with reader.engine.begin() as connection:
            connection.exec_driver_sql(change, (ended,))
        at = Desk(reader, Audited(), new, "duty_monitoring")
        assert {duty.body for duty in list_obligations(at, Wanted(limit=500))[0]} == seen


def test_a_dsco_sees_social_care_and_a_senco_the_pupils_of_the_school() -> None:
    assert rules(Actor("d", "dsco", ("E1",))) == {CARE}
    senco = Actor("s", "senco", ("E1", "E2"), ("100001",))
    found = list_obligations(desk(senco), Wanted(limit=500))[0]
    assert {duty.area for duty in found} == {"E1"}
    assert SCHOOL in {duty.rule for duty in found}


def test_a_sen_officer_sees_all_of_the_area_and_nothing_of_the_next() -> None:
    found = list_obligations(desk(Actor("o", "sen_officer", ("E2",))), Wanted(limit=500))[0]
    assert {duty.area for duty in found} == {"E2"}
    assert {duty.body for duty in found} == {"T1", "T2", "THER", ""}


def test_a_data_manager_sees_only_what_better_data_would_settle() -> None:
    found = list_obligations(desk(Actor("m", "data_manager", ("E1",))), Wanted(limit=500))[0]
    assert {duty.state for duty in found} == {"not_known", "sent_not_recorded", "past_due_unconfirmed"}


@pytest.mark.parametrize("role", [role for role, known in ROLES.items() if not known.is_named])
def test_roles_without_names_find_none_anywhere(role: str) -> None:
    at = desk(Actor("x", role, EVERY, EVERY))
    read = repr([worklist(at), list_obligations(at, Wanted()), list_alerts(at, Wanted())])
    assert not [name for name in NAMES if name in read]
    with pytest.raises(Forbidden):
        child_view(at, ADA)


def test_a_stranger_to_the_purpose_is_refused_and_that_is_audited() -> None:
    audited = Audited()
    for role, purpose in (("dco", "operations"), ("analyst", "direct_care"), ("nobody", "assurance")):
        with pytest.raises(Forbidden):
            Desk(STORE, audited, Actor("x", role, ("E1",)), purpose)
    assert [row[3] for row in audited.rows] == ["forbidden"] * 3


def test_every_read_leaves_an_audit_row_in_each_area_and_no_name() -> None:
    audited = Audited()
    at = desk(DCO, audited=audited)
    worklist(at)
    child_view(at, ADA)
    looks = [row for row in audited.rows if not row[3].startswith("shown ")]
    assert looks == [
        ("dco-quayle", "dco", "duty_monitoring", action, area)
        for action in ("worklist", f"child {ADA}")
        for area in ("E1", "E2")
    ]
    (named,) = [row[3].split() for row in audited.rows if row[3].startswith("shown ") and row[4] == "E1"]
    assert ADA in named, "who was on the list is told by our own ids"
    assert "Marlow" not in repr(audited.rows)


def test_a_feeds_alert_is_for_the_data_manager_and_for_those_of_the_whole_area() -> None:
    feed = next(a for a in list_alerts(desk(Actor("m", "data_manager", ("E1",))), Wanted())[0] if not a.child)
    assert alert_view(desk(Actor("o", "sen_officer", ("E1",))), feed.alert)[1] == ""
    for actor in (DCO, Actor("m", "data_manager", ("E2",))):
        with pytest.raises(NotFound):
            alert_view(desk(actor), feed.alert)


def test_feeds_are_not_for_clinicians() -> None:
    with pytest.raises(Forbidden):
        feeds(desk(DCO))
    found = feeds(desk(Actor("m", "data_manager", ("E1",))))
    assert [(seen.feed.source, seen.is_silent, seen.waiting) for seen in found.feeds] == [
        ("casework", True, 1), ("care", True, 0), ("therapy", False, 0),
    ]  # fmt: skip


def test_the_area_where_unplaced_events_wait_is_offered_to_nobody() -> None:
    reader = a_store()
    with reader.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO area (area, name) VALUES ('unplaced', '')")
    assert offers(reader)["assurance"][0].actor.areas == ("E1", "E2")
    at = Desk(reader, Audited(), Actor("a", "assurance", EVERY), "assurance")
    assert [area.area for area in at.own_areas] == ["E1", "E2"]


def test_the_demo_offers_everybody_in_the_contacts_and_the_roles_without_a_body() -> None:
    offered = offers(STORE)
    assert [offer.actor for offer in offered["dco"]] == [DCO, DCO_ELSEWHERE]
    assert offered["assurance"][0].actor.areas == ("E1", "E2")
    assert not {"family", "virtual_school_head"} & set(offered)
