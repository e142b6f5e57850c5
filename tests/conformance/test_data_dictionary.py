"""The README's data dictionary is what the read views really give."""

from pathlib import Path

import pytest
from sqlalchemy import text

from hub.bootstrap import Audits, Hub
from hub.config import Config
from hub.domain.access import EVERY, Actor
from hub.queries.desk import Desk
from hub.queries.show import VIEWS
from tools.data_dictionary import README, written


def test_the_readme_has_the_dictionary_of_today() -> None:
    text = README.read_text("utf-8")
    assert written(text) == text, "run: python -m tools.data_dictionary"


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_column_of_a_view_is_described_and_no_other(name: str, tmp_path: Path) -> None:
    hub = Hub(Config(data=tmp_path))
    desk = Desk(hub.store, Audits(hub), Actor("tester", "assurance", EVERY, EVERY), "assurance")
    condition = VIEWS[name].visible(desk)
    with hub.store.engine.connect() as connection:
        given = connection.execute(text(VIEWS[name].select.format(condition.sql)), condition.parameters).keys()
    hub.store.close()
    assert set(given) == set(VIEWS[name].columns)
