"""Tables of the population: their rules, their files, small towns, settings and exact sums."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.base.errors import UserError
from scenarios.base.paths import CONF
from scenarios.population.random_streams import (
    adjusted,
    apportion,
    drawn_total,
    stream,
    taken,
    tilted,
)
from scenarios.population.rules import check_tables
from scenarios.population.settings_file import read_lines, read_settings
from scenarios.population.tables import read_tables, replace_tables, write_tables
from scenarios.population.town import shrink, small_town, take_sites, town_of
from scenarios.report.figures import figure_values
from simulation.foundations.months import NEVER
from simulation.state.population import TABLES, Population

SETTINGS_FILE = CONF / "region" / "liupanshui" / "population.yaml"


@pytest.fixture(scope="session")
def town(city: Callable[..., Population]) -> Population:
    return town_of(city(), 300, 3)


def spoilt(population: Population, table: str, column: str, row: int, value: Any) -> Population:
    changed = population.tables()[table].copy()
    values = changed[column].to_numpy().copy()
    values[row] = value
    changed[column] = pd.Series(values, dtype=changed[column].dtype)
    return dataclasses.replace(population, **{table: changed})


# The rules.


def test_city_and_town_pass(city: Callable[..., Population], town: Population) -> None:
    check_tables(city())
    check_tables(town)
    for name, table in town.tables().items():
        assert [str(dtype) for dtype in table.dtypes] == [
            "object" if column.dtype == "str" else column.dtype for column in TABLES[name]
        ]


@pytest.mark.parametrize(
    ("table", "column", "row", "value", "said"),
    [
        ("sites", "site", 1, 7, "table sites, column site, row 3: found 7; allowed is its place among the rows"),
        ("sites", "kind", 0, "village", "row 2: found 'village'; allowed is county_town, central_town, rural"),
        ("sites", "unit", 0, 3, "table sites, column unit, row 2: found 3; allowed is text"),
        ("sites", "market_shops", 2, -1, "column market_shops, row 4: found -1; allowed is 0 or more"),
        ("sites", "industry", 0, np.nan, "column industry, row 2: found nan; allowed is a finite number"),
        ("households", "site", 5, 99, "table households, column site, row 7: found 99; allowed is a site from 0 to 2"),
        ("households", "site", 299, 0, "households, column site, row 301: found 0; allowed is households ordered by"),
        ("households", "household", 4, 5, "column household, row 6: found 5; allowed is its place among the rows"),
        ("households", "move_in_month", 13, NEVER, "move_in_month, row 15: found 32000; allowed is a month from 0"),
        ("households", "move_in_month", 13, -1, "column move_in_month, row 15: found -1; allowed is 0 or more"),
        (
            "households",
            "move_in_month",
            13,
            2000,
            "row 15: found 2000; allowed is a month from -1500 to 1500, or 32000",
        ),
        ("households", "land_rented_out_mu", 8, 500.0, "with the land returned to forest, at most the contracted land"),
        ("households", "forest_rented_out_mu", 8, 500.0, "allowed is at most the forest land"),
        ("households", "old_house_demolished_month", 9, 0, "row 11: found 0; allowed is a month from the move on"),
        ("persons", "household", 0, 5000, "table persons, column household, row 2: found 5000; allowed is a household"),
        ("persons", "member", 1, 0, "member, row 3: found 0; allowed is persons ordered by household, then member"),
        ("persons", "member", 0, 64, "column member, row 2: found 64; allowed is 0 to 63"),
        ("persons", "skill", 2, 1.5, "column skill, row 4: found 1.5; allowed is 0 to 1"),
        ("persons", "dibao", 2, "yes", "row 4: found 'yes'; allowed is none, rural, urban"),
        ("persons", "death_month", 4, -1, "column death_month, row 6: found -1; allowed is 0 or more"),
        ("schools", "level", 0, "college", "row 2: found 'college'; allowed is kindergarten, primary, middle"),
        ("schools", "seats_primary", 0, 0, "column seats_primary, row 2: found 0; allowed is seats at the school's"),
        ("schools", "status", 0, "no_project", "column open_month, row 2: found 0; allowed is 32000"),
        ("schools", "open_month", 0, NEVER, "column open_month, row 2: found 32000; allowed is a month"),
        ("public_posts", "unit", 0, "Elsewhere", "table public_posts, column unit, row 2: found 'Elsewhere'"),
        ("public_posts", "site", 0, -2, "table public_posts, column site, row 2: found -2; allowed is a site from -1"),
    ],
)
def test_errors_name_table_column_row_found_and_allowed(
    town: Population, table: str, column: str, row: int, value: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=r"^table \w+, column \w+, row \d+: found .*; allowed is [^\n]*$") as error:
        check_tables(spoilt(town, table, column, row, value))
    assert said in str(error.value)


def test_whole_hamlets_stay_together(town: Population) -> None:
    households = town.households
    whole = households[households["whole_village"]]
    row = int(whole.index[1])
    assert whole["hamlet"].iloc[0] == whole["hamlet"].iloc[1]
    month = int(whole["move_in_month"].iloc[1]) + 1
    with pytest.raises(
        ValueError, match=rf"move_in_month, row {row + 2}: found {month}; .* one value for the whole hamlet"
    ):
        check_tables(spoilt(town, "households", "move_in_month", row, month))
    with pytest.raises(ValueError, match=r"column hamlet, row .*a hamlet's households together"):
        check_tables(spoilt(town, "households", "hamlet", len(households) - 1, households["hamlet"].iloc[0]))


def test_columns_and_types_are_checked(town: Population) -> None:
    sites = town.sites
    for table, said in (
        (sites.drop(columns="bus"), "table sites, column bus: missing"),
        (sites.assign(pool=1), "table sites, column pool: unknown"),
        (sites[sites.columns[::-1]], "table sites, column industry: found in place 0; allowed there is site"),
        (sites.astype({"site": "int64"}), "table sites, column site: found type int64; allowed is int16"),
    ):
        with pytest.raises(ValueError, match=said):
            check_tables(dataclasses.replace(town, sites=table))
    with pytest.raises(ValueError, match=r"households, column household, row .*: .* a household with persons in it"):
        check_tables(dataclasses.replace(town, persons=town.persons.iloc[50:].reset_index(drop=True)))


def test_lives_run_forwards(town: Population) -> None:
    young = int(np.flatnonzero(town.persons["birth_month"] > 0)[0])
    with pytest.raises(
        ValueError, match=rf"death_month, row {young + 2}: found 0; allowed is a month from the birth on"
    ):
        check_tables(spoilt(town, "persons", "death_month", young, 0))
    able = int(np.flatnonzero(town.persons["labour_to_month"] < NEVER)[0])
    with pytest.raises(ValueError, match=rf"labour_to_month, row {able + 2}: .* from labour_from_month on"):
        check_tables(spoilt(town, "persons", "labour_from_month", able, 1400))


# Files.


def test_tables_come_back_as_they_were_written(town: Population, tmp_path: Path) -> None:
    write_tables(town, tmp_path / "tables")
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == sorted(f"{name}.parquet" for name in TABLES)
    back = read_tables(tmp_path / "tables")
    check_tables(Population(**back))
    for name, table in town.tables().items():
        assert table.equals(back[name])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_the_encodings_of_spreadsheets(town: Population, tmp_path: Path, encoding: str) -> None:
    sites = town.sites.assign(street_office="海坪")
    sites.to_csv(tmp_path / "sites.csv", index=False, encoding=encoding)
    town.households.to_csv(tmp_path / "households.csv", index=False, encoding=encoding)
    changed = replace_tables(town, read_tables(tmp_path))
    assert set(changed.sites["street_office"]) == {"海坪"}
    assert changed.households.equals(town.households)
    assert changed.persons is town.persons


def test_unreadable_csv_is_named(town: Population, tmp_path: Path) -> None:
    (tmp_path / "sites.csv").write_bytes(b"site,unit\n0,\xff\xff\n")
    with pytest.raises(
        UserError, match=r"sites.csv: the table cannot be read .*; allowed here: a file in UTF-8 or GB 18030"
    ):
        read_tables(tmp_path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("trainings.csv", "table trainings: found trainings.csv and trainings.parquet; allowed is one file"),
        ("household.csv", "household.csv: no table (nearest: households.csv)"),
        ("Households.csv", "Households.csv: no table (nearest: households.csv)"),
        ("persons.CSV", "persons.CSV: no table (nearest: persons.csv)"),
        ("sites.xlsx", "sites.xlsx: no table (nearest: sites.csv)"),
        ("persons.parquet.bak", "persons.parquet.bak: no table"),
        ("memo.txt", "memo.txt: no table; allowed are sites, households"),
    ],
)
def test_every_file_of_a_folder_is_a_table(town: Population, tmp_path: Path, name: str, said: str) -> None:
    write_tables(town, tmp_path)
    for kept in (".DS_Store", "manifest.json"):  # hidden, and written by the command that makes such folders
        (tmp_path / kept).write_bytes(b"{}")
    assert set(read_tables(tmp_path)) == set(TABLES)
    (tmp_path / name).write_bytes(b"month,person_times\n36,200\n")
    with pytest.raises(ValueError, match=re.escape(said)):
        read_tables(tmp_path)


@pytest.mark.parametrize("data", [b"", b"PAR1 and no more", b"month,person_times\n36,200\n"])
def test_what_is_no_parquet_table_is_named(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "trainings.parquet").write_bytes(data)
    with pytest.raises(ValueError, match=r"^trainings\.parquet: found no Parquet table"):
        read_tables(tmp_path)


def test_a_column_stands_once_in_a_table(town: Population, tmp_path: Path) -> None:
    town.trainings.assign(**{" month": 3}).to_parquet(tmp_path / "trainings.parquet", index=False)
    with pytest.raises(ValueError, match="table trainings, column month: found twice; allowed is once"):
        read_tables(tmp_path)


@pytest.mark.parametrize(
    ("cells", "found"),
    [([True, False], "True"), ([1.5, 2.0], "1.5"), (pd.to_datetime(["2019-01-01"] * 2), "2019-01-01 00:00:00"),
     ([None, 1.0], "nothing"), (["x", "1"], "'x'")],
)  # fmt: skip
def test_wrong_cells_are_shown_as_they_look(town: Population, tmp_path: Path, cells: Any, found: str) -> None:
    table = town.trainings.iloc[:2].reset_index(drop=True).assign(month=cells)
    table.to_parquet(tmp_path / "trainings.parquet", index=False)
    with pytest.raises(
        ValueError, match=rf"^table trainings, column month, row 2: found {re.escape(found)}; allowed is a"
    ):
        read_tables(tmp_path)


def test_a_folder_is_no_table(town: Population, tmp_path: Path) -> None:
    (tmp_path / "trainings.parquet").mkdir()
    town.trainings.to_parquet(tmp_path / "trainings.parquet" / "part.parquet")
    with pytest.raises(ValueError, match=r"trainings\.parquet: no table; allowed are"):
        read_tables(tmp_path)


def test_a_row_with_a_cell_more_or_less_is_refused(tmp_path: Path) -> None:
    for rows, row in (("36,1,200\n37,1,350\n", 2), ("36,200\n37\n", 3), ("36,200\n\n,38,100\n", 4)):
        (tmp_path / "trainings.csv").write_text("month,person_times\n" + rows, encoding="utf-8")
        with pytest.raises(UserError, match=rf"trainings\.csv:{row}: the table cannot be read \(found: . cells\)"):
            read_tables(tmp_path)


def test_what_spreadsheets_leave_is_no_row(tmp_path: Path) -> None:
    (tmp_path / "trainings.csv").write_text("month,person_times,,\r\n36,1200,,\r\n040,5,,\r\n,,,\r\n\r\n", "utf-8")
    table = read_tables(tmp_path)["trainings"]
    assert table["month"].tolist() == [36, 40]
    assert table["person_times"].tolist() == [1200, 5]
    (tmp_path / "trainings.csv").write_text("month,person_times\n36,1200\n,\n37,5\n", encoding="utf-8")
    with pytest.raises(
        ValueError, match="table trainings, row 3: found a blank row; allowed are blank rows at the end"
    ):
        read_tables(tmp_path)


@pytest.mark.parametrize("cell", ["0x10", "1_000", "1:30", "٣", "inf", "1e999", "", "1.5", "4 0"])
def test_what_is_no_whole_number_in_a_table(tmp_path: Path, cell: str) -> None:
    (tmp_path / "trainings.csv").write_text(f"month,person_times\n36,1\n37,{cell}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"trainings, column person_times, row 3: found .* allowed is a"):
        read_tables(tmp_path)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("posts", "many", "column posts, row 3: found 'many'; allowed is a number"),
        ("posts", "2.5", "column posts, row 3: found '2.5'; allowed is a whole number from -32768 to 32767"),
        ("posts", "40000", "column posts, row 3: found '40000'; allowed is a whole number"),
        ("special", "maybe", "column special, row 3: found 'maybe'; allowed is true or false"),
    ],
)
def test_wrong_cells_of_a_csv_are_named(town: Population, tmp_path: Path, column: str, value: str, said: str) -> None:
    fairs = town.fairs.astype(str)
    fairs.loc[1, column] = value
    fairs.to_csv(tmp_path / "fairs.csv", index=False)
    with pytest.raises(ValueError, match=f"table fairs, {said}"):
        read_tables(tmp_path)


def test_replacing_is_checked(town: Population) -> None:
    with pytest.raises(ValueError, match="table people: unknown; allowed are sites, households"):
        replace_tables(town, {"people": town.persons})
    with pytest.raises(ValueError, match="table persons, column household, row"):
        replace_tables(town, {"households": town.households.iloc[:200]})


# Small towns.


def test_small_towns(city: Callable[..., Population], town: Population) -> None:
    assert len(town.sites) == 3
    assert 250 <= len(town.households) <= 350
    assert town.schools["in_gap"].any()
    assert town.schools["existing"].groupby(town.schools["site"]).any().all()
    assert town.fairs["posts"].sum() < city().fairs["posts"].sum() / 50
    drawn = shrink(city(), 5, 4)
    check_tables(drawn)
    assert len(drawn.sites) == 5
    assert drawn.schools["in_gap"].any()
    assert shrink(city(), 5, 4).persons.equals(drawn.persons)
    every = take_sites(city(), range(78))
    assert all(table.equals(every.tables()[name]) for name, table in city().tables().items())
    for wrong in (0, 79):
        with pytest.raises(ValueError, match=f"n_sites: found {wrong}; allowed is 1 to 78"):
            shrink(city(), wrong, 4)
    with pytest.raises(ValueError, match=r"sites: found \[78\]; allowed are sites from 0 to 77"):
        take_sites(city(), [78])


def test_small_town_from_figures(figures: Any, town: Population) -> None:
    drawn = small_town(figure_values(figures), read_settings(SETTINGS_FILE), {}, 1)
    assert drawn.persons.equals(town.persons)


# Settings.


def test_every_setting_has_value_unit_and_source() -> None:
    lines = read_lines(SETTINGS_FILE)
    assert len({line.key for line in lines}) == len(lines) > 80
    assert all(line.unit and line.source for line in lines)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  smallest:", "  smalest:", r"sites.smalest: unknown key; did you mean smallest\?"),
        (
            "old_house_standing: {value: {high: 0.448",
            "old_house_standing: {value: {high: 1.448",
            "standing.*found 1.448",
        ),
        ("low: 0.12}, unit: share of households", "low: 0.12}", "old_house_standing: found the keys"),
        ('source: "R05, R06', 'source: "guessed: R05, R06', "old_house_standing: source .*neither an evidence id nor"),
        ("{value: 26, unit: sites", "{value: many, unit: sites", "sites.shuicheng_sites: found 'many'"),
    ],
)
def test_wrong_settings_are_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = SETTINGS_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "population.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said) as error:
        read_settings(path)
    line = next(number for number, row in enumerate(path.read_text("utf-8").splitlines(), 1) if new in row)
    assert f"{path}:{line}: " in str(error.value)
    assert "\n" not in str(error.value)


# Exact sums.


@pytest.mark.parametrize("seed", range(40))
def test_apportion_is_what_numpy_gives_step_by_step(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 300))
    weights, low = rng.lognormal(0, 2, n) * (rng.random(n) > 0.2), rng.integers(0, 3, n)
    high = low + rng.integers(0, 50, n)
    room = int(np.where(weights > 0, high, low).sum())
    total = int(rng.integers(int(low.sum()) + 1, room + 1)) if room > low.sum() else int(low.sum())

    def reached(t: float) -> float:
        return float(np.cumsum(np.clip(t * weights, low, high))[-1])

    t_low, t_high = 0.0, 1.0
    while reached(t_high) < total and t_high < 2.0**200:
        t_high *= 2
    for _ in range(80):
        middle = 0.5 * (t_low + t_high)
        t_low, t_high = (middle, t_high) if reached(middle) < total else (t_low, middle)
    share = np.clip(t_low * weights, low, high)
    down = np.floor(share).astype(np.int64)
    wanted = low if total == low.sum() else adjusted(down, total, low, high, down - share)
    assert apportion(weights, total, low, high).tolist() == wanted.tolist()


@given(st.lists(st.floats(0.0, 1e6), min_size=1, max_size=40), st.integers(0, 5), st.integers(6, 60), st.floats(0, 1))
def test_apportion_adds_up_within_bounds(weights: list[float], low: int, high: int, where: float) -> None:
    n = len(weights)
    total = int(n * low + where * n * (high - low))
    parts = apportion(np.array(weights), total, low, high)
    assert parts.sum() == total
    assert parts.min() >= low
    assert parts.max() <= high
    order = np.argsort(weights, kind="stable")
    assert (np.diff(parts[order]) >= -1).all()


def test_sums_without_room_are_named() -> None:
    with pytest.raises(ValueError, match="seats: 7 does not fit between 0 and 6"):
        apportion(np.ones(3), 7, 0, 2, "seats")
    with pytest.raises(ValueError, match="seats: 9 can't be reached, 3 are left over"):
        adjusted(np.array([1, 1]), 9, 0, 3, np.zeros(2), "seats")
    with pytest.raises(ValueError, match="land: 9 are wanted, 4 are there"):
        taken(np.array([1, 3]), 9, np.zeros(2), "land")
    with pytest.raises(ValueError, match=r"mean 5.0 is not between 1.0 and 3.0"):
        tilted(np.ones(3), np.array([1.0, 2.0, 3.0]), 5.0)


def test_taken_whole_in_order_the_last_cut() -> None:
    assert taken(np.array([4, 5, 6]), 8, np.array([2, 0, 1])).tolist() == [0, 5, 3]


def test_drawn_total_is_exact_and_keeps_the_shape() -> None:
    draws = drawn_total(stream(3, "sizes"), np.array([1.0, 4.0, 3.0, 1.0]), np.arange(1, 5), 1000, 2600)
    assert draws.sum() == 2600
    assert np.bincount(draws)[2] > np.bincount(draws)[4]


def test_streams_differ_by_question_and_seed() -> None:
    draws = [stream(*key).random() for key in ((1, "a"), (1, "b"), (2, "a"), (1, "a"))]
    assert draws[0] == draws[3]
    assert len(set(draws)) == 3
