"""The JSON API: purpose, filters, pages, problems."""

import pytest

from hub.domain.identifiers import name_of
from tests.unit.web.conftest import Web

ADA = name_of("child", "E1", "Ada Marlow")


def is_problem(answer, status: int) -> bool:  # type: ignore[no-untyped-def]
    body = answer.json()
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "instance"} <= set(body)
    return body["status"] == status


def test_nobody_without_a_session_or_a_purpose(web: Web) -> None:
    assert is_problem(web.client().get("/api/obligations?purpose=duty_monitoring"), 401)
    assert is_problem(web.signed_in().get("/api/obligations"), 400)
    assert is_problem(web.signed_in().get("/api/obligations?purpose=assurance"), 403)
    assert web.signed_in().get("/api/obligations", headers={"Purpose": "duty_monitoring"}).status_code == 200


def test_the_purpose_named_is_the_purpose_audited(web: Web) -> None:
    web.signed_in().get("/api/alerts?purpose=provision_monitoring")
    assert web.audited.rows[-1] == ("dco-quayle", "dco", "provision_monitoring", "alerts", "E2")


def test_filters_narrow_and_pages_meet(web: Web) -> None:
    client = web.signed_in()
    ask = "/api/obligations?purpose=duty_monitoring"
    assert {o["area"] for o in client.get(f"{ask}&area=E2").json()["items"]} == {"E2"}
    assert {o["state"] for o in client.get(f"{ask}&state=overdue").json()["items"]} == {"overdue"}
    assert client.get(f"{ask}&rule=ehcp-final").json() == {"items": [], "next": None}
    whole = client.get(ask).json()["items"]
    seen, after = [], ""
    while after is not None:
        page = client.get(f"{ask}&limit=4&after={after}").json()
        seen, after = seen + page["items"], page["next"]
    assert seen == whole
    assert whole == sorted(whole, key=lambda o: o["obligation"])


@pytest.mark.parametrize("limit", ["0", "501", "x", "-1", "²"])
def test_a_limit_is_a_number_in_its_bounds(web: Web, limit: str) -> None:
    assert is_problem(web.signed_in().get(f"/api/obligations?purpose=duty_monitoring&limit={limit}"), 400)


def test_an_obligation_has_the_fields_of_the_table(web: Web) -> None:
    found = web.signed_in().get("/api/obligations?purpose=duty_monitoring&area=E1&state=past_due_unconfirmed").json()
    (one,) = found["items"]
    assert one["due_on"] == "2025-12-16"
    assert (one["started_basis"], one["limit_force"], one["body"]) == ("deemed", "regulation", "T1")
    assert len(one["because"]) == 1


def test_a_child_has_its_clocks_provision_and_alerts(web: Web) -> None:
    client = web.signed_in()
    body = client.get(f"/api/children/{ADA}?purpose=direct_care").json()
    assert (body["name"], body["own_id"], body["on"]) == ("Ada Marlow", "T4001", "2025-12-23")
    assert {clock["rule"] for clock in body["obligations"]} >= {"ehcna-advice-health", "ehcp-final"}
    (days,) = body["outstanding"]
    assert (days["elapsed_days"], days["in_time_days"], days["counted_to"]) == (71, 59, "2025-12-22")
    assert {found["name"] for found in days["bodies"]} >= {"Vale Therapies", "Psychology service"}
    assert body["provision"][0]["weeks"][0]["promised"] == 2
    assert is_problem(client.get("/api/children/nobody?purpose=direct_care"), 404)


def test_an_analyst_lists_without_names_and_opens_nobody(web: Web) -> None:
    client = web.signed_in("analyst|demo analyst")
    assert "Marlow" not in client.get("/api/obligations?purpose=service_planning").text
    assert is_problem(client.get(f"/api/children/{ADA}?purpose=service_planning"), 403)


def test_other_methods_and_addresses_are_problems(web: Web) -> None:
    assert is_problem(web.signed_in().post("/api/obligations"), 405)
    assert is_problem(web.signed_in().get("/api/nothing"), 404)
