"""The runs themselves: branches of a shared history equal runs of their own; errors stay with their run; memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scenarios.base.paths import ROOT
from scenarios.population.load import load_population
from scenarios.settings.config import RunConfig, compose_run
from scenarios.sweep.plan.outputs import measured, read_outputs
from scenarios.sweep.plan.plan import Plan, Whole, plan_sweep
from scenarios.sweep.plan.sweep_files import read_sweep
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.store.parts import MESSAGE, MONTH, POINT, SEED, part_schema, write_part
from scenarios.sweep.work.city_runs import (
    Branch,
    Past,
    Timing,
    history_runs,
)
from scenarios.sweep.work.run_maker import FLUSH_ROWS
from simulation.city import City, Given
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population

NAMES = ("households_settled", "employed/registered_poor", "occupancy", "public_money", "seats_primary")
OUTPUTS = read_outputs(NAMES)
MONTHS = (48, 71)
SCENARIOS = {
    "none": [],
    "workshops": ["scenario=workshops", "levers.workshops.size=4"],
    "early": ["levers.public_posts.size=10", "levers.public_posts.start=2018-03"],
    "both": ["scenario=workshops", "levers.bus_lines.size=1", "levers.bus_lines.start=2020-09"],
}


@pytest.fixture(scope="module")
def configs() -> dict[str, RunConfig]:
    return {name: compose_run([*words, "population.size=town", "end=2021-12"]) for name, words in SCENARIOS.items()}


@pytest.fixture(scope="module")
def town(configs: dict[str, RunConfig]) -> Population:
    config = configs["none"]
    return load_population(config)


def alone(config: RunConfig, town: Population, seed: int) -> City:
    city = City()
    city.begin(Given(town, config.parameters, seed, config.months), config.policy)
    while city.month < city.months:
        city.advance()
    return city


def test_branches_equal_runs_of_their_own(configs: dict[str, RunConfig], town: Population) -> None:
    past = Past(town, configs["none"].parameters, 7, configs["none"].months)
    branches = [Branch(number, config.policy) for number, config in enumerate(configs.values())]
    timing = Timing()
    found = {result.number: result.values for result in history_runs(past, branches, OUTPUTS, MONTHS, timing)}
    assert (timing.histories, timing.runs) == (1, 4)
    for number, config in enumerate(configs.values()):
        values = measured(alone(config, town, 7), OUTPUTS, MONTHS)
        np.testing.assert_array_equal(found[number], values)
    assert not np.array_equal(found[0], found[1])


def test_what_is_measured_is_what_the_records_hold(configs: dict[str, RunConfig], town: Population) -> None:
    city = alone(configs["workshops"], town, 3)
    values = measured(city, OUTPUTS, (*MONTHS, 200))
    assert values[1, 0] == city.records.value("households_settled", month=71)
    assert values[1, 1] == city.records.value("employed", row=1, month=71)
    assert values[1, 3] == pytest.approx(sum(yuan for *_, yuan in city.levers.ledger))
    assert values[0, 3] < values[1, 3]
    assert np.isnan(values[2]).all()  # beyond the end


def test_a_branch_that_raises_does_not_stop_the_others(
    configs: dict[str, RunConfig], town: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = City.branch

    def broken(self: City, policy: Policy) -> City:
        if policy is configs["early"].policy:
            raise ValueError("no such luck")
        return whole(self, policy)

    monkeypatch.setattr(City, "branch", broken)
    past = Past(town, configs["none"].parameters, 7, configs["none"].months)
    branches = [Branch(number, config.policy) for number, config in enumerate(configs.values())]
    found = {result.number: result for result in history_runs(past, branches, OUTPUTS, MONTHS, Timing())}
    assert str(found[2].error) == "no such luck"
    assert [number for number, result in found.items() if result.values is None] == [2]
    assert BASELINE.levers == configs["none"].policy.levers


GROWTH = """
import sys
from pathlib import Path
from scenarios.sweep.plan.plan import plan_sweep
from scenarios.sweep.plan.sweep_files import read_sweep
from scenarios.sweep.work.tasks import groups
from scenarios.sweep.work.run_maker import RunMaker, setting_of

plan = plan_sweep(read_sweep(None, ["scenario=workshops", "levers.workshops.size=5,10", "population.size=town",
                                    "levers.workshops.start=2019-11", "end=2019-12", "seed=range(0,300)"]))
maker = RunMaker(setting_of(plan, Path(sys.argv[1]), flush_seconds=1.0), "a")
for number, group in enumerate(groups(plan, plan.numbers())):
    maker.run(group)
    if number in (60, 299):
        print(int(Path("/proc/self/statm").read_text().split()[1]) * 4096)
"""


@pytest.mark.system
def test_a_workers_memory_does_not_grow_with_its_runs(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", GROWTH, str(tmp_path)], cwd=ROOT, capture_output=True, text=True,
                          check=True)  # fmt: skip
    early, late = map(int, done.stdout.split())
    # One town's state is 2 MB, however short its run: 239 histories and 717 runs leave none of theirs.
    assert late - early < 15e6


@pytest.mark.system
def test_collecting_a_million_rows_takes_under_a_gigabyte(tmp_path: Path) -> None:
    plan = plan_sweep(read_sweep(None, ["levers.workshops.size=range(1,1001)", "seed=range(0,1000)",
                                        "population.size=town", "work=nothing", "paired=false"]))  # fmt: skip
    place = SweepFolder(tmp_path)
    place.open(plan)
    numbers = plan.numbers()
    for first in range(0, numbers.size, FLUSH_ROWS):  # as workers write them, who make nothing of each run
        write_part(place.parts, f"{first:07d}", rows_of(plan, numbers[first : first + FLUSH_ROWS]))
    done = subprocess.run([sys.executable, "-c", PEAK, str(tmp_path)], cwd=ROOT, capture_output=True, text=True,
                          check=True)  # fmt: skip
    assert int(done.stdout.splitlines()[-1].split()[1]) * 1024 < 1e9
    assert pq.read_metadata(tmp_path / "runs.parquet").num_rows == 1_000_000


def rows_of(plan: Plan, numbers: Whole) -> Any:
    """Return a part with a row for each run; a value is any number."""
    point, position = numbers // plan.n_seeds, numbers % plan.n_seeds
    names = [output.name for output in plan.sweep.outputs]
    columns = {POINT: [name.astype(">u8").tobytes() for name in plan.points.ids[point]],
               SEED: plan.seeds[point, position], MONTH: np.full(numbers.size, MONTHS[0], dtype=np.int16),
               MESSAGE: [None] * numbers.size}  # fmt: skip
    values = np.random.default_rng(int(numbers[0])).random((len(names), numbers.size))
    return pa.table(columns | dict(zip(names, values, strict=True)), schema=part_schema(names))


PEAK = """
import sys
from pathlib import Path
from scenarios.entries.sweep import SWEEP

assert SWEEP.enter(["collect", f"output={sys.argv[1]}"]) == 0
print(next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""
