"""The store behaves alike on SQLite and PostgreSQL: what a row was, it is, byte for byte."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary
from sqlalchemy.exc import ProgrammingError

from hub.adapters.sql import store as sql
from hub.adapters.sql.store import SqlStore
from hub.adapters.sql.tables import METADATA
from hub.domain.errors import Unavailable
from tests.servers.postgres import PostgresServer

SAMPLES = {str: 'é’0\'%:x\\ "q"', int: 2**40, float: 1.5, bytes: b"\x00\xff"}
TABLES = [table for table in METADATA.sorted_tables if table.name not in ("outbox", "inbox", "published", "layout")]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    if request.param == "sqlite":
        made = sql.open_file(tmp_path / "hub.sqlite")
    else:
        made = sql.open_dsn(request.getfixturevalue("postgres_dsn"))
    yield made
    made.close()


def a_row(name: str, key: str) -> tuple[object, ...]:
    """A row with something of every type; texts of the key are `key`."""
    row: list[object] = []
    for column in METADATA.tables[name].columns:
        kind = bytes if isinstance(column.type, LargeBinary) else column.type.python_type
        is_small = kind is int and type(column.type).__name__ == "Integer"
        row.append(7 if is_small else key if column.primary_key and kind is str else SAMPLES[kind])
    return tuple(row)


def test_a_row_of_any_table_comes_back_as_it_was_and_the_last_word_on_a_key_wins(store: SqlStore) -> None:
    for table in TABLES:
        row = a_row(table.name, "k")
        with store.begin() as unit:
            unit.put(table.name, [row, row])
        assert [tuple(one.values()) for one in store.select(f'SELECT * FROM "{table.name}"')] == [row], table.name
        with store.begin() as unit:
            unit.remove(table.name, [row[: len(table.primary_key.columns)]])
        assert store.select(f'SELECT * FROM "{table.name}"') == [], table.name


def test_texts_sort_by_code_point(store: SqlStore) -> None:
    names = ["a", "B", "é", "z", "_", "1", "ａ"]
    with store.begin() as unit:
        unit.put("meta", [(name, "") for name in names])
    assert [row["key"] for row in store.select("SELECT key FROM meta ORDER BY key")] == sorted(names)


def test_serial_numbers_follow_the_order_of_rows(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.put("outbox", [("A", "t", "event", str(i), "{}", "") for i in range(1000)])
    rows = store.select("SELECT n, id FROM outbox ORDER BY n")
    assert [row["id"] for row in rows] == [str(i) for i in range(1000)]
    assert len({row["n"] for row in rows}) == 1000


def test_a_long_list_of_values_is_asked_for_in_blocks(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.put("meta", [(f"{i:05d}", "x") for i in range(2000)])
        assert (
            len(unit.select("SELECT key FROM meta WHERE key IN :keys", keys=[f"{i:05d}" for i in range(1500)])) == 1500
        )
        assert unit.select("SELECT key FROM meta WHERE key IN :keys", keys=[]) == []


def test_an_error_leaves_nothing_and_the_store_goes_on(store: SqlStore) -> None:
    with pytest.raises(ZeroDivisionError), store.begin() as unit:
        unit.put("meta", [("a", "1")])
        raise ZeroDivisionError
    with pytest.raises((ProgrammingError, Unavailable)), store.begin() as unit:
        unit.put("meta", [("b", "1")])
        unit.execute("SELECT no_such_column FROM meta")
    with store.begin() as unit:
        unit.put("meta", [("c", "1")])
    assert store.select("SELECT * FROM meta") == [{"key": "c", "value": "1"}]


def test_a_second_store_on_the_same_database_changes_nothing(store: SqlStore) -> None:
    with store.begin() as unit:
        unit.put("meta", [("a", "1")])
    again = SqlStore(store.engine.url.render_as_string(hide_password=False))
    assert again.select("SELECT * FROM meta") == [{"key": "a", "value": "1"}]
    again.close()


def test_stores_that_open_at_the_same_time_do_not_meet(postgres_dsn: str) -> None:
    failed: list[BaseException] = []

    def open_it() -> None:
        try:
            for _ in range(3):
                sql.open_dsn(postgres_dsn).close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_database_that_is_away_is_unavailable_and_comes_back(own_postgres: PostgresServer) -> None:
    store = sql.open_dsn(own_postgres.new_database())
    with store.begin() as unit:
        unit.put("meta", [("a", "1")])
    own_postgres.kill()
    with pytest.raises(Unavailable):
        store.select("SELECT * FROM meta")
    with pytest.raises(Unavailable), store.begin() as unit:
        unit.put("meta", [("b", "1")])
    own_postgres.start()
    with store.begin() as unit:
        unit.put("meta", [("c", "1")])
    assert [row["key"] for row in store.select("SELECT * FROM meta ORDER BY key")] == ["a", "c"]
    store.close()


def in_background(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def test_a_transaction_that_sleeps_is_ended_by_the_server(postgres_dsn: str) -> None:
    store = sql.open_dsn(postgres_dsn)
    with pytest.raises(Unavailable), store.begin() as unit:
        unit.put("meta", [("a", "asleep")])
        time.sleep(3.6)
        unit.put("meta", [("b", "asleep")])
    assert store.select("SELECT * FROM meta") == []
    store.close()


def test_two_threads_do_not_share_a_transaction(postgres_dsn: str) -> None:
    store = sql.open_dsn(postgres_dsn)
    seen: list[int] = []
    with store.begin() as unit:
        unit.put("meta", [("a", "1")])
        reader = in_background(lambda: seen.append(len(store.select("SELECT * FROM meta"))))
        reader.join(5)
    assert seen == [0]
    store.close()
