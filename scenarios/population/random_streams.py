"""Random streams and exact sums: random numbers by question, and whole numbers that add up to a total.

Only additions, multiplications and sums in a fixed order are used, so that a population has the same bytes on every
machine. Exact sums are kept in whole numbers: persons, seats, yuan, and hundredths of a mu.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
import numpy.typing as npt

from simulation.foundations.kernel import kernel
from simulation.foundations.numerics import exp_array, log, normal_quantile_array

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]
Bool = npt.NDArray[np.bool_]

_SMALLEST_UNIFORM = 2.0**-53
_BISECTIONS = 80


def stream(seed: int, question: str) -> np.random.Generator:
    """Return the stream of draws that answers `question` under `seed`; other questions don't move it."""
    digest = hashlib.blake2b(question.encode(), digest_size=8).digest()
    return np.random.Generator(np.random.PCG64([seed, int.from_bytes(digest, "little")]))


def normals(rng: np.random.Generator, n: int) -> Float:
    """Return `n` standard normal draws."""
    return normal_quantile_array(np.maximum(rng.random(n), _SMALLEST_UNIFORM))


def lognormals(rng: np.random.Generator, n: int, sigma: float, median: float = 1.0) -> Float:
    """Return `n` lognormal draws with that median and that standard deviation of the logarithm."""
    return median * exp_array(sigma * normals(rng, n))


@kernel
def _exponentials(uniform: Float, weight: Float, out: Float) -> None:
    for i in range(uniform.size):
        out[i] = -log(uniform[i]) / weight[i] if weight[i] > 0.0 else math.inf


def exponential_keys(rng: np.random.Generator, weights: Float) -> Float:
    """Return one exponential draw of rate `weights` each: the n smallest are a weighted draw without return."""
    uniform = np.maximum(rng.random(weights.size), _SMALLEST_UNIFORM)
    keys = np.empty(weights.size)
    _exponentials(uniform, np.asarray(weights, dtype=np.float64), keys)
    return keys


def smallest(keys: Float | Int, n: int) -> Bool:
    """Return True for the `n` smallest keys (the earlier row of equals)."""
    chosen = np.zeros(keys.size, dtype=np.bool_)
    chosen[np.argsort(keys, kind="stable")[:n]] = True
    return chosen


def largest(scores: Float | Int, n: int) -> Bool:
    """Return True for the `n` largest scores (the earlier row of equals)."""
    return smallest(-scores, n)


def ordered_sum(x: Float) -> float:
    """Return the sum in the order of the rows, which is the same on every machine."""
    return float(np.cumsum(x)[-1]) if x.size else 0.0


@kernel
def _bounded_sum(t: float, weight: Float, low: Float, high: Float) -> float:
    """Return the sum of t * weight, each within its bounds, in the order of the rows."""
    total = 0.0
    for i in range(weight.size):
        total += min(max(t * weight[i], low[i]), high[i])
    return total


@kernel
def _filled(weight: Float, total: float, low: Float, high: Float) -> float:
    """Return the largest t found whose `_bounded_sum` is below the total."""
    t_high = 1.0
    while _bounded_sum(t_high, weight, low, high) < total and t_high < 2.0**200:
        t_high *= 2.0
    t_low = 0.0
    for _ in range(_BISECTIONS):
        t = 0.5 * (t_low + t_high)
        if _bounded_sum(t, weight, low, high) < total:
            t_low = t
        else:
            t_high = t
    return t_low


def apportion(
    weights: Float | Int, total: int, low: Int | int = 0, high: Int | int | None = None, name: str = "parts"
) -> Int:
    """Return whole numbers close to t * weights, within [low, high], that add up to `total`.

    t is found by bisection; what rounding down leaves goes to the largest remainders.
    Raises ValueError with `name` where the bounds leave no room for the total.
    """
    weight = np.asarray(weights, dtype=np.float64)
    floor = np.broadcast_to(np.asarray(low, dtype=np.int64), weight.shape)
    ceiling = np.broadcast_to(np.asarray(total if high is None else high, dtype=np.int64), weight.shape)
    if not int(floor.sum()) <= total <= int(ceiling.sum()) or bool((floor > ceiling).any()):
        raise ValueError(f"{name}: {total} does not fit between {int(floor.sum())} and {int(ceiling.sum())}")
    if total == int(floor.sum()):
        return floor.astype(np.int64)
    t = _filled(weight, float(total), floor.astype(np.float64), ceiling.astype(np.float64))
    share = np.clip(t * weight, floor, ceiling)
    parts = np.floor(share).astype(np.int64)
    return adjusted(parts, total, floor, ceiling, parts - share, name)


def adjusted(values: Int, total: int, low: Int | int, high: Int | int, keys: Float, name: str = "values") -> Int:
    """Return `values` moved by single steps towards the exact `total`, within [low, high], smallest keys first.

    Raises ValueError with `name` where the bounds leave no room for the total.
    """
    out = values.astype(np.int64)
    order = np.argsort(keys, kind="stable")
    missing = total - int(out.sum())
    step = 1 if missing > 0 else -1
    while missing:
        room = out < high if step > 0 else out > low
        rows = order[room[order]][: abs(missing)]
        if not rows.size:
            raise ValueError(f"{name}: {total} can't be reached, {missing} are left over")
        out[rows] += step
        missing -= step * rows.size
    return out


def taken(amounts: Int, total: int, keys: Float | Int, name: str = "amounts") -> Int:
    """Return the amounts taken whole in the order of `keys` until they add up to `total`; the last one is cut.

    Raises ValueError with `name` where all of them are less than the total.
    """
    if int(amounts.sum()) < total:
        raise ValueError(f"{name}: {total} are wanted, {int(amounts.sum())} are there")
    order = np.argsort(keys, kind="stable")
    before = np.cumsum(amounts[order]) - amounts[order]
    out = np.zeros_like(amounts)
    out[order] = np.clip(total - before, 0, amounts[order])
    return out


def tilted(weights: Float, values: Float, mean: float) -> Float:
    """Return probabilities in proportion to weights * t^values (equal steps of values) with the given mean.

    Raises ValueError where the mean lies outside the values.
    """
    if not values[0] < mean < values[-1]:
        raise ValueError(f"mean {mean} is not between {values[0]} and {values[-1]}")
    low, high = 1e-3, 1e3
    for _ in range(_BISECTIONS):
        t = float(np.sqrt(low * high))
        factors = np.cumprod(np.concatenate(([1.0], np.full(values.size - 1, t))))
        p = weights * factors
        p = p / ordered_sum(p)
        if ordered_sum(p * values) < mean:
            low = t
        else:
            high = t
    return np.asarray(p, dtype=np.float64)


def chosen(rng: np.random.Generator, probabilities: Float, n: int) -> Int:
    """Return `n` draws of an index with the given probabilities."""
    bounds = np.cumsum(probabilities)[:-1]
    return np.searchsorted(bounds, rng.random(n), side="right").astype(np.int64)


def drawn_total(rng: np.random.Generator, weights: Float, values: Int, n: int, total: int, name: str = "values") -> Int:
    """Return `n` of the consecutive whole `values`, spread as `weights` tilted to the mean, that add up to `total`."""
    probabilities = tilted(weights, values.astype(np.float64), total / n)
    draws = values[chosen(rng, probabilities, n)]
    return adjusted(draws, total, int(values[0]), int(values[-1]), rng.random(n), name)
