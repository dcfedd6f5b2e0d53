"""What must hold in every month, whatever the parameters and levers: counted again from the columns, month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from scenarios.population.town import town_of
from simulation.foundations.months import NEVER, school_level
from simulation.levers.catalogue import lever_names
from simulation.model import Model
from simulation.records.indicators import SUM_NAMES
from simulation.rules.budget import (
    farm_income,
    home_of,
    income_of,
    place_of,
)
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    BOTH_ENDS,
    FARM,
    NO_POST,
    NO_SCHOOL,
    NONE,
    NOT_MOVED,
    ORGANISED_EXPORT,
    PUBLIC_POST,
    RETURNED,
    SEATED,
    SETTLED,
)
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.simulation.made import recount
from tests.simulation.runs import lever, policy

EVERY_LEVER = policy(*(lever(name, start_month=30, phase_in_months=6) for name in lever_names()))


class Watched(Model):
    """A model that looks at who is hired: carers only at hours that suit them, public posts only for whom they are."""

    def update_jobs(self) -> None:
        persons, posts = self.state.persons, self.state.posts
        before = persons.channel.copy(), persons.post.copy()
        super().update_jobs()
        hired = (persons.channel > FARM) & ((persons.channel != before[0]) | (persons.post != before[1]))
        near = hired & (persons.post != NO_POST)
        assert posts.flexible[persons.post[near & persons.carer]].all()
        abroad = self.state.households.state[persons.household] == AWAY
        assert not (hired & persons.carer & np.isin(persons.channel, (AWAY_JOB, ORGANISED_EXPORT)) & ~abroad).any()
        skilled = persons.skill[near] >= posts.skill_required[persons.post[near]]
        fair = persons.channel[near] == self.state.posts.channel[self.state.layout.nearby_public]
        assert (skilled | fair).all()
        assert self.city["hires"] >= hired.sum()


def alive(model: Model) -> np.ndarray:
    month, persons = model.month - 1, model.state.persons
    return (persons.birth_month <= month) & (month < persons.death_month)


def labourers(model: Model) -> np.ndarray:
    month, persons = model.month - 1, model.state.persons
    return alive(model) & (persons.labour_from <= month) & (month < persons.labour_to)


def check_households(model: Model) -> None:
    h, sites, month = model.state.households, model.state.sites, model.month - 1
    here = h.state != NOT_MOVED
    assert (here == (h.move_in_month <= month)).all()
    assert (np.bincount(h.site[here], minlength=sites.arrived.size) == sites.arrived).all()
    assert ((h.state >= NOT_MOVED) & (h.state <= RETURNED)).all()
    assert (h.flat_kept | (h.state == RETURNED) | ~here).all()
    for values in (h.knowledge, h.trust, h.attachment_site, h.attachment_origin):
        assert ((values >= 0.0) & (values <= 1.0)).all()
    assert np.isfinite(h.income_yuan).all()
    living = here & (h.members > 0)
    n = np.bincount(h.site[living], minlength=sites.arrived.size)
    for state in (SETTLED, BOTH_ENDS, AWAY, RETURNED):
        share = np.bincount(h.site[living & (h.state == state)], minlength=n.size) / np.maximum(1, n)
        assert np.array_equal(share, sites.share[:, state - 1])


def check_work(model: Model) -> None:
    p, posts, layout, h = model.state.persons, model.state.posts, model.state.layout, model.state.households
    works, away = p.channel > FARM, np.isin(p.channel, (AWAY_JOB, ORGANISED_EXPORT))
    assert (posts.filled <= posts.capacity).all()
    in_post = p.post != NO_POST
    assert (np.bincount(p.post[in_post], minlength=posts.filled.size) == posts.filled).all()
    assert (in_post == (works & ~away)).all()
    assert (posts.channel[p.post[in_post]] == p.channel[in_post]).all()
    site = h.site[p.household]
    of_site = posts.site[p.post] >= 0
    assert (posts.site[p.post] == site)[in_post & of_site].all()
    assert (posts.unit[p.post] == model.state.sites.unit[site])[in_post & ~of_site].all()
    assert not (p.channel[~labourers(model)] > NONE).any()
    assert p.ever_employed[works].all()
    state = h.state[p.household]
    assert not (in_post & (state == AWAY)).any()
    tied = in_post & ~((p.post >= layout.public_unit) & (p.post < layout.nearby_public))
    far = h.origin_km[p.household] > model.parameters.jobs.nearby_reach_km
    assert not (tied & (state == RETURNED) & far).any()
    assert not (works & (state == NOT_MOVED)).any()
    assert ((p.channel == FARM) == (h.farms[p.household] & labourers(model) & ~works)).all()


def check_wages(model: Model) -> None:
    """Skill changes only out of work, so the wage of a post is always that of today's skill."""
    p, posts, jobs = model.state.persons, model.state.posts, model.parameters.jobs
    works = p.channel > FARM
    base = np.where(p.post != NO_POST, posts.wage_yuan[p.post], jobs.wage_away_yuan)
    base[p.channel == ORGANISED_EXPORT] = jobs.wage_organised_yuan
    slope = jobs.wage_skill_slope
    wage = base * p.efficiency * (1.0 - 0.5 * slope + slope * p.skill)
    wage[p.channel == PUBLIC_POST] = jobs.wage_public_post_yuan
    np.testing.assert_allclose(p.wage_yuan[works], wage[works], rtol=1e-12)
    assert not p.wage_yuan[~works].any()
    assert ((p.skill >= 0.0) & (p.skill <= 1.0)).all()


def check_schools(model: Model) -> None:
    p, sites, h, month = model.state.persons, model.state.sites, model.state.households, model.month - 1
    lives = alive(model)
    level = np.array([school_level(int(birth), month) for birth in np.where(lives, p.birth_month, NEVER)])
    assert (p.level[lives] == level[lives]).all()
    assert not (p.level[~lives] >= 0).any()
    assert ((p.place != NO_SCHOOL) == (p.level >= 0)).all()
    assert (sites.seated <= sites.seats).all()
    state, site = h.state[p.household], h.site[p.household]
    seated = p.place == SEATED
    assert np.isin(state[seated], (SETTLED, BOTH_ENDS)).all()
    for level_now in range(3):
        of_level = p.level == level_now
        count = np.bincount(site[seated & of_level], minlength=sites.seats.shape[0])
        assert (count == sites.seated[:, level_now]).all()
        registered = np.bincount(site[of_level & (state != NOT_MOVED)], minlength=sites.seats.shape[0])
        assert (registered == sites.children[:, level_now]).all()
    assert not (p.channel[p.level >= 0] > NONE).any()


def check_sums(model: Model) -> None:
    """Count everybody again: households in which nothing changed were not counted, and must be right all the same."""
    h, p = model.state.households, model.state.persons
    before = {name: values.copy() for name, values in h._asdict().items()}
    carer, channel = p.carer & labourers(model), p.channel.copy()
    month = model.month
    model.month -= 1
    recount(model)
    model.month = month
    here = h.state != NOT_MOVED
    for name, values in before.items():
        if name not in ("changed", "recounted") and values.shape[0] == here.size:
            assert np.array_equal(values[here], getattr(h, name)[here]), name
    assert np.array_equal(carer, p.carer & labourers(model))
    assert np.array_equal(channel, p.channel)
    h.changed[:], h.recounted[:] = before["changed"], before["recounted"]
    works = np.bincount(p.household[p.channel > FARM], minlength=here.size)
    assert (works == np.where(here, h.employed, 0)).all()
    assert (np.bincount(p.household[alive(model)], minlength=here.size) == h.members)[here].all()


def check_income(model: Model) -> None:
    """Ask every household: those that were not recounted were not asked, and must have the same income all the same."""
    h, sites, policy_now = model.state.households, model.state.sites, model.policy_now
    p = model.numbers_of(model.month - 1)
    for i in np.flatnonzero(h.state != NOT_MOVED).tolist():
        home, place = home_of(i, h, sites), place_of(int(h.site[i]), sites)
        yuan = income_of(home, home.state, False, place, p, policy_now)
        assert h.income_yuan[i] == yuan / max(1, home.members)
        assert h.farms[i] == (farm_income(home, home.state, p) > 0.0)


def check_records(model: Model) -> None:
    records, month = model.records, model.month - 1
    value = records.value
    households = value("households")
    assert households == sum(value(f"households_{s}") for s in ("settled", "both_ends", "away", "returned"))
    h = model.state.households
    assert households == ((h.state != NOT_MOVED) & (h.members > 0)).sum()
    assert value("households_died_out") == ((h.state != NOT_MOVED) & (h.members == 0)).sum()
    if households:
        assert 0.0 <= value("occupancy") <= 1.0
    assert 0.0 <= value("persons_resident") <= value("persons")
    assert value("persons") == value("labourers") + value("dependants")
    assert value("labourers") == value("employed") + value("farming") + value("without_work")
    assert value("employed") <= value("ever_employed") <= value("labourers")
    assert np.isnan(value("nobody_employed_households")) == (month % 12 == 1)
    sums = np.delete(records.sums[month], [i for i, name in enumerate(SUM_NAMES) if "income" in name], axis=1)
    assert not (sums < 0.0).any()
    assert (records.city[month] >= 0.0).all()
    sites, services = model.state.sites, model.parameters.services
    whole = sum(value for name, value in services._asdict().items() if name.startswith("weight_"))
    whole *= max(1.0, services.governance_approved + services.governance_elected + services.governance_policed)
    for share, most in (
        (sites.local_chance, 1.0),
        (sites.away_chance, 1.0),
        (sites.away_share, 1.0),
        (sites.service, max(1.0, whole)),
    ):
        assert (share >= 0.0).all()
        assert (share <= most + 1e-12).all()


CHECKS: tuple[Callable[[Model], None], ...] = (
    check_households,
    check_work,
    check_wages,
    check_schools,
    check_sums,
    check_income,
    check_records,
)


def months_of(model: Model) -> Iterator[int]:
    while model.month < model.months:
        before = model.state.households.state.copy(), model.state.households.flat_kept.copy()
        arrived = model.state.sites.arrived.copy()
        model.step()
        state, kept = model.state.households.state, model.state.households.flat_kept
        assert not ((before[0] != NOT_MOVED) & (state == NOT_MOVED)).any()
        assert not (~before[1] & kept & (before[0] != NOT_MOVED)).any()
        assert (model.state.sites.arrived >= arrived).all()
        yield model.month - 1


@pytest.fixture(scope="module")
def eight_sites(city: Population) -> Population:
    """About six hundred households at eight sites."""
    return town_of(city, 600, 8)


@pytest.mark.parametrize(
    ("name", "pulled", "seed"),
    [
        ("dozen", BASELINE, 1),
        ("dozen", EVERY_LEVER, 2),
        ("town", BASELINE, 1),
        ("town", EVERY_LEVER, 3),
        ("eight_sites", EVERY_LEVER, 4),
    ],
)
def test_every_month(
    name: str, pulled: Policy, seed: int, parameters: Parameters, request: pytest.FixtureRequest
) -> None:
    population: Population = request.getfixturevalue(name)
    model = Watched(population, parameters, pulled, seed)
    for month in months_of(model):
        for check in CHECKS:
            try:
                check(model)
            except AssertionError as error:
                raise AssertionError(f"{check.__name__} in month {month}") from error
    assert (
        model.state.households.state[: len(population.households)] != NOT_MOVED
    ).all()  # not all of who is on a list
    assert model.month == 108


def test_a_wild_town_holds_as_well(town: Population, parameters: Parameters) -> None:
    """Everything happens all the time: jobs end and workshops close in half of the months, everybody reviews."""
    jobs = {name: 0.5 for name in parameters.jobs._fields if name.startswith("separation_")}
    jobs |= {"workshop_closure": 0.5, "workshop_reopening": 0.5, "search_on_the_job": 0.9, "search_probability": 0.9}
    residence = {"review_probability": 0.9, "switching_cost": 0.0, "flat_given_up_from_months": 1.0}
    residence |= {"c_both_ends": 0.0, "c_away": 0.0, "c_returned": 0.0}
    wild = parameters._replace(
        jobs=parameters.jobs._replace(**jobs, fair_attendance=1.0, fair_skill=0.0),
        residence=parameters.residence._replace(**residence),
        demography=parameters.demography._replace(births_per_woman_year=0.5, death_level_per_year=0.01),
    )
    model = Watched(town, wild, EVERY_LEVER, 5)
    for month in months_of(model):
        if month % 3 == 0:
            for check in CHECKS:
                check(model)
    flows = model.records.sums[:, 0].sum(axis=0)
    moved = {name: flow for name, flow in zip(SUM_NAMES, flows, strict=True) if name.startswith("moves_")}
    assert len(moved) == 12
    assert all(flow > 0 for name, flow in moved.items()), moved
    for channel in (
        "workshop",
        "public_post",
        "nearby_public",
        "nearby_own",
        "organised_export",
        "away",
        "own_business",
    ):
        assert flows[SUM_NAMES.index(f"employed_{channel}")] > 0, channel
