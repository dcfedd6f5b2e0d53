"""Nothing depends on the order in which rows are looked at: the town with its sites in reverse is the same town."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.population import Population


def reversed_sites(town: Population) -> tuple[Population, np.ndarray, np.ndarray]:
    """Return the town with sites in reverse, and the rows that its households and persons had."""
    n = len(town.sites)
    rows = np.concatenate([np.flatnonzero(town.households["site"] == s) for s in reversed(range(n))])
    new_number = np.argsort(rows)
    persons = town.persons.assign(household=new_number[town.persons["household"]].astype(np.int32))
    person_rows = np.argsort(persons["household"].to_numpy() * 64 + persons["member"].to_numpy(), kind="stable")

    def turned(table: pd.DataFrame) -> pd.DataFrame:
        site = table["site"].to_numpy()
        return table.assign(site=np.where(site < 0, site, n - 1 - site).astype(table["site"].dtype))

    households = turned(town.households.iloc[rows]).reset_index(drop=True)
    households["household"] = np.arange(rows.size, dtype=np.int32)
    turned_town = replace(
        town,
        sites=turned(town.sites.iloc[::-1]).reset_index(drop=True),
        households=households,
        persons=persons.iloc[person_rows].reset_index(drop=True),
        schools=turned(town.schools),
        workshops=turned(town.workshops),
        public_posts=turned(town.public_posts),
    )
    return turned_town, rows, person_rows


def test_the_order_of_rows_does_not_matter(town: Population, parameters: Parameters) -> None:
    """Keys and traits go with the household, person and site that they belong to (births are left out: 48 months)."""
    turned_town, rows, person_rows = reversed_sites(town)
    one, two = Model(town, parameters, months=48), Model(turned_town, parameters, months=48)
    for name in ("key", "taste", "trust", "knowledge", "flat_patience"):
        getattr(two.state.households, name)[:] = getattr(one.state.households, name)[rows]
    for name in ("key", "efficiency", "reservation_yuan"):
        getattr(two.state.persons, name)[:] = getattr(one.state.persons, name)[person_rows]
    two.state.sites.effect[:] = one.state.sites.effect[::-1]
    moved = 0
    while one.month < 48:
        one.step()
        two.step()
        for name in ("state", "previous_state", "flat_kept", "employed", "income_yuan", "trust", "review_due", "tally"):
            a, b = getattr(one.state.households, name), getattr(two.state.households, name)
            assert np.array_equal(a[rows], b), (one.month, name)
        for name in ("channel", "wage_yuan", "place", "level", "skill", "carer", "months_in_job"):
            a, b = getattr(one.state.persons, name), getattr(two.state.persons, name)
            assert np.array_equal(a[person_rows], b), (one.month, name)
        moved += int((one.state.households.state != one.state.households.previous_state).sum())
    assert moved > len(town.households)
    assert one.state.sites.seated.tolist() == two.state.sites.seated[::-1].tolist()
