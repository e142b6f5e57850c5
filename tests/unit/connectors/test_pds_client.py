import logging
import uuid
from collections.abc import Iterator

import pytest

from connectors.sources.pds_trace.client import Pds, Settings
from connectors.sources.pds_trace.questions import Question, searches
from hub.domain.errors import ConfigError, Unavailable
from hub.domain.identifiers import Keyed
from tests.unit.connectors.fake_pds import FakePds, fake_pds, outcome

AT = "2026-03-02T09:00:00Z"
EXACT = searches(Question("Quillfeather", "Ada", "2015-04-01", "", "LS1 6AE"))[0].parameters


@pytest.fixture
def fake() -> Iterator[FakePds]:
    with fake_pds() as running:
        yield running


class Client:
    """A client whose waiting is written down instead of done."""

    def __init__(self, url: str, key: str = "", per_second: float = 1000, timeout_s: float = 5) -> None:
        self.waited: list[float] = []
        self.now = 0.0
        settings = Settings(url, lambda: key, per_second, timeout_s)
        self.pds = Pds(settings, Keyed(b"key").name, self.wait, lambda: self.now)

    def wait(self, seconds: float) -> None:
        self.waited.append(round(seconds, 3))
        self.now += seconds

    def ask(self) -> bytes:
        try:
            return self.pds.search(EXACT, AT)
        finally:
            self.pds.close()


def test_every_request_has_ids_of_its_own_that_no_one_can_guess_and_the_key(fake: FakePds) -> None:
    client = Client(fake.url, key="secret-token")
    client.ask()
    (headers,) = fake.headers
    assert headers["Authorization"] == "Bearer secret-token"
    assert headers["Accept"] == "application/fhir+json"
    assert uuid.UUID(headers["X-Request-ID"]) != uuid.UUID(headers["X-Correlation-ID"])


def test_requests_are_paced(fake: FakePds) -> None:
    client = Client(fake.url, per_second=4)
    for _ in range(3):
        client.pds.search(EXACT, AT)
    client.pds.close()
    assert client.waited == [0.25, 0.25]


def test_too_many_requests_are_waited_for_as_long_as_told(fake: FakePds) -> None:
    fake.troubles.extend([(429, {"Retry-After": "7"}), (429, {})])
    client = Client(fake.url)
    assert b"searchset" in client.ask()
    assert [one for one in client.waited if one >= 1] == [7, 2]


def test_a_long_wait_ends_the_run_and_says_how_long(fake: FakePds) -> None:
    fake.troubles.append((429, {"Retry-After": "900"}))
    with pytest.raises(Unavailable) as error:
        Client(fake.url).ask()
    assert (error.value.retry_after_s, error.value.reason) == (900, "HTTP 429")


def test_an_error_of_the_server_is_tried_again_and_then_given_up(fake: FakePds) -> None:
    fake.troubles.extend([(503, {}), (500, {})])
    assert b"searchset" in Client(fake.url).ask()
    fake.troubles.extend([(502, {})] * 4)
    client = Client(fake.url)
    with pytest.raises(Unavailable):
        client.ask()
    assert [one for one in client.waited if one >= 1] == [1, 2, 4]


def test_a_slow_server_is_tried_again(fake: FakePds) -> None:
    fake.troubles.append(0.5)
    assert b"searchset" in Client(fake.url, timeout_s=0.2).ask()


def test_a_key_that_is_refused_is_for_the_operator_to_mend(fake: FakePds) -> None:
    fake.troubles.append((401, {}))
    with pytest.raises(ConfigError) as error:
        Client(fake.url, key="secret-token").ask()
    assert "secret-token" not in str(error.value)


def test_a_refused_question_and_an_unknown_number_are_answers(fake: FakePds) -> None:
    fake.always("Quillfeather", outcome("TOO_MANY_MATCHES"))
    assert b"TOO_MANY_MATCHES" in Client(fake.url).ask()
    client = Client(fake.url)
    assert b"RESOURCE_NOT_FOUND" in client.pds.patient("9000000009", AT)
    client.pds.close()


def test_no_log_and_no_error_names_a_person(fake: FakePds, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    client = Client(fake.url)
    client.pds.patient("9000000009", AT)
    client.ask()
    fake.troubles.extend([(503, {})] * 4)
    with pytest.raises(Unavailable) as error:
        Client(fake.url).ask()
    with pytest.raises(Unavailable) as away:
        Client("http://127.0.0.1:9").ask()
    logging.getLogger("httpx").info("a request of another client")
    said = caplog.text + repr(error.value) + str(away.value)
    assert "another client" in said
    assert not [word for word in ("Quillfeather", "2015-04-01", "LS1", "9000000009") if word in said]


@pytest.mark.parametrize("url", ["http://api.service.nhs.uk/personal-demographics/FHIR/R4", "api.service.nhs.uk"])
def test_nobody_is_asked_for_in_the_clear(url: str) -> None:
    with pytest.raises(ConfigError):
        Client(url)
