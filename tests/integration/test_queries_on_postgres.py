"""Every query says the same on PostgreSQL as on SQLite."""

import pytest
import sqlalchemy as sa

from hub.domain.access import ROLES
from tests.invented import MemoryReader, a_store, fill
from tests.unit.queries.test_hidden import desk, lists


@pytest.mark.parametrize("hidden", [None, 1])
def test_queries_say_the_same_on_both_databases(postgres_dsn: str, hidden: int | None) -> None:
    engine = sa.create_engine(postgres_dsn.replace("postgresql://", "postgresql+psycopg://", 1))
    fill(engine, hidden)
    there, here = MemoryReader(engine), a_store(hidden)
    for role, known in ROLES.items():
        assert lists(desk(there, role, known.purposes[0])) == lists(desk(here, role, known.purposes[0])), role
    engine.dispose()
