"""Drawn parameters: the digits they have, and how they take their places among the others."""

from __future__ import annotations

from typing import Any

from simulation.state.parameters import PROCESSES, Parameters

SIGNIFICANT_DIGITS = 6
"""Of drawn parameters and stored outputs: what a table prints is exactly what is run."""


def with_values(base: Parameters, values: dict[str, float]) -> Parameters:
    """Return parameters with the values of keys 'process.name' in place."""
    changed: dict[str, Any] = {}
    for process in PROCESSES:
        own = {key.partition(".")[2]: value for key, value in values.items() if key.partition(".")[0] == process}
        changed[process] = getattr(base, process)._replace(**own)
    return base._replace(**changed)


def rounded(value: float) -> float:
    """Return a value with the digits that the table prints."""
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
