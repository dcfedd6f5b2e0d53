"""Rows of figures that were not fitted: what can be measured where, by hand, and one exact line for every mistake."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from calibration.validate.counts import UNITS_OF_COUNTS, Counted
from calibration.validate.measure_list import MEASURES
from calibration.validate.measures import Measure
from calibration.validate.places import LARGER, Place, places_of
from calibration.validate.rows import COLUMNS, FIRST_COLUMNS, load_validation
from scenarios.base.labels import LANGUAGES
from scenarios.population.load import load_population
from scenarios.settings.config import compose_run
from simulation.city import City, Given
from simulation.foundations.months import NEVER
from simulation.records.indicators import CITY_COLUMN, CITY_ONLY, COLUMN, GROUPS, INDICATORS, N_SUMS
from simulation.records.records import Records
from simulation.state.policy import BASELINE
from simulation.state.population import Population

HEADER = ",".join(COLUMNS)
PLACES = {
    "city": Place("city", 0, 3, 302),
    "Guizhou": Place("Guizhou", 0, 3, 302, larger="Guizhou"),
    "Guizhou:registered_poor": Place("Guizhou:registered_poor", 1, 3, 302, larger="Guizhou"),
    "county_town": Place("county_town", GROUPS.index("county_town"), NEVER, 0),
    "moved_2017": Place("moved_2017", GROUPS.index("moved_2017"), 12, 40),
    "site_00": Place("site_00", len(GROUPS), 3, 199, "rural"),
    "site_01": Place("site_01", len(GROUPS) + 1, 33, 52, "rural"),
}
GOOD = {
    "id": "births", "measure": "births_year", "place": "city", "month": "2018-12", "value": "11", "low": "9",
    "high": "15", "source": "yearbook", "definition": "", "used": "",
}  # fmt: skip


def written(path: Path, *rows: dict[str, str]) -> Path:
    """Write rows that differ from GOOD."""
    lines = [",".join({**GOOD, **row}.values()) for row in rows]
    path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
    return path


def problems_of(path: Path) -> list[str]:
    return [problem.say().removeprefix(f"{path.as_posix()}:") for problem in load_validation(path, PLACES)[1]]


# Measures


@pytest.fixture(scope="module")
def city() -> Counted:
    """Fourteen months of made records: month m (0 is January 2016) has m + 1 births among 1000 persons."""
    made = City()
    made.records = Records(14, 1, np.zeros((1, 5), dtype=bool), 0.5)
    for month in range(14):
        sums, counts = np.zeros((len(GROUPS) + 1, N_SUMS)), np.zeros(len(CITY_ONLY))
        for name, value in {
            "persons": 1000.0, "household_income": 2000.0 * month, "employed": 30.0, "labourers": 40.0,
            "employed_workshop": 1.0, "employed_nearby_public": 2.0, "employed_organised_export": 3.0,
            "employed_public_post": 6.0, "employed_away": 9.0, "households": 10.0, "households_away": 4.0,
            "moves_settled_to_returned": 1.0, "moves_both_ends_to_returned": float(month),
            "moves_away_to_returned": 2.0, "moves_returned_to_settled": 50.0, "labour_households": 8.0,
            "nobody_employed_households": 2.0,
        }.items():  # fmt: skip
            sums[0, COLUMN[name]] = value
        sums[len(GROUPS), COLUMN["moves_away_to_returned"]] = 7.0
        counts[CITY_COLUMN["births"]], counts[CITY_COLUMN["deaths"]] = month + 1, 5
        made.records.enter(sums, counts)
    counts = {"children_primary": np.arange(14.0), "workshops_built": np.full(14, 2.0)}
    return Counted(made, counts)


@pytest.mark.parametrize(
    ("name", "month", "value"),
    [
        ("births", 11, 12.0),
        ("births_year", 11, 78.0),  # 1 + 2 + ... + 12
        ("births_year", 13, 102.0),  # 3 + 4 + ... + 14
        ("deaths_year", 12, 60.0),
        ("returns_year", 11, 102.0),  # 12 * (1 + 2) + (0 + 1 + ... + 11)
        ("moves_returned_to_settled_year", 11, 600.0),
        ("birth_rate_year", 11, 78.0),  # 78 a year among 1000
        ("income_per_head_year", 11, 132.0),  # 2 * (0 + 1 + ... + 11)
        ("income_per_head", 11, 22.0),
        ("employment_rate", 3, 0.75),
        ("public_channel_share", 3, 0.4),  # (1 + 2 + 3 + 6) / 30
        ("employed_away_share", 3, 0.4),  # (9 + 3) / 30
        ("away_share", 3, 0.4),
        ("employed_per_household", 3, 3.0),
        ("employed_per_labour_household", 3, 3.75),
        ("nobody_employed_share", 3, 0.25),
        ("persons_per_household", 3, 100.0),
        ("somebody_employed_share", 3, 0.75),  # (8 - 2) / 8
        ("all_away_of_labourers", 3, 0.3),  # (9 + 3) / 40
        ("local_share", 3, 0.3),  # (1 + 2 + 6) / 30
        ("returns_so_far", 13, 133.0),  # 14 * (1 + 2) + (0 + 1 + ... + 13)
        ("returns_so_far_per_household", 13, 13.3),
        ("return_hazard_year", 11, 10.2),  # 102 a year among 10
        ("natural_growth_rate_year", 11, 18.0),  # 78 births less 60 deaths among 1000
        ("children_primary", 5, 5.0),
        ("primary_share", 5, 0.005),
        ("workshops_built_per_1000", 3, 250.0),  # 2 for 8 labour households
        ("wage_share_year", 11, 0.0),
        ("employment_rate_year", 11, 0.75),
    ],
)
def test_measures_by_hand(city: Counted, name: str, month: int, value: float) -> None:
    assert MEASURES[name].of(city, 0, month) == pytest.approx(value, rel=1e-12)


def test_a_site_has_its_own_row_and_nobody_divides_to_nan(city: Counted) -> None:
    assert MEASURES["returns_year"].of(city, len(GROUPS), 11) == 84.0  # 12 * 7
    assert math.isnan(MEASURES["employment_rate"].of(city, len(GROUPS), 11))
    assert math.isnan(MEASURES["income_per_head_year"].of(city, len(GROUPS), 11))


def test_every_indicator_is_a_measure_and_every_monthly_one_a_yearly_one() -> None:
    assert {i.name for i in INDICATORS} <= set(MEASURES)
    assert {f"{i.name}_year" for i in INDICATORS if "/month" in i.unit} <= set(MEASURES)
    assert not any("/month" in m.unit for m in MEASURES.values() if m.months > 1 and not m.under)
    assert all((measure.months == 12) == name.endswith("_year") for name, measure in MEASURES.items())
    assert set(UNITS_OF_COUNTS) <= set(MEASURES)
    assert all(name == measure.name for name, measure in MEASURES.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_measures_of_a_unit_have_one_name(language: str) -> None:
    said = [(measure.said(language), measure.unit) for measure in MEASURES.values()]
    assert len(set(said)) == len(said)


def test_what_a_measure_cannot_do() -> None:
    assert MEASURES["births_year"].city_alone
    assert MEASURES["birth_rate_year"].city_alone
    assert not MEASURES["returns_year"].city_alone
    assert {name for name, measure in MEASURES.items() if measure.skips_february} == {
        f"{scope}{name}" for scope in ("", "scope_") for name in ("nobody_employed_households",)
    } | {f"{who}_employed_share{scope}" for who in ("nobody", "somebody") for scope in ("", "_scope")}
    assert (MEASURES["occupancy"].most, MEASURES["employment_rate"].most) == (1.0, 1.0)
    assert (MEASURES["knowledge"].most, MEASURES["births"].most) == (math.inf, math.inf)  # a sum of shares is no share


def test_the_first_month_of_a_measure() -> None:
    # first flat in 2016-04 (3): a level from then on, a yearly count from 2016-12 (11), means need people all year
    first = {name: MEASURES[name].first_month(3) for name in ("employed", "births_year", "income_per_head_year")}
    assert first == {"employed": 3, "births_year": 11, "income_per_head_year": 14}
    assert MEASURES["returns_year"].first_month(33) == 33


# Places


@pytest.fixture(scope="module")
def town() -> Population:
    config = compose_run(["population.size=town"])
    return load_population(config)


def test_places_are_the_rows_of_a_run(town: Population) -> None:
    config = compose_run(["population.size=town"])
    run = City()
    run.begin(Given(town, config.parameters, 1, 48), BASELINE)
    while run.month < run.months:
        run.advance()
    places = places_of(town)
    own = ["city", *GROUPS[1:], "site_00", "site_01", "site_02"]
    assert [name for name, place in places.items() if not place.larger] == own
    assert len(places) == len(own) + len(LARGER) * len(GROUPS)
    for place in (places[name] for name in own):
        where, group = run.records.rows[place.row]
        assert place.name == ("city" if (where, group) == ("city", "all") else group if where == "city" else where)
        homes = run.records.sums[:, place.row, COLUMN["households"]]
        peopled = np.flatnonzero(homes > 0)
        if place.name.startswith(("with", "registered", "not_")):
            assert place.peopled == places["city"].peopled <= peopled[0]  # who belongs changes; never before the city's
        else:
            assert place.peopled == (peopled[0] if peopled.size else NEVER)
            died = run.records.sums[47, place.row, COLUMN["households_died_out"]]
            assert place.households == homes[47] + died
    assert [places[name].kind for name in ("city", "rural", "site_00")] == ["", "", town.sites["kind"][0]]


def test_a_larger_place_stands_for_the_city_or_one_of_its_groups(town: Population) -> None:
    places = places_of(town)
    for name, own in (("Guizhou", "city"), ("China:registered_poor", "registered_poor")):
        assert (places[name].row, places[name].own, places[name].peopled) == (places[own].row, own, places[own].peopled)
    assert places["China:registered_poor"].said("en") == "China: Registered poor"
    assert places["Guizhou"].said("zh") == "贵州省"


# Rows


def test_good_rows_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path / "rows.csv",
        {},
        {"id": "rate", "measure": "employment_rate", "place": "site_01", "value": "0.5", "low": "", "high": ""},
    )
    figures, problems = load_validation(path, PLACES)
    assert problems == []
    births, rate = figures.values()
    assert (births.id, births.measure, births.place, births.month) == (
        "births",
        MEASURES["births_year"],
        PLACES["city"],
        35,
    )
    assert (births.value, births.low, births.high, births.source) == (11.0, 9.0, 15.0, "yearbook")
    assert isinstance(rate.measure, Measure)
    assert math.isnan(rate.low)
    assert math.isnan(rate.high)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(f"{HEADER}\r\nbirths,births_year,city,2018-12,11,,,统计年鉴,,\r\n".encode(encoding))
    figures, problems = load_validation(path, PLACES)
    assert problems == []
    assert figures["births"].source == "统计年鉴"


@pytest.mark.parametrize(
    ("columns", "cells", "found"),
    [
        ((), "", ("", "")),  # a file of an older version
        (("definition",), ",of all", ("of all", "")),
        (("used",), ",prior", ("", "prior")),
        (("definition", "used"), ",of all,prior", ("of all", "prior")),
    ],
)
def test_the_last_columns_may_be_missing(
    tmp_path: Path, columns: tuple[str, ...], cells: str, found: tuple[str, str]
) -> None:
    path = tmp_path / "rows.csv"
    heading = ",".join([*FIRST_COLUMNS, *columns])
    path.write_text(f"{heading}\nbirths,births_year,city,2018-12,11,,,a yearbook{cells}\n", encoding="utf-8")
    figures, problems = load_validation(path, PLACES)
    assert problems == []
    assert (figures["births"].definition, figures["births"].used) == found


def test_a_shifted_row_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{HEADER}\n\nbirths,births_year,city,2018-12,1,200,,,a yearbook\n", encoding="utf-8")
    figures, problems = load_validation(path, PLACES)
    assert figures == {}
    assert [(problem.line, problem.found) for problem in problems] == [(3, "9 cells")]


def test_a_header_alone_is_no_row_and_no_error(tmp_path: Path) -> None:
    assert load_validation(written(tmp_path / "rows.csv"), PLACES) == ({}, [])


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "measure": (
        {"measure": "birth_year"},
        "column measure: found 'birth_year', expected a measure that --list prints (nearest: 'births_year')",
    ),
    "measure unlike any": (
        {"measure": "happiness"},
        "column measure: found 'happiness', expected a measure that --list prints",
    ),
    "place": (
        {"place": "county_twon"},
        "column place: found 'county_twon', expected city, a group or larger place that --list prints, or site_00"
        " .. site_01 (nearest: 'county_town')",
    ),
    "site beyond the last": (
        {"measure": "employed", "place": "site_78"},
        "column place: found 'site_78', expected city, a group or larger place that --list prints, or site_00"
        " .. site_01 (nearest: 'site_00')",
    ),
    "month in words": (
        {"month": "Dec-18"},
        "column month: found 'Dec-18', expected a month YYYY-MM, 2016-01 .. 2040-12",
    ),
    "month before the model": (
        {"month": "2015-12"},
        "column month: found '2015-12', expected a month YYYY-MM, 2016-01 .. 2040-12",
    ),
    "month after the model": (
        {"month": "2041-01"},
        "column month: found '2041-01', expected a month YYYY-MM, 2016-01 .. 2040-12",
    ),
    "no number": ({"value": "eleven"}, "column value: found 'eleven', expected a number"),
    "no value": ({"value": ""}, "column value: found '', expected a number"),
    "not a number": ({"value": "nan"}, "column value: found 'nan', expected a number"),
    "low no number": ({"low": "~9"}, "column low: found '~9', expected a number"),
    "below 0": ({"value": "-1", "low": "", "high": ""}, "column value: found '-1', expected 0 or more"),
    "share above 1": (
        {"measure": "poverty_share", "value": "31.5", "low": "", "high": ""},
        "column value: found '31.5', expected a share, 0 to 1",
    ),
    "end of a share above 1": (
        {"measure": "poverty_share", "value": "0.3", "low": "0.2", "high": "40"},
        "column high: found '40', expected a share, 0 to 1",
    ),
    "low above high": ({"low": "16"}, "column low: found '16', expected low up to high, 15"),
    "low alone": ({"high": ""}, "column low: found '9' to '', expected both low and high, or neither"),
    "high alone": ({"low": ""}, "column low: found '' to '15', expected both low and high, or neither"),
    "outside its own range": (
        {"value": "20"},
        "column value: found '20', expected a value in its own range, 9 to 15",
    ),
    "no source": ({"source": ""}, "column source: found '', expected a text (source)"),
    "city-only at a site": (
        {"place": "site_00"},
        "column place: found 'site_00', expected city: births_year is recorded for the whole city alone",
    ),
    "city-only rate of a group": (
        {"measure": "birth_rate_year", "place": "moved_2017"},
        "column place: found 'moved_2017', expected city: birth_rate_year is recorded for the whole city alone",
    ),
    "February": (
        {"measure": "nobody_employed_share", "month": "2019-02", "value": "0", "low": "0", "high": "1"},
        "column month: found '2019-02', expected another month: nobody_employed_share is not counted in February",
    ),
    "no year has passed": (
        {"month": "2016-11"},
        "column month: found '2016-11', expected 2016-12 or later: flats at city are handed over from 2016-04 on,"
        " and births_year looks back over 12 months",
    ),
    "nobody for part of a year of means": (
        {"measure": "income_per_head_year", "place": "moved_2017", "month": "2017-11"},
        "column month: found '2017-11', expected 2017-12 or later: flats at moved_2017 are handed over from 2017-01 on,"
        " and income_per_head_year looks back over 12 months",
    ),
    "before the first flat": (
        {"measure": "employed", "place": "site_01", "month": "2018-09"},
        "column month: found '2018-09', expected 2018-10 or later: flats at site_01 are handed over from 2018-10 on",
    ),
    "a count of the province": (
        {"measure": "employed", "place": "Guizhou"},
        "column measure: found 'employed', expected a rate at Guizhou, which is not modelled: use employment_rate or"
        " employment_rate_year",
    ),
    "a sum of the province": (
        {"place": "Guizhou"},
        "column measure: found 'births_year', expected a rate at Guizhou, which is not modelled: use birth_rate_year or"
        " natural_growth_rate_year",
    ),
    "a group of the province of what the city alone has": (
        {"measure": "birth_rate_year", "place": "Guizhou:registered_poor"},
        "column place: found 'Guizhou:registered_poor', expected Guizhou: birth_rate_year is recorded for the whole"
        " city alone",
    ),
    "prices that are not known": (
        {"measure": "income_per_head_nominal_year", "month": "2025-12"},
        "column month: found '2025-12', expected 2024-12 or earlier: later prices are not known; or yuan of 2019",
    ),
    "prices before 2019": (
        {"measure": "income_per_head_nominal_year", "month": "2018-12"},
        "column month: found '2018-12', expected 2019-12 or later: income_per_head_nominal_year needs earlier months or"
        " prices",
    ),
    "growth below minus one": (
        {"measure": "near_growth_year", "value": "-1.5", "low": "", "high": ""},
        "column value: found '-1.5', expected -1 or more",
    ),
    "an unknown use": (
        {"used": "yes"},
        "column used: found 'yes', expected empty, or one of history, prior, population, ring, weight, reading,"
        " same_source",
    ),
    "nobody ever": (
        {"measure": "employed", "place": "county_town"},
        "column place: found 'county_town', expected a place where households live in this population",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_mistake_is_its_own_line(tmp_path: Path, case: str) -> None:
    changes, says = REFUSED[case]
    path = written(tmp_path / "rows.csv", {"id": "good"}, {"id": "wrong", **changes})
    figures, problems = load_validation(path, PLACES)
    assert list(figures) == ["good"]
    assert [problem.say() for problem in problems] == [f"{path.as_posix()}:3: row wrong, {says}; mend that cell"]
    chinese = problems[0].say("zh")
    assert "\n" not in chinese
    assert "应为" in chinese
    assert "expected" not in chinese


@pytest.mark.parametrize(("month", "fits"), [("2016-11", False), ("2016-12", True)])
def test_a_yearly_sum_needs_a_year(tmp_path: Path, month: str, fits: bool) -> None:
    assert (problems_of(written(tmp_path / "rows.csv", {"month": month})) == []) == fits


def test_the_edges_of_what_is_allowed_are_allowed(tmp_path: Path) -> None:
    path = written(
        tmp_path / "rows.csv",
        {"id": "all", "measure": "poverty_share", "value": "1", "low": "1", "high": "1"},
        {"id": "none", "measure": "poverty_share", "value": "0", "low": "0", "high": "0"},
        {"id": "first", "measure": "employed", "month": "2016-04"},
        {"id": "last", "month": "2040-12"},
        {"id": "march", "measure": "nobody_employed_households", "place": "site_00", "month": "2019-03"},
    )
    assert problems_of(path) == []


def test_an_id_twice(tmp_path: Path) -> None:
    assert problems_of(written(tmp_path / "rows.csv", {}, {})) == [
        "3: row births, column id: found 'births' again, after line 2, expected an id that is used once; mend that cell"
    ]


def test_a_missing_column(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,measure,place,month,value,source\n", encoding="utf-8")
    assert problems_of(path) == [f"1: found 'id,measure,place,month,value,source', expected {HEADER}; mend that file"]


def test_a_row_with_a_cell_too_few(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"{HEADER}\nbirths,births_year,city,2018-12,11,,\n", encoding="utf-8")
    assert problems_of(path) == ["2: found 7 cells, expected 10 cells, as in the heading; mend that row"]


def test_all_errors_of_all_rows_are_found_at_once(tmp_path: Path) -> None:
    path = written(
        tmp_path / "rows.csv",
        {"id": "one", "measure": "x", "place": "y", "month": "z", "value": "w", "source": ""},
        {"id": "two"},
        {"id": "three", "place": "site_00", "month": "2016-05"},
    )
    found = [line.partition(": found")[0] for line in problems_of(path)]
    columns = ("measure", "place", "month", "value", "source")
    assert found == [f"2: row one, column {column}" for column in columns] + [
        "4: row three, column place",
        "4: row three, column month",
    ]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    problems = load_validation(path, PLACES)[1]
    assert [problem.say() for problem in problems] == [
        f"{path.as_posix()}: found No such file or directory, expected a file in UTF-8; mend that file"
    ]


def test_the_region_has_the_header() -> None:
    path = compose_run([]).region / "validation.csv"
    assert path.read_text(encoding="utf-8").splitlines()[0] == HEADER
