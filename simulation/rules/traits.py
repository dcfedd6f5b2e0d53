"""Lasting traits: numbers drawn once for each household or person, addressed by its key."""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.numerics import exp, normal_quantile
from simulation.foundations.random_numbers import normal, stream, uniform
from simulation.state.entities import Float, Int64


@kernel
def draw_normals(seed: int, question: int, key: Int64, alternatives: int, out: Float) -> None:
    """Fill out (n, alternatives) with standard normal numbers, one for each key and alternative."""
    random_stream = stream(seed, question, 0)
    for i in range(key.size):
        for a in range(alternatives):
            out[i, a] = normal(random_stream, key[i], a)


@kernel
def draw_uniforms(seed: int, question: int, key: Int64, out: Float) -> None:
    """Fill out (n,) with uniform numbers, one for each key."""
    random_stream = stream(seed, question, 0)
    for i in range(key.size):
        out[i] = uniform(random_stream, key[i], 0)


@kernel
def draw_lognormals(seed: int, question: int, key: Int64, median: float, spread: float, out: Float) -> None:
    """Fill out (n,) with lognormal numbers of a median and a spread (log points), one for each key."""
    random_stream = stream(seed, question, 0)
    for i in range(key.size):
        out[i] = median * exp(spread * normal_quantile(uniform(random_stream, key[i], 0)))


def normals(seed: int, question: int, key: Int64, alternatives: int = 1) -> Float:
    """Return standard normal numbers, shape (n, alternatives)."""
    out = np.empty((key.size, alternatives))
    draw_normals(seed, question, key, alternatives, out)
    return out
