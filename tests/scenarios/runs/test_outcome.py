"""The table 'Report against model' by hand: four sites, twelve months, a few households."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scenarios.base.errors import UserError
from scenarios.base.paths import CONF
from scenarios.report.figures import read_figures
from scenarios.report.pattern_measures import land_tie, logit, occupancy_over_sites, old_house_tie
from scenarios.report.patterns import at_report_date, read_patterns
from scenarios.report.quantiles import weighted_quantile
from scenarios.runs.outcome import report_table, with_texts
from scenarios.runs.series import site_table
from scenarios.runs.targets import (
    REPORT_DATE,
    REPORT_YEAR,
    TARGETS,
    MeaningError,
    ToleranceError,
    observation_error,
    target_indicator,
    target_tolerance,
)
from tests.scenarios.runs.made_run import READING

REGION = CONF / "region" / "liupanshui"
PATTERNS = read_patterns(REGION / "patterns.csv")
CITY = {
    "households": 1000.0,
    "households_settled": 600.0,
    "households_both_ends": 300.0,
    "households_away": 80.0,
    "households_nobody_home": 20.0,
    "households_returned": 40.0,
    "persons": 4000.0,
    "persons_resident": 2000.0,
    "dependants": 2200.0,
    "dependants_resident": 1300.0,
    "labourers": 1800.0,
    "labour_households": 700.0,
    "scope_labourers": 1500.0,
    "scope_labour_households": 500.0,
    "scope_nobody_employed_households": 5.0,
    "employed": 1400.0,
    "scope_employed": 1100.0,
    "scope_ever_employed": 1300.0,
    "employed_workshop": 40.0,
    "employed_public_post": 60.0,
    "employed_nearby_public": 50.0,
    "employed_nearby_own": 300.0,
    "employed_own_business": 50.0,
    "employed_organised_export": 100.0,
    "employed_away": 800.0,
    "seats_missing": 450.0,
    "fair_matches": 2.0,
}
# place: households, settled, both ends -> occupancy (settled + both ends / 2) / households
SITES = {"site_00": (400, 300, 80), "site_01": (300, 200, 60), "site_02": (200, 60, 100), "site_03": (100, 40, 60)}
TOLERANCES = {
    "employed": 22.0,
    "nearby_transfer_jobs": 4.75,
    "organised_export_jobs": 4.0,
    "job_fair_matches_2019": 10.0,
}
FIGURES = {
    "employed": 1100.0,
    "nearby_transfer_jobs": 95.0,
    "organised_export_jobs": 80.0,
    "job_fair_matches_2019": 25.0,
    "job_fair_posts_2019": 1200.0,
    "public_welfare_jobs": 60.0,
    "public_welfare_jobs_at_sites": 10.0,
    "employed_per_household": 2.2,
    "school_gap_pupils": 500.0,
    "households": 1000.0,
    "persons": 4001.0,
    "labour_households": 500.0,
    "labourers": 1500.0,
}


def figure(name: str, value: float) -> SimpleNamespace:
    unit = "persons/household" if name == "employed_per_household" else "persons"
    tolerance = TOLERANCES.get(name, 0.0)
    return SimpleNamespace(
        id=name, value=value, unit=unit, tolerance=tolerance, holds=lambda reading: True, reading=()
    )  # fmt: skip


def frame(**changed: float) -> pd.DataFrame:
    rows = [
        (month, "city", "all", name, "", value) for month in REPORT_YEAR for name, value in {**CITY, **changed}.items()
    ]
    for place, (households, settled, both_ends) in SITES.items():
        occupancy = (settled + both_ends / 2) / households
        values = ("households", households), ("households_settled", settled), ("households_both_ends", both_ends)
        rows += [
            (REPORT_DATE, place, "all", name, "", float(value)) for name, value in (*values, ("occupancy", occupancy))
        ]
    return pd.DataFrame(rows, columns=["month", "place", "group", "indicator", "unit", "value"])


def snapshot() -> pd.DataFrame:
    # 2016: standing 2 of 4 at both ends, demolished 1 of 4; 2017: standing 3 of 6, demolished 0 of 3; one not moved yet
    groups = ((2016, True, 2, 4), (2016, False, 1, 4), (2017, True, 3, 6), (2017, False, 0, 3))
    rows = [
        (year, house, "both_ends" if i < chosen else "settled")
        for year, house, chosen, total in groups
        for i in range(total)
    ]
    table = pd.DataFrame([*rows, (2019, True, "not_moved")], columns=["move_year", "house", "state"])
    n = np.arange(len(table))
    return table.assign(household=n, site=n % 4, land_mu=n % 5 + 2.0 * (table["state"] == "both_ends"), origin_km=n % 3)


def table_of(reading: dict[str, str] = READING, posts: pd.DataFrame | None = None, **changed: float) -> pd.DataFrame:
    figures = {name: figure(name, value) for name, value in FIGURES.items()}
    table = report_table(frame(**changed), snapshot(), figures, PATTERNS, reading, "en", posts)  # type: ignore[arg-type]
    return table.set_index(["kind", "id"])


def test_targets_are_compared_in_the_meaning_of_the_reading() -> None:
    table = table_of({**READING, "labour_scope": "poor"})
    assert table.loc[("target", "employed"), "model"] == 1100
    assert table.loc[("target", "employed"), "met"] == "yes"
    table = table_of()
    assert table.loc[("target", "employed"), "model"] == 1400  # 27.3 % off
    assert table.loc[("target", "employed"), "met"] == "no"
    assert table.loc[("target", "employed"), "deviation_percent"] == pytest.approx(100 * 300 / 1100)
    table = table_of({**READING, "employment_meaning": "cumulative"})
    assert table.loc[("target", "employed"), "model"] == 1300


def test_targets_sum_channels_and_months() -> None:
    table = table_of()
    # 40 + 50 = 90 against 95: 5 off with a tolerance of 4.75
    assert tuple(table.loc[("target", "nearby_transfer_jobs"), ["model", "met"]]) == (90, "near")
    # 100 against 80: 20 off with a tolerance of 4
    assert tuple(table.loc[("target", "organised_export_jobs"), ["model", "met"]]) == (100, "no")
    # 12 months of 2 = 24 against 25, tolerance 10
    row = table.loc[("target", "job_fair_matches_2019")]
    assert tuple(row[["model", "low", "high", "met"]]) == (24, 15, 35, "yes")


def test_tolerances_are_those_of_the_written_rule() -> None:
    # two standard deviations: 2 sqrt(40558 + 405.58^2) = 905.7, 2 sqrt(107 + 1.07^2) = 20.8
    assert observation_error(40558) == pytest.approx(452.83, abs=0.01)
    assert observation_error(107) == pytest.approx(10.40, abs=0.01)
    figures = read_figures(REGION / "figures.csv")
    for target in TARGETS:
        assert target_tolerance(figures[target]) == round(2 * observation_error(figures[target].value)), target


def test_a_target_without_a_tolerance_is_refused_by_name() -> None:
    figures = read_figures(REGION / "figures.csv")
    with pytest.raises(ToleranceError, match=r"'employed' has no tolerance: figures\.csv, column tolerance"):
        target_tolerance(replace(figures["employed"], tolerance=0.0))


@pytest.mark.parametrize("meaning", ["", "weekly"])
def test_a_target_without_a_meaning_is_refused_by_name(meaning: str) -> None:
    with pytest.raises(MeaningError, match="'employed' has no meaning"):
        target_indicator("employed", {"labour_scope": "all", "employment_meaning": meaning})
    with pytest.raises(MeaningError, match="'zero_employment_households' is not a target"):
        target_indicator("zero_employment_households", READING)


def test_checks() -> None:
    posts = pd.DataFrame({"channel": "public_post", "site": [0, 1, -1], "filled": [4, 6, 50]})
    table = table_of(posts=posts)
    assert tuple(table.loc[("check", "public_welfare_jobs"), ["model", "met"]]) == (60, "yes")
    assert tuple(table.loc[("check", "public_welfare_jobs_at_sites"), ["model", "met"]]) == (10, "yes")
    assert table_of().loc[("check", "public_welfare_jobs_at_sites"), "met"] == "unknown"
    # 1,400 employed over 500 labour households of the report's count
    assert table.loc[("check", "employed_per_household"), "model"] == pytest.approx(2.8)
    # 450 against 500: 10 % off, twice the tolerance of 5 %
    assert tuple(table.loc[("check", "school_gap_pupils"), ["model", "met"]]) == (450, "near")
    served = table_of({**READING, "school_gap_meaning": "to_be_served"})
    assert served.loc[("check", "school_gap_pupils"), "met"] == "unknown"


def test_inputs_must_be_equal() -> None:
    table = table_of()
    assert table.loc[("input", "households"), "met"] == "yes"
    assert table.loc[("input", "persons"), "met"] == "no"  # 4,000 against 4,001
    assert table.loc[("input", "labourers"), "model"] == 1500  # of the report's count, not all 1,800


def test_patterns_of_the_city() -> None:
    table = table_of().loc["pattern"]
    expected = {
        "resident_dependants": 1300 / 2000,
        "resident_dependants_excess": 1300 / 2000 - 2200 / 4000,
        "out_migration_main_work": 900 / 1400,
        "both_ends_apparent": 0.3,
        "whole_family_away": 0.06,
        "zero_employment_rare": 5 / 500,
        "fair_mismatch": 24 / 1200,
        "public_channel_minority": (40 + 60 + 50 + 100) / 1400,
        "old_house_ties": 0.375,
    }
    for name, value in expected.items():
        assert table.loc[name, "model"] == pytest.approx(value), name
        assert table.loc[name, "met"] == ("no" if name == "old_house_ties" else "yes"), name  # 0.05 to 0.30
    assert list(table.index) == [pattern.id for pattern in at_report_date(PATTERNS)]
    assert table.loc["resident_dependants", "report"] == "> 0.5"
    assert table.loc["zero_employment_rare", "report"] == "< 0.02"
    assert table.loc["both_ends_apparent", "report"] == "0.15–0.45"
    assert table.loc["land_ties", "standard_error"] > 0
    assert table_of(households_both_ends=100.0).loc[("pattern", "both_ends_apparent"), "met"] == "no"


def test_occupancy_over_sites() -> None:
    # mean: (340 + 230 + 110 + 70) / 1000 = 0.75; by occupancy: .55 (200 households), .70 (100), .767, .85
    # a quarter of 1,000 households is reached at .70
    assert occupancy_over_sites(site_table(frame(), REPORT_DATE)) == pytest.approx((0.75, 0.70))
    assert weighted_quantile(pd.Series([0.9, 0.1]), pd.Series([1.0, 3.0]), 0.75) == 0.1


def test_old_house_tie_within_move_year() -> None:
    # 2016: .50 - .25 = .25, weight 4 * 4 / 8 = 2; 2017: .50 - 0 = .50, weight 6 * 3 / 9 = 2
    assert old_house_tie(snapshot()) == pytest.approx(0.375)
    assert math.isnan(old_house_tie(snapshot().assign(house=True)))


def test_logit_against_the_odds() -> None:
    # one column of 0 and 1: 10 of 40 chosen at 0, 30 of 40 at 1; slopes are log odds ln(1/3) and ln(3) - ln(1/3)
    column = np.repeat([0.0, 1.0], 40)
    chosen = np.tile(np.arange(40), 2) < np.where(column > 0, 30, 10)
    slopes, errors = logit(chosen.astype(float), np.column_stack([np.ones(80), column]))
    assert slopes == pytest.approx([math.log(1 / 3), 2 * math.log(3)])
    # variance of a difference of log odds: 1/10 + 1/30 + 1/10 + 1/30
    assert errors[1] == pytest.approx(math.sqrt(2 / 10 + 2 / 30))


def test_land_tie() -> None:
    assert land_tie(snapshot()).slope > 0
    assert math.isnan(land_tie(snapshot().assign(land_mu=1.0)).slope)  # no household differs
    with pytest.raises(ValueError, match="lacks land_mu"):
        land_tie(snapshot().drop(columns="land_mu"))


def test_a_short_run_is_refused() -> None:
    months = frame()
    with pytest.raises(ValueError, match="every month of 2019; the run covers 2019-01 to 2019-11"):
        report_table(months[months["month"] < REPORT_DATE], snapshot(), {}, PATTERNS, READING, "en")


def test_a_pattern_that_cannot_be_measured_is_refused_by_name() -> None:
    figures = {name: figure(name, value) for name, value in FIGURES.items()}
    strange = {name: replace(pattern, indicator="loud_music / persons") for name, pattern in PATTERNS.items()}
    with pytest.raises(UserError, match=r"pattern 'resident_dependants' .* loud_music"):
        report_table(frame(), snapshot(), figures, strange, READING, "en")  # type: ignore[arg-type]


def test_the_region_s_figures_have_every_row() -> None:
    figures = read_figures(REGION / "figures.csv")
    assert set(FIGURES) <= set(figures)
    assert {name for name, row in figures.items() if row.role == "target"} == set(TARGETS)


def test_languages_differ_in_texts_only() -> None:
    figures = read_figures(REGION / "figures.csv")
    tables = [report_table(frame(), snapshot(), figures, PATTERNS, READING, language) for language in ("en", "zh")]
    pd.testing.assert_frame_equal(with_texts(tables[0], PATTERNS, READING, "zh"), tables[1])
    assert (tables[0]["name"] != tables[1]["name"]).all()
    numbers = [table.drop(columns=["name", "note"]) for table in tables]
    pd.testing.assert_frame_equal(*numbers)
