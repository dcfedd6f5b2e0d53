"""The dated series after 2019: the region's own file, and what is said of a wrong row."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_csv
from scenarios.base.paths import CONF
from scenarios.report.history import COLUMNS, FILE, read_future, read_history
from scenarios.settings.config import compose_run
from simulation.foundations.months import month_index
from simulation.state.future import SERIES
from simulation.state.future_names import AS_IT_HAPPENED, FROZEN, FUTURES, TREND

REGION = CONF / "region" / "liupanshui"
GOOD = "2020-03,work_away,0.6,0.5,0.7,Q01: printed,China"


def written(folder: Path, *rows: str) -> Path:
    """Write a table of these rows and return its path."""
    path = folder / FILE
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return path


def test_every_series_has_rows_and_every_row_a_place() -> None:
    rows = read_csv(REGION / FILE).rows
    assert {row.cells[1] for row in rows} == set(SERIES)
    assert all(row.cells[6] for row in rows)
    points = read_history(REGION / FILE)
    # Q01 to Q04 by hand: 6 days from 40 to 52 %, 7 to 61.93, 18 of 28 to 86.21: 38 % of the month is lost.
    lost = 6 * 0.54 + 7 * (1 - (0.52 + 0.6193) / 2) + 18 * (1 - (0.6193 + 0.6193 + 0.2428 * 18 / 28) / 2)
    march = next(point for point in points["work_away"] if point.month == month_index("2020-03"))
    assert march.value == pytest.approx(1.0 - lost / 31, abs=0.01)
    # 5,441 over 4,427 yuan, in prices that rose 2.5, 0.9, 2.0 and 0.2 %.
    wage = next(point for point in points["wage_away"] if point.month == month_index("2023-06"))
    assert wage.value == pytest.approx(5441 / 4427 / (1.025 * 1.009 * 1.02 * 1.002), abs=0.001)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2019-12,work_away,0.6,0.5,0.7,Q01,China", "found: 2019-12.*YYYY-MM from 2020-01 on"),
        ("2020-3,work_away,0.6,0.5,0.7,Q01,China", "column month.*found: 2020-3"),
        ("2020-03,work_awy,0.6,0.5,0.7,Q01,China", "column series.*work_awy.*one of work_away"),
        ("2020-03,work_away,0.8,0.5,0.7,Q01,China", "0.8 .0.5 to 0.7..*0 <= low <= value <= high <= 1"),
        ("2020-03,public_posts,0.9,0.9,0.9,Q13,China", "column value.*1 <= low"),
        ("2020-03,work_away,many,0.5,0.7,Q01,China", "column value.*many.*a number"),
        ("2020-03,work_away,0.6,0.5,0.7,heard of it,China", "column source.*assumed because"),
        ("2020-03,work_away,0.6,0.5,0.7,Q01,", "column place"),
        (GOOD, "column month.*a month once for work_away"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as error:
        read_history(written(tmp_path, GOOD, row))
    assert f"{FILE}:3" in str(error.value)
    assert "\n" not in str(error.value)
    assert error.value.say("zh") != str(error.value)


def test_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    later = GOOD.replace("2020-03", "2020-05")
    points = read_history(written(tmp_path, later, GOOD))["work_away"]
    assert [point.month for point in points] == [month_index("2020-03"), month_index("2020-05")]


def test_a_region_without_series_can_only_be_frozen(tmp_path: Path) -> None:
    assert read_future(tmp_path, FROZEN).points == {}
    with pytest.raises(UserError, match="future=frozen"):
        read_future(tmp_path, TREND)


def test_the_default_is_trend() -> None:
    assert compose_run([]).future.name == TREND == FUTURES[0]
    assert compose_run(["future=as_it_happened"]).future.name == AS_IT_HAPPENED
    with pytest.raises(UserError, match="trend, frozen, as_it_happened"):
        compose_run(["future=gone"])
