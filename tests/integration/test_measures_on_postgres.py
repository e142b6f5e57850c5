"""The view of measures gives the same rows on both databases."""

from hub.adapters.sql.store import open_dsn
from hub.domain.access import EVERY, Actor
from hub.queries.desk import Desk
from hub.queries.show import show
from tests.invented import Audited
from tests.measured import Measured, fill, in_memory


def test_measures_are_the_same_on_sqlite_and_postgresql(postgres_dsn: str) -> None:
    store = open_dsn(postgres_dsn)
    found = []
    for m in (in_memory(), Measured(store.engine)):
        fill(m)
        desk = Desk(m.reader, Audited(), Actor("a", "analyst", EVERY), "service_planning")
        found.append(list(show(desk, "measure")))
    store.close()
    assert found[0] == found[1]
    assert len({row["measure"] for row in found[0]}) == 12
