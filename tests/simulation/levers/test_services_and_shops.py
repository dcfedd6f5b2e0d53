"""Services: what a site lacks, which sites come first, that the next gains less, what is paid."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.levers.base import Context
from simulation.processes.openings import update_services
from tests.simulation.levers.pulled import START, alone, bill, months_of

LACKED = 6.0 / 13.0
"""Share of a whole set that site 1 lacks, for half of the facilities and a market: (.3 / 2 + .15) / (.3 + .2 + .15)."""


def levels(context: Context) -> list[float]:
    sites = context.state.sites
    update_services(sites, context.parameters.services)
    return [round(float(level), 9) for level in sites.service]


def test_facilities_clinic_and_market_are_lacking_as_they_weigh_in_services(settled: Context) -> None:
    # Weights .3 facilities, .2 clinic, .15 market, together .65. Site 0 has all of it; site 1 half of the facilities
    # and a clinic, no market: .15 + .15 of .65; site 2 nothing.
    rule = alone(settled, "services_and_shops")
    assert rule.lacking() == pytest.approx([0.0, LACKED, 1.0])
    assert rule.need() == pytest.approx([0.0, 12.0 * LACKED, 11.0])  # of 13, 12 and 11 persons
    settled.state.sites.clinics[0] = 7  # several clinics are no more than a clinic
    assert rule.lacking()[0] == 0.0
    settled.state.sites.clinics[1] = 0  # without its clinic site 1 lacks .15 + .2 + .15 of .65
    assert rule.lacking()[1] == pytest.approx(10.0 / 13.0)


def test_a_site_that_lacks_more_gains_more_and_a_full_one_nothing(settled: Context) -> None:
    # Weights .3 facilities, .2 clinic, .15 market, .15 bus, .2 governance (1, .4, 0): 1; .15 + .2 + .08; 0.
    assert levels(settled) == [1.0, 0.43, 0.0]
    alone_bills = months_of(alone(settled, "services_and_shops", 9.0), 1)
    assert levels(settled) == [1.0, 0.73, 0.65]  # no bus and no committee comes with it
    # Site 2 lacked all of it, site 1 6/13: 4 + 24/13 households at 1000, 1 + 6/13 sites at 100; the full one costs
    # nothing.
    assert np.array(alone_bills) == pytest.approx(np.array([(76000.0 / 13.0, 1900.0 / 13.0)]))


def test_they_go_to_the_sites_in_the_order_of_need(settled: Context) -> None:
    rule, sites = alone(settled, "services_and_shops", 2.0, phase_in_months=2), settled.state.sites
    rule.plan()
    assert rule.order.tolist() == [2, 1]
    rule.open(START)
    assert (sites.facility_score.tolist(), sites.clinics.tolist(), sites.market.tolist()) == (
        [1.0, 0.5, 1.0],
        [1, 1, 1],
        [True, False, True],
    )
    assert bill(rule) == pytest.approx((4000.0, 100.0))  # site 2 lacked all of it: 4 households at 1000, a site at 100
    rule.open(START + 1)
    assert levels(settled) == [1.0, 0.73, 0.65]


def test_buildings_are_paid_once_and_running_for_good(settled: Context) -> None:
    bills = months_of(alone(settled, "services_and_shops", 2.0, phase_in_months=2), 4)
    # 4 households of each site at 1000, once; 100 a site and month; of that 6/13 at site 1, as it was before the lever
    # although it lacks nothing any more: 24000/13, and 100 + 600/13 = 1900/13.
    both = 1900.0 / 13.0
    expected = [(4000.0, 100.0), (24000.0 / 13.0, both), (0.0, both), (0.0, both)]
    assert np.array(bills) == pytest.approx(np.array(expected))


def test_a_larger_programme_serves_the_sites_of_a_smaller_one(settled: Context) -> None:
    served = []
    for size in (1.0, 2.0, 3.0):
        rule = alone(settled, "services_and_shops", size, targeting="size")
        rule.plan()
        served.append(rule.served(START).tolist())
    assert served == [[1], [1, 2], [1, 2]]
