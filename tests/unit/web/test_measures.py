"""The page of measures: for roles with aggregates, and its cases for those who open records."""

import re

import pytest

from tests.invented import a_store
from tests.unit.web.conftest import Web

ANALYST, MANAGER = "analyst|demo analyst", "sen_manager|demo sen manager"


def test_figures_are_shown_with_their_definition_and_small_numbers_held_back(web: Web) -> None:
    text = web.signed_in(ANALYST).get("/measures?by=body").text
    assert "Advice within 6 weeks" in text
    assert '<abbr title="held back">c</abbr> of ' in text
    assert "Restricted children are not counted" in text
    assert "/measures/advice-6-weeks" not in text


def test_a_figure_leads_to_its_cases_for_those_who_open_records(web: Web) -> None:
    client = web.signed_in(MANAGER)
    links = re.findall(r'href="(/measures/advice-6-weeks[^"]+)"', client.get("/measures?by=body").text)
    assert links
    shown = client.get(links[0].replace("&amp;", "&"))
    assert shown.status_code == 200
    assert "E1-10" in shown.text
    assert "Marlow" not in shown.text


@pytest.mark.parametrize("offer", ["dco|dco-quayle|QX1", "operations|demo operations"])
def test_others_find_no_link_and_are_refused(web: Web, offer: str) -> None:
    client = web.signed_in(offer)
    assert 'href="/measures"' not in client.get("/worklist").text
    assert client.get("/measures").status_code == 403


def test_an_analyst_finds_no_cases_and_nobody_a_measure_that_is_none(web: Web) -> None:
    assert web.signed_in(ANALYST).get("/measures/advice-6-weeks").status_code == 403
    assert web.signed_in(MANAGER).get("/measures/nothing").status_code == 404


def test_the_pages_are_the_same_with_a_restricted_child() -> None:
    for offer in (ANALYST, MANAGER, "assurance|demo assurance"):
        for path in ("/measures", "/measures?by=school", "/measures/advice-6-weeks?area=E1"):
            found = [Web(reader=a_store(hidden)).signed_in(offer).get(path) for hidden in (None, 1)]
            assert found[0].status_code == found[1].status_code
            texts = [re.sub(r'value="[0-9a-f]+"', "", one.text) for one in found]
            assert texts[0] == texts[1]
