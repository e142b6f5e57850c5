"""The system's Chromium, driven by Playwright. Playwright's own download is not used."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.policy import missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COMMANDS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

ARGUMENTS = (
    "--no-sandbox",  # the sandbox needs rights that containers and root do not have
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # Nothing but the page under test may use the network.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
)


def find_chromium() -> str:
    """Return the path of a Chromium or Chrome; $CHROMIUM goes before what is installed."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else [*COMMANDS, *APPLICATIONS]
    for candidate in candidates:
        if path := shutil.which(candidate):
            return path
    if named:
        missing(f"Chromium at CHROMIUM={named}", "set CHROMIUM to the path of a browser")
    missing("Chromium", "apt install chromium, or set CHROMIUM to the path of a browser")


@contextmanager
def running_browser(executable: str | Path) -> Iterator["Browser"]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright", "pip install playwright")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()
