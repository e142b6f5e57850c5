"""The command line in process, on a hub of its own in a folder, and small files to feed it."""

import contextlib
import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hub.bootstrap import Hub, tables_of
from hub.cli import main
from hub.config import Config

AREA = "A01"
AS = ("--as", "assurance", "--purpose", "assurance")
CONTACTS = """role,body,area,name_ref,channel,address,valid_from,valid_to
dco,ICB-N,A01,dco-north,email,dco.north@icb.example,2014-09-01,
dco,ICB-S,A01,dco-south,email,dco.south@icb.example,2014-09-01,
sen_officer,,A01,officer-1,email,officer@council.example,2014-09-01,
data_manager,A01,A01,data-1,email,data@council.example,2014-09-01,
assurance,,A01,assurance-1,email,assurance@council.example,2014-09-01,
"""
BODIES = """code,kind,name,aliases,is_s31_body,areas,commissioner,valid_from,valid_to,successor
A01,local_authority,Ashdale Council,,true,A01,,2014-09-01,,
ICB-N,icb,North ICB,,true,A01,,2014-09-01,,
ICB-S,icb,South ICB,,true,A01,,2014-09-01,,
TRUST,nhs_trust,Hill Therapy Trust,TR2,true,A01,ICB-N,2014-09-01,,
"""
PEOPLE = (
    "record_key,person_key,updated_at,area,nhs_number,family_name,given_names,birth_date,postcode,sensitivity".split(
        ","
    )
)
REQUESTS = "record_key,person_key,updated_at,process,received_on,received_basis".split(",")
ASKED = "record_key,person_key,updated_at,process,advice_request,advice_kind,profession,body,sent_on,received_on,received_basis".split(
    ","
)
RECEIVED = (
    "record_key,person_key,updated_at,process,advice_request,advice_kind,profession,body,received_on,is_final".split(
        ","
    )
)


class CommandLine:
    """`hub` on one folder. `run` gives (exit code, standard output); `ok` the output of what must succeed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hub = Hub(Config(data=folder))
        self.errors = ""

    def run(self, *arguments: object) -> tuple[int, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([str(one) for one in arguments], self.hub)
        self.errors += err.getvalue()
        return code, out.getvalue()

    def ok(self, *arguments: object) -> str:
        code, text = self.run(*arguments)
        assert code == 0, (arguments, code, self.errors)
        return text

    def json(self, *arguments: object) -> Any:
        return json.loads(self.ok(*arguments, "--json"))

    def show(self, kind: str, *arguments: object, role: tuple[str, ...] = AS) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.ok("show", kind, *role, *arguments, "--jsonl").splitlines()]

    def tables(self) -> dict[str, list[dict[str, Any]]]:
        return {name: read() for name, read in tables_of(self.hub.store).items()}

    def close(self) -> None:
        self.hub.store.close()


def write(path: Path, columns: Iterable[str], *rows: Iterable[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as lines:
        out = csv.writer(lines, lineterminator="\n")
        out.writerow(columns)
        out.writerows(rows)
    return path


def set_up(line: CommandLine, files: Path, live_from: str = "2026-01-05") -> None:
    """Area live, contacts and bodies loaded, a casework source."""
    files.mkdir(parents=True, exist_ok=True)
    (files / "contacts.csv").write_text(CONTACTS)
    (files / "bodies.csv").write_text(BODIES)
    line.ok("area", "add", AREA, "--name", "Ashdale", "--live-from", live_from)
    line.ok("area", "mode", AREA, "all", "live")
    line.ok("contacts", "load", files / "contacts.csv")
    line.ok("bodies", "load", files / "bodies.csv")
    line.ok("source", "add", "casework", "--connector", "ehc_casework", "--agency", AREA, "--area", AREA)


def asked(files: Path, sensitivity: str = "") -> Path:
    """A folder with one child, a request of 5 January, and advice asked for on 12 January: due 23 February."""
    folder = files / "asked"
    write(folder / "people.csv", PEOPLE, ("", "P1", "2026-01-12T09:00:00Z", AREA, "9990010005", "Zuckerkandl", "Quirina",
                                         "2015-02-28", "ZZ9 9ZZ", sensitivity))  # fmt: skip
    write(folder / "requests.csv", REQUESTS, ("R1", "P1", "2026-01-12T09:00:00Z", "", "2026-01-05", "acknowledged"))
    write(folder / "advice_requests.csv", ASKED, ("A1", "P1", "2026-01-12T09:00:00Z", "R1", "", "medical", "paediatrician",
                                                 "TRUST", "2026-01-12", "2026-01-12", "acknowledged"))  # fmt: skip
    return folder


def received(files: Path, on: str) -> Path:
    return write(files / f"received-{on}" / "advice_received.csv", RECEIVED, ("V1", "P1", "2026-03-02T09:00:00Z", "R1", "A1",
                 "medical", "paediatrician", "TRUST", on, "yes"))  # fmt: skip
