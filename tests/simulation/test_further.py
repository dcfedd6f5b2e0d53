"""Households that a lever may bring to the city: their keys and rows, and that they count only once they have moved in.

Whose flats they get is tested in levers/test_replacement_rule.py; that a branch with them equals a run of its own, in
test_pairs.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from simulation.city import City, Given
from simulation.foundations.months import NEVER
from simulation.initial import initial_state, with_further_households
from simulation.levers.replacement_rule import ReplacementRule
from simulation.model import Model
from simulation.nation import most_copies
from simulation.state.entities import AT_THE_SITE, NONE, NOT_MOVED, RETURNED, State
from simulation.state.future import NOTHING_CHANGES
from simulation.state.parameters import Parameters
from simulation.state.policy import Lever
from simulation.state.population import MEMBERS_MAX, Population
from tests.simulation.runs import first_difference, lever, policy, scenario_policy, tape

NATION = 90
"""Copies of the city in a nation."""
MOST = np.iinfo(np.int32).max
SETTINGS = {"known_share": 0.5, "delay_months": 1.0, "list_share": 0.5}


def pulled(**settings: float) -> Lever:
    return lever("replacement_rule", 1.0, start_month=24, settings=SETTINGS | settings)


def further(population: Population, parameters: Parameters, copy: int, like: list[int], month: int = 0) -> State:
    state, _ = initial_state(population, parameters, 1, 108, copy)
    return with_further_households(state, population, parameters, 1, 108, copy, month, np.array(like))


def restless(parameters: Parameters) -> Parameters:
    """Return parameters under which many move back for good, so that flats become free."""
    residence = parameters.residence._replace(
        c_returned=-1.0, switching_cost=0.5, flat_given_up_from_months=1.0, flat_given_up_to_months=3.0
    )
    return parameters._replace(residence=residence)


def run_of(town: Population, parameters: Parameters, own: Lever, *others: Lever) -> Iterator[Model]:
    """Yield a model after every month; many of its households move back."""
    model = Model(town, restless(parameters), policy(own, *others))
    while model.month < model.months:
        model.step()
        yield model


# Keys and rows


@pytest.mark.parametrize("copy", [0, NATION - 1])
def test_keys_are_unique_and_have_31_bits(copy: int, dozen: Population, round_numbers: Parameters) -> None:
    state = further(dozen, round_numbers, copy, [0, 3, 4, 11])
    keys, of_persons = state.households.key.astype(np.int64), state.persons.key.astype(np.int64)
    assert (keys.size, np.unique(keys).size) == (16, 16)
    assert np.unique(of_persons).size == of_persons.size
    assert (of_persons // MEMBERS_MAX == keys[state.persons.household]).all()
    assert keys.min() >= 0
    assert of_persons.max() <= MOST


def test_a_nation_has_room_for_the_keys_of_all_its_copies(city: Population, parameters: Parameters) -> None:
    own = scenario_policy("replacement_rule").levers["replacement_rule"]
    n, (state, _) = len(city.households), initial_state(city, parameters, 1, 1)
    listed = ReplacementRule.further(own, state).size
    assert listed > 0
    # The keys of the city count up from 0, those of further households down from the end: they do not meet.
    assert NATION * (n + listed) <= MOST // MEMBERS_MAX
    assert most_copies(city) >= NATION


def test_neighbouring_copies_have_keys_of_their_own(dozen: Population, round_numbers: Parameters) -> None:
    keys = np.concatenate([further(dozen, round_numbers, copy, [0, 3, 4]).households.key for copy in range(5)])
    assert np.unique(keys).size == keys.size == 5 * 15


def test_rows_of_households_and_persons_fit_each_other(dozen: Population, round_numbers: Parameters) -> None:
    state = further(dozen, round_numbers, 0, [4, 0])
    homes, persons = state.households, state.persons
    assert homes.first.size == 15
    assert homes.first[0] == 0
    assert homes.first[-1] == persons.key.size
    counted = np.bincount(persons.household, minlength=14)
    assert np.diff(homes.first.astype(np.int64)).tolist() == counted.tolist()
    assert (np.diff(persons.household) >= 0).all()
    # Five members and four, as those whom they are like; later births are drawn for each, and come after these.
    born = persons.birth_month < 0
    assert np.bincount(persons.household[born], minlength=14)[[4, 12, 0, 13]].tolist() == [5, 5, 4, 4]


def test_they_are_like_others_but_have_traits_of_their_own(dozen: Population, round_numbers: Parameters) -> None:
    state = further(dozen, round_numbers, 0, [4])
    homes = state.households
    for name in ("site", "hamlet", "poor", "origin_km", "origin_school", "land_mu", "rented_mu", "subsidy_yuan"):
        assert getattr(homes, name)[12] == getattr(homes, name)[4], name
    for name in ("key", "trust", "knowledge"):
        assert getattr(homes, name)[12] != getattr(homes, name)[4], name
    assert (homes.taste[12] != homes.taste[4]).all()
    assert homes.move_in_month[12] == NEVER
    assert homes.state[12] == NOT_MOVED
    persons = state.persons
    same = slice(homes.first[4], homes.first[4] + 5), slice(homes.first[12], homes.first[12] + 5)
    assert persons.birth_month[same[0]].tolist() == persons.birth_month[same[1]].tolist()
    assert (persons.efficiency[same[0]] != persons.efficiency[same[1]]).all()


def test_the_rows_that_were_there_stay_as_they_are(dozen: Population, round_numbers: Parameters) -> None:
    before, _ = initial_state(dozen, round_numbers, 1, 108)
    after = further(dozen, round_numbers, 0, [4, 0])
    for table in ("households", "persons"):
        for name, column in getattr(before, table)._asdict().items():
            assert np.array_equal(column, getattr(getattr(after, table), name)[: column.shape[0]]), name
    assert after.sites.households.tolist() == [4, 4, 4]


def test_until_now_they_have_lived_as_who_has_not_moved(dozen: Population, round_numbers: Parameters) -> None:
    """Those added in a later month are as if they had been there from the first, and gone through the months."""
    late = further(dozen, round_numbers, 0, [0, 4, 8], month=44)
    early = City()
    early.begin(Given(dozen, round_numbers, 1, 108, 0, NOTHING_CHANGES), policy(lever("replacement_rule", 1.0)))
    while early.month < 44:
        early.advance()
    for table in ("households", "persons"):
        a, b = getattr(late, table), getattr(early.state, table)
        rows = a.key.size
        added = slice(12, None) if table == "households" else a.household >= 12
        for name, column in a._asdict().items():
            if column.shape[0] == rows == getattr(b, name).shape[0]:
                assert np.array_equal(column[added], getattr(b, name)[added]), (table, name)


# What they count as


def test_they_do_nothing_and_count_nowhere_until_they_move_in(town: Population, parameters: Parameters) -> None:
    n, moved = len(town.households), []
    for model in run_of(town, parameters, pulled()):
        homes, persons = model.state.households, model.state.persons
        waiting = homes.state == NOT_MOVED
        of_list = waiting[persons.household] & (persons.household >= n)
        assert of_list.any()
        assert (persons.channel[of_list] == NONE).all()
        assert not homes.income_yuan[waiting].any()
        assert not homes.allowance_yuan[waiting].any()
        assert not homes.flat_kept[waiting].any()
        living = ~waiting & (homes.members > 0)
        assert model.records.value("households") == living.sum()
        assert model.records.value("persons") == homes.members[living].sum()
        assert model.state.sites.arrived.sum() == (~waiting).sum()
        moved.append(int((homes.state[n:] != NOT_MOVED).sum()))
        assert not model.month <= 24 or moved[-1] == 0
    assert moved[-1] > 5
    assert (np.diff(moved) >= 0).all()


def test_a_flat_is_one_flat_whoever_lives_in_it(town: Population, parameters: Parameters) -> None:
    arrived = np.zeros(3)
    for model in run_of(town, parameters, pulled()):
        homes, sites, value = model.state.households, model.state.sites, model.records.value
        passed = value("flats_passed_on")
        assert passed == homes.flat_passed.sum()
        # Posts of the local market come with people, so many as the site has flats, and not twice with one flat.
        assert (arrived - sites.flats_passed <= sites.households).all()
        arrived = sites.arrived.copy()
        households = value("households")
        assert households == sum(value(f"households_{name}") for name in ("settled", "both_ends", "away", "returned"))
        flats = households + value("households_died_out") - passed
        assert flats <= len(town.households)
        if households:
            lived = value("households_settled") + parameters.residence.both_ends_weight * value("households_both_ends")
            assert value("occupancy") == pytest.approx(lived / flats)
        else:
            assert np.isnan(value("occupancy"))
    assert passed > 5
    assert flats == len(town.households)


def test_nobody_gets_two_flats_and_none_is_passed_on_twice(town: Population, parameters: Parameters) -> None:
    n, before = len(town.households), None
    for model in run_of(town, parameters, pulled()):
        homes = model.state.households
        if before is not None:
            new = homes.flat_passed & ~before[1]
            assert (homes.flat_passed | ~before[1]).all()  # what is passed on stays so
            moved = homes.move_in_month == model.month - 1
            assert np.bincount(homes.site[new], minlength=3).tolist() == (
                np.bincount(homes.site[n:][moved[n:]], minlength=3).tolist()
            )
            kept = before[0] != NEVER
            assert (homes.move_in_month[kept] == before[0][kept]).all()
        assert (homes.state[homes.flat_passed] == RETURNED).all()
        assert not homes.flat_kept[homes.flat_passed].any()
        before = homes.move_in_month.copy(), homes.flat_passed.copy()


def test_a_flat_stands_empty_as_long_as_it_takes(town: Population, parameters: Parameters) -> None:
    soonest, passed = 10**6, None
    for model in run_of(town, parameters, pulled(known_share=1.0, delay_months=9.0)):
        homes = model.state.households
        if passed is not None and (new := homes.flat_passed & ~passed).any():
            # It was decided before this month was counted.
            empty = homes.months_in_state[new] - 1 - homes.flat_patience[new]
            soonest = min(soonest, int(empty.min()))
        passed = homes.flat_passed.copy()
    assert soonest == 9


def test_a_register_raises_how_many_flats_are_passed_on(town: Population, parameters: Parameters) -> None:
    def passed(known: float, *others: Lever) -> float:
        *_, model = run_of(town, parameters, pulled(known_share=known), *others)
        return model.records.value("flats_passed_on")

    register = lever("occupancy_register", 1.0, start_month=24)
    assert passed(0.0) == 0.0
    assert 0.0 < passed(0.3) < passed(0.3, register)
    assert passed(0.0, register) == passed(1.0)


def test_who_gets_a_flat_lives_on_as_others_do(town: Population, parameters: Parameters) -> None:
    n = len(town.households)
    *_, model = run_of(town, parameters, pulled())
    homes, persons = model.state.households, model.state.persons
    came = np.flatnonzero((homes.state != NOT_MOVED) & (np.arange(homes.state.size) >= n))
    assert np.isin(homes.state[came], AT_THE_SITE).any()
    assert (homes.members[came] > 0).any()
    assert (homes.income_yuan[came][homes.members[came] > 0] > 0.0).any()
    assert (persons.channel[np.isin(persons.household, came)] > NONE).any()
    paid = sum(entry.yuan for entry in model.levers.ledger if entry.kind == "capital")
    assert paid == 5000.0 * came.size == 5000.0 * model.records.value("flats_passed_on")


def test_a_branch_may_bring_them_where_another_lever_keeps_a_number_of_each_household(
    town: Population, parameters: Parameters
) -> None:
    """A safety net notes what each household was paid; households come behind those that it knows."""
    net, later = lever("safety_net", start_month=20), lever("replacement_rule", start_month=40)
    parent = Model(town, parameters, policy(net), months=60)
    while parent.month < 30:
        parent.step()
    branch, whole = parent.branch(policy(net, later)), Model(town, parameters, policy(net, later), months=60)
    while whole.month < 30:
        whole.step()
    assert first_difference(tape(branch), tape(whole)) == ""
    assert branch.levers.ledger == whole.levers.ledger


def test_a_branch_brings_those_that_wait_already_once(town: Population, parameters: Parameters) -> None:
    later = lever("replacement_rule", start_month=40)
    parent = Model(town, parameters, policy(later), months=60)
    for _ in range(30):
        parent.step()
    n = parent.state.households.key.size
    branch = parent.branch(policy(later, lever("publicity", start_month=40)))
    assert branch.state.households.key.size == n
    assert np.unique(branch.state.households.key).size == n
    longer = lever("replacement_rule", start_month=40, settings={"list_share": 0.5})
    with pytest.raises(ValueError, match="other households"):
        parent.branch(policy(longer))
