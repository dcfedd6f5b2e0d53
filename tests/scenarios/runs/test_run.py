"""Whole runs on the small town: the folder, its manifest, the same bytes for the same input."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from scenarios.base import beside
from scenarios.base.errors import UserError
from scenarios.base.output.folders import (
    MANIFEST,
    file_hash,
    files_in,
    read_manifest,
)
from scenarios.base.paths import ROOT
from scenarios.base.progress import Progress
from scenarios.base.version import VERSION
from scenarios.entries.comparing import POPULATION_TABLES
from scenarios.entries.model import RUN
from scenarios.population.load import load_population
from scenarios.runs import run
from scenarios.runs.model_run import POPULATION, STARTING, finished_run
from scenarios.runs.provenance import run_manifest
from scenarios.runs.run import run_scenario
from scenarios.runs.series import city_table, drawn_rows, site_table
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig, compose_run

TOWN = ["population.size=town", "end=2020-06"]
TABLES = {"indicators.parquet", "indicators_city.csv", "money.csv", "report_table.csv", "report.html", "tables.xlsx"}
FINAL = {f"final/{name}.parquet" for name in ("households", "persons", "sites", "posts")}


def town(folder: Path, *words: str) -> RunConfig:
    return compose_run([*TOWN, f"output={folder}", *words])


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "workshops"
    return run_scenario(town(folder, "scenario=workshops", "levers.workshops.size=2"))


def test_the_folder_is_whole(finished: Path) -> None:
    names = set(files_in(finished))
    assert names >= TABLES | FINAL | {MANIFEST}
    assert {name for name in names if name.endswith(".svg")}
    assert [path.name for path in finished.parent.iterdir()] == ["workshops"]


def test_the_manifest_speaks_for_every_file(finished: Path) -> None:
    manifest = read_manifest(finished)
    assert manifest is not None
    assert set(manifest["files"]) | {MANIFEST} == set(files_in(finished))
    assert all(file_hash(finished / name) == digest for name, digest in manifest["files"].items())
    config = town(finished, "scenario=workshops", "levers.workshops.size=2")
    assert manifest["digest"] == config.digest
    assert manifest["configuration"] == json.loads(json.dumps(config.resolved))
    assert manifest["configuration"]["levers"]["workshops"]["size"] == 2
    assert manifest["outside_prior"] == []
    assert manifest["version"] == VERSION
    assert manifest["code"]["source"] == source_hash("run")
    assert set(manifest["versions"]) == {"python", "mesa", "numpy", "numba", "pandas", "pyarrow"}
    assert str(finished.parent) not in (finished / MANIFEST).read_text(encoding="utf-8")


def test_the_tables_hold_what_their_names_say(finished: Path) -> None:
    frame = pd.read_parquet(finished / "indicators.parquet")
    assert list(frame.columns) == ["month", "place", "group", "indicator", "unit", "value"]
    assert frame["month"].nunique() == 54
    city = pd.read_csv(finished / "indicators_city.csv")
    assert set(city["place"]) == {"city"}
    assert set(city["group"]) == {"all"}
    assert b"\r" not in (finished / "indicators_city.csv").read_bytes()
    money = pd.read_csv(finished / "money.csv")
    assert set(money["lever"]) == {"workshops"}
    assert money["month"].min() == "2020-01"
    assert len(pd.read_parquet(finished / "final" / "sites.parquet")) == frame["place"].nunique() - 1


def test_the_same_input_gives_the_same_bytes(finished: Path, tmp_path: Path) -> None:
    again = run_scenario(town(tmp_path / "again", "scenario=workshops", "levers.workshops.size=2"))
    assert {name: file_hash(again / name) for name in files_in(again)} == {
        name: file_hash(finished / name) for name in files_in(finished)
    }


def test_the_language_alters_no_number(finished: Path, tmp_path: Path) -> None:
    chinese = run_scenario(town(tmp_path / "zh", "scenario=workshops", "levers.workshops.size=2", "language=zh"))
    for name in FINAL | {"indicators.parquet", "indicators_city.csv", "money.csv"}:
        assert file_hash(chinese / name) == file_hash(finished / name), name
    assert "增设扶贫车间" in (chinese / "report.html").read_text(encoding="utf-8")


def test_nothing_differs_before_the_lever_starts(finished: Path, tmp_path: Path) -> None:
    baseline = run_scenario(town(tmp_path / "baseline"))
    first, second = (pd.read_parquet(folder / "indicators.parquet") for folder in (finished, baseline))
    before = [frame[frame["month"] < "2020-01"].reset_index(drop=True) for frame in (first, second)]
    pd.testing.assert_frame_equal(before[0], before[1], check_exact=True)
    assert len(pd.read_csv(baseline / "money.csv")) == 0


def test_the_command_prints_table_and_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*TOWN, f"output={tmp_path / 'out'}", "parameters.residence.seat_worth=2.5", "language=zh"]
    assert RUN.enter(words) == 0
    said = capsys.readouterr()
    assert "劳动力就业创业" in said.out
    assert "parameters.residence.seat_worth" in said.out
    assert "report.html" in said.out
    assert said.err.splitlines() == [f"{stage.zh} ..." for stage in (POPULATION, STARTING, run.WRITING)]
    manifest = read_manifest(tmp_path / "out")
    assert manifest is not None
    assert manifest["outside_prior"] == ["parameters.residence.seat_worth"]


def test_a_second_process_and_this_one_write_the_same_bytes(
    tmp_path: Path, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [*TOWN, "scenario=workshops", "levers.workshops.size=2"]
    for processors in (1, 2):
        monkeypatch.setattr(beside, "available_processors", lambda processors=processors: processors)
        out = tmp_path / str(processors)
        assert RUN.enter([*words, f"output={out}"]) == 0
        assert {name: file_hash(out / name) for name in files_in(out)} == {
            name: file_hash(finished / name) for name in files_in(finished)
        }


@pytest.mark.parametrize("step", ["ask", "answer"])
def test_a_second_process_that_was_killed_leaves_nothing(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(beside, "available_processors", lambda: 2)
    name = {"ask": "MADE_OF", "answer": "WRITE_PAGE"}[step]
    monkeypatch.setattr(run, name, "tests.scenarios.base.test_beside:killed_by")
    assert RUN.enter([*TOWN, f"output={tmp_path / 'runs' / 'out'}"]) == 2
    assert "the second process of the command was killed" in capsys.readouterr().err.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_the_charts_are_drawn_of_few_rows(tmp_path: Path) -> None:
    records = finished_run(town(tmp_path)).model.records
    rows, frame = drawn_rows(records), records.frame()
    assert 0 < len(rows) < 0.2 * len(frame)
    pd.testing.assert_frame_equal(city_table(rows), city_table(frame))
    for month in ("2019-12", "2020-06"):
        pd.testing.assert_frame_equal(site_table(rows, month), site_table(frame, month))


@pytest.mark.parametrize("step", ["drawn_rows", "write_tables"])
def test_ctrl_c_leaves_nothing(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, step, stop)
    assert RUN.enter([*TOWN, f"output={tmp_path / 'runs' / 'out'}"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "stopped; nothing was written"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_another_run_is_refused_before_the_run(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "finished_run", lambda *_: pytest.fail("must not start"))
    with pytest.raises(UserError, match="another run"):
        run_scenario(town(finished, "seed=2"))


def test_progress_is_called_after_every_month(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    called: list[tuple[int, int]] = []

    class Watch(Progress):
        def __call__(self, done: int, total: int) -> None:
            called.append((done, total))

    run_scenario(town(tmp_path / "out", "end=2019-12"), Watch())
    assert called == [(done, 48) for done in range(1, 49)]


# Tables of the user


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / "town"
    assert POPULATION_TABLES.enter(["population.size=town", f"output={folder}"]) == 0
    return folder


def test_written_tables_are_the_population(tables: Path, tmp_path: Path) -> None:
    config = town(tmp_path)
    drawn = load_population(config)
    for name, table in drawn.tables().items():
        pd.testing.assert_frame_equal(pd.read_parquet(tables / f"{name}.parquet"), table, check_dtype=False)


def test_a_run_takes_a_table_of_the_user(tables: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    fairs = pd.read_parquet(tables / "fairs.parquet").assign(posts=0)
    fairs.to_csv(own / "fairs.csv", index=False)
    config = town(tmp_path / "out", f"population.tables={own}", "end=2019-12")
    folder = run_scenario(config)
    city = pd.read_csv(folder / "indicators_city.csv")
    assert city.loc[city["indicator"] == "fair_matches", "value"].sum() == 0
    assert run_manifest(config)["configuration"]["population"]["tables"] == {"fairs.csv": file_hash(own / "fairs.csv")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda table: table.drop(columns="posts"), "column posts"),
        (lambda table: table.assign(posts="many"), "a number"),
        (lambda table: table.assign(colour=1), "column colour"),
    ],
)
def test_a_wrong_table_is_one_line(
    change: Callable[[pd.DataFrame], pd.DataFrame],
    expected: str,
    tables: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    change(pd.read_parquet(tables / "fairs.parquet")).to_csv(own / "fairs.csv", index=False)
    assert RUN.enter([*TOWN, f"output={tmp_path / 'out'}", f"population.tables={own}"]) == 2
    stage, error = capsys.readouterr().err.splitlines()
    assert stage == f"{POPULATION.en} ..."
    assert expected in error
    assert not (tmp_path / "out").exists()


def test_a_folder_without_tables_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert RUN.enter([*TOWN, f"output={tmp_path / 'out'}", f"population.tables={tmp_path}"]) == 2
    assert "households" in capsys.readouterr().err


GIT = """
import os, sys
from pathlib import Path
from scenarios.runs import provenance
provenance.ROOT = Path(sys.argv[1])
print(provenance._git("rev-parse", "--show-toplevel") == os.fspath(provenance.ROOT))
"""


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "C.UTF-8"}]
)
def test_git_answers_below_a_chinese_folder_whatever_the_encoding(locale: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "安居").mkdir()
    subprocess.run(["git", "init", "--quiet", tmp_path / "安居"], check=True)
    done = subprocess.run(
        [sys.executable, "-c", GIT, tmp_path / "安居"],
        env={**os.environ, "PYTHONPATH": str(ROOT), **locale}, cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [b"True"]
