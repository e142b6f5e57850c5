"""The client of the PDS FHIR API: paced, patient, and silent about whom it asks for.

Nothing of a question stands in a log or an error: URLs hold names and numbers. Source: NHS England, PDS FHIR API 1.
"""

import logging
import time
import uuid
from collections.abc import Callable

import httpx
from msgspec import Struct

from connectors.sources.pds_trace.questions import Parameters
from hub.domain.errors import ConfigError, Unavailable

TRIES = 4
LONGEST_WAIT_S = 60.0
"""A longer Retry-After than this ends the run; the next one goes on where it stopped."""

MEDIA_TYPE = "application/fhir+json"
_ANSWERED = frozenset({200, 400, 404})
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Settings(Struct, frozen=True):
    """Where and how PDS is asked.

    Attributes:
        url: Base URL, ending before `/Patient`; TLS, unless on this machine.
        key: Gives the access token, anew for each request, for another program renews it; empty for the sandbox.
        per_second: Requests a second, at most.
    """

    url: str
    key: Callable[[], str]
    per_second: float = 3.0
    timeout_s: float = 10.0


class Pds:
    """Asks PDS. One at a time, for one process.

    Args:
        settings: Where and how.
        name: Gives keyed names (`Keyed.name`): request ids are derived, never random.
        sleep: Waits for so many seconds.
        clock: Seconds that only ever grow.
    """

    def __init__(
        self,
        settings: Settings,
        name: Callable[..., str],
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        url = httpx.URL(settings.url)
        if url.scheme != "https" and url.host not in _LOOPBACK:
            raise ConfigError("HUB_PDS_URL", "must begin with https://")
        if not 0 < settings.per_second <= 1000:
            raise ConfigError("HUB_PDS_RATE", "requests a second, above 0")
        logging.getLogger("httpx").addFilter(_QUIET)
        self._settings, self._name, self._sleep, self._clock = settings, name, sleep, clock
        self._client = httpx.Client(timeout=settings.timeout_s, trust_env=False)
        self._next = 0.0

    def search(self, parameters: Parameters, asked_at: str) -> bytes:
        """Return the answer to a search: a searchset, or an OperationOutcome.

        Raises:
            Unavailable: PDS is away, busy for long, or slow; nothing is known of the question's answer.
            ConfigError: PDS refuses the key.
        """
        return self._ask("/Patient", parameters, asked_at)

    def patient(self, number: str, asked_at: str) -> bytes:
        """Return the answer to an NHS number: a Patient, under another number if it was superseded, or an OperationOutcome.

        Raises:
            Unavailable: As for a search.
            ConfigError: As for a search.
        """
        return self._ask(f"/Patient/{number}", (), asked_at)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _ask(self, path: str, parameters: Parameters, asked_at: str) -> bytes:
        wait = reason = None
        for attempt in range(TRIES):
            if wait is not None:
                self._sleep(wait)
            self._pace()
            answer, reason = self._send(path, parameters, (asked_at, attempt))
            if answer is not None and answer.status_code in _ANSWERED:
                return answer.content
            wait = _wait(answer, attempt)
            if wait > LONGEST_WAIT_S:
                break
        raise Unavailable("PDS", wait or 1.0, reason or "")

    def _send(self, path: str, parameters: Parameters, made: tuple[str, int]) -> tuple[httpx.Response | None, str]:
        url, headers = self._settings.url.rstrip("/") + path, self._headers(path, parameters, *made)
        try:
            answer = self._client.get(url, params=parameters or None, headers=headers)
        except httpx.HTTPError as error:
            # only the kind of error goes on: httpx keeps the URL with it
            return None, type(error).__name__
        if answer.status_code in (401, 403):
            raise ConfigError("HUB_PDS_KEY_FILE", f"PDS refuses the key: HTTP {answer.status_code}")
        return answer, f"HTTP {answer.status_code}"

    def _headers(self, path: str, parameters: Parameters, asked_at: str, attempt: int) -> dict[str, str]:
        correlation = self._name("pds question", path, *parameters, asked_at)
        headers = {
            "Accept": MEDIA_TYPE,
            "X-Request-ID": _uuid(self._name("pds request", correlation, attempt)),
            "X-Correlation-ID": _uuid(correlation),
        }
        key = self._settings.key()
        return headers | {"Authorization": f"Bearer {key}"} if key else headers

    def _pace(self) -> None:
        """Wait until the next request may go."""
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + 1 / self._settings.per_second


def _wait(answer: httpx.Response | None, attempt: int) -> float:
    """Return the seconds to wait before the next try: as told, else twice as long each time."""
    told = answer.headers.get("Retry-After", "") if answer is not None else ""
    return float(told) if told.isdecimal() else float(2**attempt)


def _uuid(name: str) -> str:
    return str(uuid.UUID(hex=name, version=4))


class _Quiet(logging.Filter):
    """Drops httpx's line on each request to PDS: it prints the URL, and the URL names a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        arguments = record.args if isinstance(record.args, tuple) else ()
        return not any(isinstance(one, httpx.URL) and "/Patient" in one.path for one in arguments)


_QUIET = _Quiet()
