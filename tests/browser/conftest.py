"""A served site of invented people, and a page in it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import uvicorn

from hub.web.app import create_app
from hub.web.site import WebValues
from tests.invented import BOOK, RULES, Applied, Audited, MemoryReader, a_store
from tests.stories import a_store_with_a_story

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass
class Served:
    """A site on this machine."""

    url: str
    audited: Audited
    applied: Applied


@pytest.fixture
def site() -> Iterator[Served]:
    yield from served(a_store())


@pytest.fixture
def story() -> Iterator[Served]:
    """A site with a child whose picture has every look."""
    yield from served(a_store_with_a_story())


def served(reader: MemoryReader) -> Iterator[Served]:
    audited = Audited()
    applied = Applied(reader)
    values = WebValues(demo=True, session_key=b"test", now=lambda: datetime(2025, 12, 23, 9, tzinfo=UTC))
    app = create_app(lambda: reader, audited, applied, values, RULES, BOOK)
    with running(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")) as url:
        yield Served(url, audited, applied)


@contextmanager
def running(config: uvicorn.Config) -> Iterator[str]:
    """Serve on this machine and give the address."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(params=[1280, 375], ids=["desk", "phone"])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def screen(browser: "Browser", width: int) -> Iterator["Page"]:
    """A page of that width that keeps what it asked for outside this machine in `page.outside`."""
    context = browser.new_context(locale="en-GB", viewport={"width": width, "height": 800})
    page = context.new_page()
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if not r.url.startswith(("http://127.0.0.1", "data:")) else None)
    page.outside = outside  # type: ignore[attr-defined]
    yield page
    context.close()
