"""Days outstanding add up, whatever a child's facts are."""

from datetime import date
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.facts import AreaFacts, Fact
from hub.domain.obligations import judge
from hub.domain.outstanding import outstanding
from tests.property.test_judge import RULEBOOK, areas, days, facts


@settings(max_examples=300, deadline=None)
@given(areas, facts, days, st.none() | days)
def test_days_add_up_and_follow_each_other(area: AreaFacts, told: list[Fact], on: date, heard_to: date | None) -> None:
    judgement = judge("c", area, told, on, RULEBOOK)
    for process in outstanding(judgement.obligations, RULEBOOK, on, heard_to):
        assert process.elapsed_days == process.in_time_days + process.sole_days + process.shared_days
        assert process.elapsed_days == sum(span.days for span in process.spans)
        assert all((after.first - before.last).days == 1 for before, after in pairwise(process.spans))
        assert sum(body.sole_days for body in process.bodies) == process.sole_days
        for body in process.bodies:
            of_body = [span for span in process.spans if body.body in span.bodies]
            assert body.sole_days + body.shared_days == sum(span.days for span in of_body)


@settings(max_examples=200, deadline=None)
@given(areas, facts, days)
def test_a_body_counts_only_past_its_own_confirmed_date(area: AreaFacts, told: list[Fact], on: date) -> None:
    obligations = judge("c", area, told, on, RULEBOOK).obligations
    by_name = {owed.obligation: owed for owed in obligations}
    for process in outstanding(obligations, RULEBOOK, on):
        for span in process.spans:
            for owed in (by_name[name] for name in span.because):
                assert owed.due_on is not None
                assert owed.due_on < span.first
                assert owed.started_basis not in ("deemed", "unknown")
                assert owed.duty_holder != "family"
                assert owed.state in ("overdue", "met_late")
                assert (owed.body or area.area) in span.bodies
