"""A PDS on loopback that answers with the sandbox's published files, and fails as it is told to."""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.servers.policy import missing

SANDBOX = Path(__file__).parents[4] / "shared" / "data" / "nhs-pds"
NOBODY = {"resourceType": "Bundle", "type": "searchset", "total": 0}


def sandbox(name: str) -> dict[str, Any]:
    """Return one of the sandbox's answers; the test is skipped where the shared folder is not there."""
    if not SANDBOX.is_dir():
        missing("the published sample nhs-pds", "put the shared folder beside the checkout (../shared/data)")
    read: dict[str, Any] = json.loads((SANDBOX / name).read_text("utf-8"))
    return read


def outcome(code: str) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": [{"details": {"coding": [{"code": code}]}}]}


def scored(bundle: dict[str, Any], score: float, **patient: Any) -> dict[str, Any]:
    """The same search set with another score, and other elements of its patient."""
    (entry,) = bundle["entry"]
    return bundle | {"entry": [entry | {"search": {"score": score}, "resource": entry["resource"] | patient}]}


class FakePds:
    """Answers by family name and by number; `troubles` come first, one a request: status and headers, or a delay.

    Attributes:
        asked: Path and parameters of every request that was answered, in order.
    """

    def __init__(self) -> None:
        self.searches: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {}
        self.numbers: dict[str, tuple[int, dict[str, Any]]] = {}
        self.troubles: deque[tuple[int, dict[str, str]] | float] = deque()
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""

    def always(self, family: str, answer: dict[str, Any]) -> None:
        self.searches[family] = lambda _: answer

    def answer(self, path: str, parameters: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/Patient":
            return 200, self.searches.get(parameters["family"], lambda _: NOBODY)(parameters)
        return self.numbers.get(path.rsplit("/", 1)[1], (404, outcome("RESOURCE_NOT_FOUND")))


@contextmanager
def fake_pds() -> Iterator[FakePds]:
    """Run one on a free port of loopback."""
    fake = FakePds()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            trouble = fake.troubles.popleft() if fake.troubles else None
            if isinstance(trouble, float):
                time.sleep(trouble)
            status, more = trouble if isinstance(trouble, tuple) else (0, {})
            url = urlsplit(self.path)
            parameters = {name: values[0] for name, values in parse_qs(url.query).items()}
            body: dict[str, Any] = outcome("TOO_MANY_REQUESTS")
            if not status:
                fake.asked.append((url.path, parameters))
                fake.headers.append(dict(self.headers))
                status, body = fake.answer(url.path, parameters)
            content = json.dumps(body).encode()
            try:
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                pass  # the client has gone: that was the test

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
