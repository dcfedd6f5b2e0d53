"""The folder of a comparison: what is in it, equal bytes, replaced only where it may be, whole or not there."""

from __future__ import annotations

import json
import platform
import re
import zipfile
from pathlib import Path

import pytest

from scenarios.base.labels import LANGUAGES, scenario_title
from scenarios.base.output.folders import MANIFEST, file_hash, write_manifest
from scenarios.base.paths import ROOT
from scenarios.brief import folder as brief_folder
from scenarios.brief.charts.drawing import CHARTS
from scenarios.brief.folder import KIND
from scenarios.compare.plan import SECOND_SEED
from scenarios.compare.tables import COLUMNS, RUNS_FILE, read_site_kinds, read_tables, read_titles
from scenarios.runs.parameter_sets import read_draws
from scenarios.runs.provenance import (
    LIBRARIES,
    LOCK,
    commit,
    text_hash,
)
from scenarios.settings.config import compose_run
from tests.html_checker import Checker
from tests.scenarios.brief.town import (
    END,
    TOWN,
    compare,
    contents,
    keep_outcomes,
    make_draws,
    write_fast,
)

TABLES = {f"tables/{name}.csv" for name in (*COLUMNS, "scenarios", "places")} | {f"tables/{RUNS_FILE}"}
OFFICE = {f"tables/tables.{language}.xlsx" for language in LANGUAGES}
BRIEFS = {f"brief.{language}.{form}" for language in LANGUAGES for form in ("html", "docx")}
FIGURES = {f"figures/{language}/{name}.{form}" for language in LANGUAGES for name in CHARTS for form in ("svg", "png")}


@pytest.fixture(scope="module")
def draws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_draws(tmp_path_factory.mktemp("draws"))


@pytest.fixture(scope="module")
def first(draws: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a comparison, from the command to the documents; the outcomes of its runs are kept."""
    folder = tmp_path_factory.mktemp("comparison") / "outputs" / "town"
    with pytest.MonkeyPatch.context() as patch:
        counted = keep_outcomes(patch)
        assert compare(draws, folder) == 0
        assert counted == [1]
    return folder


@pytest.fixture
def fast(first: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder beside the first one, for comparisons whose runs are known and whose documents are one word."""
    keep_outcomes(monkeypatch)
    write_fast(monkeypatch)
    return first.parent / "other"


@pytest.fixture
def old(fast: Path, tmp_path: Path) -> Path:
    """A folder with the results of another comparison."""
    folder = tmp_path / "old"
    for name in ("brief.en.html", "tables/effects.csv", "figures/en/cost.svg"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("an older comparison", encoding="utf-8")
    write_manifest(folder, {"kind": KIND, "digest": "another"})
    return folder


def test_exactly_what_belongs_there(first: Path) -> None:
    assert set(contents(first)) == TABLES | OFFICE | BRIEFS | FIGURES | {MANIFEST}
    assert [path.name for path in first.parent.iterdir()] == [first.name]  # nothing half-written beside it


def test_the_manifest(first: Path, draws: Path) -> None:
    manifest = json.loads((first / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["files"] == {name: file_hash(first / name) for name in contents(first) if name != MANIFEST}
    config = compose_run([TOWN, END])
    assert manifest["configuration"] == config.resolved
    assert manifest["scenarios"]["baseline"] == {"digest": config.digest, "levers": {}}
    assert list(manifest["scenarios"]["workshops"]["levers"]) == ["workshops"]
    table = read_draws(draws).table
    seeds = [(int(draw), int(seed)) for draw, seed in zip(table["draw"], table["seed"], strict=True)]
    assert [(run["draw"], run["seed"]) for run in manifest["runs"]] == [
        *seeds, (seeds[0][0], seeds[0][1] + SECOND_SEED),
    ]  # fmt: skip
    assert {name: manifest["code"][name] for name in ("commit",)} == {"commit": commit("comparison")["commit"]}
    assert re.fullmatch("[0-9a-f]{64}", manifest["code"]["source"])
    assert manifest["lock"] == text_hash([ROOT / LOCK])
    assert set(manifest["versions"]) == {"python", *LIBRARIES}
    assert manifest["versions"]["python"] == platform.python_version()
    assert manifest["draws"]["source"] == read_draws(draws).made["source"]
    assert str(first) not in (first / MANIFEST).read_text(encoding="utf-8")


def test_the_tables_can_be_read_back(first: Path) -> None:
    tables = read_tables(first / "tables")
    assert set(tables.effects["scenario"]) == {"workshops"}
    assert set(tables.effects["n_draws"]) == {2}
    assert set(tables.effects["n_seeds"]) == {3}
    for language in LANGUAGES:
        titles = read_titles(first / "tables", language)
        assert titles == {name: scenario_title(name, language) for name in ("baseline", "workshops")}
        assert next(iter(titles)) == "baseline"
    assert len(read_site_kinds(first / "tables")) == tables.sites["site"].nunique()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_one_file(first: Path, language: str) -> None:
    page = (first / f"brief.{language}.html").read_text(encoding="utf-8")
    checked = Checker(page)
    checked.check()
    assert not re.search(r"""\ssrc=|src:\s*url\((?!data:)|url\((?!data:|["']?#|[\w-]+\))""", page)
    assert set(re.findall(r"https?://[^\s\"'<)]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert page.count("<svg") == len(CHARTS)
    for name in ("baseline", "workshops"):
        assert scenario_title(name, language) in " ".join(checked.texts)
    assert str(first) not in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_file_holds_its_charts(first: Path, language: str) -> None:
    with zipfile.ZipFile(first / f"brief.{language}.docx") as package:
        assert len([name for name in package.namelist() if name.startswith("word/media/")]) == len(CHARTS)
        relations = package.read("word/_rels/document.xml.rels").decode()
    assert 'TargetMode="External"' not in relations


def test_the_same_input_gives_the_same_bytes(first: Path, draws: Path, tmp_path: Path) -> None:
    """Runs, charts and documents anew, into another folder, with a summary in Chinese."""
    assert compare(draws, tmp_path / "again", "language=zh") == 0
    before, after = contents(first), contents(tmp_path / "again")
    assert set(before) == set(after)
    assert [name for name in before if before[name] != after[name] and name != MANIFEST] == []
    manifests = [json.loads(files[MANIFEST]) for files in (before, after)]
    if manifests[0]["code"] == manifests[1]["code"]:  # nobody committed in between
        assert before[MANIFEST] == after[MANIFEST]


def test_the_same_comparison_may_be_written_again(fast: Path, draws: Path) -> None:
    for _ in range(2):
        assert compare(draws, fast) == 0
    assert (fast / MANIFEST).is_file()


def test_another_comparison_is_replaced_only_if_asked(
    old: Path, draws: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(old)
    capsys.readouterr()
    assert compare(draws, old) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert str(old) in error
    assert contents(old) == before
    assert compare(draws, old, "replace=true") == 0
    assert json.loads((old / MANIFEST).read_text(encoding="utf-8"))["digest"] != "another"
    assert [path.name for path in old.parent.iterdir()] == [old.name]


@pytest.mark.parametrize("foreign", ["notes.txt", "figures/en/.mine"])
def test_files_of_the_user_are_never_replaced(old: Path, draws: Path, foreign: str) -> None:
    (old / foreign).write_text("mine", encoding="utf-8")
    before = contents(old)
    for words in ((), ("replace=true",)):
        assert compare(draws, old, *words) == 2
        assert contents(old) == before


def test_a_run_and_a_foreign_folder_are_never_replaced(old: Path, draws: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    run.mkdir()
    (run / "figure.svg").write_text("x", encoding="utf-8")
    write_manifest(run, {"kind": "run", "digest": "x"})
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.docx").write_text("x", encoding="utf-8")
    for folder in (run, foreign):
        before = contents(folder)
        assert compare(draws, folder, "replace=true") == 2
        assert contents(folder) == before


def test_a_failure_leaves_nothing_half_written(old: Path, draws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: Path, *_: object) -> Path:
        path.write_text("half a docu", encoding="utf-8")
        raise RuntimeError("no room for the document")

    monkeypatch.setattr(brief_folder, "write_word", fail)
    before = contents(old)
    with pytest.raises(RuntimeError, match="no room"):
        compare(draws, old, "replace=true")
    assert contents(old) == before
    with pytest.raises(RuntimeError, match="no room"):
        compare(draws, old.parent / "far" / "new")
    assert [path.name for path in old.parent.iterdir()] == [old.name]


def test_a_full_disk_is_one_line(
    old: Path, draws: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(path: Path, *_: object) -> Path:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(brief_folder, "write_word", fail)
    before = contents(old)
    capsys.readouterr()
    assert compare(draws, old, "replace=true", "language=zh") == 2
    *stages, error = capsys.readouterr().err.splitlines()
    assert "No space left on device" in error
    assert all(stage.endswith(" ...") for stage in stages)
    assert contents(old) == before


def test_ctrl_c_while_writing(old: Path, draws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(brief_folder, "write_word", stop)
    before = contents(old)
    assert compare(draws, old, "replace=true") == 130
    assert contents(old) == before
    assert [path.name for path in old.parent.iterdir()] == [old.name]
