"""Which of two scenarios is ahead of the other, beyond what the draws leave to chance.

Two scenarios are compared draw by draw, because both were run on the same draws: the mean of their differences has a
standard error that is much smaller than those of the two means. With weights it is that of an importance sample,
sqrt(sum of w^2 (d - mean)^2) / sum of w.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from simulation.state.entities import Bool, Float

BEYOND_CHANCE = 2.0
"""Standard errors by which a mean difference has to differ from 0."""
SEPARATOR = ";"


def ahead(values: Float, weights: Float) -> Bool:
    """Return which scenario (row) has the higher mean than which (column) beyond chance.

    values: by draw and scenario, shape (n_draws, n); weights: (n_draws,), not all 0. Shape (n, n).
    """
    share = weights / weights.sum()
    differences = values[:, :, None] - values[:, None, :]
    means = np.tensordot(share, differences, 1)
    errors = np.sqrt(np.tensordot(share**2, (differences - means) ** 2, 1))
    return np.asarray(means > BEYOND_CHANCE * errors)


def ahead_of(names: Sequence[str], values: Float, weights: Float) -> dict[str, str]:
    """Return by scenario the names of those that it is ahead of beyond chance, as tables hold them: 'a;b'."""
    found = ahead(values, weights)
    return {name: SEPARATOR.join(other for j, other in enumerate(names) if found[i, j]) for i, name in enumerate(names)}


def pairs_ahead(scenarios: Iterable[str], cells: Iterable[object]) -> set[tuple[str, str]]:
    """Return the pairs (ahead, behind) of a table's columns `scenario` and `ahead_of`; an empty cell names none."""
    return {
        (name, other)
        for name, cell in zip(scenarios, cells, strict=True)
        if isinstance(cell, str) and cell  # an empty cell that was read from a file is no text
        for other in cell.split(SEPARATOR)
    }
