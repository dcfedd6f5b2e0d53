"""What a run's vector holds, and the counts that look at the same persons and households in two runs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scenarios.compare.assemble import Results
from scenarios.compare.indicators import CITY, PAIRED, RECORDED, SWITCHES, money_name, switch_name
from scenarios.compare.measure import (
    Columns,
    Snapshot,
    columns_of,
    history,
    history_names,
    measured,
    need_shares,
    paired_counts,
    site_name,
    snapshot,
    switches,
)
from scenarios.settings.config import RunConfig
from simulation.foundations.months import month_index, month_label
from simulation.model import Model
from simulation.records.indicators import COLUMN, GROUPS
from simulation.state.entities import (
    AWAY,
    AWAY_JOB,
    BOTH_ENDS,
    CHANNELS,
    FARM,
    NEARBY_OWN,
    NONE,
    NOT_MOVED,
    ORGANISED_EXPORT,
    RETURNED,
    SETTLED,
    STATES,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.simulation.runs import lever, policy
from tests.simulation.towns import twelve_households

LEVERS = policy(lever("workshops"), lever("school_gap"))
FIRST, LAST = 48, 75  # January 2020 to April 2022
COLUMNS = columns_of(FIRST, LAST, ("workshops", "school_gap"), 3)
CHANNEL_CODES = st.integers(0, len(CHANNELS) - 1)
STATE_CODES = st.integers(0, len(STATES) - 1)


def pair(state: list[int], channel: list[int]) -> Snapshot:
    return Snapshot(np.array(state, dtype=np.int8), np.array(channel, dtype=np.int8))


def run_with_snapshots(population: Population, parameters: Parameters, levers: Policy) -> tuple[Model, list[Snapshot]]:
    model = Model(population, parameters, levers, seed=3, months=LAST + 1, collect=False)
    shots = []
    while model.month < model.months:
        model.step()
        if model.month - 1 in COLUMNS.decembers:
            shots.append(snapshot(model))
    return model, shots


@pytest.fixture(scope="module")
def dozen_run(configs: dict[str, RunConfig]) -> tuple[Model, list[Snapshot], list[Snapshot]]:
    """The dozen under two levers, its snapshots, and those of the baseline."""
    parameters = configs["baseline"].parameters
    before = run_with_snapshots(twelve_households(), parameters, BASELINE)[1]
    return (*run_with_snapshots(twelve_households(), parameters, LEVERS), before)


@pytest.fixture(scope="module")
def vector(dozen_run: tuple[Model, list[Snapshot], list[Snapshot]]) -> dict[tuple[str, str, int], float]:
    """The vector of that run by name."""
    values = measured(COLUMNS, *dozen_run)
    names = COLUMNS.names()
    assert len(names) == len(set(names)) == values.size
    return dict(zip(names, values.tolist(), strict=True))


# Columns


def test_the_last_month_counts_as_a_december() -> None:
    assert COLUMNS.months == tuple(range(48, 76))
    assert [month_label(month) for month in COLUMNS.decembers] == ["2020-12", "2021-12", "2022-04"]
    assert columns_of(59, 71, (), 1).decembers == (59, 71)


def test_names_count_by_hand() -> None:
    # two months, of which the second is a December; two levers of two kinds; three sites
    found = Columns((58, 59), (59,), ("workshops", "bus_lines"), 3).names()
    city, groups = 2 * (len(RECORDED) + len(CITY) + 3), len(RECORDED) * (len(GROUPS) - 1)
    assert len(found) == city + groups + len(PAIRED) + len(SWITCHES) + 2 * 2 * 2 + 3


# Levels and sums


def test_levels_are_those_of_the_records(
    dozen_run: tuple[Model, list[Snapshot], list[Snapshot]], vector: dict[tuple[str, str, int], float]
) -> None:
    records = dozen_run[0].records
    festival = month_index("2021-02")
    for name, group, month in (
        ("households_settled", "all", 48),
        ("employed", "all", 75),
        ("persons_resident", "registered_poor", 59),
        ("households", "moved_2018", 71),
        ("occupancy", "all", 60),  # derived
        ("income_per_head", "county_town", 75),  # derived, by group
        ("employed_away_share", "without_school_age", 71),
        ("income_poorest_fifth", "all", 50),  # of the city alone
        ("seats_missing", "all", 74),
        ("nobody_employed_households", "all", festival),  # not counted in February
    ):
        assert vector[name, group, month] == pytest.approx(
            records.value(name, GROUPS.index(group), month), rel=0, abs=0, nan_ok=True
        ), (name, group, month)
    assert np.isnan(vector["nobody_employed_households", "all", festival])
    assert ("employed", "registered_poor", 60) not in vector  # groups in Decembers alone
    for site in range(3):
        row = len(GROUPS) + site
        assert vector["households_settled", site_name(site), LAST] == records.value("households_settled", row, LAST)


def test_sums_over_time_by_hand(dozen_run: tuple[Model, list[Snapshot], list[Snapshot]]) -> None:
    # settled 6, 12, 18 and then none: 6/12 = .5, 18/12 = 1.5, 36/12 = 3, and no more after that
    model, own, baseline = dozen_run
    records = model.records.copy()
    records.sums[FIRST:, 0, COLUMN["households_settled"]] = 0.0
    records.sums[FIRST : FIRST + 3, 0, COLUMN["households_settled"]] = [6.0, 12.0, 18.0]
    records.sums[FIRST - 1, 0, COLUMN["households_settled"]] = 1000.0  # before the policy: does not count
    typed = cast(Model, SimpleNamespace(records=records, levers=model.levers))
    values = dict(zip(COLUMNS.names(), measured(COLUMNS, typed, own, baseline).tolist(), strict=True))
    found = [values["household_years_settled", "all", FIRST + k] for k in range(4)]
    assert found == pytest.approx([0.5, 1.5, 3.0, 3.0])


def test_person_years_are_those_of_residents(
    dozen_run: tuple[Model, list[Snapshot], list[Snapshot]], vector: dict[tuple[str, str, int], float]
) -> None:
    residents = [dozen_run[0].records.value("persons_resident", month=month) for month in COLUMNS.months]
    assert vector["person_years_resident", "all", LAST] == pytest.approx(sum(residents) / 12)


def test_public_money_is_the_ledger(
    dozen_run: tuple[Model, list[Snapshot], list[Snapshot]], vector: dict[tuple[str, str, int], float]
) -> None:
    frame = dozen_run[0].money_frame()
    assert frame["yuan"].sum() > 0
    for month in (48, 60, LAST):
        until = frame[frame["month"] <= month_label(month)]
        assert vector["public_money", "all", month] == pytest.approx(until["yuan"].sum())
        for name in ("workshops", "school_gap"):
            for kind in ("capital", "recurrent"):
                now = frame[(frame["month"] == month_label(month)) & (frame["lever"] == name) & (frame["kind"] == kind)]
                assert vector[money_name(name, kind), "all", month] == pytest.approx(now["yuan"].sum())


def test_the_past_is_that_of_the_records(dozen_run: tuple[Model, list[Snapshot], list[Snapshot]]) -> None:
    model = dozen_run[0]
    named = dict(zip(history_names(FIRST), history(model, FIRST).tolist(), strict=True))
    assert named["households_settled", "2019-12"] == model.records.value("households_settled", month=47)
    assert named["seats_missing", "2016-01"] == model.records.value("seats_missing", month=0)
    assert not any(month >= "2020-01" for _, month in named)


# The same persons and households in two runs


def test_paired_counts_by_hand() -> None:
    #            0         1     2          3         4                5
    before = [NONE, NEARBY_OWN, AWAY_JOB, AWAY_JOB, ORGANISED_EXPORT, FARM]
    after = [WORKSHOP, WORKSHOP, WORKSHOP, AWAY_JOB, NONE, NEARBY_OWN]
    # workshop +3, away -1, organised export -1, nearby own 1 - 1 = 0
    states_before = [SETTLED, SETTLED, BOTH_ENDS, AWAY]
    states_after = [SETTLED, BOTH_ENDS, SETTLED, SETTLED]
    assert paired_counts(pair(states_after, after), pair(states_before, before)) == {
        "posts_filled": 3.0,
        "jobs_given_up": 2.0,
        "net_jobs": 1.0,
        "posts_displaced": 0.0,  # both channels that lost are away
        "workers_home": 2.0,
        "persons_into_work": 2.0,  # 0 and 5
        "persons_out_of_work": 1.0,  # 4
        "households_gained": 2.0,
        "households_lost": 1.0,
    }


def test_posts_near_the_sites_that_are_left_are_displaced() -> None:
    # two leave posts nearby for the workshop, one leaves a job away: 2 posts displaced, 1 worker home
    found = paired_counts(
        pair([SETTLED], [WORKSHOP, WORKSHOP, WORKSHOP]), pair([SETTLED], [NEARBY_OWN, NEARBY_OWN, AWAY_JOB])
    )
    assert (found["posts_displaced"], found["workers_home"]) == (2.0, 1.0)
    assert (found["net_jobs"], found["posts_filled"], found["jobs_given_up"]) == (0.0, 3.0, 3.0)


@settings(max_examples=80, deadline=None)
@given(arrays.arrays(np.int8, (2, 30), elements=CHANNEL_CODES), arrays.arrays(np.int8, (2, 12), elements=STATE_CODES))
def test_paired_counts_add_up(channels: np.ndarray, states: np.ndarray) -> None:
    own, base = Snapshot(states[0], channels[0]), Snapshot(states[1], channels[1])
    found = paired_counts(own, base)
    employed = [int((shot.channel > FARM).sum()) for shot in (own, base)]
    settled = [int((shot.state == SETTLED).sum()) for shot in (own, base)]
    away = [int(np.isin(shot.channel, (AWAY_JOB, ORGANISED_EXPORT)).sum()) for shot in (own, base)]
    assert found["net_jobs"] == employed[0] - employed[1]
    assert found["posts_filled"] - found["jobs_given_up"] == found["net_jobs"]
    assert found["persons_into_work"] - found["persons_out_of_work"] == found["net_jobs"]
    assert found["households_gained"] - found["households_lost"] == settled[0] - settled[1]
    assert found["workers_home"] == away[1] - away[0]
    assert 0 <= found["posts_displaced"] <= found["jobs_given_up"]
    assert not any(paired_counts(own, own).values())


def test_switches_by_hand() -> None:
    before = np.array([SETTLED, SETTLED, SETTLED, AWAY, RETURNED, NOT_MOVED, SETTLED], dtype=np.int8)
    after = np.array([SETTLED, BOTH_ENDS, BOTH_ENDS, SETTLED, RETURNED, SETTLED, NOT_MOVED], dtype=np.int8)
    # who has no flat yet in one of the runs is in no cell
    expected = {("settled", "both_ends"): 2.0, ("away", "settled"): 1.0}
    found = dict(zip(SWITCHES, switches(after, before).tolist(), strict=True))
    assert {cell: n for cell, n in found.items() if n} == expected


@settings(max_examples=80, deadline=None)
@given(arrays.arrays(np.int8, (2, 40), elements=st.integers(1, len(STATES) - 1)))
def test_switches_explain_the_difference_of_every_state(states: np.ndarray) -> None:
    own, base = states
    found = dict(zip(SWITCHES, switches(own, base), strict=True))
    for code, name in list(enumerate(STATES))[1:]:
        stayed = ((own == code) & (base == code)).sum()
        assert sum(n for (a, _), n in found.items() if a == name) + stayed == (base == code).sum()
        assert sum(n for (_, b), n in found.items() if b == name) + stayed == (own == code).sum()


def test_a_household_that_died_out_lives_in_no_state(configs: dict[str, RunConfig]) -> None:
    model = Model(twelve_households(), configs["baseline"].parameters, seed=3, months=60, collect=False)
    while model.month < FIRST:
        model.step()
    before = snapshot(model).state
    assert (before != NOT_MOVED).all()
    model.state.households.members[4] = 0
    after = snapshot(model).state
    assert np.flatnonzero(after != before).tolist() == [4]
    assert after[4] == NOT_MOVED


# Real runs


def test_jobs_and_households_are_conserved_between_records_and_persons(results: Results) -> None:
    seen = 0.0
    for s in range(1, len(results.plan.scenarios)):
        for month in results.plan.columns.decembers:
            differences = results.differences(s)
            net = results.values[:, s, results.column("net_jobs", month=month)]
            assert net.tolist() == differences[:, results.column("employed", month=month)].tolist()
            gained = results.values[:, s, results.column("households_gained", month=month)]
            lost = results.values[:, s, results.column("households_lost", month=month)]
            settled = differences[:, results.column("households_settled", month=month)]
            assert (gained - lost).tolist() == settled.tolist()
            seen += float(np.abs(net).sum() + gained.sum() + lost.sum())
    assert seen > 100  # something happened


def test_switches_of_a_run_add_up_to_its_change_of_settled_households(results: Results) -> None:
    for s in range(1, len(results.plan.scenarios)):
        cells = {(a, b): results.values[:, s, results.column(switch_name(a, b))] for a, b in SWITCHES}
        into = sum(n for (_, b), n in cells.items() if b == "settled")
        out = sum(n for (a, _), n in cells.items() if a == "settled")
        assert (into - out).tolist() == results.differences(s)[:, results.column("households_settled")].tolist()


def test_sites_add_up_to_the_city(results: Results) -> None:
    sites = [results.column("households_settled", site_name(s)) for s in range(results.plan.columns.n_sites)]
    assert (
        results.values[:, :, sites].sum(axis=2).tolist()
        == results.values[:, :, results.column("households_settled")].tolist()
    )


def test_shares_of_need_add_up_to_one(configs: dict[str, RunConfig]) -> None:
    trunk = Model(twelve_households(), configs["baseline"].parameters, seed=3, months=60, collect=False)
    while trunk.month < FIRST:
        trunk.step()
    each = {name: need_shares(trunk.branch(policy(lever(name)))) for name in ("workshops", "school_gap")}
    both = need_shares(trunk.branch(LEVERS))
    for shares in (*each.values(), both):
        assert shares.sum() == pytest.approx(1.0)
    assert both == pytest.approx((each["workshops"] + each["school_gap"]) / 2)
    assert not np.allclose(each["workshops"], each["school_gap"])
    assert need_shares(trunk.branch(BASELINE)).tolist() == [0.0, 0.0, 0.0]
    trunk.state.sites.bus[:] = True  # nobody needs a line: equal shares
    assert need_shares(trunk.branch(policy(lever("bus_lines")))).tolist() == pytest.approx([1 / 3] * 3)
