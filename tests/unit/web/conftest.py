"""A client of the web app on this machine, reading a demo store of invented people."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from hub.web.app import create_app
from hub.web.site import WebValues
from tests.invented import BOOK, RULES, Applied, Audited, MemoryReader, a_store

LOCAL = "http://127.0.0.1:8000"


@dataclass
class Clock:
    """A clock that a test moves."""

    at: datetime = datetime(2025, 12, 23, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def moves(self, hours: float) -> None:
        self.at += timedelta(hours=hours)


@dataclass
class Web:
    """An app with what stands behind it."""

    demo: bool = True
    reader: MemoryReader = field(default_factory=a_store)
    audited: Audited = field(default_factory=Audited)
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.applied = Applied(self.reader)
        values = WebValues(self.demo, b"a key of the test", self.clock)
        self.app = create_app(lambda: self.reader, self.audited, self.applied, values, RULES, BOOK)

    def client(self, client: tuple[str, int] = ("127.0.0.1", 50000), base_url: str = LOCAL) -> TestClient:
        return TestClient(self.app, base_url=base_url, client=client, follow_redirects=False)

    def signed_in(self, offer: str = "dco|dco-quayle|QX1") -> TestClient:
        client = self.client()
        answer = client.post("/sign-in", data={"offer": offer, "csrf": token_in(client.get("/").text)})
        assert answer.status_code == 303, answer.text
        return client


def token_in(page: str) -> str:
    """Return the token that the forms of a page carry."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def a_web() -> Callable[..., Web]:
    return Web
