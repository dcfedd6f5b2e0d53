"""Whole units spread over places."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def allocate(total: int, weights: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Return `total` whole units spread over places in proportion to `weights` (largest remainders, ties to the first).

    weights: shape (n,), not negative; if all are 0, equally.
    """
    w = weights if weights.sum() > 0 else np.ones_like(weights)
    exact = total * w / w.sum()
    units = np.floor(exact).astype(np.int64)
    remaining = total - int(units.sum())
    order = np.argsort(-(exact - units), kind="stable")
    units[order[:remaining]] += 1
    return np.asarray(units)
