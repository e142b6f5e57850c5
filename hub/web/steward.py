"""The steward's pages: the queue, one question, the records of one child, what was decided, and who saw a mix-up."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from hub.domain.access import STEWARDSHIP
from hub.domain.errors import Conflict, Forbidden, NotFound
from hub.queries.decisions import decision, history
from hub.queries.desk import Desk
from hub.queries.disclosures import disclosures, were_mixed
from hub.queries.household import SeenChild, child_records
from hub.queries.preview import Preview, if_linked, if_parted
from hub.queries.question import Row, question_view
from hub.queries.stewardship import next_after, question, queue
from hub.queries.weights import Weighing, Weight
from hub.web.looks import page
from hub.web.signin import checked_form, signed_in
from hub.web.site import site_of
from hub.web.weighing import Step, steps

WORDS_AT_MOST = 500
LISTED = 50

REASONS: Mapping[str, Mapping[str, str]] = {
    "link": {
        "records": "The records describe one person",
        "number": "They share a number, and nothing speaks against it",
        "mistake": "What differs was keyed by mistake",
        "checked": "Confirmed by whoever keeps one of the records",
        "family": "Confirmed by the family or the school",
    },
    "apart": {
        "records": "The records describe two people",
        "siblings": "Brother or sister, or twins",
        "names": "Two people of the same name",
        "mistake": "The number they share was keyed by mistake",
        "checked": "Confirmed by whoever keeps one of the records",
    },
    "split": {
        "other": "These records are about somebody else",
        "siblings": "They are about a brother, a sister or a twin",
        "mistake": "The number that held them here was keyed by mistake",
        "checked": "Confirmed by whoever keeps one of the records",
    },
    "merge": {
        "records": "The records describe one person",
        "mistake": "What differs was keyed by mistake",
        "checked": "Confirmed by whoever keeps one of the records",
    },
    "undo": {
        "slip": "Decided by mistake",
        "learnt": "We know more now",
        "checked": "Whoever keeps the record says otherwise",
    },
}
"""By what is decided: code to the sentence that is kept with the decision. Nobody has to type one, and none names a child."""

REFUSALS: Mapping[str, str] = {
    "both have an open plan: another person must confirm":
        "You have said so already. Both have an open plan, so another person must confirm that they are one child.",
    "they are one child already": "They are one child already.",
    "it was not merged into another one": "That child was not merged into another one, so it cannot be revived.",
    "one record at least must stay": "Leave one record at least: a child cannot lose all of them.",
    "no record was chosen": "Choose the records that are about somebody else.",
    "the records are not all of one child": "Those records are not all of one child any more. Look again.",
    "it was linked anew since": "One of those records was linked anew since you opened the page. Look again.",
    "nothing is left of it to undo": "Nothing is left of that decision to undo: later decisions have replaced it.",
}  # fmt: skip
"""Why a decision was refused, in plain words."""


class Line(Struct, frozen=True):
    """One row of the comparison: a field, a part of the score, or both."""

    name: str
    row: Row | None
    weight: Weight | None
    step: Step | None


def queue_page(request: Request) -> Response:
    desk = _desk(request)
    found = queue(desk, _holidays(request))
    said = request.query_params
    return page(
        request, "steward_queue.html", desk=desk, found=found[:LISTED], count=len(found),
        late=sum(one.is_late for one in found), second=sum(one.state == "second" for one in found), done=said.get("done", ""),
        entry=said.get("entry", ""), reasons=REASONS,
    )  # fmt: skip


def next_page(request: Request) -> Response:
    """Go to the question after a given one: the way through the queue."""
    desk = _desk(request)
    found = queue(desk, _holidays(request))
    following = next_after(found, request.query_params.get("after", ""), desk.actor.name)
    return RedirectResponse(f"/steward/{following}" if following else "/steward", 303)


def question_page(request: Request) -> Response:
    return _question(request, _desk(request), request.path_params["match"], 200, "", "", {})


async def decide_question(request: Request) -> Response:
    session = signed_in(request)
    form = await checked_form(request)
    return await run_in_threadpool(_decide, request, site_of(request).desk(session, STEWARDSHIP), form)


def child_page(request: Request) -> Response:
    return _child(request, _desk(request), 200, "", {})


async def split_child(request: Request) -> Response:
    form, chosen = await _form_with_links(request)
    return await run_in_threadpool(_split, request, form, chosen)


async def merge_child(request: Request) -> Response:
    form = await checked_form(request)
    return await run_in_threadpool(_merge, request, form)


def history_page(request: Request) -> Response:
    return _history(request, _desk(request), 200, "")


async def undo_decision(request: Request) -> Response:
    form = await checked_form(request)
    return await run_in_threadpool(_undo, request, form)


def disclosures_page(request: Request) -> Response:
    desk = _desk(request)
    child = request.path_params["child"]
    return page(request, "steward_disclosures.html", desk=desk, found=disclosures(desk, child), child=child)


# ── what is decided ───────────────────────────────────────────────────────────────────────────────────────────────────


def _decide(request: Request, desk: Desk, form: dict[str, str]) -> Response:
    match, verdict = request.path_params["match"], request.path_params["verdict"]
    if verdict not in ("link", "apart"):
        raise NotFound("answer", "")
    _may(desk, verdict)
    asked = question(desk, _holidays(request), match)
    reason, words, wrong = _reason(verdict, form)
    if wrong:
        return _question(request, desk, match, 400, wrong, verdict, form)
    following = next_after(queue(desk, _holidays(request)), match, desk.actor.name)
    body = {"match": match, "verdict": verdict, "reason": reason}
    entry, refused = _send(request, desk, asked.area, "decide_link", body, words)
    if refused:
        return _question(request, desk, match, 409, refused, verdict, form)
    after = question(desk, _holidays(request), match)
    done = "second" if after.state == "second" else verdict
    where = f"/steward/{following}" if following else "/steward"
    return RedirectResponse(f"{where}?done={done}&entry={entry}", 303)


def _split(request: Request, form: dict[str, str], links: list[str]) -> Response:
    desk = _desk(request)
    _may(desk, "split")
    seen = child_records(desk, request.path_params["child"])
    reason, words, wrong = _reason("split", form)
    chosen = [one for one in seen.records if one.key in links]
    if not chosen:
        wrong = REFUSALS["no record was chosen"]
    if wrong:
        return _child(request, desk, 400, wrong, form, links)
    body: dict[str, Any] = {"links": [one.link for one in chosen], "reason": reason, "of": seen.child}
    if form.get("into"):
        body["into"] = form["into"]
    entry, refused = _send(request, desk, seen.area, "split_child", body, words)
    if refused:
        return _child(request, desk, 409, refused, form, links)
    return RedirectResponse(f"/steward/child/{seen.child}?done=split&entry={entry}", 303)


def _merge(request: Request, form: dict[str, str]) -> Response:
    desk = _desk(request)
    _may(desk, "merge")
    seen = child_records(desk, request.path_params["child"])
    other = child_records(desk, form.get("with", ""))
    reason, words, wrong = _reason("merge", form)
    if wrong:
        return _child(request, desk, 400, wrong, form)
    body = {"child": other.child, "into": seen.child, "reason": reason}
    entry, refused = _send(request, desk, seen.area, "merge_children", body, words)
    if refused:
        return _child(request, desk, 409, refused, form)
    return RedirectResponse(f"/steward/history?done=merge&entry={entry}", 303)


def _undo(request: Request, form: dict[str, str]) -> Response:
    desk = _desk(request)
    _may(desk, "undo")
    entry = request.path_params["entry"]
    done = decision(desk, entry)
    reason, words, wrong = _reason("undo", form)
    if wrong:
        return _history(request, desk, 400, wrong)
    _, refused = _send(request, desk, done.area, "undo", {"entry": entry, "reason": reason}, words)
    if refused:
        return _history(request, desk, 409, refused)
    where = f"/steward/{done.match}" if done.match else "/steward/history"
    return RedirectResponse(f"{where}?done=undo", 303)


def _send(
    request: Request, desk: Desk, area: str, kind: str, body: dict[str, Any], words: str
) -> tuple[str, str]:  # fmt: skip
    """Hand a decision in; return its entry, or why it was refused."""
    try:
        result = site_of(request).commands.decide(area, kind, body, desk.actor, words)
    except Conflict as refused:
        said = str(refused.reason)
        if said.startswith("decided before"):
            return "", "Somebody has answered this question meanwhile."
        return "", REFUSALS.get(said, said[:1].upper() + said[1:])
    return str(result.get("entry", "")), ""


def _reason(what: str, form: Mapping[str, str]) -> tuple[str, str, str]:
    """Return the sentence that is kept, the free words, and what is wrong."""
    sentence, words = REASONS[what].get(form.get("reason", ""), ""), form.get("words", "").strip()
    if not sentence:
        return "", "", "Choose a reason"
    if len(words) > WORDS_AT_MOST:
        return "", "", f"Use {WORDS_AT_MOST} characters or fewer"
    return sentence, words, ""


def _may(desk: Desk, what: str) -> None:
    if not desk.access.may_steward:
        desk.audit(f"identity {what} refused")
        raise Forbidden(desk.actor.role, what, "only a steward decides who is who")


# ── what is shown ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _question(
    request: Request, desk: Desk, match: str, status: int, wrong: str, verdict: str, form: Mapping[str, str]
) -> Response:  # fmt: skip
    view = question_view(desk, site_of(request).rulebook, match)
    lines, total = compared_lines(view.rows, view.weighing)
    waiting = queue(desk, _holidays(request)) if view.asked.state in ("waiting", "second") else []
    place = next((n for n, one in enumerate(waiting, 1) if one.match == match), 0)
    said = request.query_params
    return page(
        request, "steward_question.html", status, desk=desk, view=view, asked=view.asked, lines=lines, total=total, wrong=wrong,
        verdict=verdict, form=form, reasons=REASONS, place=place, count=len(waiting), done=said.get("done", ""),
        entry=said.get("entry", ""), may_decide=desk.access.may_steward and view.asked.state in ("waiting", "second"),
    )  # fmt: skip


def compared_lines(rows: Sequence[Row], weighed: Weighing) -> tuple[list[Line], Step | None]:
    """Return the rows of the comparison in the order in which the score adds up; what is not weighed comes last."""
    if weighed.bits is None:
        return [Line(row.name, row, None, None) for row in rows], None
    bars, total = steps(weighed.parts, weighed.bits)
    by_field = {row.field: row for row in rows if row.field}
    lines = [Line(part.name, by_field.pop(part.field, None), part, bar)
             for part, bar in zip(weighed.parts, bars, strict=True)]  # fmt: skip
    rest = [Line(row.name, row, None, None) for row in rows if not row.field or row.field in by_field]
    return [*lines, *rest], total


def _child(
    request: Request, desk: Desk, status: int, wrong: str, form: Mapping[str, str], chosen: Sequence[str] = ()
) -> Response:  # fmt: skip
    book, said = site_of(request).rulebook, request.query_params
    seen = child_records(desk, request.path_params["child"])
    links = said.getlist("link") or list(chosen)
    going = [one for one in seen.records if one.key in links]
    into = form.get("into", "") or said.get("into", "")
    into = into if into in dict(seen.aliases) else ""
    other = _other(desk, seen, form.get("with", "") or said.get("with", ""))
    parted: Preview | None = None
    if going and len(going) < len(seen.records):
        parted = if_parted(desk, book, seen.area, seen.child, [(r.source, r.local_id) for r in going], into)
    linked = if_linked(desk, book, seen.area, other.child, seen.child) if other else None
    return page(
        request, "steward_child.html", status, desk=desk, seen=seen, links=links, into=into, parted=parted, going=going,
        other=other, linked=linked, wrong=wrong or (REFUSALS["one record at least must stay"] if going and not parted and
        len(going) == len(seen.records) else ""), form=form, reasons=REASONS, done=said.get("done", ""),
        entry=said.get("entry", ""), may_decide=desk.access.may_steward,
    )  # fmt: skip


def _other(desk: Desk, seen: SeenChild, child: str) -> SeenChild | None:
    if not child or child == seen.child:
        return None
    found = child_records(desk, child)
    return found if found.area == seen.area else None


def _history(request: Request, desk: Desk, status: int, wrong: str) -> Response:
    said = request.query_params
    found, before = history(desk, said.get("before", ""))
    return page(
        request, "steward_history.html", status, desk=desk, found=found, before=before, wrong=wrong, reasons=REASONS,
        mixed=were_mixed(desk), done=said.get("done", ""), may_decide=desk.access.may_steward,
    )  # fmt: skip


async def _form_with_links(request: Request) -> tuple[dict[str, str], list[str]]:
    form = await checked_form(request)
    chosen = (await request.form()).getlist("link")
    return form, [one for one in chosen if isinstance(one, str)]


def _holidays(request: Request) -> frozenset[Any]:
    return site_of(request).rulebook.holidays


def _desk(request: Request) -> Desk:
    return site_of(request).desk(signed_in(request), STEWARDSHIP)
