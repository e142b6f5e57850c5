"""What the servers that run as a process of their own have in common."""

import signal
import time
from abc import ABC, abstractmethod
from typing import ClassVar, Self

from tests.servers.process import Process, new_folder, remove_folder

# One line per start in this test run, printed at its end.
starts: list[str] = []


class Server(ABC):
    """A server with data that outlive its process: stop, kill and start it again on the same port.

    As a context manager it starts the server, and at the end stops it and deletes its data.

    Attributes:
        folder: Data, log and settings.
        start_s: How long the last start took; the first one makes the data folder.
    """

    name: ClassVar[str]
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self) -> None:
        self.folder = new_folder(self.name)
        self.start_s = 0.0
        self._process: Process | None = None

    @abstractmethod
    def _launch(self) -> Process:
        """Start the process; before that, the first time, make its data."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Return whether clients can connect."""

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.is_running

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    def start(self) -> None:
        """Return when clients can connect."""
        assert not self.is_running, "already running"
        again = "again " if self._process else ""
        began = time.monotonic()
        self._process = self._launch()
        self._process.wait_ready(self._is_ready)
        self.start_s = time.monotonic() - began
        starts.append(f"{self.name} {again}{self.start_s:.1f} s")

    def stop(self) -> None:
        """Shut the server down in order; nothing happens if it is not running."""
        if self._process is not None and self._process.is_running:
            self._process.stop(self.stop_signal)

    def kill(self) -> None:
        """End the server as a power cut would (kill -9)."""
        assert self._process is not None, "not started"
        self._process.kill()

    def restart(self) -> None:
        """Stop the server in order if it runs, and start it on the same port with the same data."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End the server and delete its data."""
        self.stop()
        remove_folder(self.folder)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:  # a skip, or Ctrl-C while it starts
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
