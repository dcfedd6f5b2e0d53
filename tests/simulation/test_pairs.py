"""Two runs that differ in one thing: what must then be equal bit for bit, and what must differ.

A tape holds the digests of all columns of the state and of the records after every month (runs.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from scenarios.base.paths import CONF
from simulation.foundations.months import POLICY_MONTH, month_index
from simulation.levers.catalogue import lever_names
from simulation.levers.school_gap import NO_PROJECT, NOT_STARTED
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.simulation.runs import Tape, first_difference, lever, policy, scenario_policy, tape

SCENARIOS = sorted(path.stem for path in (CONF / "scenario").glob("*.yaml"))
MOVES_NOBODY = ("baseline", "occupancy_register")
BEHAVIOUR = ("households.state", "households.income_yuan", "persons.channel", "persons.place", "persons.skill")


def every_school_is_needed(pulled: Policy) -> Policy:
    """Return a policy that builds schools also where few would come: the town has no more than that."""
    levers = {
        name: replace(one, settings={**one.settings, "needed_share": 0.0}) if name == "school_gap" else one
        for name, one in pulled.levers.items()
    }
    return Policy(levers)


def on_sites_of(town: Population, pulled: Policy) -> Policy:
    """Return a policy whose plans are those for the town's sites alone: the plan of conf/ is for the whole city's."""
    levers = {}
    for name, one in pulled.levers.items():
        by_site = tuple((site, units) for site, units in one.by_site if site < len(town.sites))
        if by_site or not one.by_site:
            size = sum(units for _, units in by_site) if by_site else one.size
            levers[name] = replace(one, size=size, by_site=by_site)
    return Policy(levers)


def with_rows_of_the_baseline(town: Population, parameters: Parameters, pulled: Policy, seed: int = 1) -> Tape:
    """Return the tape of a run, without the rows of workshops and households that the policy adds."""
    state = Model(town, parameters).state
    kept = {"posts": state.posts.capacity.size, "workshops": state.workshops.key.size}
    kept |= {"households": state.households.key.size, "persons": state.persons.key.size}
    return tape(Model(town, parameters, pulled, seed), kept)


@pytest.mark.parametrize("name", lever_names())
def test_a_lever_of_size_nothing_is_the_baseline(
    name: str, town: Population, parameters: Parameters, town_tape: Callable[..., Tape]
) -> None:
    nothing = tape(Model(town, parameters, policy(lever(name, 0.0))))
    assert len(nothing) == 108
    assert first_difference(nothing, town_tape()) == ""


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_is_the_baseline_until_it_starts_and_differs_then(
    name: str, town: Population, large_town: Population, parameters: Parameters, town_tape: Callable[..., Tape]
) -> None:
    pulled = on_sites_of(town, every_school_is_needed(scenario_policy(name)))
    base, found = town_tape(), with_rows_of_the_baseline(town, parameters, pulled)
    moves_nobody = name in MOVES_NOBODY
    start = min((pulled.start_month for pulled in pulled.levers.values()), default=108)
    assert first_difference(found, base, range(start)) == ""
    differs = first_difference(found, base)
    assert (differs == "") == (name == "baseline")
    if differs:
        assert month_index(differs[:7]) >= start
        felt = [column for column in BEHAVIOUR if found[-1][column] != base[-1][column]]
        if not felt and not moves_nobody:  # a faint one: three hundred households are too few
            faint = [tape(Model(large_town, parameters, each))[-1] for each in (BASELINE, pulled)]
            felt = [column for column in BEHAVIOUR if faint[0][column] != faint[1][column]]
        assert bool(felt) != moves_nobody, "a scenario that no household feels by the end of 2024"


@pytest.mark.parametrize("name", lever_names())
def test_a_lever_may_start_in_any_month(
    name: str, town: Population, parameters: Parameters, town_tape: Callable[..., Tape]
) -> None:
    start = 70
    found = with_rows_of_the_baseline(town, parameters, policy(lever(name, start_month=start)))
    assert first_difference(found, town_tape(), range(start)) == ""
    assert first_difference(found, town_tape(), range(start, 108)) != ""


def test_the_same_seed_gives_the_same_bytes(
    town: Population, parameters: Parameters, town_tape: Callable[..., Tape]
) -> None:
    assert first_difference(tape(Model(town, parameters, seed=1)), town_tape()) == ""
    every = policy(*(lever(name) for name in lever_names()))
    assert tape(Model(town, parameters, every, 7)) == tape(Model(town, parameters, every, 7))


def test_another_seed_gives_another_town(town_tape: Callable[..., Tape]) -> None:
    one, two = town_tape(seed=1)[60], town_tape(seed=2)[60]
    changed = {name for name in one if one[name] != two[name]}
    assert changed >= {*BEHAVIOUR, "households.taste", "households.trust", "sites.effect", "records.sums"}
    # What the tables say is not chance.
    assert not changed & {"households.site", "households.land_mu", "sites.distance_town_km", "households.move_in_month"}


def test_a_shorter_run_is_the_beginning_of_a_longer_one(town: Population, parameters: Parameters) -> None:
    """Rows of children born later are missing in the shorter run; deaths after its end are not known to it."""
    short, long = (Model(town, parameters, months=months) for months in (60, 108))
    for _ in range(60):
        short.step()
        long.step()
        assert np.array_equal(short.records.sums[short.month - 1], long.records.sums[short.month - 1], equal_nan=True)
        assert np.array_equal(short.records.city[short.month - 1], long.records.city[short.month - 1])
        a, b = short.state, long.state
        for name in a.households._fields:
            if name != "first":
                assert np.array_equal(getattr(a.households, name), getattr(b.households, name)), name
        rows = np.searchsorted(b.persons.key, a.persons.key)
        for name in a.persons._fields:
            if name != "death_month":
                assert np.array_equal(getattr(a.persons, name), getattr(b.persons, name)[rows]), name
        for table in ("sites", "posts", "workshops"):
            for name, values in getattr(a, table)._asdict().items():
                assert np.array_equal(values, getattr(getattr(b, table), name)), name
    assert rows.size < long.state.persons.key.size
    unborn = ~np.isin(long.state.persons.key, short.state.persons.key)
    assert (long.state.persons.birth_month[unborn] >= 60).all()


def sites_apart(town: Population, parameters: Parameters) -> tuple[Population, Parameters]:
    """Return a town whose sites share nothing: no posts of units, no courses or fairs, no hamlet."""
    households = town.households.copy()
    pairs = households["site"].astype(np.int64) * 100_000 + households["hamlet"]
    households["hamlet"] = np.unique(pairs, return_inverse=True)[1].astype(np.int32)
    public = town.public_posts[town.public_posts["site"] >= 0].reset_index(drop=True)
    apart = replace(town, households=households, public_posts=public, trainings=town.trainings.iloc[:0])
    jobs = parameters.jobs._replace(
        nearby_public_posts_per_1000=0.0, organised_places_per_1000=0.0, fair_attendance=0.0
    )
    return apart, parameters._replace(
        jobs=jobs, residence=parameters.residence._replace(hamlet_worth=0.0, network_worth=0.0)
    )


@pytest.mark.parametrize(
    ("name", "size"), [("workshops", 2.0), ("public_posts", 15.0), ("bus_lines", 1.0), ("school_gap", 0.0)]
)
def test_what_happens_at_one_site_leaves_the_others_untouched(
    name: str, size: float, town: Population, parameters: Parameters
) -> None:
    apart, numbers = sites_apart(town, parameters)
    base = Model(apart, numbers)
    if name == "school_gap":
        size = 1.0 / sum(status in (NOT_STARTED, NO_PROJECT) for status in base.fixed.school_status)  # one school
    pulled = Model(apart, numbers, policy(lever(name, size)))
    target = 1
    if name in ("workshops", "public_posts"):  # both to the site with index 1
        pulled.levers.acting[name].need = lambda: np.eye(3)[target]  # type: ignore[method-assign]
    touched = set()
    for _ in range(108):
        base.step()
        pulled.step()
        for table in ("households", "persons"):
            a, b = getattr(base.state, table), getattr(pulled.state, table)
            site = a.site if table == "households" else base.state.households.site[a.household]
            for column in a._fields:
                one, two = getattr(a, column), getattr(b, column)
                if one.shape[0] == site.size:
                    differs = (one != two).reshape(site.size, -1).any(axis=1)
                    touched |= set(site[differs].tolist())
    assert len(touched) == 1
    if name in ("workshops", "public_posts"):
        assert touched == {target}
    others = [s for s in range(3) if s not in touched]
    for row in others:
        site = 16 + row
        assert np.array_equal(base.records.sums[:, site], pulled.records.sums[:, site], equal_nan=True)
    assert not np.array_equal(base.records.sums[POLICY_MONTH:, 0], pulled.records.sums[POLICY_MONTH:, 0])


def with_enough_of_everything(population: Population, parameters: Parameters) -> tuple[Population, Parameters]:
    """Return a town in which nobody takes anything from anybody, and nobody looks at the neighbours."""
    schools = population.schools.copy()
    for level in ("kindergarten", "primary", "middle"):
        schools[f"seats_{level}"] = np.int16(9999)
    public = population.public_posts.assign(posts=np.int16(9999))
    trainings = population.trainings.assign(person_times=np.int16(9999))
    fairs = population.fairs.assign(posts=np.int16(9999))
    workshops = population.workshops.assign(posts=np.int16(999))
    jobs = parameters.jobs._replace(
        nearby_posts_county_town=99.0,
        nearby_posts_central_town=99.0,
        nearby_posts_rural=99.0,
        business_places_per_household=99.0,
        nearby_public_posts_per_1000=99_999.0,
        organised_places_per_1000=99_999.0,
        away_network_weight=0.0,
        chance_smoothing=0.0,
    )
    alone = parameters._replace(
        jobs=jobs,
        residence=parameters.residence._replace(hamlet_worth=0.0, network_worth=0.0),
        knowledge=parameters.knowledge._replace(peer_rate=0.0),
        schooling=parameters.schooling._replace(enrolment_probability=1.0),
    )
    plenty = replace(
        population, schools=schools, public_posts=public, trainings=trainings, fairs=fairs, workshops=workshops
    )
    return plenty, alone


@pytest.mark.parametrize("name", ["dozen", "town"])
def test_one_more_household_changes_nobody_else(
    name: str, parameters: Parameters, request: pytest.FixtureRequest
) -> None:
    population, numbers = with_enough_of_everything(request.getfixturevalue(name), parameters)
    last = len(population.households) - 1
    hamlet = population.households["hamlet"].to_numpy(copy=True)
    hamlet[last] = hamlet.max() + 1  # neighbours of the same hamlet make a site feel like home
    whole = replace(population, households=population.households.assign(hamlet=hamlet))
    fewer = replace(
        whole, households=whole.households.iloc[:last], persons=whole.persons[whole.persons["household"] < last]
    )
    one, two = Model(fewer, numbers), Model(whole, numbers)
    while one.month < 108:
        one.step()
        two.step()
        if one.month % 6 == 0:
            for table in ("households", "persons"):
                a, b = getattr(one.state, table), getattr(two.state, table)
                for column in a._fields:
                    fewer_rows, all_rows = getattr(a, column), getattr(b, column)
                    if column == "post":  # pools of the two towns have the same order
                        assert (one.state.posts.channel == two.state.posts.channel).all()
                    assert np.array_equal(fewer_rows, all_rows[: fewer_rows.shape[0]]), (one.month, table, column)
    assert two.records.value("households") == one.records.value("households") + 1


def test_with_posts_and_seats_short_one_more_household_is_felt(dozen: Population, parameters: Parameters) -> None:
    """The test above could fail: in the town as it is, random numbers are common and posts are not enough."""
    fewer = replace(
        dozen, households=dozen.households.iloc[:10], persons=dozen.persons[dozen.persons["household"] < 10]
    )
    differs = 0
    for seed in range(5):
        one, two = Model(fewer, parameters, seed=seed).run(), Model(dozen, parameters, seed=seed).run()
        n = one.state.persons.key.size
        differs += int(not np.array_equal(one.state.persons.channel, two.state.persons.channel[:n]))
    assert differs > 0


def same(one: Model, other: Model) -> bool:
    """Whether two models have the same state, records and money, bit for bit."""
    columns = zip(_arrays(one.state), _arrays(other.state), strict=True)
    records = ((one.records.sums, other.records.sums), (one.records.city, other.records.city))
    equal = all(np.array_equal(a, b, equal_nan=a.dtype.kind == "f") for a, b in (*columns, *records))
    return equal and one.levers.ledger == other.levers.ledger and one.month == other.month


def _arrays(part: object) -> list[np.ndarray]:
    if isinstance(part, np.ndarray):
        return [part]
    return [array for below in part for array in _arrays(below)] if isinstance(part, tuple) else []


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_branch_is_bit_for_bit_a_run_of_its_own(name: str, town: Population, parameters: Parameters) -> None:
    pulled = on_sites_of(town, scenario_policy(name))
    trunk = Model(town, parameters)
    while trunk.month < POLICY_MONTH:
        trunk.step()
    branch = trunk.branch(pulled).run()
    assert same(branch, Model(town, parameters, pulled).run())
    assert branch.datacollector.get_model_vars_dataframe().shape[0] == branch.months
    # The trunk feels nothing of its branches.
    assert same(trunk.run(), Model(town, parameters).run())
    assert same(branch, trunk) == (name == "baseline")


def test_a_branch_cannot_change_the_past(town: Population, parameters: Parameters) -> None:
    model = Model(town, parameters)
    while model.month < 60:
        model.step()
    with pytest.raises(ValueError, match=r"lever bus_lines starts in 2020-12, before the branch in 2021-01"):
        model.branch(policy(lever("bus_lines", start_month=59)))
    assert model.branch(policy(lever("bus_lines", start_month=60))).run().month == 108
