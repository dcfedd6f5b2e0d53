"""Knowledge, attachment and what is seen, by hand: the sums use round_numbers.py."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.model import Model
from simulation.processes.knowledge import SEEN, look_around, monthly_rate, update_knowledge, update_what_is_seen
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    NOT_MOVED,
    RETURNED,
    SETTLED,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.made import call, moment, numbers


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    made = moment(dozen, round_numbers, "2019-05")
    households, sites = made.state.households, made.state.sites
    households.knowledge[:] = households.trust[:] = 0.5
    for column in (households.labourers, households.school_age):
        column[:] = 0
    sites.knowledge[:], sites.service[:] = 0.7, 0.6
    return made


def learn(model: Model, outreach: float = 0.0, old_share: float = 0.0) -> None:
    numbers(model, "knowledge", outreach_probability=outreach)
    model.state.households.old_share[:] = old_share
    call(update_knowledge, model)


def test_knowledge_comes_from_neighbours_who_know_more_and_stays(model: Model) -> None:
    model.state.households.state[:5] = (SETTLED, BOTH_ENDS, AWAY, RETURNED, SETTLED)
    model.state.households.knowledge[4] = 0.9
    learn(model)
    # At the site .5 + .1 * (.7 - .5) = .52; elsewhere nothing comes, and nobody forgets; who knows more learns nothing.
    assert model.state.households.knowledge[:5] == pytest.approx([0.52, 0.52, 0.5, 0.5, 0.9])


def test_outreach_reaches_who_lives_at_the_site(model: Model) -> None:
    model.state.households.state[:3] = (SETTLED, AWAY, NOT_MOVED)
    learn(model, outreach=1.0)
    # .5 + .2 * .5 = .6, then + .1 * (.7 - .6) = .61.
    assert model.state.households.knowledge[:3] == pytest.approx([0.61, 0.5, 0.5])


def test_trust_is_a_lasting_trait(model: Model) -> None:
    model.state.households.trust[:] = np.linspace(0.1, 0.9, 12)
    for _ in range(24):
        learn(model, outreach=1.0)
    assert model.state.households.trust == pytest.approx(np.linspace(0.1, 0.9, 12))


def test_a_half_life_is_one() -> None:
    assert (1.0 - monthly_rate(4.0)) ** 48 == pytest.approx(0.5)


def test_attachment_grows_where_one_lives_and_fades_elsewhere(model: Model) -> None:
    h = model.state.households
    h.state[:4] = (SETTLED, BOTH_ENDS, AWAY, RETURNED)
    h.attachment_site[:] = 0.5
    h.attachment_origin[:] = 0.8
    model.state.sites.governance[0] = 0.8
    model.state.hamlet_share[0, 0] = 1.0
    model.state.hamlet_share[1, 0] = 0.0
    learn(model, old_share=0.5)
    # Half in a year. Settled, all of the hamlet settled: .95 of that pace (.5 + .25 + .25 * .8),
    # of the .5 that is missing; at both ends half the pace; elsewhere it fades.
    rate = 1.0 - 0.5 ** (1 / 12)
    expected = [0.5 + rate * 0.95 * 0.5, 0.5 + rate * 0.475 * 0.5, 0.5 - rate * 0.5, 0.5 - rate * 0.5]
    assert h.attachment_site[:4] == pytest.approx(expected)
    # The origin fades by half in two years, for the old at half the pace (half of the members: .75 of it), where nobody
    # goes there; it comes back for who moved back.
    rate = 1.0 - 0.5 ** (1 / 24)
    faded = 0.8 - rate * 0.75 * 0.8
    assert h.attachment_origin[:4] == pytest.approx([faded, 0.8, faded, 0.8 + rate * 0.2])


def test_nothing_happens_before_a_household_moves(model: Model) -> None:
    model.state.households.state[:] = NOT_MOVED
    before = {
        name: getattr(model.state.households, name).copy() for name in ("knowledge", "trust", "attachment_origin")
    }
    learn(model, outreach=1.0)
    assert all((getattr(model.state.households, name) == values).all() for name, values in before.items())


def test_all_stays_between_nothing_and_one(model: Model) -> None:
    for month in range(600):
        learn(model, outreach=month % 2)
    for name in ("knowledge", "trust", "attachment_site", "attachment_origin"):
        values = getattr(model.state.households, name)
        assert (values >= 0.0).all(), name
        assert (values <= 1.0).all(), name


def see(model: Model) -> None:
    """Let what the households do be seen, those of the first site looked at before the others."""
    seen, hamlets = np.zeros((3, SEEN)), np.zeros(model.state.hamlet_share.shape, dtype=np.int32)
    call(look_around, model, end=4, seen=seen, hamlets=hamlets)
    call(look_around, model, first=4, seen=seen, hamlets=hamlets)
    call(update_what_is_seen, model, seen=seen, hamlets=hamlets)


def test_what_is_seen_at_the_end_of_a_month(model: Model) -> None:
    h, sites = model.state.households, model.state.sites
    h.state[:] = (SETTLED, SETTLED, BOTH_ENDS, AWAY, SETTLED, RETURNED, NOT_MOVED, NOT_MOVED, *[NOT_MOVED] * 4)
    sites.arrived[:] = (4, 2, 0)
    h.knowledge[:6] = (0.2, 0.4, 0.6, 0.8, 0.1, 0.3)
    h.labourers[:6], h.away_workers[:6] = (2, 2, 2, 2, 2, 2), (1, 0, 0, 2, 1, 0)
    see(model)
    assert sites.share.tolist() == [[0.5, 0.25, 0.25, 0.0], [0.5, 0.0, 0.0, 0.5], [0.0] * 4]
    assert sites.knowledge == pytest.approx([0.5, 0.2, 0.0])
    assert sites.away_share == pytest.approx([3 / 8, 1 / 4, 0.0])
    # Hamlet 0 has two settled and one at both ends, hamlet 1 one away, hamlet 2 one settled and one moved back.
    assert model.state.hamlet_share[:3] == pytest.approx(
        np.array([[2 / 3, 1 / 3, 0, 0], [0, 0, 1, 0], [0.5, 0, 0, 0.5]])
    )
    assert model.state.hamlet_arrived.tolist() == [3, 1, 2, 0, 0, 0, 0]


def test_the_chance_of_work_is_that_of_all_without_it(model: Model) -> None:
    h, sites = model.state.households, model.state.sites
    numbers(model, "jobs", chance_smoothing=0.2, nearby_reach_km=15.0)
    # Of site 0 two seekers in reach, three of a household away, five moved back 60 km; of site 1 nobody.
    h.state[:] = (SETTLED, BOTH_ENDS, AWAY, RETURNED, *[NOT_MOVED] * 8)
    h.seekers[:4], h.openness[:4] = (1, 1, 3, 5), (1.0, 0.5, 3.0, 2.5)
    sites.local_chance[:], sites.away_chance[:], sites.local_pay_yuan[:] = 0.1, 0.2, 2500.0
    # Two were placed near by after five months without work in all, at 4,000 yuan together; one went away after one.
    sites.local_hires[:], sites.local_hires_yuan[:], sites.local_waited[:] = (2, 0, 0), (4000.0, 0, 0), (5.0, 0.0, 0.0)
    sites.away_waited[:] = (1.0, 0.0, 0.0)
    see(model)
    # Five months over two people would be more than all: .1 + .2 * (1 - .1). Away 1 over 1.5 + 2.5:
    # .2 + .2 * (.25 - .2).
    assert sites.local_chance == pytest.approx([0.28, 0.1, 0.1])
    assert sites.away_chance == pytest.approx([0.21, 0.2, 0.2])
    assert sites.local_pay_yuan == pytest.approx([2400.0, 2500.0, 2500.0])  # 2500 + .2 * (2000 - 2500)
