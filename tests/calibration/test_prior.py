"""The prior: each parameter uniform over its range; a draw belongs to (seed, parameter, number) and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.prior import (
    DEFINITIONS,
    SOLVED,
    WHOLES,
    Free,
    free_parameters,
    prior_deviations,
    prior_draw,
    ranges,
)
from scenarios.compare.draws import rounded

SHARES = {key for group in WHOLES for key in group}


def plain(entries: dict[str, dict[str, Any]]) -> dict[str, Free]:
    return free_parameters(entries)


def test_what_is_drawn(entries: dict[str, dict[str, Any]]) -> None:
    free, every = free_parameters(entries), ranges(entries)
    assert set(every) - set(free) == set(SOLVED.values())
    assert not set(free) & set(DEFINITIONS)
    assert set(free) >= SHARES
    for key, one in every.items():
        process, _, name = key.partition(".")
        entry = entries[process][name]
        assert (one.low, one.high, one.unit) == (entry["low"], entry["high"], entry["unit"])
        assert one.low < one.high
    fixed = {f"{p}.{n}" for p, names in entries.items() for n, entry in names.items() if entry["low"] == entry["high"]}
    assert not fixed & set(every)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), number=st.integers(0, 10_000))
def test_a_draw_belongs_to_seed_parameter_and_number(
    entries: dict[str, dict[str, Any]], seed: int, number: int
) -> None:
    free = plain(entries)
    values = prior_draw(free, seed, number)
    backwards = dict(reversed(list(free.items())))
    more = {"income.something_new": Free("income.something_new", 0.0, 1.0, "share"), **free}
    fewer = {key: one for key, one in free.items() if key in SHARES or key.startswith("residence.")}
    assert prior_draw(backwards, seed, number) == values
    assert {key: value for key, value in prior_draw(more, seed, number).items() if key in values} == values
    assert prior_draw(fewer, seed, number) == {key: values[key] for key in fewer}
    assert prior_draw(free, seed, number + 1) != values
    assert prior_draw(free, seed + 1, number) != values


@settings(max_examples=25, deadline=None)
@given(number=st.integers(0, 10_000))
def test_a_draw_is_in_range_rounded_and_shares_add_up(entries: dict[str, dict[str, Any]], number: int) -> None:
    free = plain(entries)
    values = prior_draw(free, 1, number)
    assert set(values) == set(free)
    for key, value in values.items():
        assert value == rounded(value)
        if key not in SHARES:
            assert free[key].low <= value <= free[key].high
    for group in WHOLES:
        assert sum(values[key] for key in group) == pytest.approx(1.0, abs=5e-6)


def test_shares_keep_their_proportions() -> None:
    # of fixed raw weights 3, 1, 1, 4, 1 and 2, 1, 1 (ranges without width): .3, .1, .1, .4, .1 and .5, .25, .25
    raw = dict(zip((*WHOLES[0], *WHOLES[1]), (3, 1, 1, 4, 1, 2, 1, 1), strict=True))
    free = {key: Free(key, float(value), float(value), "share") for key, value in raw.items()}
    assert list(prior_draw(free, 1, 0).values()) == pytest.approx([0.3, 0.1, 0.1, 0.4, 0.1, 0.5, 0.25, 0.25])


def test_draws_are_uniform_over_the_range_and_independent(entries: dict[str, dict[str, Any]]) -> None:
    # 400 draws: a share has a standard error of .025 at most, so that .1 is four of them; a correlation one of .05.
    free, n = plain(entries), 400
    keys = ["residence.b_school", "residence.b_income", "jobs.wage_away_yuan", "income.pension_yuan"]
    some = {key: one for key, one in free.items() if key in keys or key in SHARES}
    drawn = [prior_draw(some, 1, number) for number in range(n)]
    places = np.array([[(d[key] - free[key].low) / (free[key].high - free[key].low) for key in keys] for d in drawn])
    for column in places.T:
        for level in (0.1, 0.25, 0.5, 0.75, 0.9):
            assert abs((column < level).mean() - level) < 0.1
    away = np.corrcoef(places.T)[~np.eye(len(keys), dtype=bool)]
    assert np.abs(away).max() < 0.2


def test_deviations_are_those_of_a_uniform(entries: dict[str, dict[str, Any]]) -> None:
    free = plain(entries)
    some = {key: one for key, one in free.items() if key in SHARES or key in ("residence.b_school", "jobs.fair_skill")}
    found = prior_deviations(some, 1)
    for key in ("residence.b_school", "jobs.fair_skill"):
        width = free[key].high - free[key].low
        assert found[key] == pytest.approx(width / np.sqrt(12), rel=0.06)  # of a thousand draws
