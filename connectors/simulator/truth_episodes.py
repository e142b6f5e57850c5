"""The duties that episodes plant, by the definitions of `truth.py`."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from connectors.simulator.facts import Fact
from connectors.simulator.feeds import Feed
from connectors.simulator.heard import first_told, heard, tell_done, tell_lapse, tell_start, tell_transfers
from connectors.simulator.lives import Episode, Life
from connectors.simulator.recipes import Recipe
from connectors.simulator.truth import Duty
from connectors.simulator.weeks import DAY, FLOODED, OF_NO_SCHOOL, TODAY, due_on

_BEGINS_A_YEAR = {"plan_finalised": "review-first", "review_decision_notified": "review-next"}
"""What starts the time to the next review, with the rule: CFA s.44(1)."""


def of_episode(life: Life, episode: Episode, council: Feed) -> Iterator[Duty]:
    """Yield the duty of an episode, and the next review where a plan was made or reviewed in it."""
    recipe, who = episode.recipe, life.person
    found = Duty(
        person=who.id, area=who.area, rule=recipe.rule, corrected=[], planted=episode.fate, family=recipe.family,
        process=episode.key if recipe.start.has_process else "", is_window=recipe.is_window, told_by=recipe.told_by,
        body=recipe.body.format(area=who.area, school=who.school, icb=f"ICB-{who.area}", trust=f"{who.area}-NHS"),
    )  # fmt: skip
    _start(found, recipe, who.school, episode.start, council)
    tell_done(found, episode.done, council)
    ends = [("person_died", life.died), *([episode.lapse] if episode.lapse else [])]
    tell_lapse(found, ends, council)
    if episode.condition:
        fact, is_owed = episode.condition
        was = ("owed" if is_owed else "not_owed") if fact.on else None
        found.occurs_if = {"outcome": "owed", "was": was, "on": fact.on, "told_on": first_told(fact, council)}
    if episode.claim and episode.claim.holds and episode.claim.recorded_on < TODAY:
        claim, told_on = episode.claim, council.told_on(episode.claim.recorded_on)
        found.exemption = {
            "ground": claim.ground, "evidence": claim.evidence, "from": claim.since, "to": claim.until,
            "told_on": told_on,
        }  # fmt: skip
    if episode.extension and episode.extension[0].on:
        fact, until = episode.extension
        found.extension = {"on": fact.on, "told_on": first_told(fact, council), "due_on": until}
    yield found
    yield from _next_reviews(life, episode, council)


def _next_reviews(life: Life, episode: Episode, council: Feed) -> Iterator[Duty]:
    for entry in episode.entries:
        if rule := _BEGINS_A_YEAR.get(entry.said.event):
            found = Duty(
                person=life.person.id, area=life.person.area, rule=rule, process=episode.key, corrected=[],
                planted="after_episode",
            )  # fmt: skip
            tell_start(found, heard(entry.fact, council), partial(_in_a_year, rule))
            tell_lapse(found, [("person_died", life.died)], council)
            tell_transfers(found, life, council)
            yield found


def _in_a_year(rule: str, day: date, _: date) -> date:
    return due_on(rule, day)


def _start(duty: Duty, recipe: Recipe, school: str, start: Fact, feed: Feed) -> None:
    flood_told_on = feed.told_on(FLOODED[0] - DAY) or date.max

    def due(day: date, told_on: date) -> date | None:
        return recipe.due_on(day, school if told_on >= flood_told_on else OF_NO_SCHOOL)

    tell_start(duty, heard(start, feed), due, flood_told_on)
