"""Fixtures that give tests real servers. See `tests/servers`.

| fixture | value | shared by |
|---|---|---|
| `kafka` | "127.0.0.1:PORT" of a broker; name topics and groups with `unique` | the run |
| `own_kafka` | a started `KafkaServer` to stop, kill and restart | nobody |
| `postgres` | a started `PostgresServer`; `new_database()` returns a DSN | the run |
| `postgres_dsn` | DSN of an empty database, dropped after the test | nobody |
| `own_postgres` | a started `PostgresServer` to stop, kill and restart | nobody |
| `registry` | base URL of a Confluent-compatible schema registry; name subjects with `unique` | the run |
| `smtp` | a `SmtpServer`: `host`, `port`, `mails` (none at first) | the run |
| `chromium` | path of the system's Chromium | the run |
| `browser` | Playwright's `Browser`, synchronous | the run |
| `page` | a new `Page` in a context of its own, en-GB, Europe/London | nobody |

A server starts when the first test asks for it. What the machine lacks skips the test, on CI it fails it.
`pytest -m "not servers"` leaves out every test that needs one.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.servers.chromium import find_chromium, running_browser
from tests.servers.kafka import KafkaServer
from tests.servers.postgres import PostgresServer
from tests.servers.registry import RegistryServer
from tests.servers.server import starts
from tests.servers.smtp import SmtpServer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SERVERS = {"kafka", "own_kafka", "postgres", "own_postgres", "registry", "smtp", "chromium"}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "servers: needs a real server or a browser (set by the fixtures a test uses)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if SERVERS & set(getattr(item, "fixturenames", ())):
            item.add_marker("servers")
    # Playwright's synchronous API leaves an event loop running in this thread, and nothing after it could call
    # asyncio.run: tests with a browser go last.
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if starts:
        terminalreporter.write_line(f"servers started: {', '.join(starts)}")


@pytest.fixture(scope="session", autouse=True)
def _hub_test_all_is_not_for_the_hub() -> None:
    os.environ.pop("HUB_TEST_ALL", None)  # policy.py has read it


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Make names that no other test uses: `unique("people")` is "people-3f2a9c1b", the same within a test."""
    suffix = uuid.uuid4().hex[:8]
    return lambda name: f"{name}-{suffix}"


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    with KafkaServer() as server:
        yield server.bootstrap


@pytest.fixture
def own_kafka() -> Iterator[KafkaServer]:
    with KafkaServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_dsn(postgres: PostgresServer) -> Iterator[str]:
    dsn = postgres.new_database()
    yield dsn
    postgres.drop_database(dsn)


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def registry() -> Iterator[str]:
    with RegistryServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def smtp(_smtp_server: SmtpServer) -> SmtpServer:
    _smtp_server.clear()
    return _smtp_server


@pytest.fixture(scope="session")
def chromium() -> str:
    return find_chromium()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator["Browser"]:
    with running_browser(chromium) as browser:
        yield browser


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London")
    yield context.new_page()
    context.close()
