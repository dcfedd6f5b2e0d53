"""Which draws are kept: those that meet every pattern at the report date and come near every target.

Patterns are the report's own words as bands (conf/region/<region>/patterns.csv); 'near' is within the tolerance of
scenarios/outcome.py. Draws that fail widely in their first history are dropped before their rates are solved, because
rates move the patterns of residence by a few points only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from calibration.prior import SOLVED as SOLVED_RATES
from calibration.prior import Free, free_parameters, prior_draw, ranges
from calibration.solve import HISTORY_MONTHS, Report, compared, solve_rates
from scenarios.compare.draws import PARAMETER, PATTERN, TARGET, rounded, with_values
from simulation.calendar import REPORT_MONTH
from simulation.model import Model
from simulation.parameters import Parameters

HOPELESS = {"households_both_ends": (0.08, 0.60), "households_away": (0.008, 0.25)}
"""Shares of households in the first history from which no rate leads back into the patterns (.15-.45, .02-.15)."""
SCREENED, OUT_OF_REACH, TARGETS_MISSED, PATTERNS_MISSED, ACCEPTED = (
    "screened",
    "rate out of its range",
    "targets missed",
    "patterns missed",
    "accepted",
)
FATES = (SCREENED, OUT_OF_REACH, TARGETS_MISSED, PATTERNS_MISSED, ACCEPTED)


class Candidate(NamedTuple):
    """What became of draw `number`: its fate, the patterns that it misses, its row of the table, its runs."""

    number: int
    fate: str
    missed: tuple[str, ...]
    row: dict[str, Any] | None
    runs: int


def draw_seed(number: int) -> int:
    """Return the seed of a draw: one of its own."""
    return number + 1


def try_draw(
    number: int, prior_seed: int, entries: Mapping[str, Mapping[str, Any]], report: Report, base: Parameters
) -> Candidate:
    """Draw parameters from the prior, solve the rates, and hold the history against the report."""
    free, rates = free_parameters(entries), {key: ranges(entries)[key] for key in SOLVED_RATES.values()}
    values = prior_draw(free, prior_seed, number)
    first = Model(
        report.population, with_values(base, values), seed=draw_seed(number), months=HISTORY_MONTHS, collect=False
    ).run()
    if _hopeless(first):
        return Candidate(number, SCREENED, (), None, 1)
    start = {key: getattr(base.jobs, key.partition(".")[2]) for key in rates}
    return held_against(number, {**start, **values}, rates, report, base)


def held_against(
    number: int, values: Mapping[str, float], rates: Mapping[str, Free], report: Report, base: Parameters
) -> Candidate:
    """Solve the rates of a draw and say what becomes of it; `values` hold a start for each rate."""
    seed = draw_seed(number)
    solved = solve_rates(values, rates, report, base, seed)
    if not solved.in_reach:
        return Candidate(number, OUT_OF_REACH, (), None, solved.runs + 1)
    table = compared(solved.model, report)
    targets, patterns = table[table["kind"] == "target"], table[table["kind"] == "pattern"]
    missed = tuple(patterns.loc[patterns["met"] != "yes", "id"])
    row: dict[str, Any] = {"draw": number, "seed": seed}
    row |= {f"{PARAMETER}{key}": value for key, value in sorted(solved.values.items())}
    row |= _stored(table)
    if (targets["met"] != "yes").any():
        return Candidate(number, TARGETS_MISSED, missed, row, solved.runs + 1)
    return Candidate(number, PATTERNS_MISSED if missed else ACCEPTED, missed, row, solved.runs + 1)


class Held(NamedTuple):
    """What an accepted draw gives for each target and pattern, by column of the table, and whether it fits them all."""

    values: dict[str, float]
    fits: bool


def held_again(seed: int, values: Mapping[str, float], report: Report, base: Parameters) -> Held:
    """Run an accepted draw again and hold it against the report."""
    parameters = with_values(base, dict(values))
    model = Model(report.population, parameters, seed=seed, months=HISTORY_MONTHS, collect=False).run()
    table = compared(model, report)
    judged = table[table["kind"].isin(("target", "pattern"))]
    return Held(_stored(table), bool((judged["met"] == "yes").all()))


def _stored(table: pd.DataFrame) -> dict[str, float]:
    """Return the model's targets and patterns as columns of the table of draws."""
    begins = {"target": TARGET, "pattern": PATTERN}
    rows = table[table["kind"].isin(begins)]
    named = zip(rows["kind"], rows["id"], rows["model"], strict=True)
    return {f"{begins[kind]}{name}": rounded(value) for kind, name, value in named}


def _hopeless(model: Model) -> bool:
    households = model.records.value("households", month=REPORT_MONTH)
    shares = {name: model.records.value(name, month=REPORT_MONTH) / households for name in HOPELESS}
    return any(not low <= shares[name] <= high for name, (low, high) in HOPELESS.items())
