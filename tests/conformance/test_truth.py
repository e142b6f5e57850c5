"""The demo's two areas against what was planted in them: every duty, every line, every alert, on every Monday.

What is expected is derived from `truth.json` alone, by what the top of `connectors/simulator/truth.py` says of it.
`python -m tests.bench.truth` prints the tables.

What may differ, and why; nothing else may:

- *A record that carries too little* (`sure` is false in the truth) may stand alone or wait for a person: it has no
  identifier and no exact name, birth date and postcode in common with another. No duty hangs on one.
- *A record that was never handed over*: the second area's council says nothing after June began, and has children on
  its books that it never told of. The test looks for them in the files, and they are in none.
- *A record that no area answers for*: the therapy trust serves both areas, and knows a child by nothing that any of the
  two knows. It waits in `unplaced`.
"""

from collections import Counter
from typing import Any

import pytest
from msgspec import Struct, structs

from tests.conformance.truth import alerts, compare
from tests.conformance.truth.compare import Compared, Difference
from tests.conformance.truth.planted import Duty, Truth
from tests.conformance.truth.world import Said, World

CHILDREN = 60

pytestmark = pytest.mark.slow


class Run(Struct):
    """A world that has run to its end, and what the hub says of its Mondays."""

    world: World
    then: list[Said]
    now: list[Said]

    @property
    def truth(self) -> Truth:
        return self.world.truth


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    world = World(tmp_path_factory.mktemp("truth"), CHILDREN)
    return Run(world, list(world.known_then()), list(world.known_now()))


def assert_none(differences: list[Difference]) -> None:
    counts = Counter((one.what, one.planted, one.hub) for one in differences)
    shown = "\n".join(f"  {one}" for one in differences[:10])
    assert not differences, f"{len(differences)} differences: {counts.most_common(10)}\n{shown}"


def duties(run: Run, said: list[Said]) -> Compared:
    return compare.total(compare.duties(run.truth, at) for at in said)


def lines(run: Run, said: list[Said]) -> Compared:
    return compare.total(compare.provision(run.truth, at) for at in said)


# -- duties ------------------------------------------------------------------------------------------------------------

EVERY_STATE = {
    "met", "met_late", "lapsed", "not_owed", "conditional", "exempt", "exempt_claimed", "sent_not_recorded",
    "not_known", "past_due_unconfirmed", "overdue", "open or at risk",
}  # fmt: skip


def test_every_duty_stands_on_each_monday_as_it_was_known_then(run: Run) -> None:
    compared = duties(run, run.then)
    assert_none(compared.differences)
    assert {planted for planted, _ in compared.table} == EVERY_STATE


def test_every_duty_stands_on_each_monday_as_it_is_known_today(run: Run) -> None:
    compared = duties(run, run.now)
    assert_none(compared.differences)
    assert {planted for planted, _ in compared.table} == EVERY_STATE


def test_the_command_line_shows_the_same(run: Run) -> None:
    for true_on, known_on in (
        (run.then[12].true_on, run.then[12].true_on),
        (run.then[12].true_on, run.then[-1].true_on),
    ):
        shown = run.world.shown(true_on, known_on)
        assert_none(compare.duties(run.truth, shown).differences + compare.provision(run.truth, shown).differences)
        assert len(shown.obligations) > CHILDREN


def test_what_was_known_and_what_was_true_are_not_the_same(run: Run) -> None:
    assert duties(run, run.then).table != duties(run, run.now).table


def test_the_hub_ends_where_its_history_ends(run: Run) -> None:
    live, last = run.world.live(), run.then[-1]
    for name in ("obligations", "provision", "shortfalls"):
        assert sorted(getattr(live, name), key=str) == sorted(getattr(last, name), key=str)


def test_every_planted_kind_of_duty_was_met_with(run: Run) -> None:
    assert {duty.planted for duty in run.truth.duties} >= {
        "heard_late", "corrected", "corrected_twice", "mistake", "deemed", "deemed_then_acknowledged", "unknown",
        "sent_not_recorded", "asked_twice", "task_twice", "declined", "exempt", "exempt_no_evidence", "out_of_reach",
        "withdrawn", "died", "request_corrected", "same_process_twice", "duplicate_request", "asked_again",
        "review_heard_late", "review_meeting_only", "plan_icb_late", "closed_2025", "ceased",
    }  # fmt: skip


# Rules at work of which nothing is planted, by why.
NOT_PLANTED = {
    "told by another table or source than steps of a case": {
        "attendance-return", "cease-keep-maintaining", "cease-notify", "detained-advice", "detained-advice-other-la",
        "detained-advice-yot", "detained-draft", "ehcna-advice-other-la", "ehcna-advice-requests-sent",
        "ehcna-advice-yot", "ehcp-admit", "order-cease-upheld", "reassess-advice", "review-advice-from-partners",
        "sickness-return",
    },
    "begun by any plan or review, of the child and not of a case": {
        "provision-check-on-issue", "provision-health-treated-as-sep", "provision-section-f", "provision-section-g",
        "provision-section-h1", "provision-section-h2", "review-early-years", "review-prep-for-adulthood",
    },
    "ends or is counted by what happens in other cases of the child": {
        "age-25", "cease-18plus-left", "cease-consult", "exclusion-early-review", "move-icb-la-complies", "move-icb-not-practicable",
        "move-icb-with-la-move", "move-la-placement", "move-la-review", "move-mid-assessment", "review-after-custody",
        "review-not-in-education-under-18", "sen-support-three-meetings",
    },
    "has no end that a source could tell": {"ehcna-advice-parent"},
}  # fmt: skip


def test_every_rule_at_work_is_planted_or_named_here(run: Run) -> None:
    at_work = {rule.id for rule in run.world.hub.rulebook.by_id.values() if not rule.why_disabled}
    assert at_work - run.truth.families.keys() == set().union(*NOT_PLANTED.values())
    assert run.truth.families.keys() <= at_work
    assert run.truth.wholly <= run.truth.families.keys()


def test_episodes_of_every_family_stand_as_planted(run: Run) -> None:
    compared = duties(run, run.then)
    assert {family for family, _, _ in compared.families} == set(run.truth.families.values())
    assert compared.unplanted.keys().isdisjoint(run.truth.wholly)
    assert {duty.planted for duty in run.truth.duties} >= {
        "in_time", "last_day", "day_late", "late", "never", "told_late", "mended", "deleted", "start_told_late",
        "start_mended", "start_mended_twice", "start_deleted", "exempt", "exempt_no_evidence", "out_of_reach",
        "extended", "extended_late", "not_owed", "not_owed_after_all", "unknown",
        "moved_away", "after_episode",
    }  # fmt: skip
    assert any(duty.planted.startswith("lapsed:") for duty in run.truth.duties)
    assert any(duty.planted.startswith("lapsed_late:") for duty in run.truth.duties)


# -- provision ---------------------------------------------------------------------------------------------------------


def test_every_line_of_provision_comes_to_what_was_planted_week_by_week(run: Run) -> None:
    for said in (run.then, run.now):
        compared = lines(run, said)
        assert_none(compared.differences)
        assert {planted for planted, _ in compared.table} == {"judged", "not_reported"}


# -- identity and refusals ---------------------------------------------------------------------------------------------


def test_records_are_joined_to_the_right_child_and_to_no_other(run: Run) -> None:
    joined = compare.identity(run.truth, run.world.live())
    unplaced = run.world.subjects("unplaced")
    unexplained = [
        record
        for record in joined.missing
        if run.world.was_handed_over(record) and (record.sure or (record.source, record.local_id) not in unplaced)
    ]
    assert (joined.wrong, joined.split, joined.strange, unexplained) == ([], [], [], [])
    assert len(joined.joined) > CHILDREN * 2
    assert len(joined.missing) <= CHILDREN // 20
    assert len(joined.alone) <= CHILDREN // 10


def test_the_hub_counts_as_many_children_as_the_records_make(run: Run) -> None:
    assert run.world.children() == compare.identity(run.truth, run.world.live()).children


def test_the_rows_that_must_be_refused_are_and_no_other(run: Run) -> None:
    assert run.world.refused() == run.truth.refused


# -- alerts ------------------------------------------------------------------------------------------------------------


def test_people_are_told_what_was_planted_no_more_and_no_less(run: Run) -> None:
    compared = alerts.compare(run.truth, run.then, run.world.decisions())
    assert_none(compared.differences)
    told = {wanted for wanted, _ in compared.table}
    assert told >= {"overdue", "past_due_unconfirmed", "sent_not_recorded", "at_risk", "not_known", "shortfall"}
    assert told >= {"raised", "backlog", "to assurance", "alert_closed", "alert_retracted"}


# -- a test that cannot fail is a defect -------------------------------------------------------------------------------


def changed(truth: Truth, planted: str, **fields: Any) -> Truth:
    """Return the truth with other fields in one duty of that kind."""
    at = next(n for n, duty in enumerate(truth.duties) if duty.planted == planted and duty.done_on and duty.rule)
    duties: list[Duty] = list(truth.duties)
    duties[at] = structs.replace(duties[at], **fields)
    return structs.replace(truth, duties=tuple(duties))


def test_a_duty_planted_otherwise_is_seen(run: Run) -> None:
    last = run.then[-1]
    never = compare.duties(changed(run.truth, "heard_late", done_on=None), last).differences
    assert [one.hub for one in never] == ["met"]
    elsewhere = compare.duties(changed(run.truth, "heard_late", process="A01-R1"), last).differences
    assert [(one.planted, one.hub) for one in elsewhere] == [("met", "not there"), ("not there", "met")]


def test_an_episode_planted_otherwise_is_seen(run: Run) -> None:
    last = run.then[-1]
    never = compare.duties(changed(run.truth, "last_day", done_on=None), last).differences
    assert [one.planted for one in never] != ["met"]
    assert len(never) == 1
    elsewhere = compare.duties(changed(run.truth, "last_day", process="A01-E1"), last).differences
    assert [one.hub for one in elsewhere] == ["not there"]


def test_an_alert_left_out_or_too_much_is_seen(run: Run) -> None:
    decisions = list(run.world.decisions())
    raised = next(one for one in decisions if one.kind == "alert_raised" and one.announced == "overdue")
    missed = alerts.compare(run.truth, run.then, [one for one in decisions if one is not raised]).differences
    assert ("overdue", "nothing") in {(one.planted, one.hub) for one in missed}
    false = [*decisions, structs.replace(raised, subject="no duty", alert="x")]
    assert ("nothing", "overdue") in {
        (o.planted, o.hub) for o in alerts.compare(run.truth, run.then, false).differences
    }


def test_a_week_planted_otherwise_is_seen(run: Run) -> None:
    weeks = list(run.truth.provision)
    at = next(n for n, week in enumerate(weeks) if week.delivered and week.told_on)
    weeks[at] = structs.replace(weeks[at], delivered=weeks[at].delivered + 1)
    truth = structs.replace(run.truth, provision=tuple(weeks))
    assert len(compare.provision(truth, run.then[-1]).differences) == 1
