"""`loads.jsonl`: every step in order, as arguments of `hub`; paths are relative to the folder."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from connectors.simulator import names
from connectors.simulator.feeds import Feed, Load
from connectors.simulator.weeks import LIVE_FROM, MONDAYS

Step = dict[str, Any]

NOT_RECORDED = ("review-report-authority", "review-longstop-12w", "review-amend-final")
"""What these councils do and do not write down: live, each review of theirs would be told to be late."""


def steps(areas: int, feeds: Sequence[Feed], path_of: Callable[[Feed, int], str]) -> Iterator[Step]:
    """Yield every step: set-up first, then each Monday its loads and its ticks.

    Args:
        path_of: Gives the path of a feed's load, or nothing where there was nothing to hand over.
    """
    codes = [names.area_code(index) for index in range(areas)]
    yield from _set_up(codes, feeds)
    for monday in MONDAYS:
        minute = 0
        for feed in feeds:
            for at, load in enumerate(feed.loads):
                if load.on == monday and (path := path_of(feed, at)):
                    for _ in range(2 if load.planted == "twice" else 1):
                        minute += 1
                        yield _ingest(feed, load, path, minute)
        for code in codes:
            yield {"args": ["tick", "--area", code, "--on", f"{monday}", "--json"]}


def _set_up(codes: list[str], feeds: Sequence[Feed]) -> Iterator[Step]:
    for index, code in enumerate(codes):
        yield {"args": ["area", "add", code, "--name", names.area_name(index), "--live-from", f"{LIVE_FROM}"]}
        yield {"args": ["area", "mode", code, "all", "live"]}
        for rule in NOT_RECORDED:
            yield {"args": ["area", "mode", code, rule, "shadow"]}
    yield {"args": ["bodies", "load", "bodies.csv"]}
    yield {"args": ["contacts", "load", "contacts.csv"]}
    for feed in feeds:
        where = [part for area in feed.areas for part in ("--area", area)]
        yield {"args": ["source", "add", feed.source, "--connector", feed.connector, "--agency", feed.agency, *where]}


def _ingest(feed: Feed, load: Load, path: str, minute: int) -> Step:
    args = ["ingest", feed.source, path, "--extract", "changes" if load.since else "full"]
    if load.covers:
        args += ["--covers", f"{load.covers[0]}..{load.covers[1]}"]
    args += ["--complete-to", f"{load.complete_to}", "--extracted-at", f"{load.made_on}T02:00:00Z"]
    args += ["--recorded-at", f"{_at(load.on, minute)}", "--json"]
    return {"args": args, "planted": load.planted} if load.planted else {"args": args}


def _at(day: date, minute: int) -> str:
    after = timedelta(minutes=minute)
    hours, minutes = divmod(after.seconds // 60, 60)
    return f"{day}T{3 + hours:02}:{minutes:02}:00Z"
