"""What officers read and do."""

import logging
import re

import pytest

from hub.domain.identifiers import name_of
from tests.invented import HEALTH, MemoryReader, a_store
from tests.unit.web.conftest import Web, token_in

ADA = name_of("child", "E1", "Ada Marlow")
HIDDEN = name_of("child", "E1", "Zoe Hidden")
OFFERS = (
    "dco|dco-quayle|QX1", "dsco|dsco-e1", "sen_officer|officer-e1", "senco|senco-e1|100001", "data_manager|data-e1",
    "analyst|demo analyst", "steward|demo steward", "operations|demo operations",
)  # fmt: skip


def alert_of(reader: MemoryReader, child: str = ADA) -> str:
    rows = reader.select("SELECT alert FROM alert WHERE child = :child AND announced = 'overdue'", child=child)
    return str(rows[0]["alert"])


def without_tokens(page: str) -> str:
    return re.sub(r'name="csrf" value="\w+"', "", page)


def test_the_worklist_shows_the_case_with_its_facts(web: Web) -> None:
    text = web.signed_in().get("/worklist").text
    for said in ("Ada Marlow", "therapy T4001", "Statutory limit passed", "receipt acknowledged", "11 Dec 2025",
                 "Appointment missed, 9 Dec 2025", "final EHC plan", "e1@example.org"):  # fmt: skip
        assert said in text
    assert "breach" not in text.lower()


def test_a_timeline_says_the_rule_its_source_its_force_and_its_doubt(web: Web) -> None:
    text = web.signed_in().get(f"/children/{ADA}").text
    for said in (
        "reg 8(1)", "Special Educational Needs and Disability Regulations 2014", "receipt by post is not settled",
        "Reading not yet confirmed by a solicitor", "Code of Practice time passed", "Week of 24 November 2025: 0 of 2",
    ):  # fmt: skip
        assert said in text
    assert '<svg class="to-picture__grid"' in text


@pytest.mark.parametrize("offer", OFFERS)
def test_pages_are_the_same_with_a_restricted_child_in_the_store(offer: str) -> None:
    without, with_one = Web(), Web(reader=a_store(hidden=1))
    alert = alert_of(with_one.reader, HIDDEN)
    first, second = without.signed_in(offer), with_one.signed_in(offer)
    for path in ("/", "/worklist", "/worklist?state=overdue", "/backlog", "/feeds", f"/children/{HIDDEN}",
                 f"/alerts/{alert}", "/api/obligations?purpose=duty_monitoring", "/api/alerts?purpose=duty_monitoring"):  # fmt: skip
        one, other = first.get(path), second.get(path)
        assert one.status_code == other.status_code
        assert without_tokens(one.text) == without_tokens(other.text), path


def test_a_restricted_child_is_missing_like_any_that_never_was() -> None:
    web = Web(reader=a_store(hidden=1))
    client = web.signed_in()
    assert without_tokens(client.get(f"/children/{HIDDEN}").text) == without_tokens(client.get("/children/nobody").text)
    alert, form = alert_of(web.reader, HIDDEN), {"csrf": token_in(client.get("/worklist").text)}
    for answer in ("acknowledge", "snooze", "dispute"):
        assert client.post(f"/alerts/{alert}/{answer}", data=form).status_code == 404
    assert web.applied.sent == []


def test_acknowledging_sends_one_command_and_shows_it(web: Web) -> None:
    client, alert = web.signed_in(), alert_of(web.reader)
    form = {"csrf": token_in(client.get(f"/alerts/{alert}").text)}
    answer = client.post(f"/alerts/{alert}/acknowledge", data=form)
    assert answer.headers["location"] == f"/alerts/{alert}?done=acknowledge"
    body = {"alert": alert, "kind": "acknowledge", "actor": "dco-quayle"}
    assert web.applied.sent == [("E1", "answer", body, "")]
    assert "Acknowledged by dco-quayle" in client.get(answer.headers["location"]).text


def test_what_the_worker_has_not_taken_yet_is_said_to_be_saved(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.applied, "send", lambda *_: "saved, being applied")
    client, alert = web.signed_in(), alert_of(web.reader)
    form = {"csrf": token_in(client.get("/worklist").text)}
    answer = client.post(f"/alerts/{alert}/acknowledge", data=form)
    assert "Saved, being applied" in client.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("day", "month", "year", "said"),
    [
        ("", "", "", "Enter a date"),
        ("31", "2", "2026", "Enter a date"),
        ("23", "12", "2025", "after 23 December 2025"),
        ("21", "1", "2026", "no later than 20 January 2026"),
    ],
)
def test_a_snooze_needs_a_day_in_the_next_four_weeks(web: Web, day: str, month: str, year: str, said: str) -> None:
    client, alert = web.signed_in(), alert_of(web.reader)
    form = {"csrf": token_in(client.get("/worklist").text), "until-day": day, "until-month": month, "until-year": year}
    answer = client.post(f"/alerts/{alert}/snooze", data=form)
    assert (answer.status_code, web.applied.sent) == (400, [])
    assert said in answer.text


def test_a_snooze_on_the_last_day_allowed_is_taken(web: Web) -> None:
    client, alert = web.signed_in(), alert_of(web.reader)
    form = {"csrf": token_in(client.get("/worklist").text), "until-day": "20", "until-month": "1", "until-year": "2026"}
    assert client.post(f"/alerts/{alert}/snooze", data=form).status_code == 303
    assert web.applied.sent[0][2]["until"] == "2026-01-20"


def test_a_dispute_reaches_the_data_manager_and_moves_no_date(web: Web) -> None:
    client, alert = web.signed_in(), alert_of(web.reader)
    before = web.reader.select("SELECT * FROM obligation ORDER BY obligation")
    form = {"csrf": token_in(client.get("/worklist").text), "reason": "wrong_date", "words": " it came on the 30th "}
    assert client.post(f"/alerts/{alert}/dispute", data=form).status_code == 303
    body = {"alert": alert, "kind": "dispute", "reason": "wrong_date", "actor": "dco-quayle"}
    assert web.applied.sent == [("E1", "answer", body, "it came on the 30th")]
    assert web.reader.select("SELECT * FROM obligation ORDER BY obligation") == before
    feeds = web.signed_in("data_manager|data-e1").get("/feeds").text
    assert "A date is wrong, says dco-quayle" in feeds
    assert "Marlow" not in feeds


def test_a_dispute_without_a_reason_is_not_sent(web: Web) -> None:
    client, alert = web.signed_in(), alert_of(web.reader)
    for fields in ({}, {"reason": "invented"}, {"reason": "other"}, {"reason": "wrong_date", "words": "x" * 1001}):
        form = {"csrf": token_in(client.get("/worklist").text)} | fields
        assert client.post(f"/alerts/{alert}/dispute", data=form).status_code == 400
    assert web.applied.sent == []


def test_roles_that_only_read_answer_nothing(web: Web) -> None:
    client, alert = web.signed_in("assurance|demo assurance"), alert_of(web.reader)
    page = client.get(f"/alerts/{alert}").text
    assert "What do you want to say" not in page
    form = {"csrf": token_in(page)}
    assert client.post(f"/alerts/{alert}/acknowledge", data=form).status_code == 403
    assert web.applied.sent == []


def test_an_alert_is_answered_by_those_it_is_for_and_by_nobody_else(web: Web) -> None:
    client, alert = web.signed_in("sen_officer|officer-e1"), alert_of(web.reader)
    assert "<form action" not in client.get("/worklist").text.split("<main", 1)[1]
    page = client.get(f"/alerts/{alert}").text
    assert "What do you want to say" not in page
    assert client.post(f"/alerts/{alert}/snooze", data={"csrf": token_in(page)}).status_code == 403
    assert web.applied.sent == []


def test_no_name_of_a_child_is_in_an_address_a_title_a_log_or_the_audit(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client = web.signed_in()
    for path in ("/worklist", f"/children/{ADA}", f"/alerts/{alert_of(web.reader)}", "/backlog"):
        text = client.get(path).text
        (title,) = re.findall("<title>(.*?)</title>", text, re.DOTALL)
        assert not [found for found in re.findall(r'(?:href|action|id|for)="([^"]*)"', text) if "Marlow" in found]
        assert "Marlow" not in title
    assert "Marlow" not in caplog.text
    assert "Marlow" not in repr(web.audited.rows)


def test_an_unexpected_error_shows_nothing_of_its_cause(web: Web, caplog: pytest.LogCaptureFixture) -> None:
    client = web.signed_in()
    client._transport.raise_server_exceptions = False  # type: ignore[attr-defined]
    web.reader.engine.dispose()
    with web.reader.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS obligation")
    answer = client.get("/worklist")
    assert answer.status_code == 500
    assert "obligation" not in re.sub(r"<main.*?>", "", answer.text)
    assert "SELECT" not in answer.text


def test_a_childs_clocks_are_a_picture_with_its_words_and_a_table(web: Web) -> None:
    text = web.signed_in().get(f"/children/{ADA}").text
    plain = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", text))
    assert "Began 13 October 2025: 71 days so far, 58 of them in time and 12 days outstanding." in plain
    assert "The feeds tell all up to 22 December 2025; 1 day is not heard of yet." in plain
    for said in ("EHC needs assessment", "What the council owes", "Advice asked for", "The same as a table",
                 "Was due 11 Dec; 11 days outstanding to 22 Dec", "Psychology service : 10 days together with others",
                 "It was done 5 days after its date."):  # fmt: skip
        assert said in plain, said
    assert re.search(r'role="img" aria-labelledby="process-1-title" aria-describedby="process-1-desc"', text)
    assert "<script" not in text.split("<main", 1)[1]
    assert "style=" not in text.split("<main", 1)[1]


def test_rules_have_the_words_of_their_force_and_health_its_source(web: Web) -> None:
    text = web.signed_in("sen_officer|officer-e1").get(f"/children/{ADA}").text
    assert "Statutory limit passed" in text
    assert "Code of Practice time passed" in text
    assert HEALTH not in re.sub("<[^>]*>", "", text)
