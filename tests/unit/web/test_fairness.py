"""The page of fairness: who may see it, and that nothing on it tells of few children or of restricted ones."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.domain.identity.fairness import Ratio
from hub.web.fairness import Scale, bar, scale
from tests.crowd import a_crowd
from tests.stewarding import NAMES, a_hub, a_queue, app_of
from tests.unit.web.conftest import LOCAL, token_in


def signed_in(app: Starlette, offer: str) -> TestClient:
    client = TestClient(app, base_url=LOCAL, client=("127.0.0.1", 50000), follow_redirects=False)
    client.post("/sign-in", data={"offer": offer, "csrf": token_in(client.get("/").text)})
    return client


def page_of(folder: Path, hidden: bool = False, offer: str = "steward|demo steward") -> Iterator[tuple[int, str]]:
    hub = a_hub(folder)
    a_queue(hub, hidden)
    answer = signed_in(app_of(hub), offer).get("/steward/fairness")
    yield answer.status_code, re.sub(r'value="[0-9a-f]+"', "", answer.text)
    hub.store.close()


def test_it_shows_shares_with_their_intervals(tmp_path: Path) -> None:
    with a_crowd(tmp_path) as app:
        text = signed_in(app, "steward|demo steward").get("/steward/fairness").text
    assert re.search(r"Of \d+ children’s records, \d+\.\d% \(\d+\.\d to \d+\.\d\) found another record", text)
    assert text.count('class="to-share__bar"') > 10
    assert re.findall(r'<h2 [^>]*id="(\w+)"', text) == ["ethnicity", "sex", "age"]
    assert 'aria-current="page">Fairness' in text


def test_it_names_nobody(tmp_path: Path) -> None:
    ((status, text),) = page_of(tmp_path / "hub")
    assert status == 200
    assert not [name for _, name in NAMES if name in text]


def test_a_restricted_child_changes_nothing_on_it(tmp_path: Path) -> None:
    assert [*page_of(tmp_path / "without")] == [*page_of(tmp_path / "with", hidden=True)]


@pytest.mark.parametrize("offer", ["operations|demo operations", "sen_manager|demo sen manager"])
def test_roles_with_a_purpose_for_figures_may_open_it(tmp_path: Path, offer: str) -> None:
    ((status, text),) = page_of(tmp_path / "hub", offer=offer)
    assert status == 200
    assert ">Fairness<" not in text, "the menu has it for those who decide who is who"


def test_an_interval_is_drawn_in_its_place() -> None:
    line = scale([Ratio(95, 100, 95.0, 88.8, 97.8), Ratio()])
    assert line == Scale(85, 100)
    drawn = bar(Ratio(90, 100, 90.0, 85.0, 92.5), line)
    assert drawn is not None
    assert (drawn.start, drawn.width, drawn.point) == (0, 50, 33.33)
    assert bar(Ratio(None, 100), line) is None
    assert scale([]) == Scale(0, 100)
