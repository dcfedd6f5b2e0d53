"""Governance: which sites get their staff, what that does to services and to feeling at home, what is paid."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.processes.knowledge import update_knowledge
from simulation.processes.openings import update_services
from tests.simulation.levers.pulled import START, alone, months_of


def felt(context: Context) -> tuple[list[float], list[float]]:
    """Return the service level of each site, and what a month adds to the attachment of its first household."""
    state = context.state
    homes = state.households
    homes.attachment_site[:] = 0.0
    update_services(state.sites, context.parameters.services)
    update_knowledge(1, START, 0, homes.site.size, homes, state.sites, state.hamlet_share, context.parameters.knowledge)
    return [round(float(x), 9) for x in state.sites.service], homes.attachment_site[[0, 4, 8]].tolist()


def test_the_sites_that_lack_most_come_first_and_a_full_one_gets_none(settled: Context) -> None:
    # Scores 1, .4 and 0 of 13, 12 and 11 persons.
    rule = alone(settled, "community_governance", 9.0, phase_in_months=9)
    assert rule.need() == pytest.approx([0.0, 7.2, 11.0])
    governance = settled.state.sites.governance
    bills = months_of(rule, 4)
    assert rule.order.tolist() == [2, 1]
    assert governance.tolist() == [1.0, 1.0, 1.0]
    # 4 households a site at 200, once, and 15,000 a site and month, both as far as its score lacked: all at site 2; .6
    # at site 1, 2.4 households at 200 and 9,000, for good although it lacks nothing any more. No site is left in the
    # third month.
    expected = [(800.0, 15000.0), (480.0, 24000.0), (0.0, 24000.0), (0.0, 24000.0)]
    assert np.array(bills) == pytest.approx(np.array(expected))


def test_services_are_better_run_and_people_feel_at_home_sooner(settled: Context) -> None:
    service, attached = felt(settled)
    months_of(alone(settled, "community_governance", 3.0), 1)
    better, sooner = felt(settled)
    # A weight of .2 times what the score lacked: nothing, .12, .2.
    assert [b - s for b, s in zip(better, service, strict=True)] == pytest.approx([0.0, 0.12, 0.2])
    # The pace is .5 + .25 of the score: .75, .6 and .5 before, .75 everywhere now.
    assert [after / before for before, after in zip(attached, sooner, strict=True)] == pytest.approx([1.0, 1.25, 1.5])


def test_a_second_month_adds_nothing(settled: Context) -> None:
    rule = alone(settled, "community_governance", 2.0)
    months_of(rule, 1)
    once = felt(settled)
    rule.open(START + 1)
    assert felt(settled) == once
