"""Knowledge, trust and attachment by hand: the sums use round_numbers.py."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.model import Model
from simulation.processes.knowledge import update_knowledge, update_what_is_seen
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
    call(update_knowledge, model, old_share=np.full(12, old_share))


def test_knowledge_comes_by_being_told_and_from_neighbours_and_fades(model: Model) -> None:
    model.state.households.state[:4] = (SETTLED, BOTH_ENDS, AWAY, RETURNED)
    learn(model)
    # At the site .5 + .1 * (.7 - .5) = .52, of which .01 fades: .5148; elsewhere .5 * .99.
    assert model.state.households.knowledge[:4] == pytest.approx([0.5148, 0.5148, 0.495, 0.495])


def test_outreach_reaches_who_lives_at_the_site(model: Model) -> None:
    model.state.households.state[:3] = (SETTLED, AWAY, NOT_MOVED)
    learn(model, outreach=1.0)
    # .5 + .2 * .5 = .6, then + .1 * (.7 - .6) = .61, then * .99.
    assert model.state.households.knowledge[:3] == pytest.approx([0.6039, 0.495, 0.5])


def test_trust_drifts_to_what_a_household_lives_through(model: Model) -> None:
    h = model.state.households
    h.school_age[:4], h.seated[:4] = (0, 2, 2, 2), (0, 2, 0, 0)
    h.labourers[:5], h.employed[:5] = (0, 0, 0, 0, 2), (0, 0, 0, 0, 1)
    h.state[3] = AWAY
    learn(model)
    # Target .4 + .3 * .6 + .2 * .2 (title) = .62; both children seated + .2 * .5 = .72; none - .1 = .52; away the seats
    # of the site do not count; somebody at work + .1 * .5 = .67. A tenth of the way each month from .5.
    assert h.trust[:5] == pytest.approx([0.512, 0.522, 0.502, 0.512, 0.517])


def test_attachment_grows_at_the_site_and_fades_elsewhere(model: Model) -> None:
    h = model.state.households
    h.state[:4] = (SETTLED, BOTH_ENDS, AWAY, RETURNED)
    h.attachment_site[:] = 0.5
    h.attachment_origin[:] = 0.8
    model.state.sites.governance[0] = 0.8
    model.state.hamlet_share[0, 0] = 1.0
    model.state.hamlet_share[1, 0] = 0.0
    learn(model, old_share=0.5)
    # Settled, all of the hamlet settled: .5 + .1 * (.5 + .25 + .25 * .8) * .5 = .5475; at both ends half the pace;
    # elsewhere .5 * .98.
    assert h.attachment_site[:4] == pytest.approx([0.5475, 0.52375, 0.49, 0.49])
    # The origin fades only for the settled, slower for the old (half of the members): .8 * (1 - .01 * .75); it comes
    # back for who moved back: .8 + .05 * .2.
    assert h.attachment_origin[:4] == pytest.approx([0.794, 0.8, 0.8, 0.81])


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


def test_what_is_seen_at_the_end_of_a_month(model: Model) -> None:
    h, sites = model.state.households, model.state.sites
    h.state[:] = (SETTLED, SETTLED, BOTH_ENDS, AWAY, SETTLED, RETURNED, NOT_MOVED, NOT_MOVED, *[NOT_MOVED] * 4)
    sites.arrived[:] = (4, 2, 0)
    h.knowledge[:6] = (0.2, 0.4, 0.6, 0.8, 0.1, 0.3)
    h.labourers[:6], h.away_workers[:6] = (2, 2, 2, 2, 2, 2), (1, 0, 0, 2, 1, 0)
    sites.seekers[:], sites.local_hires[:] = (10, 0, 0), (4, 0, 0)
    sites.local_chance[:] = 0.1
    work = np.zeros(3, dtype=np.int32)
    call(update_what_is_seen, model, persons_away=work, labourers=work.copy(), smoothing=0.2)
    assert sites.share.tolist() == [[0.5, 0.25, 0.25, 0.0], [0.5, 0.0, 0.0, 0.5], [0.0] * 4]
    assert sites.knowledge == pytest.approx([0.5, 0.2, 0.0])
    assert sites.away_share == pytest.approx([3 / 8, 1 / 4, 0.0])
    # .1 + .2 * (4 of 10 - .1); where nobody looked for work nothing is learnt.
    assert sites.local_chance == pytest.approx([0.16, 0.1, 0.1])
    # Hamlet 0 has two settled and one at both ends, hamlet 1 one away, hamlet 2 one settled and one moved back.
    assert model.state.hamlet_share[:3] == pytest.approx(
        np.array([[2 / 3, 1 / 3, 0, 0], [0, 0, 1, 0], [0.5, 0, 0, 0.5]])
    )
    assert model.state.hamlet_arrived.tolist() == [3, 1, 2, 0, 0, 0, 0]
