"""The C version makes what the compiled rules make, bit for bit, and these tests would notice if it did not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulation import passes
from simulation.levers.catalogue import lever_names
from simulation.model import Model
from simulation.state.columns import copy_table
from simulation.state.entities import Households, Persons
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.reference.c import hot as hot_module
from tests.reference.c.hot import KERNELS, Hot, NoCompilerError, compiled, in_place_of, time_hot
from tests.simulation.runs import lever, policy

pytestmark = pytest.mark.system

BEFORE, LAST = 46, 57
"""From November 2019 to September 2020: across the first month of levers, with a February and a September."""
WRITTEN = {
    "count_members": (
        *("households.changed", "households.recounted", "households.tally", "households.employed"),
        *("households.local_wages_yuan", "households.unit_wages_yuan", "households.away_wages_yuan"),
        *("households.carer_away_yuan", "households.openness", "households.stopgap_yuan"),
        *("households.school_cost_yuan", "persons.carer", "persons.channel"),
    ),
    "observe": ("counts", "amounts"),
}
ALL_LEVERS = policy(*(lever(name) for name in lever_names()))


def named(arguments: tuple[Any, ...]) -> dict[str, np.ndarray]:
    """Return the arrays among a kernel's arguments by name, without `changed_rows`, in which count_members works."""
    arrays: dict[str, np.ndarray] = {}
    for argument in arguments:
        if isinstance(argument, (Households, Persons)):
            title = type(argument).__name__.lower()
            arrays |= {f"{title}.{name}": values for name, values in argument._asdict().items()}
        elif isinstance(argument, np.ndarray) and argument.ndim == 2:
            arrays["amounts" if argument.dtype == np.float64 else "counts"] = argument
    return arrays


def own(argument: Any) -> Any:
    """Return a copy of an argument that lies in memory as it does."""
    if isinstance(argument, (Households, Persons)):
        return copy_table(argument)
    return argument.copy() if isinstance(argument, np.ndarray) else argument


Alter = Callable[[str, dict[str, np.ndarray]], None]


def differences(model: Model, hot: Hot, until: int = LAST, alter: Alter | None = None) -> set[str]:
    """Step the model, the C version beside every call of a kernel; return the columns in which they ever differ.

    alter: is given the kernel's name and what the C version made of it, to change it.
    """
    found: set[str] = set()

    def beside(name: str) -> Callable[..., None]:
        rule, version = getattr(passes, name), getattr(hot, name)

        def call(*arguments: Any) -> None:
            copies = tuple(own(argument) for argument in arguments)
            version(*copies)
            rule(*arguments)
            ours, theirs = named(arguments), named(copies)
            if alter is not None:
                alter(name, theirs)
            found.update(name for name in ours if ours[name].tobytes() != theirs[name].tobytes())

        return call

    with in_place_of({name: beside(name) for name in KERNELS}):
        while model.month < until:
            model.step()
    return found


@pytest.fixture(scope="module")
def start(town: Population, parameters: Parameters) -> Callable[[Policy], Model]:
    """Return the town before the first month compared, under a policy."""
    run = Model(town, parameters, BASELINE, months=LAST, collect=False)
    while run.month < BEFORE:
        run.step()
    return run.branch


@pytest.fixture(scope="module")
def hot(start: Callable[[Policy], Model]) -> Hot:
    """The C version of hot.c as it is."""
    return Hot(start(BASELINE).state)


@pytest.mark.parametrize("pulled", [BASELINE, ALL_LEVERS], ids=["baseline", "all levers"])
def test_equal_bits(start: Callable[[Policy], Model], hot: Hot, pulled: Policy) -> None:
    assert differences(start(pulled), hot) == set()


def test_equal_bits_from_the_first_arrivals(dozen: Population, parameters: Parameters) -> None:
    model = Model(dozen, parameters, BASELINE, months=LAST, collect=False)
    assert differences(model, Hot(model.state)) == set()


@pytest.mark.parametrize(("kernel", "column"), [(name, column) for name in KERNELS for column in WRITTEN[name]])
def test_one_bit_in_any_column_is_noticed(start: Callable[[Policy], Model], hot: Hot, kernel: str, column: str) -> None:
    def alter(name: str, made: dict[str, np.ndarray]) -> None:
        if name == kernel:
            last = made[column][-1:]
            altered = np.ascontiguousarray(last)
            altered.view(np.uint8)[..., 0] ^= 1
            last[...] = altered

    assert column in differences(start(BASELINE), hot, BEFORE + 1, alter)


def test_every_column_that_a_kernel_writes_is_among_those(start: Callable[[Policy], Model], hot: Hot) -> None:
    written: set[str] = set()
    model = start(BASELINE)

    def watched(name: str) -> Callable[..., None]:
        def call(*arguments: Any) -> None:
            before = named(tuple(own(argument) for argument in arguments))
            getattr(hot, name)(*arguments)
            after = named(arguments)
            written.update(column for column in after if before[column].tobytes() != after[column].tobytes())

        return call

    with in_place_of({name: watched(name) for name in KERNELS}):
        model.run()
    views = {f"households.{name}" for name in Households._fields if getattr(model.state.households, name).base is
             model.state.households.tally}  # fmt: skip
    assert written - views == {column for columns in WRITTEN.values() for column in columns}


@pytest.mark.parametrize(
    ("constant", "change"),
    [("CARE_UNDER_YEARS", -1), ("ELDER_FROM_YEARS", -10), ("ELDER_TO_YEARS", -1), ("PENSION_YEARS", -1),
     ("STUDENT_AWAY_YEARS", -1), ("PUBLIC_POST", -1), ("BOARDS", -1), ("FARM", -1), ("FESTIVAL", 1), ("MOVE_YEARS", -1),
     ("SETTLED", -1), ("BOTH_ENDS", 1), ("BELIEF", -1)],
)  # fmt: skip
def test_another_rule_in_c_is_noticed(start: Callable[[Policy], Model], constant: str, change: int) -> None:
    model = start(BASELINE)
    other = {constant: hot_module.constants()[constant] + change}
    assert differences(model, Hot(model.state, other)) != set()


def test_both_are_timed(town: Population, parameters: Parameters) -> None:
    found = time_hot(town, parameters, months=2, repeats=1)
    assert set(found) == set(KERNELS)
    for seconds in found.values():
        assert min(seconds["numba"], seconds["c"]) > 0.0
        assert seconds["ratio"] == seconds["numba"] / seconds["c"]


def test_a_missing_compiler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot_module.shutil, "which", lambda name: None)
    with pytest.raises(NoCompilerError, match="no C compiler"):
        compiled("")


def test_an_error_of_the_compiler_is_shown() -> None:
    with pytest.raises(NoCompilerError, match="struct households"):
        compiled("")
