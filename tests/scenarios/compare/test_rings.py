"""Rings of evidence in a comparison: which weights belong to its draws, and every effect under each ring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scenarios.base.errors import UserError
from scenarios.compare.assemble import Results, tables_of
from scenarios.compare.indicators import RANKED
from scenarios.compare.order import FEW, MISSING, RING, with_status
from scenarios.compare.plan import Plan, make_plan
from scenarios.compare.ring_effects import effects_by_ring
from scenarios.compare.rings_table import (
    DRAW,
    KEY,
    WEIGHT,
    Rings,
    draw_key,
    draw_keys,
    read_rings,
    weights_of_draws,
    write_rings,
)
from scenarios.compare.summary import sample_of
from scenarios.compare.tables import COLUMNS
from scenarios.report.patterns import RINGS
from scenarios.runs.parameter_sets import PARAMETER, Draws
from scenarios.runs.sources import source_hash
from scenarios.settings.config import RunConfig

SETTLED = "households_settled"
DRAWN = f"{PARAMETER}residence.seat_worth"


def made_rings(draws: Draws, china: list[float]) -> Rings:
    table = pd.DataFrame({DRAW: draws.table["draw"], KEY: draw_keys(draws)})
    for ring in RINGS:
        table[f"{WEIGHT}{ring}"] = china if ring in ("China", "world") else 1.0
    return Rings(table, {"source": source_hash("rings")})


def four(configs: dict[str, RunConfig], second: int = 1) -> Plan:
    rows = [{"draw": 3 * i, "seed": i + 1, DRAWN: 0.1 * i} for i in range(4)]
    return make_plan(configs, Draws(pd.DataFrame(rows), {"contraction": {}}), 4, second, n_sites=3)


def test_effects_by_hand_on_four_draws(configs: dict[str, RunConfig]) -> None:
    plan = four(configs)
    sample = sample_of(plan.runs)
    a, b = np.array([10.0, 20.0, -30.0, 40.0, 14.0]), np.array([15.0, 15.0, 15.0, 15.0, 15.0])  # the last: draw 0 again
    weights = {"report": np.ones(4), "China": np.array([2.0, 0.0, 2.0, 0.0])}
    table = effects_by_ring(plan, sample, {("a", SETTLED): a, ("b", SETTLED): b}, ["baseline", "a", "b"], weights)
    assert tuple(table.columns) == COLUMNS["effects_by_ring"]
    found = {(row["ring"], row["scenario"]): row for row in table.to_dict("records")}
    assert found["report", "a"]["effect"] == pytest.approx((12 + 20 - 30 + 40) / 4)
    assert found["China", "a"]["effect"] == pytest.approx((12 - 30) / 2)
    assert (found["China", "a"]["low"], found["China", "a"]["high"]) == (-30.0, 14.0)
    assert (found["report", "a"]["p_better"], found["China", "a"]["p_better"]) == (0.75, 0.5)
    assert (found["China", "a"]["rank"], found["China", "b"]["rank"]) == (2, 1)
    assert found["report", "a"]["p_first"] == pytest.approx(0.5)
    assert found["China", "b"]["p_first"] == pytest.approx(1.0)
    assert (found["report", "a"]["effective_draws"], found["China", "a"]["effective_draws"]) == (4.0, 2.0)


def test_what_is_not_ranked_has_neither_rank_nor_place(configs: dict[str, RunConfig]) -> None:
    plan = four(configs, 0)
    effects = {("a", SETTLED): np.arange(4.0), ("b", SETTLED): np.ones(4), ("a", "occupancy"): np.ones(4)}
    table = effects_by_ring(plan, sample_of(plan.runs), effects, ["baseline", "a"], {}).set_index(
        ["scenario", "indicator"]
    )
    assert np.isnan(table.loc[("b", SETTLED), "rank"])
    assert np.isnan(table.loc[("a", "occupancy"), "rank"])
    assert table.loc[("a", SETTLED), "rank"] == 1
    assert set(table["ring"]) == {"report"}


def test_under_the_report_alone_every_effect_is_todays(results: Results) -> None:
    tables = tables_of(results)
    last = tables.effects[
        (tables.effects["month"] == tables.effects["month"].max()) & (tables.effects["group"] == "all")
    ]
    today = last.set_index(["scenario", "indicator"])
    report = tables.effects_by_ring.set_index(["scenario", "indicator"])
    assert len(report) == len(today)
    for column in ("effect", "low", "high", "p_better"):
        assert report[column].reindex(today.index).equals(today[column]), column
    first = tables.ranks[tables.ranks["rank"] == 1].set_index(["scenario", "indicator"])["probability"]
    for (scenario, indicator), p in report["p_first"].dropna().items():
        assert indicator in RANKED
        assert p == first[scenario, indicator]


def test_a_comparison_has_the_rings_of_its_draws(results: Results) -> None:
    draws = results.plan.draws
    rings = made_rings(draws, [3.0, 0.0, 0.0])
    tables = tables_of(results, None, None, rings)
    assert list(dict.fromkeys(tables.effects_by_ring["ring"])) == list(RINGS)
    one = tables.effects_by_ring[tables.effects_by_ring["ring"] == "world"].set_index(["scenario", "indicator"])
    s, column = 1, results.column(SETTLED)
    runs = [i for i, run in enumerate(results.plan.runs) if run.draw == draws.table["draw"].iloc[0]]
    alone = results.differences(s)[runs, column].mean()
    assert one.loc[(results.plan.scenarios[s], SETTLED), "effect"] == pytest.approx(alone)
    assert {choice.name for choice in with_status(tables.order, FEW)} == set(RINGS[1:])
    assert {choice.kind for choice in with_status(tables_of(results).order, MISSING)} >= {RING}


def test_weights_of_other_draws_are_no_weights(configs: dict[str, RunConfig]) -> None:
    draws = four(configs).draws
    rings = made_rings(draws, [0.5, 1.0, 2.0, 0.5])
    assert weights_of_draws(rings, draws, [0, 2])["China"] == pytest.approx([0.4, 1.6])
    backwards = rings._replace(table=rings.table.iloc[::-1].reset_index(drop=True))
    assert weights_of_draws(backwards, draws, [0, 2])["China"] == pytest.approx([0.4, 1.6])
    assert weights_of_draws(None, draws, [0]) == {}
    for column, value in ((DRAWN, 9.0), ("seed", 77), ("draw", 5)):
        other = Draws(draws.table.assign(**{column: [value, *draws.table[column].iloc[1:]]}), {})
        assert weights_of_draws(rings, other, [0, 1]) == {}
        assert weights_of_draws(rings, other, [1, 2]) != {}


def test_a_key_tells_parameters_and_seeds_apart() -> None:
    assert draw_key({"a.b": 1.0, "c.d": 2.0}, 3) == draw_key({"c.d": 2.0, "a.b": 1.0}, 3)
    assert len({draw_key({"a.b": x}, seed) for x in (1.0, 1.1) for seed in (1, 2)}) == 4


def test_the_table_is_read_back_and_belongs_to_its_sources(tmp_path: Path, configs: dict[str, RunConfig]) -> None:
    path = tmp_path / "rings.csv"
    assert read_rings(path) is None
    rings = made_rings(four(configs).draws, [0.5, 1.0, 2.0, 0.5])
    digits = rings._replace(
        table=rings.table.assign(**{KEY: ["1234567890123456", "12e4567890123456", "a" * 16, "0" * 16]})
    )
    write_rings(path, digits)
    found = read_rings(path)
    assert found is not None
    pd.testing.assert_frame_equal(found.table, digits.table, check_dtype=False)
    write_rings(path, rings._replace(made={"source": "0" * 64}))
    assert read_rings(path) is None
    path.write_text("draw\n1\n", encoding="utf-8")
    with pytest.raises(UserError, match="make rings"):
        read_rings(path)
