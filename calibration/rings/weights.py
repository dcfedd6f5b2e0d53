"""From what draws give for items of evidence to the weight of each draw under each ring.

log weight of a draw under a ring = sum of weight * log likelihood over the items of that ring and of those inside it.
The likelihood of an item is that of the calibration's patterns: the measure lies above (below) a threshold which is
normal around the bound. The weight, a power of the likelihood, says how far the item carries over to this city (a power
likelihood: Bissiri, Holmes and Walker 2016, Journal of the Royal Statistical Society B 78). The draws of the posterior
are of equal weight, so that under the ring 'report' all weights are 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import log_ndtr

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.report.borrowed import Item
from scenarios.report.patterns import RINGS
from simulation.state.entities import Bool, Float


def log_likelihood(item: Item, values: Float) -> Float:
    """Return an item's log-likelihood at measured values, shape (n,); minus infinity for a value that is not there.

    A draw in which the quantity does not exist (nobody has moved back) does not show what was found, as with patterns.
    """
    low, high = item.band
    with np.errstate(invalid="ignore"):
        above = np.zeros(len(values)) if np.isnan(low) else log_ndtr((values - low) / item.low_sd)
        below = np.zeros(len(values)) if np.isnan(high) else log_ndtr((high - values) / item.high_sd)
    return np.where(np.isnan(values), -np.inf, above + below)


def log_weights(items: Sequence[Item], values: Mapping[str, Float], ring: str) -> Float:
    """Return the log weight of each draw under a ring, shape (n,), not normed.

    values: what the draws give, (n,), by the item's id. An item of weight 0 says nothing, whatever the draws give.
    """
    n = len(next(iter(values.values())))
    inside = RINGS[: RINGS.index(ring) + 1]
    total = np.zeros(n)
    for item in items:
        if item.ring in inside and item.weight > 0.0:
            total += item.weight * log_likelihood(item, values[item.id])
    return total


def ring_weights(items: Sequence[Item], values: Mapping[str, Float]) -> dict[str, Float]:
    """Return the weights of the draws by ring, each of mean 1; raises UserError where no draw is left."""
    return {ring: _normed(log_weights(items, values, ring), ring) for ring in RINGS}


def _normed(logs: Float, ring: str) -> Float:
    top = logs.max()
    if not np.isfinite(top):
        problem = Text(f"no draw shows what the ring '{ring}' says", f"没有任何抽样符合证据圈“{ring}”")
        hint = Text("look at the measures and weights of its items", "请检查其中各项证据的 measure 与 weight")
        raise UserError(problem, key="rings", found=ring, hint=hint)
    weights = np.exp(logs - top)
    return np.asarray(weights / weights.mean())


def met(item: Item, values: Float) -> Bool:
    """Return which values lie within an item's plain bounds."""
    return np.array([item.band.holds(float(value)) for value in values])
