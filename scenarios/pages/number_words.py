"""Numbers as pages and charts print them, and the words for probabilities: the same on every page."""

from __future__ import annotations

import math

from scenarios.base.labels import label

STEPS = (
    (0.99, "almost_certain"),
    (0.90, "very_likely"),
    (0.66, "likely"),
    (0.33, "open"),
    (0.10, "unlikely"),
    (0.01, "very_unlikely"),
    (0.0, "almost_excluded"),
)
"""The words for a probability: those of the first step that it reaches."""
ROUNDING = 1e-9
UNKNOWN = "–"


def signed(value: float) -> str:
    """Return a whole number with its sign and separators; 0 has no sign."""
    return "0" if round(value) == 0 else f"{value:+,.0f}".replace("-", "−")


def with_interval(value: float, low: float, high: float) -> str:
    """Return 'effect [low, high]' in whole numbers with their signs."""
    return f"{signed(value)} [{signed(low)}, {signed(high)}]"


def likelihood(probability: float, language: str) -> str:
    """Return the words for a probability, 0 to 1."""
    step = next(name for reached, name in STEPS if probability >= reached)
    return label(f"likelihood.{step}", language)


def step_ranges() -> list[tuple[float | None, float | None, str]]:
    """Return (from, below, name of the words) of every step, the surest first."""
    highs: list[float | None] = [None, *(reached for reached, _ in STEPS[:-1])]
    return [(reached or None, high, name) for (reached, name), high in zip(STEPS, highs, strict=True)]


def percent(share: float) -> str:
    """Return a share as a whole percentage."""
    return f"{100 * share:.0f} %"


def chance_text(probability: float) -> str:
    """Return a probability that a sample gives as a percentage: no sample makes it 0 or 1.

    Cut off, not rounded: 89.5 % is below 90 %, as its words say.
    """
    if probability > 0.99:
        return "> 99 %"
    return "< 1 %" if probability < 0.01 else f"{math.floor(100 * probability + ROUNDING)} %"


def unsigned(value: float, digits: int = 0) -> str:
    """Return a number with separators, and a sign only if it is below zero."""
    return f"{value:,.{digits}f}".replace("-", "−") if round(value, digits) else f"{0:.{digits}f}"


def shares(value: float, low: float, high: float) -> str:
    """Return a share with its interval in percentage points, with signs."""
    return f"{points(value)} [{points(low)}, {points(high)}]"


def points(value: float) -> str:
    """Return a difference of shares in percentage points with its sign."""
    return f"{100 * value:+.1f}".replace("-", "−") if round(100 * value, 1) else "0"


def decimals(value: float, low: float, high: float) -> str:
    """Return a small amount with its interval, one decimal, with signs."""
    return f"{decimal(value)} [{decimal(low)}, {decimal(high)}]"


def decimal(value: float) -> str:
    """Return a small amount with one decimal and its sign."""
    return f"{value:+,.1f}".replace("-", "−") if round(value, 1) else "0"


def difference_text(unit: str, value: float, low: float, high: float) -> str:
    """Return a difference with its interval in the way of its unit; without an interval where both ends are NaN."""
    if math.isnan(low) and math.isnan(high):
        return one_difference(unit, value)
    if unit.startswith("share"):
        return shares(value, low, high)
    if unit.startswith("yuan/month"):
        return decimals(value, low, high)
    return with_interval(value, low, high)


def one_difference(unit: str, value: float) -> str:
    """Return a difference in the way of its unit."""
    if unit.startswith("share"):
        return points(value)
    if unit.startswith("yuan/month"):
        return decimal(value)
    return signed(value)


def amount_text(unit: str, value: float) -> str:
    """Return a level in the way of its unit."""
    return percent(value) if unit.startswith("share") else f"{value:,.0f}"
