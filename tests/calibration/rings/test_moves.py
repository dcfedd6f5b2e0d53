"""Draws moved by runs of their own: on a world whose posterior is known, and without a city."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from calibration.fitting.likelihood import DIFFERENCE, Observations
from calibration.fitting.prior import Prior, Ranged
from calibration.rings.measures import Measured
from calibration.rings.moves import (
    CHECK_COLUMNS,
    check_table,
    moved,
    resampled,
    ring_log_likelihood,
    stepped,
)
from calibration.rings.store import Draw
from scenarios.base.text import Text
from scenarios.report.borrowed import MAGNITUDE, Item
from scenarios.report.patterns import Band

KEY, OTHER, WHOLE = "residence.b_income", "residence.seat_worth", "services.weight_clinic"
PRIOR = Prior((
    Ranged(KEY, -2.0, 2.0, "uniform", "utility"), Ranged(OTHER, 0.1, 10.0, "log_uniform", "log points"),
    Ranged(WHOLE, 0.0, 1.0, "uniform", "share"),
))  # fmt: skip
ITEM = Item("size", "world", MAGNITUDE, "size", "unit", Band(0.9, 1.1), 0.2, 0.2, 1.0, "M01", Text("p", "p"), "")
NOTHING = Observations(
    ("pattern:none",), (DIFFERENCE,), *(np.array([x]) for x in (math.nan, math.nan, -np.inf, 1.0, np.inf, 1.0)),
    np.array([True]), np.array([True]),
)  # fmt: skip


class World:
    """A world in place of a city: the item's value is the first parameter; the report says nothing."""

    items = (ITEM,)

    def __init__(self) -> None:
        self.asked = 0

    def measured(self, draws: Sequence[Draw], done: Any = None) -> list[Measured]:
        self.asked += len(draws)
        if done is not None:
            done(len(draws), len(draws))
        return [Measured({"size": draw.values[KEY]}, {}, {"pattern:none": 0.0}) for draw in draws]


def draws(n: int, top: float = 2.0) -> list[Draw]:
    rng = np.random.default_rng(3)
    return [Draw({KEY: float(rng.uniform(-2.0, top)), OTHER: float(10 ** rng.uniform(-1, 1)), WHOLE: 0.4}, i + 1)
            for i in range(n)]  # fmt: skip


def weights_of(part: Sequence[Draw]) -> np.ndarray:
    return np.exp(ring_log_likelihood(World.items, World().measured(part)))


def test_right_weights_are_found_again_by_runs_of_their_own() -> None:
    world, part = World(), draws(600)
    told: list[tuple[int, int]] = []
    after = moved(world, part, PRIOR, NOTHING, 6, 1, lambda done, of: told.append((done, of)))
    table = check_table(part, weights_of(part), after)
    assert tuple(table.columns) == CHECK_COLUMNS
    assert sorted(table["parameter"]) == sorted([KEY, OTHER])  # what does not vary is left out
    assert table["shift"].abs().max() < 0.2
    row = table.set_index("parameter").loc[KEY]
    assert row["moved_mean"] == pytest.approx(1.0, abs=0.05)
    assert 0.3 < after.accepted < 1.0
    assert told[-1] == (3600, 3600)
    assert world.asked == 7 * 600


def test_weights_on_draws_that_miss_the_place_are_found_out() -> None:
    part = draws(400, top=0.7)  # none where the item wants them
    after = moved(World(), part, PRIOR, NOTHING, 25, 1)
    table = check_table(part, weights_of(part), after).set_index("parameter")
    assert table.index[0] == KEY
    assert table.loc[KEY, "weighted_high"] < 0.71
    assert table.loc[KEY, "moved_mean"] > 0.8
    assert table.loc[KEY, "shift"] > 2.0


def test_the_report_has_its_say_in_every_step() -> None:
    says = NOTHING._replace(low=np.array([0.5]), low_sd=np.array([1e-3]))

    class Reported(World):
        def measured(self, draws: Sequence[Draw], done: Any = None) -> list[Measured]:
            return [each._replace(outputs={"pattern:none": draw.values[OTHER]})
                    for draw, each in zip(draws, super().measured(draws), strict=True)]  # fmt: skip

    part = [draw for draw in draws(400) if draw.values[OTHER] > 0.6]
    after = moved(Reported(), part, PRIOR, says, 5, 1)
    assert min(draw.values[OTHER] for draw in after.draws) > 0.49
    assert after.accepted > 0.1


def test_the_same_seed_gives_the_same_draws() -> None:
    first, second = (moved(World(), draws(50), PRIOR, NOTHING, 2, 7).draws for _ in range(2))
    assert first == second
    assert moved(World(), draws(50), PRIOR, NOTHING, 2, 8).draws != first


def test_steps_keep_the_prior() -> None:
    rng = np.random.default_rng(5)
    part = draws(3000)
    for _ in range(3):
        part = [stepped(draw, PRIOR, rng) for draw in part]
    u = np.array([(draw.values[KEY] + 2.0) / 4.0 for draw in part])
    assert np.quantile(u, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.03)
    logs = np.array([math.log10(draw.values[OTHER]) for draw in part])
    assert np.quantile(logs, [0.1, 0.5, 0.9]) == pytest.approx([-0.8, 0.0, 0.8], abs=0.06)
    assert {draw.values[WHOLE] for draw in part} == {0.4}
    assert len({draw.seed for draw in part}) == len(part)


def test_a_step_by_hand() -> None:
    class Noise:
        def standard_normal(self) -> float:
            return 1.5

        def integers(self, low: int, high: int) -> int:
            return 9

    new = stepped(Draw({KEY: 1.0}, 4), PRIOR, Noise())  # type: ignore[arg-type]
    x = math.sqrt(0.96) * ndtri(0.75) + 0.2 * 1.5
    assert new.values[KEY] == pytest.approx(-2.0 + 4.0 * ndtr(x), rel=1e-5)
    assert new.seed == 9


def test_resampling_follows_the_weights() -> None:
    rows = resampled(np.array([1.0, 0.0, 3.0, 0.0]), np.random.default_rng(2))
    assert sorted(rows) == [0, 2, 2, 2]
    assert resampled(np.ones(5), np.random.default_rng(2)) == [0, 1, 2, 3, 4]
