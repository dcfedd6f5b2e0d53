"""What a run says about the report's figures and patterns: the table 'Report against model, December 2019'.

What agrees with a target lies within its tolerance, two standard deviations of its observation error (targets.py);
'near' is within twice that. Patterns lie in their band or do not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from scenarios.base.labels import label, read_labels
from scenarios.report.figures import Figure
from scenarios.report.formulas import FLOAT_NOISE
from scenarios.report.pattern_measures import pattern_values
from scenarios.report.patterns import Pattern
from scenarios.runs.series import (
    REPORT_DATE,
    city_table,
    covered,
    month_values,
    site_table,
)
from scenarios.runs.targets import (
    REPORT_YEAR,
    TARGETS,
    MeaningError,
    target_indicator,
    target_tolerance,
    target_value,
)

INPUTS = {
    "households": "households",
    "persons": "persons",
    "labour_households": "scope_labour_households",
    "labourers": "scope_labourers",
}
CHECK_PERCENT = 5.0
"""Tolerance of posts filled and of seats missing, which follow from inputs."""
CHECK_NOTES = {
    "public_welfare_jobs": "filled",
    "public_welfare_jobs_at_sites": "filled",
    "employed_per_household": "truncated",
    "school_gap_pupils": "school_gap",
}
CHECK_NOTES_UNKNOWN = {"public_welfare_jobs_at_sites": "no_posts", "school_gap_pupils": "school_reading"}
"""Notes of checks (conf/labels/, section note), and of checks that were not compared."""
NEAR = 2.0
"""'near' is within so many tolerances."""


class OutcomeRow(NamedTuple):
    """One row of the table, but for its texts; `low` and `high` bound what agrees, NaN where there is no bound."""

    id: str
    kind: str
    report: str
    low: float
    high: float
    model: float
    unit: str
    deviation_percent: float
    met: str
    standard_error: float = math.nan


def report_table(
    frame: pd.DataFrame,
    snapshot: pd.DataFrame,
    figures: Mapping[str, Figure],
    patterns: Mapping[str, Pattern],
    reading: Mapping[str, str],
    language: str,
    posts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return 'Report against model, December 2019': targets, checks, patterns at the report date, inputs.

    snapshot: households in the report month (household, site, state by name, move_year, house, land_mu, origin_km);
    patterns: by id; posts: posts in the report month (channel, site, filled), with site -1 for those
    elsewhere in the unit: without it, posts at the sites are not compared. Columns: those of `OutcomeRow`, name and
    note.
    """
    city = city_table(frame)
    if set(REPORT_YEAR) - set(city.index):
        raise ValueError(f"the table needs every month of 2019; the run covers {covered(frame)}")
    rows = [_target_row(city, figures[target], reading) for target in TARGETS]
    rows += _check_rows(city, figures, reading, posts)
    rows += _pattern_rows(city, site_table(frame, REPORT_DATE), snapshot, figures, patterns, reading)
    now = month_values(city, REPORT_DATE)
    rows += [_figure_row("input", figures[name], now[indicator], 0.0) for name, indicator in INPUTS.items()]
    return with_texts(pd.DataFrame(rows, columns=list(OutcomeRow._fields)), patterns, reading, language)


def with_texts(
    table: pd.DataFrame, patterns: Mapping[str, Pattern], reading: Mapping[str, str], language: str
) -> pd.DataFrame:
    """Return a table of `report_table` with the columns name and note in `language`, whatever they were in before."""
    names, notes = [], []
    for row in table.itertuples():
        pattern = patterns[str(row.id)].pattern if row.kind == "pattern" else None
        names.append(pattern.say(language) if pattern else label(f"{row.kind}.{row.id}", language))
        notes.append(_note(row, reading, language))
    return table.assign(name=names, note=notes)


def _note(row: Any, reading: Mapping[str, str], language: str) -> str:
    """Return what the number is compared with and how; empty for a pattern that has no note."""
    key, fields = str(row.id), {"error": row.standard_error, "percent": CHECK_PERCENT}
    if row.kind == "input":
        key = "exact"
    elif row.kind == "check":
        key = (CHECK_NOTES_UNKNOWN if row.met == "unknown" else CHECK_NOTES)[key]
    elif row.kind == "target":
        what = " + ".join(label(f"indicator.{name}", language) for name in target_indicator(row.id, reading))
        key = "within_tolerance_2019" if row.id == "job_fair_matches_2019" else "within_tolerance"
        fields |= {"what": what, "tolerance": (row.high - row.low) / 2}
    return label(f"note.{key}", language).format(**fields) if f"note.{key}" in read_labels() else ""


def _figure_row(kind: str, figure: Figure, model: float, tolerance: float) -> OutcomeRow:
    """Return the row of a printed number: agrees within `tolerance`, nearly so within twice of it."""
    value = figure.value
    off = abs(model - value) - FLOAT_NOISE * abs(value)
    met = "yes" if off <= tolerance else "near" if off <= NEAR * tolerance else "no"
    return OutcomeRow(
        id=figure.id,
        kind=kind,
        report=f"{value:,.0f}" if value == round(value) else f"{value:,.2f}",
        low=value - tolerance,
        high=value + tolerance,
        model=model,
        unit=figure.unit,
        deviation_percent=100 * (model / value - 1),
        met="unknown" if math.isnan(model) else met,
    )


def _target_row(city: pd.DataFrame, figure: Figure, reading: Mapping[str, str]) -> OutcomeRow:
    if not figure.holds(reading):
        raise MeaningError(f"target {figure.id!r} does not hold under this reading: {dict(figure.reading)}")
    return _figure_row("target", figure, target_value(city, figure.id, reading), target_tolerance(figure))


def _check_rows(
    city: pd.DataFrame, figures: Mapping[str, Figure], reading: Mapping[str, str], posts: pd.DataFrame | None
) -> list[OutcomeRow]:
    """Return the rows of numbers that must follow: posts filled, employed per labour household, seats missing."""
    now = month_values(city, REPORT_DATE)
    at_sites = math.nan
    if posts is not None:
        at_sites = float(posts.loc[(posts["channel"] == "public_post") & (posts["site"] >= 0), "filled"].sum())
    found = {
        "public_welfare_jobs": now["employed_public_post"],
        "public_welfare_jobs_at_sites": at_sites,
        "employed_per_household": target_value(city, "employed", reading) / now["scope_labour_households"],
        "school_gap_pupils": now["seats_missing"] if _gap_is_compared(reading) else math.nan,
    }
    employed = figures["employed"]
    percent = {"employed_per_household": 100 * target_tolerance(employed) / employed.value}
    return [
        _figure_row("check", figures[name], value, percent.get(name, CHECK_PERCENT) / 100 * figures[name].value)
        for name, value in found.items()
    ]


def _gap_is_compared(reading: Mapping[str, str]) -> bool:
    without_seat = reading.get("school_gap_meaning") == "without_seat"
    return without_seat and reading.get("school_projects_meaning") == "under_way"


def _pattern_rows(
    city: pd.DataFrame,
    sites: pd.DataFrame,
    snapshot: pd.DataFrame,
    figures: Mapping[str, Figure],
    patterns: Mapping[str, Pattern],
    reading: Mapping[str, str],
) -> list[OutcomeRow]:
    """Return the rows of the patterns at the report date, in the order of patterns.csv."""
    matches = target_value(city, "job_fair_matches_2019", reading)
    posts = figures["job_fair_posts_2019"].value
    found = pattern_values(month_values(city, REPORT_DATE), sites, snapshot, matches, posts, patterns)
    rows = []
    for name, (value, spread) in found.items():
        pattern, band = patterns[name], patterns[name].band
        met = "unknown" if math.isnan(value) else "yes" if band.holds(value) else "no"
        rows.append(OutcomeRow(name, "pattern", band.text(), *band, value, pattern.unit, math.nan, met, spread))
    return rows
