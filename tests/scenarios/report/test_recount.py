"""Figures counted anew: the columns for filters, the measures, and a built city against every figure."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.report.figures import Figure, read_figures
from scenarios.report.readings import alternative_readings, default_reading, read_readings
from scenarios.report.recount import recompute, with_helpers
from simulation.foundations.months import NEVER

SWITCHES = read_readings(CONF / "reading" / "readings.yaml")
DEFAULT = default_reading(SWITCHES)
ALTERNATIVES = {
    "default": DEFAULT,
    **{
        next(f"{name}={value}" for name, value in reading.items() if value != DEFAULT[name]): reading
        for reading in alternative_readings(SWITCHES)
    },
}
COUNTED = [
    pytest.param(row.id, reading, id=f"{row.id}-{name}")
    for row in read_figures(CONF / "region" / "liupanshui" / "figures.csv").values()
    for name, reading in ALTERNATIVES.items()
    if row.source_kind != "none" and row.holds(reading)
]


def figure(**cells: object) -> Figure:
    """Return a figure that is counted in a table."""
    plain: dict[str, object] = dict.fromkeys(("scope", "section", "formula", "filter", "note"), "")
    plain |= {"id": "x", "value": 0.0, "unit": "persons", "role": "input", "status": "reported", "name": Text("x", "x")}
    plain |= {
        "tolerance": 0.0,
        "source_kind": "table",
        "table": "persons",
        "measure": "count",
        "reading": (),
        "line": 2,
    }
    return Figure(**{**plain, **cells})  # type: ignore[arg-type]


@pytest.fixture
def village() -> dict[str, pd.DataFrame]:
    """Three sites, three households and seven persons by hand; the report month is 47."""
    sites = pd.DataFrame({"site": [0, 1, 2], "kind": ["county_town", "rural", "rural"], "bus": [True, False, True]})
    households = pd.DataFrame(
        {
            "household": [0, 1, 2],
            "site": [0, 0, 1],
            "move_in_month": [11, 12, 48],
            "registered_poor": [True, False, True],
            "land": [1.5, 2.5, 4.0],
        }
    )
    # born in the report month; five years old at school start; forty, in work; dead in the report month; no longer
    # able from the report month on; able from the report month on; not born yet
    persons = pd.DataFrame(
        {
            "household": [0, 0, 0, 1, 1, 2, 2],
            "birth_month": [47, 44 - 60, 47 - 480, -500, -500, -200, 48],
            "death_month": [NEVER, NEVER, NEVER, 47, NEVER, NEVER, NEVER],
            "labour_from_month": [NEVER, NEVER, -200, -200, -200, 47, NEVER],
            "labour_to_month": [NEVER, NEVER, 300, 300, 47, 300, NEVER],
        }
    )
    schools = pd.DataFrame({"school": [0, 1], "site": [1, 2], "in_gap": [True, False]})
    return {"sites": sites, "households": households, "persons": persons, "schools": schools}


def test_helper_columns(village: dict[str, pd.DataFrame]) -> None:
    before = {name: list(table.columns) for name, table in village.items()}
    tables = with_helpers(village)
    persons, households, sites = tables["persons"], tables["households"], tables["sites"]
    assert persons["alive"].tolist() == [True, True, True, False, True, True, False]
    assert persons["age_years"].tolist()[:3] == [0, 5, 40]
    assert persons["level"].tolist()[:3] == ["none", "kindergarten", "none"]
    assert persons["labourer"].tolist() == [False, False, True, False, False, True, False]
    assert persons["household_move_year"].tolist() == [2016, 2016, 2016, 2017, 2017, 2020, 2020]
    assert persons["household_site_kind"].tolist()[-1] == "rural"
    assert households["persons"].tolist() == [3, 1, 1]
    assert households["labourers"].tolist() == [1, 0, 1]
    assert households["site_bus"].tolist() == [True, True, False]
    assert sites["households"].tolist() == [2, 0, 0]  # the third household arrives after the report month
    assert sites["school_gap"].tolist() == [False, True, False]
    assert {name: list(table.columns) for name, table in village.items()} == before


def test_a_site_of_200_households_is_large(village: dict[str, pd.DataFrame]) -> None:
    n = 200 + 199
    village["households"] = pd.DataFrame(
        {"household": range(n), "site": [0] * 200 + [1] * 199, "move_in_month": [40] * n}
    )
    assert with_helpers(village)["sites"]["over_200"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("table", "query", "measure", "value"),
    [
        ("persons", "alive", "count", 5.0),
        ("persons", "", "count", 7.0),
        ("persons", "alive and household_registered_poor", "count", 4.0),
        ("persons", "labourer", "nunique(household)", 2.0),
        ("households", "move_year in [2016, 2017]", "sum(land)", 4.0),
        ("households", "not registered_poor", "mean(land)", 2.5),
        ("households", "", "mean(persons)", 5 / 3),
        ("sites", "bus", "percent", 200 / 3),
        ("sites", "bus", "percent of (kind == 'rural')", 50.0),
        ("sites", "kind == 'county_town' and not bus", "count", 0.0),
    ],
)
def test_measures(village: dict[str, pd.DataFrame], table: str, query: str, measure: str, value: float) -> None:
    row = figure(table=table, filter=query, measure=measure)
    assert recompute(row, village) == pytest.approx(value)
    assert recompute(row, with_helpers(village)) == pytest.approx(value)


@pytest.mark.parametrize(("query", "measure"), [("site > 9", "mean(site)"), ("bus", "percent of (site > 9)")])
def test_nothing_counted_is_no_number_and_never_agrees(
    village: dict[str, pd.DataFrame], query: str, measure: str
) -> None:
    row = figure(table="sites", filter=query, measure=measure, tolerance=1e9)
    value = recompute(row, village)
    assert math.isnan(value)
    assert not row.agrees(value)


def test_counting_says_what_is_missing(village: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="column dibao, which the table persons lacks"):
        recompute(figure(filter="dibao == 'none'"), village)
    with pytest.raises(ValueError, match="source_kind is none"):
        recompute(figure(source_kind="none"), village)


def test_tolerance() -> None:
    row = figure(value=93256.44, tolerance=0.005)
    assert row.agrees(93256.445)
    assert not row.agrees(93256.446)
    assert figure(value=78.0).agrees(78.0 + 1e-10)
    assert not figure(value=78.0).agrees(79.0)


@pytest.mark.parametrize(("key", "reading"), COUNTED)
def test_built_city_has_the_figure(figures, city_tables, key: str, reading: dict[str, str]) -> None:
    value = recompute(figures[key], city_tables(reading))
    assert figures[key].agrees(value), f"{key}: {value} counted, {figures[key].value} printed"


def test_a_changed_city_is_noticed(figures, city) -> None:
    tables = city().tables()
    tables["persons"] = tables["persons"].iloc[1:]
    tables["sites"] = tables["sites"].assign(bus=False)
    tables = with_helpers(tables)
    assert not figures["persons"].agrees(recompute(figures["persons"], tables))
    assert recompute(figures["urban_bus_coverage"], tables) == 0.0
    assert figures["sites"].agrees(recompute(figures["sites"], tables))
