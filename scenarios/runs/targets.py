"""The report's targets: what each is compared with in a run, and how far apart the two may be.

Each target is compared in the meaning that the reading gives to the report's number and in no other
(`target_indicator`). One rule gives the error of every target, so that no number is trusted more than another by taste:
a count is at best as good as a Poisson count, and who reports it may be 1 % off (`observation_error`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from scenarios.report.figures import Figure
from scenarios.runs.series import REPORT_DATE
from simulation.foundations.months import MONTHS_PER_YEAR, REPORT_MONTH, month_label
from simulation.records.records import Records

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
REPORTING_ERROR = 0.01
"""Standard deviation of what a report prints, relative to the count: two offices that count the same differ so much."""
TOLERANCE_DEVIATIONS = 2.0
"""Standard deviations of its observation error that make the tolerance of a target in figures.csv."""


class MeaningError(ValueError):
    """A target would be compared in another meaning than the report's."""


class ToleranceError(ValueError):
    """A target has no tolerance to be compared within."""


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
