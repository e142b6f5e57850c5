"""The bodies and the people in them: `bodies.csv` and `contacts.csv`. All invented; addresses are of example.org."""

import csv
from pathlib import Path

from connectors.simulator import names
from connectors.simulator.people import school_codes

BODY_COLUMNS = (
    "code", "kind", "name", "aliases", "is_s31_body", "areas", "commissioner", "valid_from", "valid_to", "successor",
)  # fmt: skip
CONTACT_COLUMNS = ("role", "body", "area", "name_ref", "channel", "address", "valid_from", "valid_to")
_SINCE = "2014-09-01"


def write(to: Path, areas: int) -> None:
    """Write both files."""
    bodies: list[tuple[str, ...]] = []
    contacts: list[tuple[str, ...]] = [_contact("operations", "", "", "operations")]
    everywhere = ";".join(names.area_code(index) for index in range(areas))
    for index in range(areas):
        bodies += _bodies(index)
        contacts += _contacts(index)
    # The therapy trust serves every area and is commissioned by the first area's ICB.
    therapy = ("THERAPY", "nhs_trust", "Wayside Therapies NHS Trust", "WAYSIDE", "true", everywhere, "ICB-A01")
    bodies.append((*therapy, _SINCE, "", ""))
    contacts.append(_contact("data_manager", "THERAPY", "", "data-therapy"))
    _write(to / "bodies.csv", BODY_COLUMNS, bodies)
    _write(to / "contacts.csv", CONTACT_COLUMNS, contacts)


def _bodies(index: int) -> list[tuple[str, ...]]:
    area, name = names.area_code(index), names.area_name(index)
    icb = f"ICB-{area}"
    rows = [
        (area, "local_authority", f"{name} Council", "", "true", area, ""),
        (icb, "icb", f"NHS {name} Integrated Care Board", "", "true", area, ""),
        (f"{area}-NHS", "nhs_trust", f"{name} Community NHS Trust", f"{name.upper()}-COMMUNITY", "true", area, icb),
        (f"{area}-EPS", "psychology_service", f"{name} Educational Psychology Service", "", "false", area, area),
        (f"{area}-CSC", "social_care", f"{name} Children's Social Care", "", "false", area, area),
    ]
    for number, code in enumerate(school_codes(index), 1):
        rows.append((code, "school", f"{name} School {number}", "", "false", area, ""))
    return [(*row, _SINCE, "", "") for row in rows]


def _contacts(index: int) -> list[tuple[str, ...]]:
    area, low = names.area_code(index), names.area_code(index).lower()
    icb = f"ICB-{area}"
    rows = [
        _contact("dco", icb, "", f"dco-{low}"),
        _contact("icb_send_lead", icb, "", f"send-lead-{low}"),
        _contact("sen_manager", area, area, f"sen-manager-{low}"),
        _contact("data_manager", area, area, f"data-{low}"),
        _contact("data_manager", f"{area}-NHS", area, f"data-nhs-{low}"),
        _contact("steward", "", area, f"steward-{low}"),
    ]
    rows += [_contact("sen_officer", area, area, f"officer-{low}-{n}") for n in (1, 2, 3)]
    rows += [_contact("senco", code, area, f"senco-{code}") for code in school_codes(index)]
    if index == 0:  # the other areas have neither a DMO nor a DSCO, as in life: alerts need a fallback there
        rows += [_contact("dmo", icb, "", f"dmo-{low}"), _contact("dsco", f"{area}-CSC", area, f"dsco-{low}")]
    return rows


def _contact(role: str, body: str, area: str, name_ref: str) -> tuple[str, ...]:
    return (role, body, area, name_ref, "email", f"{name_ref}@example.org", _SINCE, "")


def _write(path: Path, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows([columns, *rows])
