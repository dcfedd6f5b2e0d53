"""The table of rings and what it came to: by hand on four draws of one parameter."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from calibration.rings.measures import SHARES, Measured
from calibration.rings.table import moved_parameters, rings_of
from scenarios.base.text import Text
from scenarios.compare.rings_table import draw_keys
from scenarios.report.borrowed import CAP, ORDERING, Item
from scenarios.report.patterns import Band
from scenarios.runs.parameter_sets import PARAMETER, Draws

FREE, FIXED = f"{PARAMETER}residence.b_income", f"{PARAMETER}residence.seat_worth"
ITEMS = (
    Item(
        "order", "Guizhou", ORDERING, "x", "log ratio", Band(0.0, math.nan), 1e-9, 0.0, 1.0, "M01", Text("p", "p"), ""
    ),
    Item("cap", "world", CAP, "y", "share", Band(math.nan, 0.5), 0.0, 1e-9, 1.0, "O03", Text("q", "q"), ""),
)


def draws() -> Draws:
    rows = [{"draw": 7 - i, "seed": i + 1, FREE: float(i), FIXED: 0.3} for i in range(5)]
    return Draws(pd.DataFrame(rows), {"setting": {"region": "somewhere"}})


def found() -> list[Measured]:
    """Draws 0 and 1 break the order; draw 3 breaks the cap; the fifth is not asked for."""
    shares = {name: [0.4, 0.3, 0.2, 0.1][k] for k, name in enumerate(SHARES)}
    return [Measured({"order": i - 1.5, "cap": 0.9 if i == 3 else 0.1},
                     {**shares, SHARES[0]: 0.4 + 0.1 * i}, {}) for i in range(4)]  # fmt: skip


def test_what_each_ring_says_by_hand() -> None:
    rings = rings_of(draws(), ITEMS, found())
    table, made = rings.table, rings.made
    assert table["draw"].tolist() == [7, 6, 5, 4]
    assert table["key"].tolist() == draw_keys(draws())[:4]
    assert table["value:order"].tolist() == [-1.5, -0.5, 0.5, 1.5]
    assert table["weight:report"].tolist() == [1.0] * 4
    assert table["weight:China"].tolist() == pytest.approx([0.0, 0.0, 2.0, 2.0])
    assert table["weight:world"].tolist() == pytest.approx([0.0, 0.0, 4.0, 0.0])
    assert [made["rings"][ring]["effective_draws"] for ring in ("report", "China", "world")] == pytest.approx([4, 2, 1])
    assert made["rings"]["China"]["largest_weight"] == pytest.approx(0.5)
    assert not made["rings"]["report"]["enough"]
    assert made["rings"]["report"]["parameters"] == {}
    sd = np.std([0, 1, 2, 3], ddof=1)
    assert made["rings"]["China"]["parameters"] == {"residence.b_income": pytest.approx(1.0 / sd, rel=1e-5)}
    settled = made["rings"]["China"]["residence"]["households_settled"]
    assert settled["mean"] == pytest.approx(0.65)
    assert made["items"]["order"]["met"] == {"report": 0.5, "Guizhou": 1.0, "China": 1.0, "world": 1.0}
    assert made["items"]["cap"]["met"] == {"report": 0.75, "Guizhou": 0.5, "China": 0.5, "world": 1.0}
    assert (made["items"]["cap"]["band"], made["items"]["cap"]["median"]) == ("< 0.5", 0.1)


def test_the_parameter_that_moves_most_stands_first() -> None:
    table = pd.DataFrame(
        {FREE: [0.0, 1.0, 0.0, 1.0], FIXED: [0.0, 1.0, 2.0, 3.0], "target:employed": [1.0, 2.0, 3.0, 4.0]}
    )
    names = [name for name, _ in moved_parameters(table, np.array([0.0, 0.0, 0.0, 4.0]))]
    assert names == ["residence.seat_worth", "residence.b_income"]
    assert moved_parameters(table, np.ones(4)) == []
