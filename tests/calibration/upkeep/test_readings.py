"""`make readings`: every scenario under every reading, on the posterior of that reading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration.entries import READINGS
from calibration.upkeep import readings as command
from calibration.upkeep.readings import (
    UnderReading,
    probe,
    reading_rows,
    share_inside,
    under_reading,
)
from scenarios.base.progress import Progress
from scenarios.compare import plan as plans
from scenarios.compare.assemble import Results
from scenarios.compare.indicators import HEADLINES
from scenarios.compare.measure import history_names
from scenarios.compare.plan import Plan, make_plan
from scenarios.compare.readings_table import READINGS_COLUMNS, read_readings_table
from scenarios.compare.runner import Inputs, Outcome, run_once
from scenarios.compare.summary import sample_of
from scenarios.population.load import load_population
from scenarios.report.readings import alternative_readings, default_reading, open_readings
from scenarios.runs.parameter_sets import (
    PARAMETER,
    PATTERN,
    TARGET,
    Draws,
    setting,
    write_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig, compose_run
from tests.calibration.made_results import made_up_reading

TOWN = "population.size=town"
TWO = ["baseline", "workshops"]
DEFAULT = default_reading(open_readings())


def run_here(plan: Plan, calls: Callable[[int, int], None]) -> list[Outcome]:
    """Run a plan in this process, which knows of the town."""
    population = load_population(plan.base)
    inputs = Inputs(population, plan.configs, plan.draws, plan.columns)
    outcomes = [run_once(inputs, run) for run in plan.runs]
    calls(len(outcomes), len(outcomes))
    return outcomes


@pytest.fixture
def on_a_town(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Run two scenarios on a town instead of all of them on the city, with posteriors in the folder returned."""
    monkeypatch.setattr(command, "compose_run", lambda words: compose_run([*words, TOWN]))
    monkeypatch.setattr(command, "default_scenarios", lambda: TWO)
    monkeypatch.setattr(command, "run_all", run_here)
    monkeypatch.setattr(plans, "_sites_of", lambda config: 3)

    def file_of(config: RunConfig) -> Path:
        return tmp_path / f"{config.reading['labour_scope']}.csv"

    monkeypatch.setattr(command, "posterior_file", file_of)
    for scope, strength in (("all", (0.5, 1.0)), ("poor", (0.3, 1.4))):
        base = compose_run([TOWN, f"reading.labour_scope={scope}"])
        rows = [{"draw": n, "seed": n + 1, f"{PARAMETER}residence.seat_worth": b} for n, b in enumerate(strength)]
        without = ["employed"] if scope == "all" else []
        made = {"source": source_hash("posterior"), "setting": setting(base), "without": without}
        write_draws(file_of(base), Draws(pd.DataFrame(rows), made))
    return tmp_path


def silent() -> Progress:
    return Progress("en")


def test_rows_by_hand(config: RunConfig) -> None:
    # Settled: workshops +10 and +20, mean 15, best; school_gap -4 and 4, mean 0, shares the baseline's rank 2.
    three = {name: config if name == "baseline" else compose_run([f"scenario={name}"]) for name in (*TWO, "school_gap")}
    plan = make_plan(three, Draws(pd.DataFrame({"draw": [0, 1], "seed": [1, 2]}), {}), 2, 0, n_sites=3)
    names = plan.columns.names()
    values = np.zeros((2, 3, len(names)))
    past = np.zeros((2, len(history_names(48))))
    made = Results(plan, sample_of(plan.runs), names, values, past, np.zeros((2, 3, 3)))
    values[:, :, made.column("households_settled")] = [[100.0, 110.0, 96.0], [100.0, 120.0, 104.0]]
    found = reading_rows(UnderReading(made, 0.9, 0.4, ("employed", "fair"))).set_index(["indicator", "scenario"])
    assert set(found.index.get_level_values("indicator")) == set(HEADLINES)
    settled = found.loc["households_settled"]
    assert settled["effect"].to_dict() == {"baseline": 0.0, "workshops": 15.0, "school_gap": 0.0}
    assert settled["rank"].to_dict() == {"baseline": 2, "workshops": 1, "school_gap": 2}
    assert settled["p_better"].to_dict() == {"baseline": 0.5, "workshops": 1.0, "school_gap": 0.5}
    assert settled["p_first"].to_dict() == {"baseline": 0.0, "workshops": 1.0, "school_gap": 0.0}
    # +14 and +16 beyond school_gap: 15 with an error of 0.7; school_gap's mean is 0
    assert settled["ahead_of"].to_dict() == {"baseline": "", "workshops": "baseline;school_gap", "school_gap": ""}
    assert settled.loc["school_gap", ["low", "high"]].tolist() == [-4.0, 4.0]
    assert set(settled["n_draws"]) == {2}
    assert set(settled["reading"]) == {"default"}
    assert (set(found["targets_met"]), set(found["patterns_met"])) == ({0.9}, {0.4})
    assert set(found["without"]) == {"employed;fair"}
    assert probe(made)["workshops"] == {"households_settled": [10.0, 20.0], "persons_resident": [0.0, 0.0]}


def test_each_reading_runs_the_first_draws_of_its_own_posterior(on_a_town: Path) -> None:
    found = {scope: under_reading({**DEFAULT, "labour_scope": scope}, 1, 1, silent()) for scope in ("all", "poor")}
    for scope, strength in (("all", 0.5), ("poor", 0.3)):
        plan = found[scope].results.plan
        assert plan.draws_file == on_a_town / f"{scope}.csv"
        assert plan.draws.table[f"{PARAMETER}residence.seat_worth"].iloc[plan.runs[0].row] == strength
        assert len(plan.runs) == 1
    assert (found["all"].without, found["poor"].without) == (("employed",), ())
    table = reading_rows(found["all"])
    assert tuple(sorted(table.columns)) == tuple(sorted(READINGS_COLUMNS))
    assert set(table["reading"]) == {"labour_scope=all"}
    effects = table.set_index(["indicator", "scenario"])["effect"]
    assert effects["households_settled", "baseline"] == 0.0
    assert effects["persons_resident", "workshops"] != 0.0


def test_shares_of_draws_inside_by_hand(config: RunConfig) -> None:
    # employed 40,558 +- 906; both ends .15 to .45: draws 1 and 2 lie in both, 3 in none, 4 in the second alone
    table = pd.DataFrame(
        {f"{TARGET}employed": [40_558.0, 41_000.0, 45_000.0, 45_000.0],
         f"{PATTERN}both_ends_apparent": [0.2, 0.45, 0.5, 0.3]}
    )  # fmt: skip
    draws = Draws(table, {"without": []})
    assert (share_inside(draws, config, "target"), share_inside(draws, config, "pattern")) == (0.5, 0.75)
    assert share_inside(Draws(table, {"without": ["employed"]}), config, "target") == 1.0  # it was not fitted


Asked = list[tuple[dict[str, str], int]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, on_a_town: Path) -> Asked:
    """The readings that the command asks for; what comes out is made up, and does not depend on how many draws run."""
    noted: Asked = []

    def noting(reading: dict[str, str], n: int, *rest: Any) -> UnderReading:
        noted.append((reading, n))
        return made_up_reading(TWO, reading, n)

    monkeypatch.setattr(command, "under_reading", noting)
    return noted


def test_the_command_writes_every_reading(asked: Asked, tmp_path: Path) -> None:
    table = tmp_path / "readings.csv"
    words = [f"output={table}", "draws=4"]
    assert READINGS.enter(words) == 0
    switches = open_readings()
    readings = [default_reading(switches), *alternative_readings(switches)]
    assert asked == [(reading, 4) for reading in readings]
    found = read_readings_table(table)
    assert found is not None
    assert len(found.table) == len(readings) * len(TWO) * len(HEADLINES)
    assert found.made["draws"] == 4
    assert len(found.made["probes"]) == len(readings)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["reading.labour_scope=all"], "no key of this command"),
        (["seed=2", "language=zh"], "不是本命令的键"),
        (["draws=1"], "draws"),
        (["output="], "empty"),
        (["processes=two"], "processes"),
        (["check=true"], "no key of this command"),
    ],
)
@pytest.mark.usefixtures("on_a_town")
def test_a_mistake_is_one_line_with_code_2(
    words: list[str], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [] if "output=" in words else [f"output={tmp_path / 'readings.csv'}"]
    assert READINGS.enter([*words, *given]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert says in said.err
    assert not (tmp_path / "readings.csv").exists()


def test_a_reading_without_a_posterior_is_refused(on_a_town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (on_a_town / "all.csv").unlink()
    assert READINGS.enter([f"output={on_a_town / 'readings.csv'}", "draws=2"]) == 2
    stage, error = capsys.readouterr().err.splitlines()
    assert stage == "default ..."
    assert "make calibrate-readings" in error
    assert not (on_a_town / "readings.csv").exists()
