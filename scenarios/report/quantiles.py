"""Quantiles of weighted values."""

from __future__ import annotations

import pandas as pd


def weighted_quantile(values: pd.Series[float], weights: pd.Series[float], share: float) -> float:
    """Return the smallest value at which the weights of all values up to it reach `share` of the whole weight."""
    order = values.sort_values(kind="stable").index
    reached = weights[order].cumsum() >= share * weights.sum() * (1 - 1e-12)
    return float(values[order][reached].iloc[0])
