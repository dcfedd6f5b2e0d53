"""The folder of an answer: the command that writes it, what is in it, whole or not at all, and the page itself."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from docx import Document as WordDocument

from scenarios.base.labels import LANGUAGES, label, read_labels
from scenarios.base.output.folders import file_hash
from scenarios.entries.sweep import SWEEP
from scenarios.sweep.answer.charts.heat import heat_axes, heat_chart, heat_rows
from scenarios.sweep.answer.charts.responses import responses_chart
from scenarios.sweep.answer.folder import ANSWER, KIND
from scenarios.sweep.answer.names import names_of
from scenarios.sweep.answer.tables import Tables
from tests.html_checker import Checker
from tests.scenarios.pages.test_excel import read_book
from tests.scenarios.sweep.answer.made_sweep import SEATS, SIZE, Made, Value, answered, filled, planned
from tests.scenarios.sweep.answer.test_tables import AXES, value

CHARTS = ("responses", "heat")


def written(folder: Path, of: Value = value, code: int = 0, language: str = "en", **more: object) -> Path:
    """Fill a sweep's folder and let the command write its answer; return the folder of the answer."""
    filled(folder, planned(more.pop("axes", AXES), **more), of)  # type: ignore[arg-type]
    assert SWEEP.enter(["table", f"output={folder}", f"language={language}"]) == code
    return folder / ANSWER


def files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): file_hash(path) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_the_command_writes_tables_charts_and_pages(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = written(tmp_path / "sweep")
    wanted = {f"tables/{name}.csv" for name in Tables._fields} | {f"tables/tables.{lang}.xlsx" for lang in LANGUAGES}
    wanted |= {f"answer.{lang}.{form}" for lang in LANGUAGES for form in ("html", "docx")}
    wanted |= {f"figures/{lang}/{name}.{form}" for lang in LANGUAGES for name in CHARTS for form in ("svg", "png")}
    assert set(files(folder)) == wanted | {"manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    collected = json.loads((tmp_path / "sweep" / "collected.json").read_text(encoding="utf-8"))
    assert (manifest["kind"], manifest["digest"]) == (KIND, collected["content"])
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Table: ")
    assert said[-2].startswith("Of 2 choices, this one does most for 'Households settled'")
    assert said[-1].startswith("Page: ")
    assert "answer.en.html" in said[-1]


def test_the_same_runs_give_the_same_bytes_and_take_the_old_answers_place(tmp_path: Path) -> None:
    one = files(written(tmp_path / "sweep"))
    assert SWEEP.enter(["table", f"output={tmp_path / 'sweep'}"]) == 0
    other = files(tmp_path / "sweep" / ANSWER)
    assert {name for name in one if one[name] != other[name]} <= {"manifest.json"}


def test_what_another_wrote_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sweep"
    filled(folder, planned(AXES), value)
    (folder / ANSWER).mkdir()
    (folder / ANSWER / "letter.txt").write_text("dear")
    assert SWEEP.enter(["table", f"output={folder}"]) == 2
    assert "no run wrote" in capsys.readouterr().err
    assert files(folder / ANSWER).keys() == {"letter.txt"}


def test_an_answer_that_cannot_be_finished_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ValueError("the printer is out of ink")

    monkeypatch.setattr("scenarios.sweep.answer.folder.write_word", fails)
    folder = tmp_path / "sweep"
    filled(folder, planned(AXES), value)
    with pytest.raises(ValueError, match="out of ink"):
        SWEEP.enter(["table", f"output={folder}"])
    assert not (folder / ANSWER).exists()
    assert not list(folder.glob(".*"))


def test_a_folder_without_a_sweep_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert SWEEP.enter(["table", f"output={tmp_path / 'none'}"]) == 2
    assert "no sweep in this folder" in capsys.readouterr().err
    assert SWEEP.enter(["table", f"output={tmp_path / 'none'}", "seeds=3"]) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_sound_and_its_numbers_are_those_of_the_tables(language: str, tmp_path: Path) -> None:
    folder = written(tmp_path / "sweep", language=language)
    page = (folder / f"answer.{language}.html").read_text(encoding="utf-8")
    checker = Checker(page)
    checker.check()
    text = " ".join(" ".join(checker.texts).split())
    # by hand (test_tables): sizes 20 and 10, their choices, and the axes
    for number in ("+7 [+5, +9]", "+2 [+1, +4]", "2/2", "20.0", "10.0", "+8 [+7, +8]", "+8 [+6, +10]", "+1 [0, +2]"):
        assert number in text, number
    assert not re.search(r"\{\w+\}", text)
    assert page.count("<svg") == len(CHARTS)
    assert label("sweep_answer.town", language) in text
    title = label("sweep_answer.answer_heading", language)
    assert text.index(title) < text.index(label("sweep_answer.choices_heading", language))
    word = WordDocument(str(folder / f"answer.{language}.docx"))
    tables = [[cell.text for cell in row.cells] for table in word.tables for row in table.rows]
    assert any("+7 [+5, +9]" in row for row in tables)


def test_csv_and_workbook_hold_the_tables(tmp_path: Path) -> None:
    folder = written(tmp_path / "sweep") / "tables"
    answer, _ = answered(tmp_path / "same", planned(AXES), value)
    for name, table in answer.tables._asdict().items():
        assert pd.read_csv(folder / f"{name}.csv").shape == table.shape, name
    points = pd.read_csv(folder / "points.csv")
    one = points[(points["indicator"] == "households_settled") & (points[SIZE] == 20) & (points[SEATS] == 0.2)]
    assert one[["effect", "low", "high"]].to_numpy().tolist() == [[12.0, 9.0, 15.0]]
    for language in LANGUAGES:
        book = read_book(folder / f"tables.{language}.xlsx")
        assert list(book)[1:] == [label(f"excel_name.{name}", language) for name in Tables._fields]
        heads, *cells = book[label("excel_name.choices", language)]
        row = next(row for row in cells if row[1] == 20)
        assert row[heads.index(label("excel_head.mean", language))] == 7


def test_the_workbook_says_what_every_column_is(tmp_path: Path) -> None:
    answer, _ = answered(tmp_path, planned(AXES), value)
    for name, table in answer.tables._asdict().items():
        for section in ("excel_name", "excel_about"):
            assert f"{section}.{name}" in read_labels()
        for column in table.columns:
            if "." not in column:
                assert f"excel_head.{column}" in read_labels(), column
                assert {f"excel_meaning.{column}", f"excel_meaning.{name}_{column}"} & set(read_labels()), (
                    name,
                    column,
                )


def test_failed_runs_are_named_on_the_page_and_change_the_exit_code(tmp_path: Path) -> None:
    def failing(made: Made) -> list[float] | str:
        fails = made.scenario != "baseline" and (made.values[SIZE], made.values[SEATS], made.seed) == (20, 0.2, 2)
        return "ValueError: no such flat" if fails else value(made)

    folder = written(tmp_path / "sweep", failing, code=1)
    text = " ".join(Checker((folder / "answer.en.html").read_text(encoding="utf-8")).texts)
    assert "Workshops: 20 workshops; worth of a school seat 0.2, seed 2: ValueError: no such flat" in text
    with (tmp_path / "sweep" / "failures.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 1


def test_one_seed_shows_no_interval_and_no_probability(tmp_path: Path) -> None:
    folder = written(tmp_path / "sweep", seeds=1)
    text = " ".join(Checker((folder / "answer.en.html").read_text(encoding="utf-8")).texts)
    assert not re.search(r"\[[^\]]*\d", text)
    assert "90 %" not in text
    assert "no interval" in text


def test_a_sweep_of_scenarios_alone_has_a_chart_of_them(tmp_path: Path) -> None:
    def by_name(made: Made) -> list[float]:
        return [100.0 + {"baseline": 0, "workshops": 5, "bus_lines": 8}[made.scenario], 0.5, 0.0]

    folder = written(tmp_path / "sweep", by_name, axes=[], scenarios=["workshops", "bus_lines"])
    assert (folder / "figures" / "en" / "responses.svg").is_file()
    assert not (folder / "figures" / "en" / "heat.svg").exists()
    text = " ".join(Checker((folder / "answer.en.html").read_text(encoding="utf-8")).texts)
    assert "this one does most for 'Households settled': Bus lines." in text


def test_one_point_has_no_chart(tmp_path: Path) -> None:
    folder = written(tmp_path / "sweep", lambda made: [100.0 + 5 * (made.scenario == "workshops"), 0.5, 0.0], axes=[])
    assert not (folder / "figures").exists()
    text = " ".join(Checker((folder / "answer.en.html").read_text(encoding="utf-8")).texts)
    assert "Nothing varies but the seeds and draws" in text


def test_the_field_shows_the_two_axes_with_the_largest_ranges(tmp_path: Path) -> None:
    phase = "levers.workshops.phase_in_months"

    def three(made: Made) -> list[float]:
        gain = made.values.get(SIZE) or 0.0
        late = (made.values.get(phase) or 0) / 12
        return [100.0 + gain + late + 50 * made.values[SEATS] * (made.scenario != "baseline"), 0.5, 0.0]

    axes = [{"grid": {phase: [12, 24]}}, *AXES]
    answer, _ = answered(tmp_path, planned(axes), three)
    assert heat_axes(answer) == (SEATS, SIZE)  # 30 and 10, before 1
    rows = heat_rows(answer).set_index(["one", "other"])["mean"]
    assert rows["0.8", "20"] == pytest.approx(20 + 1.5 + 40)
    names = names_of(answer.plan, "en")
    drawn = {text.get_text() for text in heat_chart(answer, names).axes[0].texts}
    assert "+62" in drawn
    panels = [axes.get_title() for axes in responses_chart(answer, names).axes]
    assert panels[:2] == ["worth of a school seat", "Workshops, size (workshops)"]


def test_a_long_table_is_cut_in_the_workbook_and_not_in_its_csv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scenarios.sweep.answer.folder.MOST_ROWS", 6)
    folder = written(tmp_path / "sweep") / "tables"
    book = read_book(folder / "tables.en.xlsx")
    assert len(pd.read_csv(folder / "points.csv")) == 18  # 6 points, 3 outputs
    assert len(book["Points"]) == 1 + 6
    assert any("the workbook has the first 6 of" in str(cell) for row in book["README"] for cell in row)
