"""What a run says about the report's figures and patterns: the table 'Report against model, December 2019'.

A target is compared in the meaning that the reading gives to the report's number and in no other (`target_indicator`).
What agrees lies within the target's tolerance, two standard deviations of its observation error; 'near' is within
twice that. One rule gives the error of every target, so that no number is trusted more than another by taste: a count
is at best as good as a Poisson count, and who reports it may be 1 % off (`observation_error`). Patterns lie in their
band or do not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.labels import label, language_index, read_labels
from scenarios.base.text import Text
from scenarios.report.figures import Figure
from scenarios.report.formulas import formula_value
from scenarios.report.patterns import (
    AT_REPORT_DATE,
    UNITS,
    Band,
    Tie,
    formula_inputs,
    land_tie,
)
from scenarios.runs.series import (
    city_table,
    covered,
    month_values,
    site_table,
)
from simulation.foundations.months import MONTHS_PER_YEAR, REPORT_MONTH, month_label
from simulation.records.records import Records

REPORT_DATE = month_label(REPORT_MONTH)
REPORT_YEAR = [month_label(REPORT_MONTH - back) for back in range(MONTHS_PER_YEAR)]
TARGETS: dict[str, tuple[str, ...]] = {
    "employed": (),  # by reading
    "nearby_transfer_jobs": ("employed_workshop", "employed_nearby_public"),
    "organised_export_jobs": ("employed_organised_export",),
    "job_fair_matches_2019": ("fair_matches",),  # summed over 2019; the others at the report date
}
EMPLOYED_BY_READING = {
    ("all", "stock"): "employed",
    ("poor", "stock"): "scope_employed",
    ("all", "cumulative"): "scope_ever_employed",
    ("poor", "cumulative"): "scope_ever_employed",
}
"""What 40,558 is compared with, by (labour_scope, employment_meaning)."""
INPUTS = {
    "households": "households",
    "persons": "persons",
    "labour_households": "scope_labour_households",
    "labourers": "scope_labourers",
}
REPORTING_ERROR = 0.01
"""Standard deviation of what a report prints, relative to the count: two offices that count the same differ so much."""
TOLERANCE_DEVIATIONS = 2.0
"""Standard deviations of its observation error that make the tolerance of a target in figures.csv."""
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
LARGE_SITE = 200
FLOAT_NOISE = 1e-9


class MeaningError(ValueError):
    """A target would be compared in another meaning than the report's."""


class ToleranceError(ValueError):
    """A target has no tolerance to be compared within."""


class Row(NamedTuple):
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


def target_indicator(target: str, reading: Mapping[str, str]) -> tuple[str, ...]:
    """Return the indicators whose sum is `target` under `reading`; raises MeaningError, naming what is wrong."""
    if target not in TARGETS:
        raise MeaningError(f"{target!r} is not a target; targets: {', '.join(TARGETS)}")
    if target != "employed":
        return TARGETS[target]
    key = (reading.get("labour_scope", ""), reading.get("employment_meaning", ""))
    if key not in EMPLOYED_BY_READING:
        allowed = ", ".join(map(str, EMPLOYED_BY_READING))
        raise MeaningError(
            f"target 'employed' has no meaning for (labour_scope, employment_meaning) = {key}; allowed: {allowed}"
        )
    return (EMPLOYED_BY_READING[key],)


def check_meaning(target: str, indicators: Sequence[str], reading: Mapping[str, str]) -> None:
    """Raise MeaningError unless `indicators` are what `target` means under `reading`."""
    meant = target_indicator(target, reading)
    if sorted(indicators) != sorted(meant):
        raise MeaningError(
            f"target {target!r} compared with {' + '.join(indicators)}; under this reading it is {' + '.join(meant)}"
        )


def observation_error(value: float) -> float:
    """Return the standard deviation of a count that a report prints: sqrt(value + (REPORTING_ERROR * value)^2)."""
    return math.sqrt(value + (REPORTING_ERROR * value) ** 2)


def target_tolerance(figure: Figure) -> float:
    """Return the tolerance of a target in its own unit; raises ToleranceError where figures.csv gives none."""
    if figure.tolerance <= 0:
        raise ToleranceError(f"target {figure.id!r} has no tolerance: figures.csv, column tolerance")
    return figure.tolerance


def target_value(city: pd.DataFrame, target: str, reading: Mapping[str, str]) -> float:
    """Return what the run gives for `target`: at the report date, job fairs summed over 2019.

    city: `series.city_table` of the run, all households.
    """
    months = REPORT_YEAR if target == "job_fair_matches_2019" else [REPORT_DATE]
    return float(city.loc[months, list(target_indicator(target, reading))].to_numpy().sum())


def targets_of(records: Records, reading: Mapping[str, str]) -> dict[str, float]:
    """Return what the records of a run give for every target, by id."""
    year = range(REPORT_MONTH + 1 - MONTHS_PER_YEAR, REPORT_MONTH + 1)
    values = {}
    for target in TARGETS:
        months = year if target == "job_fair_matches_2019" else (REPORT_MONTH,)
        names = target_indicator(target, reading)
        values[target] = sum(records.value(name, month=month) for name in names for month in months)
    return values


def report_table(
    frame: pd.DataFrame,
    snapshot: pd.DataFrame,
    figures: Mapping[str, Figure],
    patterns: pd.DataFrame,
    reading: Mapping[str, str],
    language: str,
    posts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return 'Report against model, December 2019': targets, checks, patterns at the report date, inputs.

    snapshot: households in the report month (household, site, state by name, move_year, house, land_mu, origin_km);
    patterns: patterns.csv as read; posts: posts in the report month (channel, site, filled), with site -1 for those
    elsewhere in the unit: without it, posts at the sites are not compared. Columns: those of `Row`, name and note.
    """
    city = city_table(frame)
    if set(REPORT_YEAR) - set(city.index):
        raise ValueError(f"the table needs every month of 2019; the run covers {covered(frame)}")
    rows = [_target_row(city, figures[target], reading) for target in TARGETS]
    rows += _check_rows(city, figures, reading, posts)
    rows += _pattern_rows(city, site_table(frame, REPORT_DATE), snapshot, figures, patterns, reading)
    now = month_values(city, REPORT_DATE)
    rows += [_figure_row("input", figures[name], now[indicator], 0.0) for name, indicator in INPUTS.items()]
    return with_texts(pd.DataFrame(rows, columns=list(Row._fields)), patterns, reading, language)


def with_texts(table: pd.DataFrame, patterns: pd.DataFrame, reading: Mapping[str, str], language: str) -> pd.DataFrame:
    """Return a table of `report_table` with the columns name and note in `language`, whatever they were in before."""
    names = dict(zip(patterns["id"], patterns[("pattern", "pattern_zh")[language_index(language)]], strict=True))
    texts = [
        (
            str(names[row.id]) if row.kind == "pattern" else label(f"{row.kind}.{row.id}", language),
            _note(row, reading, language),
        )
        for row in table.itertuples()
    ]
    return table.assign(name=[name for name, _ in texts], note=[note for _, note in texts])


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


def _figure_row(kind: str, figure: Figure, model: float, tolerance: float) -> Row:
    """Return the row of a printed number: agrees within `tolerance`, nearly so within twice of it."""
    value = figure.value
    off = abs(model - value) - FLOAT_NOISE * abs(value)
    met = "yes" if off <= tolerance else "near" if off <= NEAR * tolerance else "no"
    return Row(
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


def _target_row(city: pd.DataFrame, figure: Figure, reading: Mapping[str, str]) -> Row:
    if not figure.holds(reading):
        raise MeaningError(f"target {figure.id!r} does not hold under this reading: {dict(figure.reading)}")
    return _figure_row("target", figure, target_value(city, figure.id, reading), target_tolerance(figure))


def _check_rows(
    city: pd.DataFrame, figures: Mapping[str, Figure], reading: Mapping[str, str], posts: pd.DataFrame | None
) -> list[Row]:
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
    patterns: pd.DataFrame,
    reading: Mapping[str, str],
) -> list[Row]:
    """Return the rows of the patterns at the report date, in the order of patterns.csv."""
    matches = target_value(city, "job_fair_matches_2019", reading)
    posts = figures["job_fair_posts_2019"].value
    found = pattern_values(month_values(city, REPORT_DATE), sites, snapshot, matches, posts, patterns)
    bounds = {str(row["id"]): Band(float(row["low"]), float(row["high"])) for row in patterns.to_dict("records")}
    rows = []
    for name, (value, spread) in found.items():
        band = bounds[name]
        met = "unknown" if math.isnan(value) else "yes" if band.holds(value) else "no"
        unit = UNITS.get(name, "share")
        rows.append(Row(name, "pattern", band.text(), *band, value, unit, math.nan, met, spread))
    return rows


def pattern_values(
    now: Mapping[str, float],
    sites: pd.DataFrame,
    snapshot: pd.DataFrame,
    fair_matches: float,
    fair_posts: float,
    patterns: pd.DataFrame,
) -> dict[str, Tie]:
    """Return each pattern's measure at the report date, by id in the order of patterns.csv, with its standard error.

    The error is NaN where the measure is counted. Arguments: those of `formula_inputs`, and patterns.csv as read.
    Raises UserError, naming the pattern, for a formula that cannot be worked out.
    """
    tie = land_tie(snapshot)
    values = formula_inputs(now, sites, snapshot, tie, fair_matches, fair_posts)
    found = {}
    for pattern in patterns[patterns["kind"] == AT_REPORT_DATE].to_dict("records"):
        name = str(pattern["id"])
        try:
            value = formula_value(str(pattern["indicator"]), values)
        except ValueError as error:
            problem = Text(f"the pattern '{name}' cannot be measured", f"无法计算特征 '{name}'")
            hint = Text("mend its indicator in patterns.csv", "请改 patterns.csv 中的 indicator")
            raise UserError(problem, key=name, found=error, hint=hint) from None
        found[name] = Tie(value, tie.error if name == "land_ties" else math.nan)
    return found


def occupancy_by_site_size(frame: pd.DataFrame) -> pd.DataFrame:
    """Return occupancy at the report date and in the last month for sites of 200 households or more, and of fewer.

    Columns: month, group, sites, households, occupancy (mean weighted by households), and over sites, each counting
    once: lowest, lower_quartile, median, upper_quartile, highest. The size is that of the report date.
    """
    size = site_table(frame, REPORT_DATE)["households"]
    rows = []
    for month in dict.fromkeys((REPORT_DATE, str(frame["month"].max()))):
        table = site_table(frame, month)
        for group, chosen in (("over_200", size >= LARGE_SITE), ("under_200", size < LARGE_SITE)):
            part = table[chosen.reindex(table.index, fill_value=False) & (table["households"] > 0)]
            if part.empty:
                continue
            households, occupancy = part["households"], part["occupancy"]
            mean = float((households * occupancy).sum() / households.sum())
            quantiles = [float(occupancy.quantile(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
            rows.append((month, group, len(part), float(households.sum()), mean, *quantiles))
    names = "month group sites households occupancy lowest lower_quartile median upper_quartile highest"
    return pd.DataFrame(rows, columns=names.split())
