"""`make readings`: every scenario under every reading, rates solved anew where the reading is another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from calibration import readings as command
from calibration.prior import SOLVED
from calibration.readings import UnderReading, main, probe, reading_rows, under_reading
from calibration.solve import Solved
from scenarios.compare import plan as plans
from scenarios.compare.assemble import Results
from scenarios.compare.draws import PARAMETER, Draws, setting, source_hash, write_draws
from scenarios.compare.indicators import HEADLINES
from scenarios.compare.measure import history_names
from scenarios.compare.plan import make_plan, reading_name
from scenarios.compare.readings_table import READINGS_COLUMNS, read_readings_table, write_readings
from scenarios.compare.summary import sample_of
from scenarios.config import RunConfig, compose_run
from scenarios.figures import Figure
from scenarios.labels import CONF
from scenarios.progress import Progress
from scenarios.readings import alternative_readings, default_reading, read_readings
from scenarios.run import load_population
from simulation.population import Population

TOWN = "population.size=town"
TWO = ["baseline", "workshops"]
POOR = {**default_reading(read_readings(CONF / "reading" / "readings.yaml")), "labour_scope": "poor"}
SEARCH = "jobs.search_probability"


@pytest.fixture
def on_a_town(monkeypatch: pytest.MonkeyPatch, in_this_process: None) -> None:
    """Run two scenarios on a town instead of all of them on the city."""
    monkeypatch.setattr(command, "compose_run", lambda words: compose_run([*words, TOWN]))
    monkeypatch.setattr(command, "default_scenarios", lambda: TWO)
    monkeypatch.setattr(plans, "_sites_of", lambda config: 3)
    kept: dict[str, Population] = {}

    def made_once(config: RunConfig, figures: dict[str, Figure]) -> Population:
        name = reading_name(config)
        kept[name] = kept[name] if name in kept else load_population(config, figures)
        return kept[name]

    monkeypatch.setattr(command, "load_population", made_once)


@pytest.fixture(scope="module")
def draws() -> Draws:
    """Two draws that do not fit a town, which nobody asks here."""
    base = compose_run([TOWN])
    rates = {f"{PARAMETER}{key}": getattr(base.parameters.jobs, key.partition(".")[2]) for key in SOLVED.values()}
    rows = [{"draw": n, "seed": n + 1, f"{PARAMETER}residence.b_school": b, **rates} for n, b in ((2, 0.5), (6, 1.0))]
    return Draws(pd.DataFrame(rows), {"source": source_hash(), "setting": setting(base)})


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
    found = reading_rows(UnderReading(made, 0.9, 0.4)).set_index(["indicator", "scenario"])
    assert set(found.index.get_level_values("indicator")) == set(HEADLINES)
    settled = found.loc["households_settled"]
    assert settled["effect"].to_dict() == {"baseline": 0.0, "workshops": 15.0, "school_gap": 0.0}
    assert settled["rank"].to_dict() == {"baseline": 2, "workshops": 1, "school_gap": 2}
    assert settled["p_better"].to_dict() == {"baseline": 0.5, "workshops": 1.0, "school_gap": 0.5}
    assert settled.loc["school_gap", ["low", "high"]].tolist() == [-4.0, 4.0]
    assert set(settled["n_draws"]) == {2}
    assert set(settled["reading"]) == {"default"}
    assert (set(found["targets_met"]), set(found["patterns_met"])) == ({0.9}, {0.4})
    assert probe(made)["workshops"] == {"households_settled": [10.0, 20.0], "persons_resident": [0.0, 0.0]}


@pytest.mark.usefixtures("on_a_town")
def test_the_own_reading_runs_the_draws_as_they_are(monkeypatch: pytest.MonkeyPatch, draws: Draws) -> None:
    monkeypatch.setattr(command, "solve_rates", None)  # is not called
    default = {**POOR, "labour_scope": "all"}
    found = reading_rows(under_reading(default, False, draws, 2, 1, silent()))
    assert tuple(sorted(found.columns)) == tuple(sorted(READINGS_COLUMNS))
    assert set(found["reading"]) == {"default"}
    assert found["scenario"].tolist() == TWO * len(HEADLINES)
    assert set(found["targets_met"]) == set(found["patterns_met"]) == {1.0}  # it is their own reading
    effects = found.set_index(["indicator", "scenario"])["effect"]
    assert effects["households_settled", "baseline"] == 0.0
    assert effects["households_settled", "workshops"] != 0.0


@pytest.mark.usefixtures("on_a_town")
def test_another_reading_runs_rates_solved_for_it(monkeypatch: pytest.MonkeyPatch, draws: Draws) -> None:
    seen: list[tuple[float, int, bool]] = []
    searched = 0.3

    def solved(values: dict[str, float], rates: Any, report: Any, base: Any, seed: int, give_up: bool) -> Solved:
        seen.append((values["residence.b_school"], seed, give_up))
        assert report.reading == POOR
        model: Any = None
        return Solved({**values, SEARCH: searched}, model, 3, True)

    verdicts = iter([("near", "yes"), ("yes", "yes")])

    def compared(model: Any, report: Any) -> pd.DataFrame:
        target, pattern = next(verdicts)
        return pd.DataFrame({"kind": ["target", "target", "pattern"], "met": ["yes", target, pattern]})

    monkeypatch.setattr(command, "solve_rates", solved)
    monkeypatch.setattr(command, "compared", compared)
    found = reading_rows(under_reading(POOR, True, draws, 2, 1, silent()))
    assert seen == [(0.5, 3, False), (1.0, 7, False)]
    assert set(found["reading"]) == {"labour_scope=poor"}
    assert set(found["targets_met"]) == {0.5}  # near is not there
    assert set(found["patterns_met"]) == {1.0}
    # the runs had the solved rate: the same rows as draws that hold it from the start, run as they are
    other = Draws(draws.table.assign(**{f"{PARAMETER}{SEARCH}": searched}), draws.made)
    same = reading_rows(under_reading(POOR, False, other, 2, 1, silent()))
    unsolved = reading_rows(under_reading(POOR, False, draws, 2, 1, silent()))
    effects = ["effect", "low", "high", "p_better", "rank"]
    pd.testing.assert_frame_equal(found[effects], same[effects])
    assert not found[effects].equals(unsolved[effects])


Asked = list[tuple[dict[str, str], bool, int]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, on_a_town: None) -> Asked:
    """The readings that the command asks for; what comes out is made up, and does not depend on how many draws run."""
    noted: Asked = []

    def made_up(reading: dict[str, str], solve: bool, draws: Draws, n: int, *rest: Any) -> UnderReading:
        noted.append((reading, solve, n))
        words = [f"reading.{name}={value}" for name, value in reading.items()]
        configs = {name: compose_run([*words, f"scenario={name}"]) for name in TWO}
        plan = make_plan(configs, draws, n, 0, n_sites=3)
        names = plan.columns.names()
        values = np.zeros((n, 2, len(names)))
        values[:, 1] = np.arange(n)[:, None] + len(reading["labour_scope"])
        results = Results(plan, sample_of(plan.runs), names, values, np.zeros((n, 0)), np.zeros((n, 2, 3)))
        return UnderReading(results, 1.0, 0.5)

    monkeypatch.setattr(command, "under_reading", made_up)
    return noted


def test_the_command_writes_every_reading_and_checks_it(
    asked: Asked, monkeypatch: pytest.MonkeyPatch, draws: Draws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, table = tmp_path / "draws.csv", tmp_path / "readings.csv"
    write_draws(path, Draws(pd.concat([draws.table, draws.table.assign(draw=[8, 9])]), draws.made))
    words = [f"draws_file={path}", f"output={table}"]
    assert main(words) == 0
    switches = read_readings(CONF / "reading" / "readings.yaml")
    readings = [default_reading(switches), *alternative_readings(switches)]
    assert asked == [(reading, number > 0, 4) for number, reading in enumerate(readings)]
    found = read_readings_table(table)
    assert found is not None
    assert len(found.table) == len(readings) * len(TWO) * len(HEADLINES)
    assert found.made["draws"] == 4
    assert len(found.made["probes"]) == len(readings)
    # other sources make the same numbers: two draws of each reading are run, and only the hash is renewed
    before = table.read_bytes()
    write_readings(table, found._replace(made={**found.made, "source": "long ago"}))
    assert read_readings_table(table) is None
    asked.clear()
    assert main([*words, "check=true"]) == 0
    assert {n for *_, n in asked} == {2}
    assert table.read_bytes() == before
    assert read_readings_table(table) is not None
    # a number that differs: one line, and nothing is renewed
    name = "labour_scope=poor"
    probes = {**found.made["probes"], name: {**found.made["probes"][name], "baseline": {}}}
    write_readings(table, found._replace(made={**found.made, "probes": probes, "source": "long ago"}))
    capsys.readouterr()
    assert main([*words, "check=true"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.strip().count("\n")) == ("", 0)
    assert name in said.err
    assert "make readings" in said.err
    assert read_readings_table(table) is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["reading.labour_scope=poor"], "its own keys alone"),
        (["seed=2", "language=zh"], "只接受自己的键"),
        (["draws_file=nowhere.csv"], "make draws"),
        (["draws=1"], "draws"),
        (["output="], "empty"),
        (["processes=two"], "processes"),
        (["check=true"], "make readings"),
    ],
)
@pytest.mark.usefixtures("on_a_town")
def test_a_mistake_is_one_line_with_code_2(
    words: list[str], says: str, draws: Draws, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "draws.csv"
    write_draws(path, draws)
    own = [] if any(word.startswith("draws_file") for word in words) else [f"draws_file={path}"]
    given = [] if "output=" in words else [f"output={tmp_path / 'readings.csv'}"]
    assert main([*words, *own, *given]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert says in said.err
    assert not (tmp_path / "readings.csv").exists()
