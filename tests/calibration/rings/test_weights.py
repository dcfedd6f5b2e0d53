"""Weights of draws under rings: by hand on four draws, and what must not change them."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from calibration.rings.weights import log_likelihood, log_weights, met, ring_weights
from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.compare.rings_table import effective_draws
from scenarios.report.borrowed import CAP, MAGNITUDE, ORDERING, Item
from scenarios.report.patterns import Band

NAN = math.nan
FOUR = np.array([-1.0, 0.0, 1.0, 2.0])


def item(name: str, ring: str, low: float = NAN, high: float = NAN, weight: float = 1.0, kind: str = CAP) -> Item:
    sds = [0.0 if math.isnan(bound) else 0.5 for bound in (low, high)]
    return Item(name, ring, kind, name, "unit", Band(low, high), *sds, weight, "M01", Text("p", "p"), "")


ORDER = item("order", "Guizhou", low=0.0, kind=ORDERING)
SIZE = item("size", "China", low=0.5, high=1.5, weight=0.25, kind=MAGNITUDE)
TOP = item("top", "world", high=1.0, weight=0.1)
ITEMS = (ORDER, SIZE, TOP)
VALUES = {"order": FOUR, "size": FOUR[::-1], "top": np.array([0.0, 3.0, 0.0, 0.0])}


def test_likelihoods_are_those_of_uncertain_thresholds() -> None:
    assert np.exp(log_likelihood(ORDER, FOUR)) == pytest.approx(norm.cdf([-2.0, 0.0, 2.0, 4.0]))
    both = norm.cdf((FOUR - 0.5) / 0.5) * norm.cdf((1.5 - FOUR) / 0.5)
    assert np.exp(log_likelihood(SIZE, FOUR)) == pytest.approx(both)
    assert log_likelihood(TOP, np.array([NAN, 1.0])).tolist() == [-np.inf, pytest.approx(math.log(0.5))]


def test_weights_by_hand() -> None:
    weights = ring_weights(ITEMS, VALUES)
    assert weights["report"].tolist() == [1.0] * 4
    guizhou = norm.cdf([-2.0, 0.0, 2.0, 4.0])
    back = FOUR[::-1]
    china = guizhou * (norm.cdf((back - 0.5) / 0.5) * norm.cdf((1.5 - back) / 0.5)) ** 0.25
    world = china * norm.cdf([2.0, -4.0, 2.0, 2.0]) ** 0.1
    for ring, expected in (("Guizhou", guizhou), ("China", china), ("world", world)):
        assert weights[ring] == pytest.approx(expected / expected.mean())
        assert weights[ring].mean() == pytest.approx(1.0)


def test_an_inner_ring_hears_nothing_of_an_outer_one() -> None:
    assert log_weights((SIZE, TOP), VALUES, "Guizhou").tolist() == [0.0] * 4
    assert np.array_equal(log_weights(ITEMS, VALUES, "China"), log_weights((ORDER, SIZE), VALUES, "world"))


def test_an_item_without_strength_changes_nothing() -> None:
    silent = replace(item("silent", "Guizhou", low=5.0), weight=0.0)
    values = {**VALUES, "silent": np.array([NAN, -9.0, 0.0, 9.0])}
    with_it, without = ring_weights((*ITEMS, silent), values), ring_weights(ITEMS, VALUES)
    assert all(np.array_equal(with_it[ring], without[ring]) for ring in without)


def test_the_order_of_items_does_not_matter() -> None:
    weights = [ring_weights(items, VALUES) for items in itertools.permutations(ITEMS)]
    for ring in weights[0]:
        assert all(other[ring] == pytest.approx(weights[0][ring]) for other in weights)


def test_a_planted_ordering_cuts_the_draws_that_break_it() -> None:
    rng = np.random.default_rng(1)
    parameter = rng.uniform(-1.0, 1.0, 4000)  # the order holds where it is above 0
    cut = replace(item("cut", "China", low=0.0, kind=ORDERING), low_sd=1e-6)
    weights = ring_weights((cut,), {"cut": parameter})["China"]
    assert float(np.average(parameter, weights=weights)) == pytest.approx(0.5, abs=0.02)
    assert np.average(met(cut, parameter), weights=weights) == pytest.approx(1.0)
    assert effective_draws(weights) == pytest.approx((parameter > 0).sum())
    half = ring_weights((replace(cut, low_sd=0.5, weight=0.5),), {"cut": parameter})["China"]
    assert 0.0 < np.average(parameter, weights=half) < np.average(parameter, weights=weights)


def test_effective_draws_by_hand() -> None:
    assert effective_draws(np.ones(7)) == pytest.approx(7.0)
    assert effective_draws(np.array([3.0, 1.0, 0.0, 0.0])) == pytest.approx(16.0 / 10.0)


def test_a_ring_that_no_draw_shows_is_an_error() -> None:
    with pytest.raises(UserError, match="no draw shows what the ring 'world' says"):
        ring_weights(ITEMS, {**VALUES, "top": np.full(4, NAN)})
