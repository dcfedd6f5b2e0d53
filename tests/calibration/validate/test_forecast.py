"""`python -m calibration.forecast` and `.score` on a town: what is written, what is refused, a truth that is hidden."""

from __future__ import annotations

import builtins
import io
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from calibration.entries import FORECAST, MEASURES, SCORE
from calibration.validate import forecast_file
from calibration.validate.counts import Counted
from calibration.validate.forecast import DECEMBERS, POOR, wanted_rows
from calibration.validate.forecast_file import Forecast, content_hash, newest, read_forecast, shortened, write_forecast
from calibration.validate.measure_list import MEASURES as ALL_MEASURES
from calibration.validate.measure_list import OF_SITES
from calibration.validate.page import PAGE, validation_page
from calibration.validate.places import places_of
from calibration.validate.score import FILES
from calibration.validate.scores import SCORE_COLUMNS
from scenarios.base.errors import UserError
from scenarios.population.load import load_population
from scenarios.settings.config import compose_run
from simulation.foundations.months import month_label
from tests.calibration.validate.test_validate import TOWN, draws_file, town_run

HEADER = "id,measure,place,month,value,low,high,source,definition,used"
DAY = "2026-01-31"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with draws, and a forecast of three of them, made with two processes."""
    folder = tmp_path_factory.mktemp("forecast")
    draws_file(folder)
    assert forecast(folder, "processes=2") == 0
    return folder


def forecast(folder: Path, *given: str) -> int:
    words = {"output": str(folder / "written"), "date": DAY, "draws": "3", "processes": "1"}
    words |= {"draws_file": str(folder / "draws.csv"), **dict(word.split("=", 1) for word in given)}
    return FORECAST.enter([TOWN, *(f"{name}={value}" for name, value in words.items())])


def score(folder: Path, rows: str, *given: str) -> int:
    """Score rows, written without the header, by the forecast of the folder; results go to `out`."""
    path = folder / "rows.csv"
    path.write_text(f"{HEADER}\n{rows}", encoding="utf-8")
    words = {"rows": str(path), "forecast": str(folder / "written" / f"{DAY}.parquet"), "processes": "1"}
    words |= {"draws_file": str(folder / "draws.csv"), "output": str(folder / "out")}
    words |= dict(word.split("=", 1) for word in given)
    return SCORE.enter([TOWN, *(f"{name}={value}" for name, value in words.items())])


def scores(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "out" / "score.csv", keep_default_na=False).set_index("id")


# The file


def small(values: float = 1.0) -> Forecast:
    keys = (("employed", "city", "2025-12"), ("births_year", "city", "2025-12"))
    prior = np.array([[1.0, np.nan, 3.0], [0.0, 1.0, 2.0]])
    return Forecast(keys, shortened(np.full((2, 3), values)), prior, {"made": DAY})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / f"{DAY}.parquet"
    before = small(0.123456)
    write_forecast(path, before)
    found = read_forecast(path)
    assert found.keys == before.keys
    assert found.posterior.tolist() == [[0.1235] * 3] * 2
    np.testing.assert_array_equal(found.prior, before.prior)
    assert found.made == {"made": DAY, "content": content_hash(before)}
    assert found.rows()["births_year", "city", "2025-12"] == 1


def test_the_day_is_not_in_the_hash_and_every_value_is() -> None:
    before = small()
    assert content_hash(before._replace(made={"made": "2030-01-01"})) == content_hash(before)
    other = small()
    other.prior[1, 2] = 2.001
    assert content_hash(other) != content_hash(before)
    assert content_hash(before._replace(keys=before.keys[::-1])) != content_hash(before)


def test_digits() -> None:
    values = np.array([[29_154.0, 0.0123456], [-1.23456, np.nan]])
    np.testing.assert_array_equal(shortened(values), [[29_150.0, 0.01235], [-1.235, np.nan]])


def test_a_digit_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / f"{DAY}.parquet"
    write_forecast(path, small())
    table = pq.read_table(path)
    values = table.column("prior").to_pylist()
    values[1][2] = 2.001
    column = pa.array(values, pa.list_(pa.float32()))
    pq.write_table(table.set_column(table.column_names.index("prior"), "prior", column), path)
    with pytest.raises(UserError) as refused:
        read_forecast(path)
    assert "changed since it was written down" in refused.value.say("en")
    assert "\n" not in refused.value.say("zh")


def test_a_file_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / f"{DAY}.parquet"
    with pytest.raises(UserError, match="no such forecast"):
        read_forecast(path)
    path.write_bytes(b"nothing")
    with pytest.raises(UserError, match="cannot be read"):
        read_forecast(path)
    with pytest.raises(UserError, match="no forecast has been written down"):
        newest(tmp_path / "elsewhere")


def test_the_newest_is_that_of_the_last_day(tmp_path: Path) -> None:
    for name in ("2026-01-31", "2025-12-31", "notes"):
        write_forecast(tmp_path / f"{name}.parquet", small())
    assert newest(tmp_path).stem == "2026-01-31"


# What is forecast


def test_the_city_has_every_measure_and_every_december() -> None:
    places = places_of(load_population(compose_run([TOWN])))
    keys = [key for key, _ in wanted_rows(places)]
    assert len(set(keys)) == len(keys)
    months = {month_label(month) for month in DECEMBERS}
    assert months == {f"{year}-12" for year in range(2019, 2028)}
    of_city = {(measure, month) for measure, place, month in keys if place == "city"}
    for name, measure in ALL_MEASURES.items():
        if measure.unit not in ("persons/month", "households/month") and not measure.nominal:
            assert {(name, month) for month in months} <= of_city, name
    assert ("income_per_head_nominal_year", "2024-12") in of_city
    assert ("income_per_head_nominal_year", "2025-12") not in of_city  # nobody knows the prices
    assert ("resident_share", "2026-02") in of_city  # Spring Festival
    assert {measure for measure, place, _ in keys if place == "site_00"} == set(OF_SITES)
    assert ("employed_per_person", POOR, "2022-12") in keys
    assert not [place for _, place, _ in keys if place.startswith(("China", "Guizhou"))]


@pytest.mark.usefixtures("in_this_process")
def test_the_same_bytes_from_one_process_and_without_figures(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("draws.csv", "draws.json"):
        shutil.copy(made / name, tmp_path / name)
    whole = open

    def absent(file: Any, *arguments: Any, **more: Any) -> Any:
        if str(file).endswith("validation.csv"):
            raise FileNotFoundError(file)
        return whole(file, *arguments, **more)

    monkeypatch.setattr(builtins, "open", absent)
    monkeypatch.setattr(io, "open", absent)
    with pytest.raises(FileNotFoundError):
        (compose_run([TOWN]).region / "validation.csv").read_text(encoding="utf-8")
    assert forecast(tmp_path) == 0
    assert "sha256" in capsys.readouterr().out
    for name in (f"{DAY}.parquet", f"{DAY}.json"):
        assert (tmp_path / "written" / name).read_bytes() == (made / "written" / name).read_bytes()


@pytest.mark.usefixtures("in_this_process")
def test_what_was_written_down_stays(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = made / "written" / f"{DAY}.parquet"
    before = path.read_bytes()
    assert forecast(made, "draws=2") == 2
    err = capsys.readouterr().err
    assert "another forecast of that day has been written down" in err.splitlines()[-1]
    assert "running" not in err  # it is known before anything is run
    assert path.read_bytes() == before
    for day in ("31.1.2026", "2026-13-45", "2026-02-30", "20260131", "2026-W05-6"):
        assert forecast(made, f"date={day}") == 2, day
        assert "YYYY-MM-DD" in capsys.readouterr().err.splitlines()[-1]


# The score


ROWS = """\
inside,employment_rate,city,2024-12,{rate},,,a yearbook,,
far,births_year,city,2024-12,900,,,a yearbook,,
used,households,city,2024-12,1,,,a yearbook,,prior
known,somebody_employed_share,China,2020-12,0.5,,,J04,,
province,labourers_per_household,Guizhou,2024-12,2,,,another,,
late,employment_rate,city,2022-05,0.6,,,a yearbook,,
"""


@pytest.mark.usefixtures("in_this_process")
def test_the_whole_command(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = read_forecast(made / "written" / f"{DAY}.parquet")
    row = written.rows()["employment_rate", "city", "2024-12"]
    rate = float(np.sort(written.posterior[row])[1])
    assert score(made, ROWS.format(rate=rate)) == 0
    out = capsys.readouterr().out
    assert sorted(path.name for path in (made / "out").iterdir()) == sorted(FILES)
    assert f"written down on {DAY}, unchanged since" in out
    assert "It was made by the present sources." in out
    assert "never scored: used, known." in out
    assert "Not written down before, so run now: late." in out
    table = scores(made)
    assert (*("id",), *table.columns) == SCORE_COLUMNS
    assert table["written_down"].tolist() == ["yes"] * 5 + ["no"]
    assert table["used"].tolist() == ["", "", "prior", "history (J04)", "", ""]
    assert table["weight"].tolist() == [1, 1, 0, 0, 1, 1]
    assert (table.loc["inside", "verdict"], table.loc["far", "verdict"]) == ("inside_50", "outside")
    assert float(table.loc["inside", "pit"]) == pytest.approx(0.5)
    base = written.posterior[written.rows()["births_year", "city", "2019-12"]]
    assert float(table.loc["far", "crps_as_in_2019"]) == pytest.approx(
        np.abs(base - 900).mean() - sum(abs(a - b) for a in base for b in base) / 12, rel=1e-9
    )
    totals = pd.read_csv(made / "out" / "score_totals.csv").set_index("rows")
    assert totals["n_figures"].to_dict() == {"all": 4, "city": 3, "larger": 1}
    about = json.loads((made / "out" / "score.json").read_text(encoding="utf-8"))
    assert (about["n_rows"], about["n_used"], about["n_written_down"]) == (6, 2, 5)
    assert about["content"] == written.made["content"]


def test_used_rows_alter_no_total(made: Path) -> None:
    rows = "far,births_year,city,2024-12,900,,,a yearbook,,\n"
    assert score(made, rows) == 0
    before = (made / "out" / "score_totals.csv").read_bytes()
    assert score(made, rows + "used,employed,city,2024-12,1,,,a yearbook,,weight\n", "language=zh") == 0
    assert (made / "out" / "score_totals.csv").read_bytes() == before


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("wrong,happiness,city,2024-12,1,,,a yearbook,,", "a measure that --list prints"),
        ("wrong,employed,Atlantis,2024-12,1,,,a yearbook,,", "city, a group or larger place"),
        (
            "wrong,employed,Guizhou,2024-12,1,,,a yearbook,,",
            "a rate at Guizhou, which is not modelled: use employment_rate",
        ),
    ],
)
def test_mistakes_are_a_line_each_and_nothing_is_written(
    made: Path, row: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = made / "nothing"
    assert score(made, row + "\n", f"output={out}") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line
    assert not out.exists()


def test_a_forecast_of_another_city_is_refused(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(made, "far,births_year,city,2024-12,900,,,a yearbook,,\n", "reading.labour_scope=all") == 2
    assert "the forecast is of another reading" in capsys.readouterr().err


def test_a_table_without_rows(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert score(made, "", f"output={made / 'empty'}") == 0
    assert "has no rows" in capsys.readouterr().out


@pytest.mark.usefixtures("in_this_process")
def test_a_truth_that_the_model_made_lies_among_the_draws_and_is_better_known_than_by_the_prior(tmp_path: Path) -> None:
    """Figures are those of one more run, of the kind of the draws and not among them."""
    seeds, truth = (1, 2, 3, 4, 6, 7, 8, 9), Counted(town_run(5, DECEMBERS[-1] + 1), {})
    draws_file(tmp_path, seeds)
    assert forecast(tmp_path, f"draws={len(seeds)}") == 0
    names = ("employed", "labourers", "births_year", "households_settled", "children_seated", "income_per_head_year")
    lines = [
        f"{name}_{month},{name},city,{month_label(month)},{ALL_MEASURES[name].of(truth, 0, month):.10g},,,the truth,,"
        for name in names
        for month in DECEMBERS[1:]
    ]
    assert score(tmp_path, "\n".join([*lines, ""])) == 0
    total = pd.read_csv(tmp_path / "out" / "score_totals.csv").set_index("rows").loc["all"]
    assert total["n_rows"] == len(lines)
    # rows of one run hang together, so that the share of them varies more than chance; expected are seven ninths
    assert total["expected_90"] / len(lines) == pytest.approx(7 / 9)
    assert 0.5 < total["inside_90"] / len(lines) <= 1.0
    assert total["skill_prior"] > 0


# The page


def test_the_page_has_every_measure() -> None:
    assert PAGE.read_text(encoding="utf-8") == validation_page(), "write it anew: python -m calibration.measures"
    assert all(f"| `{name}` |" in validation_page() for name in ALL_MEASURES)
    assert MEASURES.name == "calibration.measures"


def test_committed_forecasts_are_as_they_were_written() -> None:
    for path in forecast_file.forecasts():
        found = read_forecast(path)
        assert found.made["made"] == path.stem
        assert path.stat().st_size < 2_000_000
        assert {month for _, _, month in found.keys} >= {"2025-12", "2026-12", "2027-12"}
