"""A store on SQLite or PostgreSQL: synchronous, small statements, one transaction per batch."""

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError

from hub.adapters.sql.tables import METADATA
from hub.domain.errors import ConfigError, Unavailable, Unusable

MAKING_TABLES = 20_140_901
LAYOUT = hashlib.sha256(
    "\n".join(f"{t.name} {' '.join(c.name for c in t.columns)}" for t in METADATA.sorted_tables).encode()
).hexdigest()[:16]
"""Names the tables and columns of this version."""

BLOCK = 400
"""Keys in one IN list or one delete: below every limit of both databases."""


class SqlUnit:
    """One open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._mark = "?" if connection.dialect.name == "sqlite" else "%s"

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Return rows as this transaction sees them."""
        return _rows(self._connection, sql, parameters)

    def put(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows in column order, replacing those with the same key."""
        if rows:
            self._connection.exec_driver_sql(_put(table, self._mark), list(rows))

    def remove(self, table: str, keys: Sequence[tuple[Any, ...]]) -> None:
        """Delete rows by the leading columns of their key."""
        if keys:
            self._connection.exec_driver_sql(_remove(table, len(keys[0]), self._mark), list(keys))

    def execute(self, sql: str, **parameters: object) -> int:
        """Run one statement and return how many rows it touched."""
        return self._connection.execute(_text(sql), parameters).rowcount


class SqlStore:
    """The tables of `tables.py` in one database."""

    def __init__(self, url: str) -> None:
        """Open the database at a SQLAlchemy URL and make what is missing in it."""
        self.engine = _sqlite(url) if url.startswith("sqlite") else _postgres(url)
        # One statement needs no transaction around it: two round trips less.
        on_postgres = self.engine.dialect.name == "postgresql"
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT") if on_postgres else self.engine
        self._lock = threading.RLock()
        try:
            with self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":  # workers that start together make tables one after another
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MAKING_TABLES})")
                METADATA.create_all(connection)
                _check_layout(SqlUnit(connection), self.engine.url.database or "store")
        except OperationalError as error:
            raise Unavailable("database", 1.0, type(error.orig).__name__) from error

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite; PostgreSQL otherwise."""
        return self.engine.dialect.name == "sqlite"

    def select(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Return rows of a query on a connection of its own."""
        try:
            with self._reading.connect() as connection:
                return _rows(connection, sql, parameters)
        except DBAPIError as error:
            raise _sorted(error) from error

    def select_read_only(self, sql: str, parameters: dict[str, object]) -> list[dict[str, Any]]:
        """Return rows of a query that somebody wrote by hand, in a transaction that cannot write."""
        with self.engine.connect() as connection:
            sqlite = connection.dialect.name == "sqlite"
            connection = connection.execution_options(reading=True)
            connection.exec_driver_sql("PRAGMA query_only = ON" if sqlite else "SET TRANSACTION READ ONLY")
            try:
                return [dict(row) for row in connection.execute(text(sql), parameters).mappings()]
            except DBAPIError as error:
                raise Unusable("hub sql", "query", str(error.orig)) from error
            finally:
                if sqlite:
                    connection.exec_driver_sql("PRAGMA query_only = OFF")

    @contextmanager
    def begin(self) -> Iterator[SqlUnit]:
        """Open a transaction; any database error drops the connection for good (`kafka.md` section 4, rule 3)."""
        with self._lock, self._connect() as connection:
            try:
                with connection.begin():
                    yield SqlUnit(connection)
            except DBAPIError as error:
                if connection.dialect.name == "postgresql":
                    connection.invalidate()
                raise _sorted(error) from error

    def _connect(self) -> Connection:
        try:
            return self.engine.connect()
        except DBAPIError as error:
            raise _sorted(error) from error

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def _check_layout(unit: SqlUnit, name: str) -> None:
    """Refuse tables that another version laid out: they would be misread."""
    found = unit.select("SELECT layout FROM layout")
    if not found:
        unit.put("layout", [(LAYOUT,)])
    elif found[0]["layout"] != LAYOUT:
        reason = "made by another version of the hub: export its journal with that one, and import it into a new store"
        raise ConfigError(name, reason)


def _sorted(error: DBAPIError) -> Exception:
    """Return `Unavailable` for a database that is away, busy or cut us off; a wrong statement stays what it is: a bug."""
    if isinstance(error.orig, Exception) and isinstance(error, (OperationalError, InterfaceError, InternalError)):
        return Unavailable("database", 0.5, type(error.orig).__name__)
    return error


def open_file(path: Path) -> SqlStore:
    """Return the store in one SQLite file, made if missing and readable by its owner only."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    return SqlStore(f"sqlite:///{path}")


def in_memory() -> SqlStore:
    """Return a store that lives as long as it is used: for as-known-at questions and tests."""
    return SqlStore("sqlite://")


def open_dsn(dsn: str) -> SqlStore:
    """Return the store at a PostgreSQL DSN."""
    return SqlStore(
        dsn.replace("postgresql://", "postgresql+psycopg://", 1).replace("postgres://", "postgresql+psycopg://", 1)
    )


def _sqlite(url: str) -> Engine:
    memory = url == "sqlite://"
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": 10},
        poolclass=sa.pool.StaticPool if memory else sa.pool.QueuePool,
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: object) -> None:
        connection.isolation_level = None
        pragmas = (
            "journal_mode=WAL",
            "synchronous=FULL",
            "cache_size=-131072",
            "wal_autocheckpoint=16000",
            "busy_timeout=10000",
        )
        for pragma in ("journal_mode=MEMORY",) if memory else pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgres(url: str) -> Engine:
    options = "-c idle_in_transaction_session_timeout=3000 -c lock_timeout=10000 -c TimeZone=UTC"
    return create_engine(url, connect_args={"options": options}, pool_pre_ping=True)


def _rows(connection: Connection, sql: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    lists = [name for name, value in parameters.items() if isinstance(value, (list, tuple))]
    if not connection.in_transaction() and connection.dialect.name == "sqlite":
        connection = connection.execution_options(reading=True)
    if not lists:
        return [dict(row) for row in connection.execute(_text(sql), parameters).mappings()]
    (name,) = lists
    found: list[dict[str, Any]] = []
    values = list(parameters[name])
    for start in range(0, len(values), BLOCK):
        block = parameters | {name: values[start : start + BLOCK]}
        found += (dict(row) for row in connection.execute(_expanding(sql, name), block).mappings())
    return found


@cache
def _text(sql: str) -> sa.TextClause:
    return text(sql)


@cache
def _expanding(sql: str, name: str) -> sa.TextClause:
    return text(sql).bindparams(sa.bindparam(name, expanding=True))


@cache
def _put(name: str, mark: str) -> str:
    table: Table = METADATA.tables[name]
    columns = [c for c in table.columns if c.autoincrement is not True]
    keys = [_quote(c.name) for c in table.primary_key.columns]
    rest = [_quote(c.name) for c in columns if not c.primary_key]
    names = ", ".join(_quote(c.name) for c in columns)
    sql = f"INSERT INTO {_quote(name)} ({names}) VALUES ({', '.join([mark] * len(columns))})"
    if len(columns) < len(table.columns):
        return sql
    action = "DO UPDATE SET " + ", ".join(f"{c} = excluded.{c}" for c in rest) if rest else "DO NOTHING"
    return f"{sql} ON CONFLICT ({', '.join(keys)}) {action}"


@cache
def _remove(name: str, count: int, mark: str) -> str:
    keys = [c.name for c in METADATA.tables[name].primary_key.columns][:count]
    return f"DELETE FROM {_quote(name)} WHERE " + " AND ".join(f"{_quote(k)} = {mark}" for k in keys)


def _quote(name: str) -> str:
    return f'"{name}"'
