"""What can alter each kind of result, on a copy of the tree: rules inside and outside, a comment, a move, a title."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.base.paths import ROOT
from scenarios.runs import sources
from scenarios.runs.sources import (
    RESULTS,
    closure_of,
    configuration_files,
    source_files,
    source_hash,
)

COPIED = ("simulation", "scenarios", "calibration", "conf")
DRAWN_OR_SAID = (
    "scenarios/brief/", "scenarios/pages/", "scenarios/commands/", "scenarios/runs/charts.py",
    "scenarios/runs/result_page.py", "scenarios/runs/facts.py", "calibration/findings/charts.py",
)  # fmt: skip
ALL, NONE = set(RESULTS), set[str]()
RUN_BY_MONTH = ALL - {"population"}
WITH_LEVERS = ALL - {"population", "sweep", "history", "posterior", "forecast"}
"""Levers do nothing before the report date; a sweep's are part of each run's identity as they were composed; a forecast
has none."""


def hashes(root: Path, altered: str = "") -> dict[str, str]:
    """Return the hash of every kind of result; altered: the only file that is another one than at the last call."""
    source_hash.cache_clear()
    closure_of.cache_clear()
    if altered:
        forget(root, altered)
    else:
        sources._sources.cache_clear()
    return {name: source_hash(name, root) for name in RESULTS}


def forget(root: Path, file: str) -> None:
    """Let a file of the tree be read again; all others are read once for all tests."""
    sources._sources(root)._modules.pop(file.removesuffix(".py").replace("/", "."), None)


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    return root


@pytest.fixture(scope="module")
def before(copied: Path) -> dict[str, str]:
    return hashes(copied)


def differing(found: dict[str, str], before: dict[str, str]) -> set[str]:
    return {name for name, value in found.items() if value != before[name]}


def alter(path: Path, function: str) -> None:
    """Put a statement into a function, after its docstring."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    nodes = [node for node in ast.walk(ast.parse("".join(lines))) if isinstance(node, ast.FunctionDef)]
    (found,) = (node for node in nodes if node.name == function)
    first = found.body[1 if ast.get_docstring(found) else 0]
    lines.insert(first.lineno - 1, f"{' ' * first.col_offset}altered = 1\n")
    path.write_text("".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "function", "expected"),
    [
        ("simulation/processes/jobs.py", "update_separations", RUN_BY_MONTH),
        ("scenarios/population/jobs.py", "draw_fairs", ALL),
        ("scenarios/runs/outcome.py", "report_table", {"run"}),
        ("scenarios/runs/model_run.py", "finished_run", {"run"}),
        ("scenarios/runs/model_run.py", "finished_nation", {"national"}),
        ("scenarios/households/diaries/runs.py", "finished_diaries", {"diaries"}),
        ("simulation/nation.py", "most_copies", {"national"}),
        ("scenarios/households/diaries/choice.py", "choose_households", {"diaries"}),
        ("scenarios/population/tables.py", "write_tables", {"population"}),
        ("scenarios/compare/runner.py", "run_once", {"comparison", "prior_effects", "readings"}),
        ("scenarios/compare/runner.py", "first_month", {"comparison", "prior_effects", "readings", "sweep"}),
        ("scenarios/compare/assemble.py", "tables_of", {"comparison"}),
        ("scenarios/compare/prior_effects.py", "prior_rows", {"comparison", "prior_effects"}),
        ("scenarios/sweep/work/run_maker.py", "measured_months", {"sweep"}),
        ("scenarios/sweep/work/city_runs.py", "history_runs", {"sweep"}),
        ("calibration/fitting/history.py", "outputs_of", {"history", "posterior", "readings", "rings"}),
        ("calibration/rings/measures.py", "more_seen_in_hamlet", {"rings"}),
        ("calibration/fitting/sampler.py", "effective", {"posterior", "readings"}),
        ("calibration/upkeep/readings.py", "reading_rows", {"readings"}),
        ("scenarios/doc_pages/plausibility/quantities.py", "occupancy", {"plausibility"}),
    ],
)
def test_a_rule_alters_the_results_that_it_reaches(
    file: str, function: str, expected: set[str], copied: Path, before: dict[str, str]
) -> None:
    kept = (copied / file).read_bytes()
    try:
        alter(copied / file, function)
        assert differing(hashes(copied, file), before) == expected
    finally:
        (copied / file).write_bytes(kept)
        forget(copied, file)


def drawn_otherwise(root: Path) -> None:
    """Charts, words, documents, commands, and what names the sources, do something else."""
    for file, function in (
        ("scenarios/runs/charts.py", "draw_run"),
        ("scenarios/brief/finding.py", "finding"),
        ("scenarios/pages/html_pages.py", "write_html"),
        ("scenarios/commands/run.py", "run"),
        ("calibration/findings/charts.py", "write_calibration_charts"),
        ("scenarios/runs/sources.py", "source_files"),
    ):
        alter(root / file, function)


def commented(root: Path) -> None:
    for path in (root / "simulation").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(f"# A comment.\n\n\n{text}\n\n# Another.\n", encoding="utf-8", newline="\r\n")


def said_otherwise(root: Path) -> None:
    """The first docstring of every file of the model and the words of every Text are other ones."""
    for path in (root / "simulation").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('"""', '"""Said in another way. ', 1), encoding="utf-8")
    for path in (root / "scenarios").rglob("*.py"):
        path.write_text(path.read_text(encoding="utf-8").replace('Text("', 'Text("Words: '), encoding="utf-8")


def moved(root: Path) -> None:
    """A file of rules has another name and place."""
    (root / "simulation/rules/lots.py").rename(root / "simulation/state/places_in_line.py")
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("simulation.rules.lots", "simulation.state.places_in_line"), encoding="utf-8")


def imported_in_another_order(root: Path) -> None:
    path = root / "simulation/city.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module != "__future__"]
    rest = [node for node in tree.body if node not in imports]
    tree.body = [*rest[:2], *reversed(imports), *rest[2:]]
    path.write_text(ast.unparse(tree), encoding="utf-8")


def configuration_said_otherwise(root: Path) -> None:
    """Comments, sources and titles of conf/ are other ones, and a file that no run reads is gone."""
    for path in (root / "conf").rglob("*.yaml"):
        text = path.read_text(encoding="utf-8").replace('source: "', 'source: "S01: ')
        path.write_text(text.replace("title_en: ", "title_en: My ") + "\n# A comment.\n", encoding="utf-8")
    (root / "conf/region/liupanshui/recommendations.csv").unlink()


@pytest.mark.parametrize(
    "change",
    [drawn_otherwise, commented, said_otherwise, moved, imported_in_another_order, configuration_said_otherwise],
)
def test_what_alters_no_number_alters_no_hash(
    change: Callable[[Path], None], copied: Path, before: dict[str, str], tmp_path: Path
) -> None:
    spoiled = Path(shutil.copytree(copied, tmp_path / "tree"))
    change(spoiled)
    assert {path: path.read_bytes() for path in spoiled.rglob("*.*")} != {
        spoiled / path.relative_to(copied): path.read_bytes() for path in copied.rglob("*.*")
    }
    assert differing(hashes(spoiled), before) == NONE


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("conf/config.yaml", "seed: 1 ", "seed: 2 ", ALL),
        ("conf/parameters/jobs.yaml", "separation_workshop: {value: 0.030", "separation_workshop: {value: 0.031", ALL),
        ("conf/region/liupanshui/figures.csv", "\npoor_townships,68,", "\npoor_townships,69,", ALL),
        ("conf/scenario/workshops.yaml", "size: 30", "size: 31", WITH_LEVERS),
        ("conf/labels/common.yaml", ": ", ": My ", NONE),
    ],
)
def test_a_number_of_the_configuration(
    file: str, old: str, new: str, expected: set[str], copied: Path, before: dict[str, str]
) -> None:
    kept = (copied / file).read_text(encoding="utf-8")
    assert old in kept
    try:
        (copied / file).write_text(kept.replace(old, new), encoding="utf-8")
        assert differing(hashes(copied, file), before) == expected
    finally:
        (copied / file).write_text(kept, encoding="utf-8")


@pytest.mark.parametrize("name", RESULTS)
def test_nothing_that_draws_or_says_is_reached(name: str) -> None:
    files = [path.relative_to(ROOT).as_posix() for path in source_files(name)]
    assert [file for file in files if file.startswith(DRAWN_OR_SAID)] == []
    assert {"scenarios/population/build.py", "conf/parameters/jobs.yaml"} <= set(files)
    assert ("simulation/processes/jobs.py" in files) == (name in RUN_BY_MONTH)


# Runs one kind of result on a small town in a process of its own, and tells which functions of the project were called
# and which files of conf/ were opened. What is called on import is not looked at: it would take a minute.
WATCHED = """
import json, sys
from pathlib import Path
from calibration.fitting.runs import HistoryRun, run_history, start_runs
from scenarios.report.figures import read_figures
from scenarios.runs.model_run import finished_run, write_tables
from scenarios.settings.config import compose_run
root, kind, folder = Path.cwd(), sys.argv[1], Path(sys.argv[2])
own = tuple(f"{root}/{package}/" for package in ("simulation", "scenarios", "calibration"))
seen, opened = set(), set()
def watch(frame, event, arg):
    seen.add(frame.f_code)
def listen(event, args):
    if event == "open" and str(args[0]).startswith(str(root / "conf")):
        opened.add(str(Path(args[0]).relative_to(root)))
sys.addaudithook(listen)
sys.settrace(watch)
words = ["population.size=town", "end=2020-06", "scenario=workshops"]
if kind == "run":
    config = compose_run(words)
    write_tables(folder, config, finished_run(config), read_figures(config.region / "figures.csv"))
else:
    start_runs(tuple(words[:1]), None)
    run_history(HistoryRun("", {}, 1))
sys.settrace(None)
names = ((Path(code.co_filename), code.co_qualname) for code in seen if code.co_filename.startswith(own))
called = {(".".join(path.relative_to(root).with_suffix("").parts), name.split(".")[0]) for path, name in names
          if not name.startswith("<")}
print(json.dumps([sorted(called), sorted(opened)]))
"""


@pytest.mark.parametrize("name", ["run", "history"])
def test_what_really_runs_lies_in_the_closure(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, name, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    called, opened = json.loads(done.stdout)
    parts = set(closure_of(name).parts)
    assert len(called) > 100
    assert {tuple(each) for each in called} - parts == set()
    files = {path.relative_to(ROOT).as_posix() for path in configuration_files(name)}
    others = ("conf/labels/", *(set(sources.LEVERS) - set(RESULTS[name].conf)))  # words, and levers that start later
    assert {path for path in opened if Path(path).suffix and not path.startswith(others)} <= files
