"""Who gets in, and what surrounds every answer."""

import hashlib
import re
from collections.abc import Callable

import pytest

from hub.web.app import STATIC
from hub.web.session import COOKIE
from tests.unit.web.conftest import LOCAL, Web, token_in

PAGES = ("/", "/worklist", "/backlog", "/feeds", "/children/x", "/alerts/x", "/api/obligations", "/api/children/x")


@pytest.mark.parametrize("path", PAGES)
def test_a_store_that_is_no_demo_has_no_pages(a_web: Callable[..., Web], path: str) -> None:
    web = a_web(demo=False)
    answer = web.client().get(path)
    assert answer.status_code == 403
    assert "command line" in answer.text
    assert "Marlow" not in answer.text
    assert web.audited.rows == []


@pytest.mark.parametrize(
    ("client", "base_url", "headers"),
    [
        (("192.0.2.7", 1), LOCAL, {}),
        (("127.0.0.1", 1), "http://demo.example.org", {}),
        (("127.0.0.1", 1), LOCAL, {"X-Forwarded-For": "192.0.2.7"}),
        (("127.0.0.1", 1), LOCAL, {"Forwarded": "for=192.0.2.7"}),
    ],
)
def test_nobody_from_elsewhere_gets_in_by_whatever_way(
    web: Web, client: tuple[str, int], base_url: str, headers: dict[str, str]
) -> None:
    cookie = web.signed_in().cookies[COOKIE]
    stranger = web.client(client, base_url)
    stranger.headers["Cookie"] = f"{COOKIE}={cookie}"
    for path in PAGES:
        assert stranger.get(path, headers=headers).status_code == 403
    assert stranger.post("/sign-in", headers=headers).status_code == 403


def test_the_name_of_this_machine_and_its_other_address_get_in(web: Web) -> None:
    assert web.client(base_url="http://localhost:8000").get("/").status_code == 200
    assert web.client(("::1", 5), "http://[::1]:8000").get("/").status_code == 200


@pytest.mark.parametrize("path", PAGES[1:6])
def test_a_visitor_is_shown_the_way_in(web: Web, path: str) -> None:
    answer = web.client().get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert web.audited.rows == []


def test_a_sign_in_needs_the_token_of_its_page(web: Web) -> None:
    client = web.client()
    client.get("/")
    assert client.post("/sign-in", data={"offer": "dco|dco-quayle|QX1"}).status_code == 403
    assert client.post("/sign-in", data={"offer": "dco|dco-quayle|QX1", "csrf": "0" * 64}).status_code == 403
    assert client.get("/worklist").status_code == 303


def test_a_token_of_another_session_does_not_serve(web: Web) -> None:
    other = token_in(web.signed_in().get("/").text)
    client = web.client()
    client.get("/")
    assert client.post("/sign-in", data={"offer": "dco|dco-quayle|QX1", "csrf": other}).status_code == 403


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_form_of_another_site_is_refused_even_with_the_token(web: Web, headers: dict[str, str]) -> None:
    client = web.client()
    form = {"offer": "dco|dco-quayle|QX1", "csrf": token_in(client.get("/").text)}
    assert client.post("/sign-in", data=form, headers=headers).status_code == 403


def test_only_those_who_are_offered_can_be_chosen(web: Web) -> None:
    client = web.client()
    form = {"offer": "assurance|me|*", "csrf": token_in(client.get("/").text)}
    assert client.post("/sign-in", data=form).status_code == 400


def test_a_changed_cookie_is_nobody(web: Web) -> None:
    client = web.signed_in()
    body, _, signature = client.cookies[COOKIE].partition(".")
    for cookie in (f"{body[:-4]}AAAA.{signature}", f"{body}.{'0' * 64}", "x", "", f"{body}.ü"):
        headers = [(b"Cookie", f"{COOKIE}={cookie}".encode("latin-1"))]
        assert web.client().get("/worklist", headers=headers).status_code == 303  # type: ignore[arg-type]


def test_a_session_ends_with_the_day_and_with_signing_out(web: Web) -> None:
    client = web.signed_in()
    web.clock.moves(hours=7.9)
    assert client.get("/worklist").status_code == 200
    web.clock.moves(hours=0.2)
    assert client.get("/worklist").status_code == 303
    client = web.signed_in()
    client.post("/sign-out", data={"csrf": token_in(client.get("/worklist").text)})
    assert client.get("/worklist").status_code == 303


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(web: Web) -> None:
    cookie = web.client().get("/").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "max-age" not in cookie


@pytest.mark.parametrize("path", ["/", "/worklist", "/nothing", "/api/obligations", "/static/site.css"])
def test_every_answer_has_the_headers(web: Web, path: str) -> None:
    headers = web.client().get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == ("max-age=3600" if "static" in path else "no-store")


def test_no_page_asks_anybody_else_for_anything(web: Web) -> None:
    client = web.signed_in()
    for path in ("/", "/worklist", "/backlog"):
        text = client.get(path).text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text
        assert "<style" not in text
        assert " style=" not in text
        assert "NHS England" not in text


def test_vendored_files_are_those_that_were_looked_at() -> None:
    folder = STATIC / "vendor"
    listed = re.findall(r"^\| (\S+) \| ([0-9a-f]{64}) \|$", (folder / "README.md").read_text(), re.MULTILINE)
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert found == {name for name, _ in listed} | {"README.md"}
    for name, digest in listed:
        content = (folder / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        assert not re.search(rb"https?://(?!www\.w3\.org/2000/svg)|Frutiger", content)
