"""All recipes, and what their steps fill in."""

from connectors.simulator.recipes import Recipe, Say, say
from connectors.simulator.recipes_care import CARE, CUSTODY
from connectors.simulator.recipes_disputes import APPEALS, COMPLAINTS, RECOMMENDATIONS, RECORDS, TRANSPORT
from connectors.simulator.recipes_drafting import DRAFTING
from connectors.simulator.recipes_mediation import MEDIATION
from connectors.simulator.recipes_orders import ORDERS, UNOPPOSED
from connectors.simulator.recipes_reviews import PHASES, REASSESSMENT, REVIEWS
from connectors.simulator.recipes_school import BUDGETS, MOVES, SCHOOL, SUPPORT

RECIPES: tuple[Recipe, ...] = (
    *COMPLAINTS, *RECORDS, *TRANSPORT, *RECOMMENDATIONS, *APPEALS, *ORDERS, *UNOPPOSED, *CARE, *CUSTODY, *DRAFTING,
    *MEDIATION, *REVIEWS, *PHASES, *REASSESSMENT, *SUPPORT, *SCHOOL, *BUDGETS, *MOVES,
)  # fmt: skip


_PARTNERS = "icb;social_care;school"
NOTICES_SAID = (
    say("family_consulted", "sent_on", stage="considering"),
    say("partners_notified", "sent_on", stage="considering", notified=_PARTNERS),
    say("partners_notified", "sent_on", stage="decided", notified=_PARTNERS),
)
"""What is said around a request, besides what its own files say."""


def said(recipe: Recipe) -> tuple[Say, ...]:
    """Return all that a recipe may say."""
    of_condition = (recipe.condition.is_true, recipe.condition.is_false) if recipe.condition else ()
    longer = (recipe.extension.told,) if recipe.extension else ()
    every = (recipe.start, recipe.done, *(end for _, end in recipe.lapses), *of_condition, *longer)
    return tuple(one for one in every if one)


TABLE_OF = {
    "assessment_decision_notified": "decisions", "outcome_notified": "decisions", "draft_plan_sent": "drafts",
    "plan_finalised": "plans", "plan_amended": "plans", "plan_ceased": "plans", "review_meeting_held": "reviews",
    "review_decision_notified": "reviews", "exception_claimed": "exceptions",
}  # fmt: skip
"""Events of an episode that have a file of their own; all others are steps."""

STEP_FIELDS = tuple(
    sorted(
        {
            name
            for one in (*NOTICES_SAID, *(one for recipe in RECIPES for one in said(recipe)))
            if one.event not in TABLE_OF
            for name in (*one.dated, *one.fields)
            if name not in ("on", "process")
        }
        | {r.ahead[0] for r in RECIPES if r.ahead}
        | {"until"}
    )
)
"""Columns of the steps besides those that every row fills."""

FAMILIES = {recipe.rule: recipe.family for recipe in RECIPES}
"""Rules that are planted by episodes only, with their family."""
