"""The synthetic population: the report's figures counted anew, evidence, families, seats, random numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenarios.population.build import build_population, full_reading
from scenarios.population.households import fitted_cells
from scenarios.population.rules import check_tables
from scenarios.settings.schema import reading_values
from simulation.foundations.months import LEVELS, NEVER, REPORT_MONTH
from simulation.state.population import Population
from tests.scenarios.counts import COUNTS, INPUTS, SETTINGS, VALUES, YEAR, Tables

RIVALS = {"dibao_persons_a": "high", "dibao_persons_b": "low", "dibao_urban_b": "low"}
ALTERNATIVES = [(key, value) for key, values in reading_values().items() for value in values[1:]]


@pytest.fixture(scope="session")
def tables(city: Callable[..., Population]) -> Callable[..., Tables]:
    made: dict[tuple[tuple[str, str], ...], Tables] = {}

    def of(**reading: str) -> Tables:
        key = tuple(sorted(reading.items()))
        if key not in made:
            made[key] = Tables(city(reading))
        return made[key]

    return of


def shortage(t: Tables) -> pd.DataFrame:
    """Return children, existing seats and missing seats by site and level."""
    at_school = t.alive[t.alive["level"] >= 0]
    frame = at_school.groupby(["site", "level"]).size().unstack(fill_value=0).stack().rename("children").to_frame()
    for name, schools in (("seats", t.schools[t.schools["existing"]]), ("missing", t.gap)):
        seats = schools.groupby("site")[[f"seats_{level}" for level in LEVELS]].sum().set_axis(range(3), axis=1)
        frame[name] = seats.stack().reindex(frame.index, fill_value=0).to_numpy()
    return frame


# The report.


def test_every_input_row_is_counted() -> None:
    assert set(COUNTS) == set(INPUTS)


@pytest.mark.parametrize("figure", INPUTS)
def test_input_row_is_met(tables: Callable[..., Tables], figure: str) -> None:
    t = tables(allowance_count=RIVALS[figure]) if figure in RIVALS else tables()
    assert COUNTS[figure](t) == VALUES[figure]


@pytest.mark.parametrize(("key", "value"), ALTERNATIVES)
def test_input_rows_are_met_under_other_readings(tables: Callable[..., Tables], key: str, value: str) -> None:
    t = tables(**{key: value})
    allowance = value if key == "allowance_count" else "low"
    wrong = {
        figure: (count(t), VALUES[figure])
        for figure, count in COUNTS.items()
        if RIVALS.get(figure, allowance) == allowance and count(t) != VALUES[figure]
    }
    assert not wrong


def test_schools_by_reading(tables: Callable[..., Tables]) -> None:
    default, opened, beside = (
        tables(),
        tables(school_projects_meaning="open"),
        tables(school_projects_scope="beside"),
    )
    under_way = default.schools[default.schools["newly_provided"]]
    assert set(under_way["status"]) == {"under_way"}
    assert set(under_way["open_month"]) == {56, 68}
    assert default.projects["in_gap"].all()
    assert set(opened.schools.loc[opened.schools["newly_provided"], "open_month"]) == {32, 44}
    assert set(opened.schools.loc[opened.schools["newly_provided"], "status"]) == {"open"}
    assert not beside.projects["in_gap"].any()
    assert set(beside.gap["status"]) == {"no_project"}
    assert len(beside.schools) == len(default.schools) + len(beside.projects)
    assert (default.gap.groupby(["site", "level"]).size() == 1).all()


@pytest.mark.parametrize("reading", [{}, {"labour_scope": "poor"}])
def test_missing_schools_seat_the_children_without_a_seat(
    tables: Callable[..., Tables], reading: dict[str, str]
) -> None:
    t = tables(**reading)
    cells = shortage(t)
    lacking = cells[cells["missing"] > 0]
    assert (lacking["children"] - lacking["seats"] == lacking["missing"]).all()
    assert lacking["missing"].sum() == VALUES["school_gap_pupils"]
    others = cells[cells["missing"] == 0]
    assert (others["seats"] >= others["children"]).all()
    marked = t.alive[t.alive["school_gap"]].groupby(["site", "level"]).size()
    assert (marked.reindex(cells.index, fill_value=0) == cells["missing"]).all()


def test_to_be_served_leaves_half_in_crowded_schools(tables: Callable[..., Tables]) -> None:
    cells = shortage(tables(school_gap_meaning="to_be_served"))
    lacking = cells[cells["missing"] > 0]
    assert lacking["missing"].sum() == VALUES["school_gap_pupils"]
    short = (lacking["children"] - lacking["seats"]).sum()
    assert abs(short - 0.5 * VALUES["school_gap_pupils"]) <= len(lacking)
    assert (lacking["children"] > lacking["seats"]).all()


def test_high_allowance_keeps_the_urban_ratio(tables: Callable[..., Tables]) -> None:
    urban = (tables(allowance_count="high").alive["dibao"] == "urban").sum()
    assert urban == round(VALUES["dibao_persons_a"] * VALUES["dibao_urban_b"] / VALUES["dibao_persons_b"])


# The evidence.


def test_shuicheng(tables: Callable[..., Tables]) -> None:
    t = tables()
    here = t.sites.index[t.sites["unit"] == "Shuicheng"]
    households = t.households[t.households["site"].isin(here)]
    persons = t.alive[t.alive["site"].isin(here)]
    assert (len(here), len(households), len(persons)) == (26, 13720, 61593)
    assert (households["registered_poor"].sum(), persons["registered_poor"].sum()) == (10345, 45898)
    assert set(t.sites.loc[t.sites["street_office"] != "", "unit"]) == {"Shuicheng"}


@pytest.mark.parametrize(
    ("scope", "old", "elderly", "infants"), [("poor", 7.4, 10.1, 3.7), ("all", 10.3, 15.9, 4.0)]
)  # P04, P05
def test_shares_of_ages(tables: Callable[..., Tables], scope: str, old: float, elderly: float, infants: float) -> None:
    alive = tables(labour_scope=scope).alive
    shares = alive["level"].value_counts(normalize=True) * 100
    assert [shares[level] for level in range(3)] == pytest.approx([4.0, 11.0, 5.3], abs=0.2)  # G15, G16, G17
    assert (alive["years"] >= 65).mean() * 100 == pytest.approx(old, abs=0.5)
    assert (alive["years"] >= 60).mean() * 100 == pytest.approx(elderly, abs=0.4)
    assert (alive["years"] <= 2).mean() * 100 == pytest.approx(infants, abs=0.3)
    assert 0.50 < alive["male"].mean() < 0.54
    bands = np.histogram(alive["years"], np.arange(0, 65, 5))[0] / len(alive)
    assert bands.min() > 0.035  # no hole in the pyramid below 60
    assert bands.max() < 0.12


def test_arrivals_and_houses(tables: Callable[..., Tables]) -> None:
    h = tables().households
    years = (h["move_in_month"] // YEAR).value_counts(normalize=True)
    assert [years[year] for year in range(4)] == pytest.approx([0.15, 0.42, 0.33, 0.10], abs=0.02)
    windows = h.groupby("site")["move_in_month"].agg(["min", "max"])
    assert (windows["max"] - windows["min"] < 24).all()
    standing = h["old_house_demolished_month"] == NEVER
    assert standing.mean() == pytest.approx(0.448, abs=0.0001)  # R05, R06
    assert standing[h["whole_village"]].mean() < standing[~h["whole_village"]].mean() - 0.05
    delay = (h["old_house_demolished_month"] - h["move_in_month"])[~standing]
    assert delay.between(2, 18).all()
    assert (h.loc[~standing, "old_house_demolished_month"] <= REPORT_MONTH).all()
    assert 0.40 < (h["land_rented_out_mu"] > 0).mean() < 0.46


@pytest.mark.parametrize(("standing", "share"), [("middle", 0.30), ("low", 0.12)])
def test_old_houses_by_reading(tables: Callable[..., Tables], standing: str, share: float) -> None:
    """As many stand as the reading says; who moved too late to have lost the house is always among them."""
    h = tables(old_house_standing=standing).households
    gone = h["old_house_demolished_month"]
    assert (gone == NEVER).mean() == pytest.approx(share, abs=0.0001)
    assert (gone[h["move_in_month"] > REPORT_MONTH - 2] == NEVER).all()


def test_cells_keep_every_margin() -> None:
    households, persons = fitted_cells(VALUES, SETTINGS)
    assert households.sum() == 29150
    assert households.sum(axis=(1, 2)).tolist() == [13720, 29150 - 13720]
    assert households[:, 0].sum() == 20794
    assert households[0, 0].sum() == 10345
    assert households[:, :, 1].sum() == 12677
    assert persons[:, :, 1].sum() == 52866
    assert persons[0].sum() == 61593
    means = persons / households
    assert ((means > 3.0) & (means < 5.2)).all()


# Families.


@pytest.mark.parametrize("scope", ["all", "poor"])
def test_generations(tables: Callable[..., Tables], scope: str) -> None:
    alive = tables(labour_scope=scope).alive
    adults = alive[alive["years"] >= 18]
    assert adults["household"].nunique() == len(tables().households)
    children = alive.loc[alive["years"] < 16, ["household", "member", "birth_month"]]
    pairs = children.merge(adults[["household", "birth_month"]], on="household", suffixes=("", "_adult"))
    gap = pairs["birth_month"] - pairs["birth_month_adult"]
    parent = gap.between(18 * YEAR, 45 * YEAR).groupby([pairs["household"], pairs["member"]]).any()
    elder = gap.between(36 * YEAR, 77 * YEAR).groupby([pairs["household"], pairs["member"]]).any()
    assert len(parent) == len(children)
    assert (parent | elder).all()
    assert parent.mean() > 0.9
    old = alive.loc[alive["years"] >= 60, ["household", "birth_month"]]
    below = alive.loc[alive["labourer"], ["household", "birth_month"]]
    three = old.merge(children, on="household", suffixes=("_old", "")).merge(
        below, on="household", suffixes=("", "_middle")
    )
    assert (three["birth_month"] - three["birth_month_old"]).min() >= 36 * YEAR


def test_labourers(tables: Callable[..., Tables]) -> None:
    t = tables(labour_scope="all")
    working = t.alive[t.alive["labourer"]]
    assert working["years"].between(16, 59).all()
    assert (working["school_leave_month"] <= REPORT_MONTH).all()
    assert t.labour.groupby("household").size().between(1, 5).all()
    without = t.alive[~t.alive["household"].isin(t.labour["household"])]
    assert len(without) / without["household"].nunique() < 3.2
    poor = tables(labour_scope="poor")
    others = poor.alive[~poor.alive["registered_poor"]]
    assert others["labourer"].mean() == pytest.approx(0.516, abs=0.001)  # G03
    assert not others["in_labour_scope"].any()


@pytest.mark.parametrize("scope", ["poor", "all"])
def test_women_leave_labour_at_an_age_of_their_own(tables: Callable[..., Tables], scope: str) -> None:
    """Between 50 and 60; men at 60, illness aside. The report's labourers have not left (test_input_row_is_met)."""
    alive = tables(labour_scope=scope).alive
    able = alive[alive["labour_to_month"] != NEVER]
    years = (able["labour_to_month"] - able["birth_month"]) / YEAR
    women, men = years[~able["male"]], years[able["male"]]
    assert women.max() <= 60
    grown = women[(women >= 50) & (able.loc[women.index, "years"] < 40)]
    assert grown.mean() == pytest.approx(55, abs=0.1)
    assert grown.std() == pytest.approx((25 / 6) ** 0.5, abs=0.1)  # of the triangle from 50 over 55 to 60
    assert (men == 60).mean() > 0.8
    # Some women under 60 have left for their age alone: they need no care, and could look after a child.
    left = alive[~alive["male"] & ~alive["labourer"] & alive["years"].between(50, 59)]
    assert (~left["care_need"]).mean() > 0.3
    late = alive["labourer"] & ~alive["male"] & (alive["years"] >= 55)
    early = alive["labourer"] & ~alive["male"] & alive["years"].between(45, 49)
    assert late.sum() < 0.6 * early.sum()


def test_the_age_at_which_women_leave_decides_how_many_labourers_stay() -> None:
    later = {}
    for ages in ((46, 50, 54), (54, 57, 60)):
        families = SETTINGS.families.model_copy(update={"women_leave_labour": ages})
        persons = build_population(VALUES, SETTINGS.model_copy(update={"families": families}), {}, 1).persons
        working = (persons["labour_from_month"] <= 107) & (persons["labour_to_month"] > 107)
        later[ages] = (working & (persons["death_month"] == NEVER)).sum()
    assert later[54, 57, 60] > later[46, 50, 54] + 1000


def test_allowances_are_those_of_whole_households(tables: Callable[..., Tables]) -> None:
    alive = tables().alive
    on = (alive["dibao"] != "none").groupby(alive["household"]).mean()
    assert set(on.unique()) == {0.0, 1.0}
    assert alive.groupby("household")["dibao"].nunique().max() == 1


def test_the_default_scope_is_nearer_to_the_households_with_labour(tables: Callable[..., Tables]) -> None:
    """G03: 95.8 % of the province's households have labour; G03, J02: .516 labourers a person, which neither meets."""
    with_labour = {scope: t.alive[t.alive["labourer"]]["household"].nunique() / 29150 for scope, t in
                   ((scope, tables(labour_scope=scope)) for scope in ("poor", "all"))}  # fmt: skip
    assert abs(with_labour["poor"] - 0.958) < 0.03
    assert abs(with_labour["all"] - 0.958) > 0.25
    assert full_reading({})["labour_scope"] == "poor"


def test_illness_ends_the_work_of_few_a_year(tables: Callable[..., Tables]) -> None:
    working = tables().alive.query("labourer and male")
    sixty = working["birth_month"] + 60 * YEAR
    left = sixty - 1 - REPORT_MONTH  # months until the sixtieth birthday; of those with more than ten years, so many
    young = working[left > 10 * YEAR]
    ill = (young["labour_to_month"] <= REPORT_MONTH + 10 * YEAR).mean()
    assert ill == pytest.approx(1 - (1 - SETTINGS.persons.illness_per_year) ** 10, rel=0.1)
    assert (working["labour_to_month"] <= sixty).all()


def test_the_dead(city: Callable[..., Population]) -> None:
    population = city()
    persons = population.persons.join(population.households["move_in_month"], on="household")
    dead = persons[persons["death_month"] != NEVER]
    assert (dead["death_month"] <= REPORT_MONTH).all()
    assert (dead["death_month"] > dead["move_in_month"]).all()
    size = persons[persons["death_month"] == NEVER].groupby("household").size()
    assert (dead["member"].to_numpy() >= size.loc[dead["household"]].to_numpy()).all()
    years = (REPORT_MONTH - persons["move_in_month"][persons["death_month"] == NEVER]).sum() / YEAR
    assert len(dead) / years == pytest.approx(0.00614, rel=0.1)  # P04
    assert ((dead["death_month"] - dead["birth_month"]) / YEAR > 60).mean() > 0.6


# Random numbers.


def test_same_seed_same_tables_other_seed_other_tables(city: Callable[..., Population]) -> None:
    first = city().tables()
    again = build_population(VALUES, SETTINGS, {}, 1).tables()
    other = build_population(VALUES, SETTINGS, {}, 2)
    check_tables(other)
    for name, table in first.items():
        assert table.equals(again[name])
        assert not table.equals(other.tables()[name])


def test_readings_leave_the_rest_alone(city: Callable[..., Population]) -> None:
    default, poor = city(), city({"labour_scope": "poor"})
    assert default.households.equals(poor.households)
    assert default.sites.drop(columns="special_teachers").equals(poor.sites.drop(columns="special_teachers"))


def test_unknown_readings_are_named() -> None:
    assert full_reading({"labour_scope": "all"})["allowance_count"] == "low"
    with pytest.raises(ValueError, match="labour_scope = most: allowed is poor, all"):
        full_reading({"labour_scope": "most"})
    with pytest.raises(ValueError, match="labor_scope = all: allowed is one of labour_scope"):
        full_reading({"labor_scope": "all"})


def test_what_cannot_hold_together_is_named() -> None:
    def changed(**values: Any) -> Any:
        return SETTINGS.model_copy(update={"sites": SETTINGS.sites.model_copy(update=values)})

    with pytest.raises(ValueError, match="households at large sites, Shuicheng: "):
        build_population(VALUES, changed(largest=500), {}, 1)
