"""What the report says as data: targets with observation errors, patterns as statements on uncertain thresholds.

Every output has a scale of its own on which noise is about normal: counts one on which the written observation error
(`observation_error`) is 1 whatever the count, shares their log-odds. A pattern says that a measure
lies above or below a threshold which is itself uncertain ('mainly', 'some'): normal around patterns.csv's bound.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

from scenarios.report.figures import Figure
from scenarios.report.patterns import Pattern, at_report_date
from scenarios.runs.parameter_sets import PATTERN, TARGET
from scenarios.runs.targets import REPORTING_ERROR, TARGETS, TOLERANCE_DEVIATIONS, target_tolerance
from simulation.state.entities import Bool, Float

COUNT, SHARE, DIFFERENCE = "count", "share", "difference"
SMALLEST_SHARE = 2e-5
"""Below half a household of the city's 19,323 with labour: log-odds of nobody at all are those of this share."""


class Observations(NamedTuple):
    """What the model is held against, and its likelihood. Arrays have one entry for each output, on the output's scale.

    names: 'target:id' and 'pattern:id'; scales: COUNT, SHARE or DIFFERENCE; value, error: of targets, NaN for patterns;
    low, low_sd, high, high_sd: thresholds of patterns, infinite with spread 1 where there is none; holds: whether the
    statement of a pattern is true (the report's all are; a synthetic truth's need not be); used: which count.
    """

    names: tuple[str, ...]
    scales: tuple[str, ...]
    value: Float
    error: Float
    low: Float
    low_sd: Float
    high: Float
    high_sd: Float
    holds: Bool
    used: Bool

    @property
    def targets(self) -> npt.NDArray[np.intp]:
        """The numbers of the targets that count."""
        return np.flatnonzero(~np.isnan(self.value) & self.used)

    @property
    def patterns(self) -> npt.NDArray[np.intp]:
        """The numbers of the patterns that count."""
        return np.flatnonzero(np.isnan(self.value) & self.used)

    def scaled(self, outputs: Float) -> Float:
        """Return outputs, shape (n, n_outputs), on their scales."""
        columns = [to_scale(kind, outputs[:, j]) for j, kind in enumerate(self.scales)]
        return np.column_stack(columns)

    def natural(self, j: int, scaled: Float) -> Float:
        """Return values of output `j` in its own unit."""
        return from_scale(self.scales[j], scaled)

    def without(self, *names: str) -> Observations:
        """Return the observations without some targets and patterns, by name."""
        unknown = set(names) - set(self.names)
        if unknown:
            raise KeyError(f"{', '.join(sorted(unknown))}; there are {', '.join(self.names)}")
        return self._replace(used=self.used & ~np.isin(self.names, names))

    def targets_alone(self) -> Observations:
        """Return the observations without any pattern."""
        return self._replace(used=self.used & ~np.isnan(self.value))

    def log_likelihood(self, mean: Float, covariance: Float | None = None) -> Float:
        """Return the log-likelihood of the observations, shape (n,).

        mean: outputs on their scales, shape (n, n_outputs); covariance: of how far the city lies from them (an
        emulator's), (n_outputs, n_outputs), none for outputs of runs. Given the targets, patterns count as independent.
        A run in which a pattern could not be measured does not show it.
        """
        t, p = self.targets, self.patterns
        noise = np.zeros((mean.shape[1], mean.shape[1])) if covariance is None else covariance
        spread = noise[np.ix_(t, t)] + np.diag(self.error[t] ** 2)
        off = self.value[t] - mean[:, t]
        weights = np.linalg.solve(spread, off.T).T if t.size else off
        total = -0.5 * (off * weights).sum(axis=1)
        total -= 0.5 * (t.size * math.log(2 * math.pi) + (np.linalg.slogdet(spread)[1] if t.size else 0.0))
        cross = noise[np.ix_(p, t)]
        centre = mean[:, p] + weights @ cross.T
        gain = np.linalg.solve(spread, cross.T).T if t.size else np.zeros((p.size, 0))
        variance = np.maximum(np.diag(noise)[p] - (gain * cross).sum(axis=1), 0.0)
        above = log_ndtr((centre - self.low[p]) / np.sqrt(variance + self.low_sd[p] ** 2))
        below = log_ndtr((self.high[p] - centre) / np.sqrt(variance + self.high_sd[p] ** 2))
        true = above + below
        false = np.log(-np.expm1(np.minimum(true, -1e-300)))
        of_patterns = np.where(self.holds[p], true, false)
        total += np.where(np.isnan(of_patterns), -np.inf, of_patterns).sum(axis=1)
        return np.asarray(total)

    def meets(self, outputs: Float) -> Bool:
        """Return where outputs on their scales lie within the tolerance of targets and the plain band of patterns."""
        with np.errstate(invalid="ignore"):
            near = np.abs(outputs - self.value) <= TOLERANCE_DEVIATIONS * self.error
            inside = (outputs >= self.low) & (outputs <= self.high)
        return np.where(np.isnan(self.value), inside, near)


def observations_of(figures: Mapping[str, Figure], patterns: Mapping[str, Pattern]) -> Observations:
    """Return the observations that the report prints: its targets, and its patterns at the report date.

    Raises ToleranceError for a target without a tolerance.
    """
    names: list[str] = []
    scales: list[str] = []
    rows: list[list[float]] = []
    for name in TARGETS:
        figure = figures[name]
        error = target_tolerance(figure) / TOLERANCE_DEVIATIONS * slope(COUNT, figure.value)
        value = float(to_scale(COUNT, np.array([figure.value]))[0])
        names.append(f"{TARGET}{name}")
        scales.append(COUNT)
        rows.append([value, error, -np.inf, 1.0, np.inf, 1.0])
    for pattern in at_report_date(patterns):
        kind = SHARE if pattern.unit.startswith("share") else DIFFERENCE
        ends: list[float] = []
        for bound, spread, none in (
            (pattern.low, pattern.low_sd, -np.inf),
            (pattern.high, pattern.high_sd, np.inf),
        ):
            ends.append(none if bound is None else float(to_scale(kind, np.array([bound]))[0]))
            ends.append(1.0 if bound is None else spread * slope(kind, bound))
        names.append(f"{PATTERN}{pattern.id}")
        scales.append(kind)
        rows.append([math.nan, math.nan, *ends])
    value, error, low, low_sd, high, high_sd = np.array(rows).T
    everything = np.ones(len(names), dtype=bool)
    return Observations(tuple(names), tuple(scales), value, error, low, low_sd, high, high_sd, everything, everything)


def to_scale(kind: str, values: Float) -> Float:
    """Return values on their scale: for counts (2 / r) asinh(r sqrt(count)), r the REPORTING_ERROR; log-odds of shares.

    The derivative of the first is 1 / sqrt(count + (r count)^2): the observation error becomes 1.
    """
    if kind == COUNT:
        return np.asarray(2 / REPORTING_ERROR * np.arcsinh(REPORTING_ERROR * np.sqrt(values)))
    if kind == SHARE:
        share = np.clip(values, SMALLEST_SHARE, 1 - SMALLEST_SHARE)
        return np.asarray(np.log(share / (1 - share)))
    return np.asarray(values, dtype=float)


def from_scale(kind: str, scaled: Float) -> Float:
    """Return values in their own unit."""
    if kind == COUNT:
        half = np.maximum(np.asarray(scaled) * REPORTING_ERROR / 2, 0.0)
        return np.asarray((np.sinh(half) / REPORTING_ERROR) ** 2)
    return np.asarray(1 / (1 + np.exp(-scaled))) if kind == SHARE else np.asarray(scaled)


def slope(kind: str, value: float) -> float:
    """Return the derivative of a scale at a value: it turns a small spread in the unit into one on the scale."""
    if kind == COUNT:
        return 1 / math.sqrt(value + (REPORTING_ERROR * value) ** 2)
    if kind == SHARE:
        share = min(max(value, SMALLEST_SHARE), 1 - SMALLEST_SHARE)
        return 1 / (share * (1 - share))
    return 1.0
