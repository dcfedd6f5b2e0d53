"""`python -m calibration.validate` on a town: verdicts by hand, the whole command, one line for every mistake."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration.entries import VALIDATE
from calibration.validate.measure_list import MEASURES
from calibration.validate.places import Place
from calibration.validate.predictive import (
    COMPARED_COLUMNS,
    INSIDE_50,
    INSIDE_90,
    OUTSIDE,
    RUNNING,
    compare,
    compared_table,
    expected_share,
)
from calibration.validate.rows import OutsideFigure
from scenarios.base.labels import LANGUAGES, label
from scenarios.population.load import load_population
from scenarios.runs.parameter_sets import (
    PARAMETER,
    TARGET,
    Draws,
    setting,
    write_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.runs.targets import targets_of
from scenarios.settings.config import compose_run
from scenarios.settings.parameter_values import rounded
from simulation.city import City, Given
from simulation.records.indicators import INDICATORS
from simulation.state.policy import BASELINE

TOWN = "population.size=town"
HEADER = "id,measure,place,month,value,low,high,source"
DRAWN = f"{PARAMETER}jobs.search_probability"
ROWS = """\
births,births_year,city,2020-12,3,2,6,yearbook
rate,employment_rate,city,2019-06,0.7,,,census
settled,households_settled,site_02,2020-03,100,90,110,visit
left,returned_share,registered_poor,2019-12,1,,,hearsay
"""
FILES = ["validation.csv"] + [f"validation.{language}.{form}" for language in LANGUAGES for form in ("png", "svg")]
CITY = Place("city", 0, 3, 302)
MODEL = ("numpy", "pandas", "numba", "mesa", "matplotlib", "hydra", "scipy", "simulation.city")


def rows_file(folder: Path, text: str = ROWS) -> Path:
    path = folder / "rows.csv"
    path.write_text(f"{HEADER}\n{text}", encoding="utf-8")
    return path


def draws_file(folder: Path, seeds: tuple[int, ...] = (1, 2, 3), **more: list[float]) -> Path:
    """Write draws for the town whose search alone differs; more: columns of the table."""
    table = pd.DataFrame({"draw": range(len(seeds)), "seed": seeds, DRAWN: [0.25 + 0.05 * s for s in seeds], **more})
    path = folder / "draws.csv"
    write_draws(path, Draws(table, {"setting": setting(compose_run([TOWN])), "source": source_hash("posterior")}))
    return path


def town_run(seed: int, months: int) -> City:
    """Run the town as a draw of `draws_file` with this seed."""
    config = compose_run([TOWN, "future=as_it_happened"])
    numbers = config.parameters._replace(jobs=config.parameters.jobs._replace(search_probability=0.25 + 0.05 * seed))
    population = load_population(config)
    city = City()
    city.begin(Given(population, numbers, seed, months, future=config.future), BASELINE)
    while city.month < city.months:
        city.advance()
    return city


def figure_of(value: float, low: float = math.nan, high: float = math.nan, measure: str = "employed") -> OutsideFigure:
    return OutsideFigure("made", MEASURES[measure], CITY, 47, value, low, high, "nobody")


# Against the predictive, by hand


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (10.0, INSIDE_50), (5.0, INSIDE_50), (15.0, INSIDE_50), (4.999, INSIDE_90), (15.001, INSIDE_90),
        (1.0, INSIDE_90), (19.0, INSIDE_90), (0.999, OUTSIDE), (19.001, OUTSIDE),
    ],
)  # fmt: skip
def test_verdicts_at_the_edges(value: float, verdict: str) -> None:
    # 1 .. 19 in any order: the quantile q is that of rank 20 q, so 5 %, 25 %, 50 %, 75 %, 95 % are 1, 5, 10, 15, 19
    values = np.random.default_rng(1).permutation(np.arange(1.0, 20.0))
    found = compare(figure_of(value), values)
    assert found[1:6] == (10.0, 5.0, 15.0, 1.0, 19.0)
    assert (found.verdict, found.n_draws) == (verdict, 19)


@pytest.mark.parametrize(
    ("low", "high", "overlaps"),
    [
        (19.0, 25.0, "yes"), (19.001, 25.0, "no"), (0.0, 1.0, "yes"), (0.0, 0.999, "no"), (0.0, 50.0, "yes"),
        (8.0, 9.0, "yes"), (math.nan, math.nan, ""),
    ],
)  # fmt: skip
def test_the_range_of_a_figure_and_the_interval(low: float, high: float, overlaps: str) -> None:
    found = compare(figure_of(25.0, low, high), np.arange(1.0, 20.0))
    assert (found.verdict, found.range_overlaps) == (OUTSIDE, overlaps)  # the verdict is that of the value alone


def test_draws_without_the_measure_do_not_count() -> None:
    found = compare(figure_of(2.0), np.array([math.nan, 1.0, 2.0, 3.0, math.nan]))
    # ranks 4 q of 1, 2, 3: the quartiles are 1 and 3, and beyond them nothing is known
    assert found[1:6] == (2.0, 1.0, 3.0, 1.0, 3.0)
    assert found.n_draws == 3


def test_what_a_calibrated_model_would_give() -> None:
    assert [expected_share(0.5, n) for n in (3, 7, 100)] == pytest.approx([0.5] * 3)
    assert [expected_share(0.9, n) for n in (19, 100)] == pytest.approx([0.9] * 2)
    assert expected_share(0.9, 9) == pytest.approx(0.8)  # from lowest to highest: 8 of 10 gaps
    assert expected_share(0.5, 2) == expected_share(0.9, 2) == pytest.approx(1 / 3)


@pytest.mark.parametrize("n", [3, 19, 50])
def test_one_more_draw_lies_inside_as_often_as_expected(n: int) -> None:
    rng = np.random.default_rng(n)
    verdicts = [compare(figure_of(rng.normal()), rng.normal(size=n)).verdict for _ in range(4000)]
    half, most = (np.isin(verdicts, names).mean() for names in ([INSIDE_50], [INSIDE_50, INSIDE_90]))
    assert half == pytest.approx(expected_share(0.5, n), abs=0.03)  # four standard errors of 4000
    assert most == pytest.approx(expected_share(0.9, n), abs=0.03)


def test_the_table_of_no_figures_has_its_columns() -> None:
    assert tuple(compared_table([]).columns) == COMPARED_COLUMNS
    assert compared_table([]).empty


# The command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with rows and draws; `out` holds what the command made of them with one process, in English."""
    folder = tmp_path_factory.mktemp("validation")
    rows_file(folder)
    draws_file(folder)
    return folder


def command(folder: Path, *given: str) -> int:
    """Run the command on a folder's rows and draws; later words stand for earlier ones."""
    chosen: dict[str, str] = {}
    for word in (TOWN, f"rows={folder / 'rows.csv'}", f"draws_file={folder / 'draws.csv'}",
                 f"output={folder / 'out'}", "processes=1", *given):  # fmt: skip
        chosen[word.partition("=")[0]] = word
    return VALIDATE.enter(list(chosen.values()))


def test_the_whole_command(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(made) == 0
    out, err = capsys.readouterr()
    assert err == f"{RUNNING.en} ...\n"
    assert sorted(path.name for path in (made / "out").iterdir()) == sorted(FILES)
    table = pd.read_csv(made / "out" / "validation.csv", keep_default_na=False)
    assert tuple(table.columns) == COMPARED_COLUMNS
    runs = [town_run(seed, 60) for seed in (1, 2, 3)]
    rate = sorted(run.records.value("employed", 0, 41) / run.records.value("labourers", 0, 41) for run in runs)
    births = sorted(sum(run.records.value("births", 0, month) for month in range(48, 60)) for run in runs)
    site = runs[0].records.rows.index(("site_02", "all"))
    settled = sorted(run.records.value("households_settled", site, 50) for run in runs)
    for row, values in zip(table.to_dict("records"), (births, rate, settled), strict=False):
        # of three draws, quartiles are the lowest and the highest
        ends = [float(row[name]) for name in ("median", "low_50", "high_50", "low_90", "high_90")]
        assert ends == pytest.approx([values[1], values[0], values[2], values[0], values[2]], rel=1e-9)
        assert row["verdict"] == (INSIDE_50 if values[0] <= float(row["value"]) <= values[2] else OUTSIDE)
    assert rate[0] < rate[2]
    assert table["n_draws"].tolist() == [3] * 4
    assert table["source"].tolist() == ["yearbook", "census", "visit", "hearsay"]
    assert table["unit"].tolist() == ["persons/year", "share of labourers", "households", "share of households"]
    assert table["month"].tolist() == ["2020-12", "2019-06", "2020-03", "2019-12"]
    assert table["range_overlaps"].tolist()[1::2] == ["", ""]
    assert set(table["range_overlaps"].tolist()[::2]) <= {"yes", "no"}
    assert table["verdict"].tolist()[3] == OUTSIDE  # not everybody moved back
    inside = int((table["verdict"] == INSIDE_50).sum())
    # of three draws the 90 % interval is the 50 % one: 2 of 4 gaps
    assert out.splitlines()[-1] == (
        f"4 rows: {inside} inside 50 %, {inside} inside 90 %, {4 - inside} outside; "
        "a perfectly calibrated model: 2.0 inside 50 % (50 %), 2.0 inside 90 % (50 %)"
    )
    assert all(name in out for name in ("births", "rate", "settled", "left", "returned_share", "site_02"))


def test_the_same_bytes_from_two_processes_and_in_chinese(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(made, f"output={made / 'first'}") == 0
    assert command(made, f"output={made / 'second'}", "processes=2", "language=zh") == 0
    english, chinese = capsys.readouterr().out.split("\nid ")[-1].split("编号")
    assert "outside" in english
    assert "区间外" in chinese
    assert "共 4 行" in chinese.splitlines()[-1]
    for name in FILES:
        assert (made / "first" / name).read_bytes() == (made / "second" / name).read_bytes(), name


@pytest.mark.usefixtures("in_this_process")
def test_fewer_draws_are_the_first_of_the_table(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(made, "draws=2", f"output={made / 'two'}") == 0
    capsys.readouterr()
    row = pd.read_csv(made / "two" / "validation.csv").iloc[1]
    rates = [town_run(seed, 42).records for seed in (1, 2)]
    values = sorted(run.value("employed", 0, 41) / run.value("labourers", 0, 41) for run in rates)
    assert row["n_draws"] == 2
    assert [row["low_90"], row["high_90"]] == pytest.approx(values, rel=1e-9)


def test_a_table_without_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows, out = rows_file(tmp_path, ""), tmp_path / "out"
    out.mkdir()
    (out / "validation.en.svg").write_text("of an earlier time", encoding="utf-8")
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    for language, says in (("en", "has no rows, so nothing was compared"), ("zh", "没有数据行")):
        assert (
            VALIDATE.enter([f"rows={rows}", f"output={out}", "draws_file=/no/where.csv", f"language={language}"]) == 0
        )
        said, err = capsys.readouterr()
        assert err == ""
        assert said.count("\n") == 1
        assert says in said
        assert rows.as_posix() in said
        assert "--list" in said
        assert (out / "validation.csv").read_text(encoding="utf-8") == ",".join(COMPARED_COLUMNS) + "\n"
    assert sorted(path.name for path in out.iterdir()) == ["mine.txt", "validation.csv"]


def test_all_wrong_rows_are_told_and_nothing_is_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "one,birth,city,2020-12,1,,,x\ntwo,births,city,2020-12,1,,,x\nthree,births,site_0,2020-12,-1,,,\n"
    rows = rows_file(tmp_path, text)
    for language, mend in (("en", "mend that cell"), ("zh", "请改这一格")):
        assert VALIDATE.enter([TOWN, f"rows={rows}", f"output={tmp_path / 'out'}", f"language={language}"]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        starts = [f"{rows.as_posix()}:{line}: " for line in (2, 4, 4, 4)]
        lines = err.splitlines()
        assert len(lines) == 4
        for line, start in zip(lines, starts, strict=True):
            assert line.startswith(start if language == "en" else start.rstrip())
            assert mend in line
    assert not (tmp_path / "out").exists()


WRONG = {
    "draws=1": "'draws' is out of range",
    "draws=4": "a whole number from 2 to 3",
    "draws=all": "'draws' is not a number",
    "draws_file=/no/where.csv": "these draws have not been made (found: /no/where.csv)",
    "draws_file=": "'draws_file' has an empty value",
    "output=": "'output' has an empty value",
    "rows=": "'rows' has an empty value",
    "processes=-1": "'processes' is out of range",
    "end=2030-12": "'end' is no key of this command",
    "scenario=workshops": "'scenario' is no key of this command",
    "parameters.jobs.search_probability=0.3": "is no key of this command",
    "reading.labour_scope=all": "the draws were made for another reading",
    "population.size=village": "'population.size' is not one of the values allowed",
    "--rows": "unknown option '--rows'",
}


@pytest.mark.parametrize("word", WRONG)
def test_a_mistake_is_one_line_with_code_2(
    made: Path, tmp_path: Path, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [word] if word == "output=" else [f"output={tmp_path / 'out'}", word]
    assert command(made, *given) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert WRONG[word] in err
    assert list(tmp_path.iterdir()) == []


def test_a_rows_file_that_is_not_there(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(made, f"rows={tmp_path / 'no.csv'}", f"output={tmp_path / 'out'}") == 2
    assert "no.csv: found No such file or directory, expected a file in UTF-8" in capsys.readouterr().err


def test_draws_of_other_sources_are_refused(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "old.csv").write_bytes((made / "draws.csv").read_bytes())
    about = json.loads((made / "draws.json").read_text(encoding="utf-8"))
    (tmp_path / "old.json").write_text(json.dumps({**about, "source": "older"}), encoding="utf-8")
    assert command(made, f"draws_file={tmp_path / 'old.csv'}", f"output={tmp_path / 'out'}") == 2
    assert "the draws were made by other sources than these" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_output_that_is_a_file(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for below in ("", "/deeper"):
        assert command(made, f"output={made / 'rows.csv'}{below}") == 2
        err = capsys.readouterr().err
        assert err.startswith("the output folder cannot be made or written to (found: ")
        assert err.count("\n") == 1


@pytest.mark.usefixtures("in_this_process")
def test_a_measure_that_divides_by_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows_file(tmp_path, "idle,employment_rate,without_labour,2017-06,0.5,,,x\n")
    draws_file(tmp_path)
    for language, says in (
        ("en", "row idle: employment_rate at without_labour divides by nobody in 2017-06 (found: 0/3)"),
        ("zh", "idle 行：2017-06 without_labour 的 employment_rate 分母为零（现为：0/3）"),
    ):
        assert command(tmp_path, f"language={language}") == 2
        out, err = capsys.readouterr()
        stage, error = err.splitlines()
        assert (out, stage) == ("", f"{RUNNING.say(language)} ...")
        assert error.startswith(says)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("in_this_process")
def test_draws_must_give_the_history_of_their_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows_file(tmp_path, "rate,employment_rate,city,2019-12,0.7,,,census\n")
    reading = compose_run([TOWN]).reading
    employed = [rounded(targets_of(town_run(seed, 48).records, reading)["employed"]) for seed in (1, 2)]
    draws_file(tmp_path, (1, 2), **{f"{TARGET}employed": employed})
    assert command(tmp_path) == 0
    capsys.readouterr()
    draws_file(tmp_path, (1, 2), **{f"{TARGET}employed": [employed[0], employed[1] + 1]})
    assert command(tmp_path, f"output={tmp_path / 'other'}") == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("draw 1 does not give the history of its table")
    assert not (tmp_path / "other").exists()


@pytest.mark.usefixtures("in_this_process")
def test_a_single_month(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows_file(tmp_path, "first,households,city,2016-04,5,,,list\n")
    draws_file(tmp_path)
    assert command(tmp_path) == 0
    out = capsys.readouterr().out
    assert "The same in nine tenths of the draws or more, so hardly a prediction: first" in out  # the moves are put in
    homes = load_population(compose_run([TOWN])).households
    row = pd.read_csv(tmp_path / "out" / "validation.csv").iloc[0]
    assert row["low_90"] == row["high_90"] == (homes["move_in_month"] == 3).sum()


# What can be compared


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_every_indicator_and_place(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert VALIDATE.enter(["--list", f"language={language}"]) == 0
    out = capsys.readouterr().out
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    for indicator in INDICATORS:
        assert label(f"indicator.{indicator.name}", language) in lines[indicator.name]
        assert label(f"unit.{indicator.unit}", language) in lines[indicator.name]
    assert set(MEASURES) <= set(lines)
    assert {"city", "registered_poor", "county_town", "moved_2019", "site_00", "site_77"} <= set(lines)
    assert "site_78" not in lines
    assert {"China", "Guizhou", "Tongren"} <= set(lines)
    rate = {"en": " rate ", "zh": " 比率 "}[language]
    assert {name for name in MEASURES if rate in lines[name]} == {n for n, m in MEASURES.items() if m.is_rate}
    alone = {"en": "city alone", "zh": "仅 city"}[language]
    assert {name for name in MEASURES if alone in lines[name]} == {n for n, m in MEASURES.items() if m.city_alone}
    assert {"en": "their rates are held against the city's", "zh": "其比率与全市比较"}[language] in out


def test_the_list_of_the_town_has_its_sites(capsys: pytest.CaptureFixture[str]) -> None:
    assert VALIDATE.enter(["--list", TOWN]) == 0
    out = capsys.readouterr().out
    assert "site_02" in out
    assert "site_03" not in out
