"""Experiments on towns of some hundred or thousand households: what follows from what, with common random numbers.

Effects are made strong where a test is about their direction, so that it does not hang on the values in conf/.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from simulation.foundations.months import POLICY_MONTH
from simulation.model import Model
from simulation.records.indicators import COLUMN, GROUPS
from simulation.state.entities import (
    AWAY,
    BOTH_ENDS,
    SETTLED,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.simulation.runs import lever, policy

SEEDS = (1, 2, 3)


def changed(parameters: Parameters, **processes: dict[str, float]) -> Parameters:
    """Return the parameters with some of each process replaced."""
    return parameters._replace(
        **{name: getattr(parameters, name)._replace(**values) for name, values in processes.items()}
    )


def run(town: Population, parameters: Parameters, pulled: Policy = BASELINE, seed: int = 1, **more: Any) -> Model:
    return Model(town, parameters, pulled, seed, **more).run()


def months(model: Model, *names: str, group: str = "all", since: int = POLICY_MONTH) -> float:
    """Return the sum of indicators over months from `since` on."""
    return float(np.nansum(model.records.sums[since:, GROUPS.index(group)][:, [COLUMN[name] for name in names]]))


RETURNS = ("moves_settled_to_returned", "moves_both_ends_to_returned", "moves_away_to_returned")


def test_workshops_that_pay_nothing_attract_nobody(town: Population, parameters: Parameters) -> None:
    """Of those without work; who does badly away may be glad to come home to anything, so nobody looks from there."""
    for wage, attracts in ((0.0, False), (4000.0, True)):
        numbers = changed(
            parameters, jobs={"wage_workshop_yuan": wage, "offer_noise_yuan": 1.0, "search_on_the_job": 0.0}
        )
        model = run(town, numbers, policy(lever("workshops", 8.0)))
        assert model.records.value("posts_workshop") > 0
        assert (months(model, "employed_workshop", since=0) > 0) == attracts
    # In the end, too: posts nobody takes change no household.
    free = changed(parameters, jobs={"wage_workshop_yuan": 0.0, "offer_noise_yuan": 1.0, "search_on_the_job": 0.0})
    base, pulled = run(town, free), run(town, free, policy(lever("workshops", 8.0)))
    assert np.array_equal(base.records.sums, pulled.records.sums, equal_nan=True)


def test_workshop_posts_are_doubled_exactly(town: Population, parameters: Parameters) -> None:
    open_ = changed(parameters, jobs={"workshop_closure": 0.0})
    posts = [run(town, open_, policy(lever("workshops", n))).records.value("posts_workshop") for n in (1e-9, 4.0, 8.0)]
    assert posts[1] - posts[0] == 40.0
    assert posts[2] - posts[0] == 80.0


def test_more_workshops_fill_more_posts_and_bring_workers_home(large_town: Population, parameters: Parameters) -> None:
    paid = changed(parameters, jobs={"wage_workshop_yuan": 3500.0, "skill_workshop": 0.0})
    filled, at_home = [], []
    for n in (0.0, 10.0, 20.0):
        model = run(large_town, paid, policy(lever("workshops", n)))
        filled.append(months(model, "employed_workshop"))
        at_home.append(months(model, "employed") - months(model, "employed_away", "employed_organised_export"))
    assert filled[0] < filled[1] < filled[2]
    assert at_home[0] < at_home[1] < at_home[2]


def test_without_local_posts_fewer_persons_live_at_the_site(large_town: Population, parameters: Parameters) -> None:
    nothing = changed(
        parameters,
        jobs={
            "nearby_posts_county_town": 0.0,
            "nearby_posts_central_town": 0.0,
            "nearby_posts_rural": 0.0,
            "business_places_per_household": 0.0,
            "nearby_public_posts_per_1000": 0.0,
        },
    )
    bare = replace(
        large_town,
        workshops=large_town.workshops.iloc[:0],
        public_posts=large_town.public_posts.iloc[:0],
        sites=large_town.sites.assign(market_stalls=np.int16(0), market_shops=np.int16(0)),
    )
    for seed in SEEDS:
        with_posts, without = run(large_town, parameters, seed=seed), run(bare, nothing, seed=seed)
        local = ("employed_workshop", "employed_public_post", "employed_nearby_public", "employed_nearby_own")
        assert months(without, *local, "employed_own_business", since=0) == 0.0
        assert months(without, "persons_resident") < 0.97 * months(with_posts, "persons_resident")


def test_clearer_title_lowers_moves_back(large_town: Population, parameters: Parameters) -> None:
    """Clear from the start, in three degrees: in every seed no more households move back."""
    for seed in SEEDS:
        moves, returned = [], []
        for clarity in (0.0, 0.5, 1.0):
            clear = changed(
                parameters,
                knowledge={"baseline_title_clarity": clarity},
                residence={"title_worth": 1.2, "c_returned": -2.0},
            )
            model = run(large_town, clear, seed=seed)
            moves.append(months(model, *RETURNS, since=0))
            returned.append(model.records.value("households_returned"))
        assert moves[0] > moves[1] > moves[2]
        assert returned[0] > returned[1] > returned[2]


def test_the_title_lever_lowers_moves_back(large_town: Population, parameters: Parameters) -> None:
    """Over seeds: its announcement makes households review, and a few of them move back who would not have asked."""
    strong = changed(
        parameters, knowledge={"baseline_title_clarity": 0.1}, residence={"title_worth": 1.2, "c_returned": -2.0}
    )
    returned = [
        sum(run(large_town, strong, policy(lever("housing_title", size)), seed).records.value("households_returned")
            for seed in SEEDS)
        for size in (0.0, 0.5, 1.0)
    ]  # fmt: skip
    assert returned[0] > returned[1] > returned[2]


def test_children_without_seats_pull_their_households_back(large_town: Population, parameters: Parameters) -> None:
    strong = changed(parameters, residence={"seat_worth": 0.8})

    def with_seats(n: int) -> Population:
        seats = {f"seats_{level}": np.int16(n) for level in ("kindergarten", "primary", "middle")}
        return replace(large_town, schools=large_town.schools.assign(**seats))

    for seed in SEEDS:
        found = {}
        for n in (0, 2000):
            model = run(with_seats(n), strong, seed=seed)
            group = {"group": "with_school_age"}
            of = months(model, "households", **group)
            back = months(model, "households_both_ends", "households_returned", **group) / of
            found[n] = (back, months(model, "households_settled", **group) / of, months(model, "children_seated"))
        assert found[0][2] == 0.0 < found[2000][2]
        assert found[0][0] > found[2000][0] + 0.01
        assert found[0][1] < found[2000][1] - 0.02


def test_targeted_courses_bring_more_work_for_each_trainee(large_town: Population, parameters: Parameters) -> None:
    """Posts ask for more skill than most have, so that courses matter; totals over seeds."""
    demanding = changed(
        parameters, jobs={"skill_nearby": 0.6, "skill_organised": 0.6, "skill_business": 0.7, "skill_workshop": 0.5}
    )
    gain = {}
    for targeted in (1.0, 0.0):
        courses = policy(lever("targeted_training", 20.0, settings={"targeted": targeted}))
        work = trainees = 0.0
        for seed in SEEDS:
            base, model = run(large_town, demanding, seed=seed), run(large_town, demanding, courses, seed)
            work += months(model, "employed") - months(base, "employed")
            trainees += float(model.state.persons.trained.sum() - base.state.persons.trained.sum())
        gain[targeted] = work / trainees
    assert gain[1.0] > 1.5 * max(0.0, gain[0.0])
    assert gain[1.0] > 0.0


def test_aid_reaches_poor_pupils_and_nobody_else(large_town: Population, parameters: Parameters) -> None:
    """In its first month, before anything follows from it: who lives where they lived has exactly the aid more."""
    base, aided = Model(large_town, parameters), Model(large_town, parameters, policy(lever("tuition_and_living_aid")))
    for _ in range(POLICY_MONTH + 1):
        base.step()
        aided.step()
    a, b = base.state.households, aided.state.households
    others = ~a.poor | (a.school_age == 0)
    assert (a.state == b.state)[others].all()
    assert (a.income_yuan == b.income_yuan)[others].all()
    same = ~others & (a.state == b.state)
    expected = np.where(a.state == AWAY, 0.0, 150.0 * a.school_age / a.members)
    np.testing.assert_allclose((b.income_yuan - a.income_yuan)[same], expected[same], atol=1e-9)
    assert same.sum() > 300
    assert (same & (a.state == AWAY)).any()


def test_pooled_land_is_not_farmed_any_more(large_town: Population, parameters: Parameters) -> None:
    guaranteed = policy(lever("origin_land_returns", 5000.0, settings={"take_up": 1.0}))
    base, pooled = run(large_town, parameters), run(large_town, parameters, guaranteed)
    h = pooled.state.households
    assert h.land_pooled[(h.land_mu > 2.0) & (h.members > 0)].all()
    assert not h.land_pooled[h.land_mu <= 0.0].any()
    # Who is settled and has pooled the land does not farm; at both ends food of one's own is still grown.
    settled = h.land_pooled & (h.state == SETTLED)
    assert settled.any()
    assert not h.farms[settled].any()
    before = base.state.households
    assert not before.land_pooled.any()
    assert before.farms[before.state == SETTLED].any()


def test_a_bus_makes_living_at_both_ends_cheaper(town: Population, parameters: Parameters) -> None:
    """With dear journeys more households live at both ends where a bus runs, all else held equal."""
    dear = changed(
        parameters,
        income={"trip_yuan_per_km": 8.0, "bus_trip_factor": 0.05},
        services={"weight_bus": 0.0},
        jobs={"bus_commute_factor": 1.0},
        residence={"b_income": 2.0, "c_both_ends": 0.5},
    )
    childless = replace(town, persons=town.persons.assign(birth_month=np.minimum(town.persons["birth_month"], -240)))
    barren = changed(dear, demography={"births_per_woman_year": 0.0})
    share = {}
    for bus in (False, True):
        model = run(replace(childless, sites=town.sites.assign(bus=bus)), barren)
        share[bus] = months(model, "households_both_ends", since=0) / months(model, "households", since=0)
    assert share[True] > share[False] + 0.02


def test_gains_and_losses_are_seen_beside_the_net(large_town: Population, parameters: Parameters) -> None:
    """A lever moves some households in and, through who is served first, some others out: both are in the tables."""
    base = run(large_town, parameters).household_table()
    pulled = run(large_town, parameters, policy(lever("workshops", 20.0))).household_table()
    gained = int(((pulled["state"] == "settled") & (base["state"] != "settled")).sum())
    lost = int(((pulled["state"] != "settled") & (base["state"] == "settled")).sum())
    net = int((pulled["state"] == "settled").sum() - (base["state"] == "settled").sum())
    assert gained - lost == net
    assert gained > 0
    assert lost > 0


def test_jobs_of_a_lever_are_net_of_jobs_given_up(large_town: Population, parameters: Parameters) -> None:
    """Some of those who fill new workshops had other work."""
    paid = changed(parameters, jobs={"wage_workshop_yuan": 4500.0, "search_on_the_job": 0.2, "skill_workshop": 0.0})
    base, pulled = run(large_town, paid), run(large_town, paid, policy(lever("workshops", 20.0)))
    filled = months(pulled, "employed_workshop") - months(base, "employed_workshop")
    net = months(pulled, "employed") - months(base, "employed")
    assert 0.0 < net < 0.8 * filled
    assert (pulled.state.persons.channel == WORKSHOP).sum() > (base.state.persons.channel == WORKSHOP).sum()


def test_switching_cost_and_taste_hold_households_where_they_are(town: Population, parameters: Parameters) -> None:
    """Changes per household-year: several times as many without either."""
    flows, changes = [name for name in COLUMN if name.startswith("moves_")], []
    for kept in (0.0, 1.0):
        held = changed(
            parameters, residence={"switching_cost": 3.0 * kept, "taste_spread": 1.5 * kept, "hamlet_worth": 0.0}
        )
        model = run(town, held)
        changes.append(12.0 * months(model, *flows) / months(model, "households"))
    assert changes[0] > 3.0 * changes[1] > 0.0


def test_neighbours_pull_in_the_same_direction(large_town: Population, parameters: Parameters) -> None:
    """With a weight on neighbours, hamlets drift apart: the spread of settled shares between them grows."""
    spread = []
    for weight in (0.0, 1.2):
        sums = 0.0
        for seed in SEEDS:
            model = run(large_town, changed(parameters, residence={"hamlet_worth": weight}), seed=seed)
            sums += float(model.state.hamlet_share[model.state.hamlet_arrived >= 3, SETTLED - 1].std())
        spread.append(sums)
    assert spread[1] > spread[0]


def test_both_ends_and_settled_are_where_children_are_seated(town: Population, parameters: Parameters) -> None:
    model = run(town, parameters)
    seats = model.state.households.seated
    assert np.isin(model.state.households.state[seats > 0], (SETTLED, BOTH_ENDS)).all()
