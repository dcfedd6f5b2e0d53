"""How good a forecast was: where a figure lies among the draws, and how far they are from it.

PIT: the probability integral transform, the share of draws below the figure; over many figures of a forecast that is
right it is uniform. CRPS: the continuous ranked probability score, the mean distance of the draws from the figure less
half their distance from each other, in the figure's unit; smaller is better, and of a single value it is the absolute
error (Gneiting and Raftery 2007). For a sample of draws it is the fair version, whose expectation does not depend on
their number (Ferro 2014). Skill is 1 - CRPS / CRPS of a reference: 1 is perfect, 0 as good as the reference.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from calibration.validate.measures import YEAR_BEFORE, Measure
from calibration.validate.predictive import INSIDE_50, OUTSIDE, SHARES, Compared, compare, expected_share
from calibration.validate.rows import OutsideFigure
from scenarios.base.labels import label
from simulation.foundations.months import DECEMBER, FESTIVAL, MONTHS_PER_YEAR, REPORT_MONTH, month_label
from simulation.state.entities import Float

ALL, OWN, LARGER = "all", "city", "larger"
"""Which rows a total is over: all that are scored, those of the city and its parts, those of larger places."""
SCORE_COLUMNS = (
    "id", "measure", "unit", "place", "month", "value", "used", "written_down", "median", "low_50", "high_50", "low_90",
    "high_90", "verdict", "pit", "crps", "crps_as_in_2019", "crps_prior", "scale", "weight", "n_draws", "source",
    "definition",
)  # fmt: skip
TOTAL_COLUMNS = (
    "rows", "n_rows", "n_figures", "inside_50", "inside_90", "expected_50", "expected_90", "crps", "crps_as_in_2019",
    "crps_prior", "skill_as_in_2019", "skill_prior",
)  # fmt: skip


AS_GOOD = 0.005
"""Skill that is none in whole per cents."""


class Values(NamedTuple):
    """What the draws say of a figure: posterior, as in 2019, prior, each (n_draws,); whether it was written down."""

    posterior: Float
    in_2019: Float
    prior: Float
    written: bool


class Scored(NamedTuple):
    """A figure with its scores; crps .. crps_prior in its unit.

    scale: standard deviation of the prior's draws, by which scores are divided in totals, so that no unit dominates;
    NaN where all of these agree, and the row is then in no total. weight: 1 over the number of rows that hold the same
    number by other definitions, 0 for a figure that was used before.
    """

    compared: Compared
    written: bool
    pit: float
    crps: float
    crps_2019: float
    crps_prior: float
    scale: float
    weight: float

    @property
    def figure(self) -> OutsideFigure:
        """The figure."""
        return self.compared.figure


def crps(values: Float, figure: float) -> float:
    """Return the fair CRPS of a sample, shape (n,), NaN left out; NaN for an empty sample."""
    draws = np.sort(values[~np.isnan(values)])
    n = draws.size
    if n == 0:
        return math.nan
    error = float(np.abs(draws - figure).mean())
    if n == 1:
        return error
    # The sum over all pairs of |a - b| is twice the sum over the sorted draws of (2 k - n + 1) a_k, k from 0.
    pairs = 2.0 * float(((2 * np.arange(n) - n + 1) * draws).sum())
    return error - pairs / (2.0 * n * (n - 1))


def pit(values: Float, figure: float) -> float:
    """Return the share of n draws below the figure, between 0 and 1: (rank + 1/2) / (n + 1), ties count half."""
    draws = values[~np.isnan(values)]
    below, equal = int((draws < figure).sum()), int((draws == figure).sum())
    return (below + 0.5 * equal + 0.5) / (draws.size + 1)


def as_in_2019(figure: OutsideFigure, december: Float) -> Float:
    """Return what 'as in 2019' says: the draws' December 2019 of the same measure; of growth, that there is none."""
    return np.zeros(1) if figure.measure.against == YEAR_BEFORE else december


def base_month(measure: Measure, month: int, peopled: int) -> int:
    """Return the month of 'as in 2019' for a figure of `month`: December, at Spring Festival February.

    What cannot be taken then is growth in most cases, which needs no month of 2019; its first month stands in.
    """
    then = REPORT_MONTH - DECEMBER + FESTIVAL if month % MONTHS_PER_YEAR == FESTIVAL else REPORT_MONTH
    return max(then, measure.first_month(peopled))


def score_rows(rows: Sequence[tuple[OutsideFigure, Values]]) -> list[Scored]:
    """Return every row with its scores, in order."""
    same = Counter(_figure_of(figure) for figure, _ in rows if not figure.used)
    scored = []
    for figure, values in rows:
        spread = float(np.nanstd(values.prior, ddof=1))
        weight = 0.0 if figure.used else 1.0 / same[_figure_of(figure)]
        now, then, before = (crps(each, figure.value) for each in (values.posterior, values.in_2019, values.prior))
        place = pit(values.posterior, figure.value)
        compared = compare(figure, values.posterior)
        scored.append(Scored(compared, values.written, place, now, then, before, spread or math.nan, weight))
    return scored


def counted(scored: Sequence[Scored], rows: str = ALL) -> list[Scored]:
    """Return those that totals are made of: not used before, and uncertain under the prior."""
    which: dict[str, Callable[[Scored], bool]] = {
        ALL: lambda _: True,
        OWN: lambda each: not each.figure.place.larger,
        LARGER: lambda each: bool(each.figure.place.larger),
    }
    return [each for each in scored if each.weight > 0 and not math.isnan(each.scale) and which[rows](each)]


def totals(scored: Sequence[Scored]) -> pd.DataFrame:
    """Return the totals, one row for ALL, OWN and LARGER, with the columns TOTAL_COLUMNS.

    inside_*: figures (rows by their weights) inside; expected_*: how many would be if the model were right; crps*:
    means of scores over the prior's spread.
    """
    table = []
    for rows in (ALL, OWN, LARGER):
        kept = counted(scored, rows)
        figures = _weighed(kept, [1.0 for _ in kept])
        half = _weighed(kept, [each.compared.verdict == INSIDE_50 for each in kept])
        most = _weighed(kept, [each.compared.verdict != OUTSIDE for each in kept])
        fair = [_weighed(kept, [expected_share(share, each.compared.n_draws) for each in kept]) for share in SHARES]
        scores = [[each.crps, each.crps_2019, each.crps_prior] for each in kept]
        sums = [_weighed(kept, [row[k] / each.scale for row, each in zip(scores, kept, strict=True)]) for k in range(3)]
        means = [value / figures if figures else math.nan for value in sums]
        skills = [1.0 - means[0] / other if other else math.nan for other in means[1:]]
        table.append([rows, len(kept), figures, half, most, *fair, *means, *skills])
    return pd.DataFrame(table, columns=list(TOTAL_COLUMNS))


def score_table(scored: Sequence[Scored]) -> pd.DataFrame:
    """Return one row a figure with the columns SCORE_COLUMNS."""
    table = []
    for each in scored:
        figure, compared = each.figure, each.compared
        row = {**compared._asdict(), "written_down": "yes" if each.written else "no"}
        row |= {name: getattr(figure, name) for name in ("id", "value", "used", "source", "definition")}
        row |= {"measure": figure.measure.name, "unit": figure.measure.unit, "place": figure.place.name}
        row |= {"month": month_label(figure.month), "pit": each.pit, "crps": each.crps, "scale": each.scale}
        row |= {"crps_as_in_2019": each.crps_2019, "crps_prior": each.crps_prior, "weight": each.weight}
        table.append([row[name] for name in SCORE_COLUMNS])
    return pd.DataFrame(table, columns=list(SCORE_COLUMNS))


def rows_needed(share: float, apart: float) -> int:
    """Return how many independent figures tell a share of hits from one `apart` less, at two standard errors."""
    return math.ceil(4.0 * share * (1.0 - share) / apart**2)


def words(table: pd.DataFrame, language: str) -> str:
    """Return the totals in a paragraph, and what would be needed to say more."""
    first = table.iloc[0]
    if not first["n_rows"]:
        return label("score.nothing", language)
    parts = [
        label("score.inside", language).format(
            figures=_count(first["n_figures"]), rows=int(first["n_rows"]), half=_count(first["inside_50"]),
            most=_count(first["inside_90"]), fair=_count(first["expected_90"]),
        )
    ]  # fmt: skip
    for name in ("as_in_2019", "prior"):
        skill = float(first[f"skill_{name}"])
        way = "equal" if abs(skill) < AS_GOOD else "better" if skill > 0 else "worse"
        parts.append(label(f"score.{way}_{name}", language).format(percent=f"{100 * abs(skill):.0f}"))
    larger = float(table.loc[table["rows"] == LARGER, "n_figures"].iloc[0])
    parts.append(label("score.larger", language).format(larger=_count(larger), figures=_count(first["n_figures"])))
    needed = rows_needed(SHARES[1], 0.1)
    if first["n_figures"] < needed:
        parts.append(label("score.needed", language).format(needed=needed))
    return ("" if language == "zh" else " ").join(parts)


def _figure_of(figure: OutsideFigure) -> tuple[str, str, int, float]:
    """Return what rows of the same number share."""
    return figure.source, figure.place.name, figure.month, figure.value


def _weighed(scored: Sequence[Scored], values: Sequence[float]) -> float:
    return float(sum(each.weight * value for each, value in zip(scored, values, strict=True)))


def _count(number: float) -> str:
    return f"{number:.0f}" if abs(number - round(number)) < 1e-9 else f"{number:.1f}"
