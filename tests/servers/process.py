"""Start and end processes and folders so that none outlives the test run; ports; waiting."""

import atexit
import functools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import psutil

# Below the ephemeral ranges of Linux (32768-) and macOS (49152-): while a server is down, no client's outgoing
# connection can be given its port, and a client that keeps trying cannot be connected to itself.
PORTS = range(20_000, 32_000)


def free_ports(count: int = 1) -> list[int]:
    """Return different ports that are free on loopback now. Nothing reserves them."""
    found: list[int] = []
    for port in random.SystemRandom().sample(PORTS, 500):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no free port on loopback")


def accepts(port: int) -> bool:
    """Return whether something listens on this loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(holds: Callable[[], bool], timeout_s: float = 20) -> None:
    """Return once the condition holds; raise TimeoutError if it does not in time."""
    end = time.monotonic() + timeout_s
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"not so within {timeout_s} s")
        time.sleep(0.02)


@functools.cache
def _guard() -> IO[str]:
    command = [sys.executable, "-I", str(Path(__file__).with_name("guard.py"))]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
    assert guard.stdin is not None
    atexit.register(guard.wait)
    atexit.register(guard.stdin.close)  # first: the last registered is called first
    return guard.stdin


def _tell_guard(verb: str, what: object) -> None:
    print(verb, what, file=_guard(), flush=True)  # noqa: T201


def new_folder(name: str) -> Path:
    """Return a new folder that other users can enter; it is removed at the end of the test run at the latest."""
    folder = Path(tempfile.mkdtemp(prefix=f"tell-once-{name}-"))
    folder.chmod(0o755)
    _tell_guard("remove", folder)
    return folder


def remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def has_ended(process: "psutil.Process") -> bool:
    """Return whether a process that need not be ours is gone, or dead and not collected, as may last in a container."""
    import psutil

    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


class Process:
    """A running process, in a session of its own so that Ctrl-C reaches the tests and not the server."""

    def __init__(self, command: Sequence[str | Path], log: Path, user: str | None = None) -> None:
        self.log = log
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=log.parent,
                start_new_session=True,
                user=user,
            )
        self.pid = self._popen.pid
        _tell_guard("watch", self.pid)

    @property
    def is_running(self) -> bool:
        return self._popen.poll() is None

    def wait_ready(self, is_ready: Callable[[], bool], timeout_s: float = 60) -> None:
        """Return once `is_ready`. If that takes too long or the process ends, raise with the end of its log."""
        try:
            wait_until(lambda: not self.is_running or is_ready(), timeout_s)
            reason = None if self.is_running else f"ended with code {self._popen.returncode}"
        except TimeoutError:
            reason = f"not ready after {timeout_s} s"
        if reason:
            self.kill()
            raise RuntimeError(f"server {reason}:\n{self.log.read_text(errors='replace')[-3000:]}")

    def stop(self, how: signal.Signals, timeout_s: float = 30) -> None:
        """Ask the process to end and wait for it; after the timeout kill it."""
        self._popen.send_signal(how)
        try:
            self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._popen.kill()
        self._reap()

    def kill(self) -> None:
        """End the process and its children at once, those of them excepted that have a session of their own."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._reap()

    def _reap(self) -> None:
        self._popen.wait()
        _tell_guard("forget", self.pid)
