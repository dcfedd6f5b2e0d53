"""What changes the order of the measures: planted swaps, and what is not known."""

from __future__ import annotations

import pandas as pd
import pytest

from scenarios.compare.order import (
    CHANGES,
    FEW,
    MISSING,
    ORDERED_BY,
    READING,
    RING,
    SAME,
    STRUCTURE,
    Choice,
    choices,
    is_firm,
    order_table,
    with_status,
)
from scenarios.compare.readings_table import Readings
from scenarios.compare.structures import HIGH, LOW, STRUCTURES
from scenarios.compare.tables import COLUMNS
from scenarios.report.patterns import RINGS

SURE = [0.95, 0.95]
EFFECTS = {"a": 30.0, "b": 20.0, "c": 10.0}
RANKED = ["baseline", *EFFECTS]
AHEAD = {"a": "b;c", "b": "c", "c": ""}
OTHER = {"a": "c", "b": "a;c", "c": ""}


def part(column: str, name: str, ahead: dict[str, str], n: float = 90.0, **more: object) -> pd.DataFrame:
    rows = [{column: name, "scenario": s, "indicator": ORDERED_BY, "effect": EFFECTS[s], "p_first": 0.5,
             "ahead_of": ahead[s], "n_draws": n, "effective_draws": n, **more} for s in ahead]  # fmt: skip
    return pd.DataFrame(rows)


def rings(**other: pd.DataFrame) -> pd.DataFrame:
    table = pd.concat([other.get(ring, part("ring", ring, AHEAD)) for ring in RINGS])
    return table.drop(columns="n_draws")


def structures(ahead: dict[str, str] = AHEAD) -> pd.DataFrame:
    ends = [part("parameter", name, ahead if (name, end) == (STRUCTURES[1], HIGH) else AHEAD, end=end)
            for name in STRUCTURES for end in (LOW, HIGH)]  # fmt: skip
    return pd.concat(ends).drop(columns="effective_draws")


def readings(other: str = "") -> Readings:
    names = [choice.name for choice in choices() if choice.kind != RING and ":" not in choice.name]
    table = pd.concat([part("reading", name, OTHER if name == other else AHEAD) for name in names])
    base = part("reading", names[0], {"a": "b;c"}).assign(scenario="baseline", effect=0.0)
    return Readings(pd.concat([table, base]).drop(columns="effective_draws"), {})


def test_an_order_that_no_choice_changes_is_firm() -> None:
    order = order_table(rings(), structures(), readings(), RANKED)
    assert tuple(order.columns) == COLUMNS["order"]
    assert set(order["status"]) == {SAME}
    assert len(order) == 3 * (1 + len(choices()))
    assert order[order["kind"] == RING].head(3)["rank"].tolist() == [1, 2, 3]
    assert is_firm(order, SURE) is True


@pytest.mark.parametrize(
    ("kind", "name"),
    [(RING, "China"), (STRUCTURE, f"{STRUCTURES[1]}:{HIGH}"), (READING, "allowance_count=high")],
)
def test_one_pair_that_changes_places_is_named_and_nothing_is_firm(kind: str, name: str) -> None:
    order = order_table(
        rings(**({name: part("ring", name, OTHER)} if kind == RING else {})),
        structures(OTHER if kind == STRUCTURE else AHEAD),
        readings(name if kind == READING else ""),
        RANKED,
    )
    assert with_status(order, CHANGES) == [Choice(kind, name)]
    rows = order[order["choice"] == name].set_index("scenario")
    assert rows["swapped"].to_dict() == {"a": "b", "b": "a", "c": ""}
    assert is_firm(order, SURE) is False


def test_a_tie_is_no_change_of_places() -> None:
    tied = {"a": "c", "b": "c", "c": ""}
    order = order_table(rings(world=part("ring", "world", tied)), structures(), readings(), RANKED)
    assert with_status(order, CHANGES) == []
    order = order_table(rings(report=part("ring", "report", tied), world=part("ring", "world", OTHER)), structures(),
                        readings(), RANKED)  # fmt: skip
    assert with_status(order, CHANGES) == []


def test_what_was_not_computed_is_named_and_nothing_is_known() -> None:
    report = rings()[rings()["ring"] == "report"]
    order = order_table(report, structures().iloc[:0], None, RANKED)
    assert with_status(order, MISSING) == choices()
    assert is_firm(order, SURE) is None
    lacking = readings()._replace(table=readings().table[lambda t: t["scenario"] != "b"])
    order = order_table(rings(), structures(), lacking, RANKED)
    assert {choice.kind for choice in with_status(order, MISSING)} <= {READING, STRUCTURE}
    assert len(with_status(order, MISSING)) == len([c for c in choices() if c.kind != RING and ":" not in c.name])


def test_a_ring_of_few_draws_tells_nothing_either_way() -> None:
    few = part("ring", "world", OTHER, n=49.9)
    order = order_table(rings(world=few), structures(), readings(), RANKED)
    assert with_status(order, FEW) == [Choice(RING, "world")]
    assert is_firm(order, SURE) is None


def test_a_first_place_that_is_not_sure_is_not_firm() -> None:
    order = order_table(rings(), structures(), readings(), RANKED)
    assert is_firm(order, [0.89, 0.95]) is False
    assert is_firm(order, [0.95, 0.5]) is False
    assert is_firm(order, [0.95, float("nan")]) is None


def test_what_is_not_ranked_has_no_place() -> None:
    order = order_table(rings(world=part("ring", "world", OTHER)), structures(), readings(), ["baseline", "a", "c"])
    assert set(order["scenario"]) == {"a", "c"}
    assert with_status(order, CHANGES) == []


def test_the_first_place_among_others_is_not_the_first_place_here() -> None:
    # the table of readings ranks a, b and c; compared are a and c alone
    order = order_table(rings(), structures(), readings(), ["baseline", "a", "c"])
    under = order[order["kind"].isin([READING]) & (order["scenario"] != "")]
    assert len(under) > 0
    assert under["p_first"].isna().all()
    assert order.loc[order["kind"] == RING, "p_first"].notna().all()
    whole = order_table(rings(), structures(), readings(), RANKED)
    assert whole["p_first"].notna().all()
