"""Can an officer see and act, at a desk and on a phone, with a keyboard and a screen reader?"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Served
from tests.stories import ROSA

if TYPE_CHECKING:
    from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROLES = {
    "Designated clinical officer": "/worklist",
    "Designated social care officer": "/worklist",
    "SEN officer": "/worklist",
    "SENCO": "/worklist",
    "Data manager": "/feeds",
    "Analyst": "/worklist",
    "Assurance": "/worklist",
}


def sign_in(page: "Page", site: Served, role: str = "Designated clinical officer") -> None:
    page.goto(site.url)
    page.get_by_role("button", name=f"Continue as {role}", exact=True).click()
    page.wait_for_url(re.compile("/(worklist|feeds)$"), wait_until="load")


def is_clean(page: "Page", shot: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.screenshot(path=shot, full_page=True)
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    assert page.outside == []  # type: ignore[attr-defined]


@pytest.fixture
def shots(tmp_path: Path, width: int) -> Path:
    return tmp_path / str(width)


def test_the_start_page_is_clean(site: Served, screen: "Page", shots: Path) -> None:
    screen.goto(site.url)
    is_clean(screen, shots / "start.png")


@pytest.mark.parametrize("role", ROLES)
def test_the_first_page_of_a_role_is_clean(site: Served, screen: "Page", shots: Path, role: str) -> None:
    sign_in(screen, site, role)
    assert screen.url == site.url + ROLES[role]
    is_clean(screen, shots / f"{role}.png")


def test_the_timeline_is_clean_open_and_closed(site: Served, screen: "Page", shots: Path) -> None:
    sign_in(screen, site)
    screen.get_by_role("link", name="Ada Marlow").first.click()
    is_clean(screen, shots / "timeline.png")
    for summary in screen.locator("details > summary").all():
        summary.click()
    is_clean(screen, shots / "timeline-open.png")
    assert "Marlow" not in screen.url
    assert "Marlow" not in screen.title()


@pytest.mark.parametrize("role", ["SEN officer", "SENCO"])
def test_a_picture_with_every_look_is_clean_open_and_closed(
    story: Served, screen: "Page", shots: Path, role: str
) -> None:
    sign_in(screen, story, role)
    screen.goto(f"{story.url}/children/{ROSA}")
    is_clean(screen, shots / "picture.png")
    for summary in screen.locator("details > summary").all():
        summary.click()
    is_clean(screen, shots / "picture-open.png")


def test_a_picture_needs_no_script_and_is_read_by_name(story: Served, screen: "Page", shots: Path) -> None:
    sign_in(screen, story, "SEN officer")
    screen.route("**/*.js", lambda route: route.abort())
    screen.goto(f"{story.url}/children/{ROSA}")
    picture = screen.get_by_role("img", name="EHC needs assessment: line of time from 30 June 2025 to 5 January 2026")
    assert picture.count() == 1
    boxes = screen.locator("rect.to-bar:visible, rect.to-days-bar:visible").all()
    assert len(boxes) > 20
    width = screen.evaluate("window.innerWidth")
    for box in boxes:
        found = box.bounding_box()
        assert found is not None
        assert 0 <= found["x"] <= found["x"] + found["width"] <= width


def test_a_bar_leads_by_keyboard_to_the_rule_and_the_events_behind_it(story: Served, screen: "Page") -> None:
    sign_in(screen, story, "SEN officer")
    screen.goto(f"{story.url}/children/{ROSA}")
    press_to(screen, "Decision whether to assess")
    screen.keyboard.press("Enter")
    card = screen.locator("article:target")
    card.wait_for(state="visible")
    assert "It was done 3 days after its date." in card.inner_text()


def test_words_of_a_picture_wrap_and_nothing_is_lost_when_text_is_made_larger(
    story: Served, screen: "Page", shots: Path
) -> None:
    sign_in(screen, story, "SEN officer")
    screen.goto(f"{story.url}/children/{ROSA}")
    spaced = "line-height: 1.5; letter-spacing: .12em; word-spacing: .16em"  # WCAG 1.4.12
    screen.evaluate(f"document.querySelectorAll('main *').forEach(e => e.style.cssText = '{spaced}')")
    is_clean(screen, shots / "spaced.png")


def test_an_alert_is_clean_with_and_without_errors(site: Served, screen: "Page", shots: Path) -> None:
    sign_in(screen, site)
    screen.get_by_role("link", name="Snooze or dispute").first.click()
    is_clean(screen, shots / "alert.png")
    screen.get_by_role("button", name="Snooze").click()
    assert screen.get_by_role("link", name="Enter a date").count() == 1
    is_clean(screen, shots / "alert-error.png")


@pytest.mark.parametrize("path", ["/backlog", "/children/none", "/worklist?state=overdue"])
def test_other_pages_are_clean(site: Served, screen: "Page", shots: Path, path: str) -> None:
    sign_in(screen, site)
    screen.goto(site.url + path)
    is_clean(screen, shots / (re.sub(r"\W", "-", path) + ".png"))


@pytest.mark.parametrize("path", ["/measures", "/measures/advice-6-weeks"])
def test_the_measures_are_clean(site: Served, screen: "Page", shots: Path, path: str) -> None:
    sign_in(screen, site, "Analyst")
    screen.goto(site.url + path)
    is_clean(screen, shots / (re.sub(r"\W", "-", path) + ".png"))


def test_an_alert_is_acknowledged_by_keyboard_alone(site: Served, screen: "Page", shots: Path) -> None:
    screen.goto(site.url)
    press_to(screen, "Continue as Designated clinical officer")
    screen.keyboard.press("Enter")
    screen.wait_for_url("**/worklist")
    press_to(screen, "Acknowledge")
    screen.keyboard.press("Enter")
    screen.wait_for_url("**/worklist?done=acknowledge")
    assert "Acknowledged by dco-quayle" in screen.content()
    is_clean(screen, shots / "acknowledged.png")
    ((area, kind, body, _),) = site.applied.sent
    assert (area, kind, body["kind"], body["actor"]) == ("E1", "answer", "acknowledge", "dco-quayle")


def test_the_skip_link_comes_first_and_works(site: Served, screen: "Page") -> None:
    sign_in(screen, site)
    screen.keyboard.press("Tab")
    assert focused(screen) == "Skip to main content"
    screen.keyboard.press("Enter")
    assert screen.evaluate("document.activeElement.id") == "maincontent"


def test_a_dispute_is_told_and_moves_no_date(site: Served, screen: "Page", shots: Path) -> None:
    sign_in(screen, site)
    screen.get_by_role("link", name="Snooze or dispute").first.click()
    due = screen.get_by_text("11 Dec 2025").count()
    screen.get_by_label("A date is wrong").check()
    screen.get_by_label("In a few words").fill("The letter came on the 30th")
    screen.get_by_role("button", name="Dispute").click()
    assert screen.get_by_text("the legal date stands").count() == 1
    assert screen.get_by_text("11 Dec 2025").count() == due > 0
    is_clean(screen, shots / "disputed.png")


def focused(page: "Page") -> str:
    return str(page.evaluate("document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"))


def press_to(page: "Page", text: str) -> None:
    """Press Tab until an element whose text begins so has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page).startswith(text):
            return
    raise AssertionError(f"the keyboard does not reach: {text}")
