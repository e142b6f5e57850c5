"""The page of fairness can be read by everybody, at a desk and on a phone."""

from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from tests.browser.test_pages import is_clean
from tests.browser.test_steward import running
from tests.crowd import a_crowd

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_page_of_fairness_is_clean(screen: "Page", tmp_path: Path, width: int) -> None:
    with (
        a_crowd(tmp_path) as app,
        running(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")) as url,
    ):
        screen.goto(url)
        screen.get_by_role("button", name="Continue as Identity steward", exact=True).click()
        screen.wait_for_url("**/steward", wait_until="load")
        screen.get_by_role("link", name="Fairness", exact=True).click()
        screen.wait_for_url("**/steward/fairness", wait_until="load")
        assert screen.locator(".to-share__bar").count() > 10
        is_clean(screen, tmp_path / str(width) / "fairness.png")
