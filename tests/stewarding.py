"""A hub whose area has questions for a steward: people who may be one, twins next door, two open plans, a mix-up.

`a_queue()` gives a `World` with its store; `served()` the pages over it. All people are invented.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette

from consumers.embedded import Embedded
from hub.adapters import now as clock
from hub.bootstrap import Audits, Hub, WebCommands, rules_for_pages
from hub.config import Config
from hub.domain.access import Actor
from hub.domain.events.health import AdviceSent
from hub.domain.events.plans import PlanFinalised
from hub.queries.desk import Desk
from hub.web.app import create_app
from hub.web.site import WebValues
from tests.property.builders import (
    AREA,
    CASEWORK,
    DAY0,
    KEYED,
    MODEL,
    NHS,
    TRUST,
    World,
    a_person,
    a_request,
    a_row,
    an_advice_request,
    rulebook,
)

STEWARD, SECOND = Actor("steward one", "steward", (AREA,)), Actor("steward two", "steward", (AREA,))
NAMES = (
    ("Wren", "Ashgrove"), ("Isla", "Fenwick"), ("Noor", "Harrow"), ("Theo", "Stroud"), ("Edie", "Lindale"),
    ("Otis", "Penhale"), ("Zara", "Roscoe"), ("Ivor", "Tarnside"), ("Lena", "Underhill"), ("Kofi", "Vanstone"),
    ("Mabel", "Whartonby"),
)  # fmt: skip
HEARD = DAY0 + timedelta(days=49)
ADA = {"family_name": "Marlowe", "given_names": "Ada", "birth_date": date(2015, 3, 4), "postcode": "LS1 4AP", "sex": "F",
       "address_lines": ("12 Alder Row",)}  # fmt: skip


def a_plan(process: str, on: date = DAY0) -> tuple[PlanFinalised, date]:
    return PlanFinalised(process=process, process_kind="request", issued_on=on), on


def a_queue(hub: Hub, hidden: bool = False) -> World:
    """Twelve and more questions: each child of `NAMES` is in two systems, without a given name in one of them."""
    world = World(store=hub.store)
    world.host = hub.embedded = Embedded(hub.store, KEYED, rulebook(), MODEL, clock.now, world._delivered)
    world.load(CASEWORK, [row for n, _ in enumerate(NAMES) for row in _in_casework(n)], complete_to=HEARD)
    world.load(TRUST, [row for n, _ in enumerate(NAMES) for row in _in_trust(n)], complete_to=HEARD)
    two_numbers(world)
    if hidden:
        _hidden(world)
    world.tick(DAY0 + timedelta(days=50))
    return world


def _in_casework(n: int) -> list[Any]:
    given, family = NAMES[n]
    who = {"given_names": given, "family_name": family, "birth_date": date(2014, 2, 3 + n), "postcode": f"LS2 {n % 9}AB",
           "address_lines": (f"{n + 1} Mill Lane",), "school_urn": "SCH1"}  # fmt: skip
    key = f"C{n}"
    asked = an_advice_request(process=f"p{n}", name=f"a{n}")
    return [a_row(f"people:{key}", key, a_person(**who)), a_row(f"requests:{key}", key, a_request(process=f"p{n}")),
            a_row(f"advice_requests:{key}", key, asked)]  # fmt: skip


def _in_trust(n: int) -> list[Any]:
    _, family = NAMES[n]
    who = {"family_name": family, "birth_date": date(2014, 2, 3 + n), "postcode": f"LS2 {n % 9}AB",
           "address_lines": (f"{n + 1} Mill Lane",), "nhs_number": ""}  # fmt: skip
    key = f"T{n}"
    on = DAY0 + timedelta(days=30)
    sent = AdviceSent(process=f"p{n}", process_kind="request", advice_request=f"a{n}", advice_kind="medical",
                      profession="paediatrician", body="TRUST", sent_on=on)  # fmt: skip
    return [a_row(f"people:{key}", key, a_person(**who)), a_row(f"advice:{key}", key, (sent, on))]


def two_numbers(world: World) -> None:
    """Ada has one NHS number in casework and another at the trust, and a plan in each; her brother lives with her."""
    world.load(CASEWORK, [
        a_row("people:CA", "CA", a_person(nhs_number=NHS[0], **ADA)), a_row("requests:CA", "CA", a_request(process="pa")),
        a_row("plans:CA", "CA", a_plan("pa")),
        a_row("people:CB", "CB", a_person(**ADA | {"given_names": "Bertie", "sex": "M", "birth_date": date(2012, 7, 8)})),
    ])  # fmt: skip
    world.load(TRUST, [
        a_row("people:TA", "TA", a_person(nhs_number=NHS[1], **ADA | {"given_names": "Adah"})), a_row("plans:TA", "TA", a_plan("pb")),
    ])  # fmt: skip


def _hidden(world: World) -> None:
    """A restricted child at Ada's home, who may be her and who was decided about."""
    secret = ADA | {"given_names": "Adda", "sensitivity": "V"}
    world.load(
        CASEWORK, [a_row("people:CS", "CS", a_person(**secret)), a_row("requests:CS", "CS", a_request(process="ps"))]
    )
    world.load(TRUST, [a_row("people:TS", "TS", a_person(**secret | {"given_names": ""}))])


def child_of(world: World, source: str, local_id: str) -> str:
    sql = "SELECT child FROM source_record WHERE source = :s AND local_id = :l AND known_to IS NULL"
    return str(world.select(sql, s=source, l=local_id)[0]["child"])


def a_hub(folder: Path) -> Hub:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "key").write_text("a test's key\n")
    return Hub(Config(data=folder))


def a_desk(hub: Hub, actor: Actor = STEWARD, purpose: str = "identity_stewardship") -> Desk:
    return Desk(hub.store, Audits(hub), actor, purpose)


def app_of(hub: Hub, now: Callable[[], datetime] = lambda: datetime(2026, 11, 2, 12, tzinfo=UTC)) -> Starlette:
    values = WebValues(demo=True, session_key=b"test", now=now)
    book = rulebook()
    return create_app(lambda: hub.store, Audits(hub), WebCommands(hub), values, rules_for_pages(book), book)
