"""What ties a lever to where people live: a mechanism, or nothing but weights of the residence choice.

`rests_on` in conf/lever/levers.yaml names the weights that are all that ties a lever to where people live. With these
at 0 it moves nobody, with the others as they are; at their values it moves somebody. A lever without `rests_on` changes
what people do also where every weight of assumed magnitude is 0.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np
import pytest

from scenarios.settings.help_text import read_tree
from scenarios.settings.links import ASSUMED, assumed_levers, is_assumed
from simulation.levers.catalogue import lever_names
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.simulation.runs import lever, policy

LEVERS, RESIDENCE = read_tree()["levers"], read_tree()["parameters"]["residence"]
RESTING = {name: tuple(block["rests_on"]) for name, block in LEVERS.items() if "rests_on" in block}
MOVES_NOBODY = "occupancy_register"
FREE = [name for name in lever_names() if name not in RESTING and name != MOVES_NOBODY]
FELT: dict[str, float] = {
    "publicity": 0.9,
    "old_house_demolition": 1.0,
    "outreach_visits": 200.0,
    "services_and_shops": 8.0,
    "community_governance": 8.0,
    "culture_and_custom": 8.0,
    "learning_support": 8.0,
}
"""Sizes that eight sites feel where the trial size is small: nearly everybody, or every site."""
START = 12
BEHAVIOUR = {
    "households": ("state", "income_yuan"),
    "persons": ("channel", "place", "skill", "reservation_yuan"),
}

Lives = list[np.ndarray]
Run = Callable[..., tuple[Lives, Model]]


def weights(parameters: Parameters, zero: tuple[str, ...]) -> Parameters:
    """Return the parameters with these weights, 'residence.name', at 0."""
    names = [path.removeprefix("residence.") for path in zero]
    return parameters._replace(residence=parameters.residence._replace(**dict.fromkeys(names, 0.0)))


def felt(name: str) -> Policy:
    return policy(lever(name, FELT.get(name), start_month=START))


@pytest.fixture(scope="module")
def lived(large_town: Population, parameters: Parameters) -> Run:
    """Return a run with some weights at 0: where each household lives after every month, and the model at its end."""

    @functools.cache
    def run(name: str, zero: tuple[str, ...], seed: int) -> tuple[Lives, Model]:
        pulled = felt(name) if name else BASELINE
        model, lives = Model(large_town, weights(parameters, zero), pulled, seed, collect=False), []
        while model.month < model.months:
            model.step()
            lives.append(model.state.households.state[: len(large_town.households)].copy())
        return lives, model

    return lambda name="", zero=(), seed=1: run(name, zero, seed)


def moved(one: Lives, other: Lives) -> int:
    """Return in how many months of a household the two differ."""
    return sum(int((a != b).sum()) for a, b in zip(one, other, strict=True))


def test_what_levers_rest_on_are_weights_of_the_residence_choice() -> None:
    assert set(RESTING) >= {"housing_title", "dual_benefits", "publicity", "outreach_visits", "learning_support"}
    for name, paths in RESTING.items():
        assert paths, name
        for path in paths:
            process, weight = path.split(".")
            assert process == "residence", name
            assert weight.endswith("_worth"), name
            assert weight in RESIDENCE, name


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", RESTING)
def test_without_the_weights_that_it_rests_on_a_lever_moves_nobody(name: str, seed: int, lived: Run) -> None:
    without, _ = lived(zero=RESTING[name], seed=seed)
    pulled, model = lived(name, RESTING[name], seed)
    assert moved(without, pulled) == 0
    assert sum(entry.yuan for entry in model.levers.ledger) > 0.0  # it was pulled all the same


@pytest.mark.parametrize("name", RESTING)
def test_with_the_weights_at_their_values_it_moves_somebody(name: str, lived: Run) -> None:
    assert moved(lived()[0], lived(name)[0]) > 0
    assert moved(lived()[0][:START], lived(name)[0][:START]) == 0


@pytest.mark.parametrize(("name", "weight"), [(name, weight) for name, paths in RESTING.items() for weight in paths])
def test_each_weight_that_it_rests_on_is_felt(name: str, weight: str, lived: Run) -> None:
    """None stands in the list in vain: with it alone at its value, and the others of the list at 0, somebody moves."""
    others = tuple(path for path in RESTING[name] if path != weight)
    seeds = range(1, 9)  # few have an old house and no land, for whom alone rights go with the house
    assert any(moved(lived(zero=others, seed=seed)[0], lived(name, others, seed)[0]) > 0 for seed in seeds)


@pytest.mark.parametrize("name", FREE)
def test_a_lever_that_rests_on_no_weight_changes_what_people_do_without_any(name: str, lived: Run) -> None:
    assumed = tuple(
        f"residence.{weight}"
        for weight, entry in RESIDENCE.items()
        if weight.endswith("_worth") and ASSUMED.search(entry["source"])
    )
    assert len(assumed) > 5
    base, pulled = lived(zero=assumed)[1].state, lived(name, assumed)[1].state
    changed = []
    for table, columns in BEHAVIOUR.items():
        for column in columns:
            before, after = (getattr(getattr(state, table), column) for state in (base, pulled))
            if not np.array_equal(before, after[: before.size]):
                changed.append(column)
    assert changed, "it changes nothing that people do: rests_on is missing in conf/lever/levers.yaml"


@pytest.mark.parametrize("zero", [(), ("residence.title_worth",)])
def test_the_register_alone_moves_nobody_whatever_the_weights(zero: tuple[str, ...], lived: Run) -> None:
    assert moved(lived(zero=zero)[0], lived(MOVES_NOBODY, zero)[0]) == 0


def test_assumed_are_levers_whose_weights_are_all_assumed() -> None:
    assert assumed_levers() == {name for name, paths in RESTING.items() if all(is_assumed(path) for path in paths)}
    assert is_assumed("residence.title_worth")
    assert not is_assumed("residence.review_probability")
    assert not assumed_levers() & set(FREE)
