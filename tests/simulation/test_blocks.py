"""Blocks of sites: no number depends on their size, nor on which steps are done together."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from scenarios.settings.config import compose_run
from simulation.city import City
from simulation.levers.catalogue import lever_names
from simulation.model import Model
from simulation.passes import STEPS, block_bounds
from simulation.state.future import NOTHING_CHANGES, Future
from simulation.state.future_names import FUTURES
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import MEMBERS_MAX, Population
from tests.simulation.runs import Tape, first_difference, lever, policy, tape

MONTHS = 66
"""To June 2021: across the report month, the levers' first months, the shock of 2020 and two Septembers after it."""
EVERY_LEVER = policy(*(lever(name, phase_in_months=6) for name in lever_names()))
WHOLE = 10**9


class OneSiteABlock(Model):
    """A block for each site."""

    households_per_block = 1


class OneBlock(Model):
    """One block for the whole town."""

    households_per_block = WHOLE


class StepByStep(Model):
    """Each step goes through all households before the next begins."""

    fuses = False
    households_per_block = WHOLE


def with_rows_at_the_end(town: Population, every: int = 5) -> Population:
    """Return the town with every fifth household moved behind all others, whatever its site."""
    n = len(town.households)
    last = np.arange(n) % every == 0
    rows = np.concatenate([np.flatnonzero(~last), np.flatnonzero(last)])
    place = np.argsort(rows).astype(np.int32)
    persons = town.persons.assign(household=place[town.persons["household"]])
    order = np.argsort(persons["household"].to_numpy() * MEMBERS_MAX + persons["member"].to_numpy(), kind="stable")
    households = town.households.iloc[rows].reset_index(drop=True)
    households["household"] = np.arange(n, dtype=np.int32)
    return replace(town, households=households, persons=persons.iloc[order].reset_index(drop=True))


def tapes(
    population: Population, parameters: Parameters, pulled: Policy, future: Future = NOTHING_CHANGES
) -> dict[str, Tape]:
    return {
        kind.__name__: tape(kind(population, parameters, pulled, months=MONTHS, future=future))
        for kind in (StepByStep, OneSiteABlock, OneBlock, Model)
    }


def assert_equal(found: dict[str, Tape]) -> None:
    plain = found.pop("StepByStep")
    assert {name: first_difference(plain, other) for name, other in found.items()} == dict.fromkeys(found, "")


@pytest.mark.parametrize("pulled", [BASELINE, EVERY_LEVER], ids=["baseline", "every lever"])
def test_blocks_of_any_size_and_steps_one_by_one(town: Population, parameters: Parameters, pulled: Policy) -> None:
    assert_equal(tapes(town, parameters, pulled))


@pytest.mark.parametrize("name", FUTURES)
def test_all_futures(town: Population, parameters: Parameters, name: str) -> None:
    assert_equal(tapes(town, parameters, EVERY_LEVER, compose_run([f"future={name}"]).future))


def test_who_stays_where_nobody_is_at_home(town: Population, parameters: Parameters) -> None:
    other = 1 - parameters.structure.nobody_home_away
    assert_equal(
        tapes(town, parameters._replace(structure=parameters.structure._replace(nobody_home_away=other)), BASELINE)
    )


@pytest.mark.parametrize("pulled", [BASELINE, EVERY_LEVER], ids=["baseline", "every lever"])
def test_rows_at_the_end_whose_sites_are_not_in_order(town: Population, parameters: Parameters, pulled: Policy) -> None:
    behind = with_rows_at_the_end(town)
    model = Model(behind, parameters, months=MONTHS)
    assert not model._in_order
    assert model.state.sites.seats.shape[0] > 1
    assert_equal(tapes(behind, parameters, pulled))


def test_a_branch_has_blocks_of_its_own_size(town: Population, parameters: Parameters) -> None:
    trunk = Model(town, parameters, months=MONTHS)
    while trunk.month < 48:
        trunk.step()
    other = OneSiteABlock(town, parameters, months=MONTHS)
    while other.month < 48:
        other.step()
    assert first_difference(tape(trunk.branch(EVERY_LEVER)), tape(other.branch(EVERY_LEVER))) == ""


def test_blocks_have_whole_sites_and_all_households(town: Population, parameters: Parameters) -> None:
    households = Model(town, parameters, months=48).state.households
    n_sites = len(town.sites)
    for size in (1, 7, 100, WHOLE):
        (first, site), in_order = block_bounds(households, n_sites, size)
        assert in_order
        assert (first[0], first[-1]) == (0, households.key.size)
        assert (site[0], site[-1]) == (0, n_sites)
        for (begin, end), (from_site, to_site) in zip(pairwise(first), pairwise(site), strict=True):
            assert ((households.site[begin:end] >= from_site) & (households.site[begin:end] < to_site)).all()
            assert end - begin >= min(size, 1) or end == households.key.size


def test_households_behind_all_others_are_in_blocks_without_a_site(town: Population, parameters: Parameters) -> None:
    households = Model(with_rows_at_the_end(town), parameters, months=48).state.households
    (first, site), in_order = block_bounds(households, len(town.sites), 20)
    assert not in_order
    assert first[-1] == households.key.size
    assert (np.diff(first) >= 0).all()
    behind = site[:-1] == len(town.sites)
    assert behind.any()
    assert (np.diff(first)[behind] <= 20).all()


def test_steps_wait_only_within_a_month_and_until_somebody_looks(town: Population, parameters: Parameters) -> None:
    looked: list[int] = []

    class Looks(Model):
        def count_members(self) -> None:
            super().count_members()
            looked.append(self._waiting)
            assert self.state.households.key.size == len(town.households)
            looked.append(self._waiting)

    model = Looks(town, parameters, months=48)
    model.step()
    assert all(waiting > 0 for waiting in looked[::2])
    assert looked[1::2] == [0] * 3
    assert model._waiting == 0
    model.state.households.changed[:] = True
    City.count_members(model)
    assert not model.state.households.changed[model.state.households.state > 0].any()


def test_every_step_has_a_bit_of_its_own() -> None:
    assert len(set(STEPS)) == len(STEPS)
