"""The notebooks: stored without results, and they run on small saved results."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from scenarios.base.labels import LANGUAGES, scenario_title
from scenarios.base.paths import ROOT
from scenarios.brief.charts.drawing import CHARTS
from scenarios.compare.tables import write_lists, write_tables
from scenarios.entries.comparing import DIARIES
from scenarios.entries.sweep import SWEEP
from scenarios.households.diaries.chart import NAME
from tests.scenarios.made_tables import SCENARIOS, made_tables
from tests.scenarios.runs.made_run import KINDS

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LARGEST_BYTES = 20_000
SECONDS = 120


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of saved results: diaries and a sweep of the small town, and tables made by hand."""
    folder = tmp_path_factory.mktemp("outputs")
    assert DIARIES.enter(["population.size=town", f"output={folder / 'diaries'}"]) == 0
    sweep = folder / "sweeps" / "small_town"
    assert SWEEP.enter(["sweep=small_town", "seeds=2", "launcher.processes=1", f"output={sweep}"]) == 0
    tables = folder / "brief" / "tables"
    write_tables(tables, made_tables())
    titles = {name: {language: scenario_title(name, language) for language in LANGUAGES} for name in SCENARIOS}
    write_lists(tables, titles, KINDS)
    return folder


def run(path: Path, folder: Path) -> list[nbformat.NotebookNode]:
    """Run a notebook as from `folder`, without changing its file; return what its cells show."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(folder)}}).execute()
    return [shown for cell in notebook.cells if cell.cell_type == "code" for shown in cell.outputs]


def test_there_are_three() -> None:
    names = ["01_ten_households.ipynb", "02_compare_scenarios.ipynb", "03_sweep.ipynb"]
    assert [path.name for path in NOTEBOOKS] == names


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_without_results(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert path.stat().st_size < LARGEST_BYTES
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


@pytest.mark.parametrize(
    ("number", "charts"),
    [(0, (NAME,)), (1, CHARTS), (2, ("responses", "heat"))],
    ids=["diaries", "brief", "sweep"],
)
def test_runs_on_saved_results(
    number: int, charts: tuple[str, ...], outputs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANJU_OUTPUTS", str(outputs))
    shown = run(NOTEBOOKS[number], ROOT / "notebooks")
    assert not [output for output in shown if output.output_type == "error"]
    assert not [output["text"] for output in shown if output.get("name") == "stderr"]
    assert len([output for output in shown if "image/svg+xml" in output.get("data", {})]) == len(charts)
    for name in charts:
        assert (outputs / "notebooks" / "en" / f"{name}.svg").is_file()
    assert len([output for output in shown if "text/html" in output.get("data", {})]) >= 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_missing_results_are_one_sentence(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also from a folder further below the root; without a kernel, which takes seconds to start."""
    monkeypatch.setenv("ANJU_OUTPUTS", str(tmp_path))
    monkeypatch.chdir(ROOT / "tests" / "scenarios")
    monkeypatch.setattr(sys, "path", list(sys.path))
    names: dict[str, object] = {}
    imports, reading, *_ = (cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    with warnings.catch_warnings():
        exec(imports, names)
    assert names["ROOT"] == ROOT
    with pytest.raises(SystemExit, match=r"python -m scenarios.(diaries|sweep)|make brief") as stop:
        exec(reading, names)
    assert "\n" not in str(stop.value)
    assert list(tmp_path.iterdir()) == []
