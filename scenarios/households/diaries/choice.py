"""Which households to show, by a rule and not by hand.

The households with a flat at the report date fall into eight groups: registered poor or not, with or without children
of school age, with or without labour, so that the households shown differ. Group i (0 to 7) gives the household at
place (i + 1/2) / 8 of its list by number: numbers go by site, so the sites differ too. The places left go to households
whose residence state in the last month differs between the two runs, spread over their list in the same way: they show
what a switch is, and are by no means typical. If they are too few, all others with a flat fill up.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd

from simulation.foundations.months import month_label
from simulation.state.entities import Int16, Int64, Sites
from simulation.state.population import KINDS

N_CHOSEN = 10
N_GROUPS = 8
GROUP, SWITCHED, FILLED, ASKED = "group", "switched", "filled", "asked"
"""Why a household is shown: one of the eight groups, another state at the end, to fill up, or asked for by number."""
WHO_COLUMNS = (
    "household", "chosen", "site", "site_kind", "registered_poor", "move_in_month", "origin_km", "land_mu", "members",
    "labourers", "school_age",
)  # fmt: skip


def choose_households(report: pd.DataFrame, differs: Int64, n: int = N_CHOSEN) -> dict[int, str]:
    """Return `n` households (fewer if there are no more) and why each was chosen, by the rule of this module.

    report: the households' table at the report date; differs: households in another state at the end, ascending.
    """
    moved = report[report["state"] != "not_moved"]
    poor, children, labour = moved["poor"], moved["school_age"] > 0, moved["labourers"] > 0
    chosen: dict[int, str] = {}
    for i, (is_poor, has_children, has_labour) in enumerate(product((True, False), repeat=3)):
        group = moved.loc[(poor == is_poor) & (children == has_children) & (labour == has_labour), "household"]
        if len(group):
            chosen[int(group.iloc[(2 * i + 1) * len(group) // (2 * N_GROUPS)])] = GROUP
    for numbers, reason in ((differs, SWITCHED), (moved["household"].to_numpy(), FILLED)):
        others = np.setdiff1d(numbers, list(chosen))
        chosen |= dict.fromkeys(spread_over(others, n - len(chosen)), reason)
    return chosen


def spread_over(numbers: Int64, n: int) -> list[int]:
    """Return `n` of the numbers, or all if there are fewer: those at the places (j + 1/2) / n of the list."""
    n = min(n, numbers.size)
    return [int(numbers[(2 * j + 1) * numbers.size // (2 * n)]) for j in range(n)]


def who_they_are(report: pd.DataFrame, sites: Sites, chosen: dict[int, str]) -> pd.DataFrame:
    """Return one row per chosen household, in their order: who it is at the report date. `WHO_COLUMNS` are its columns.

    site_kind: county_town, central_town or rural; origin_km: distance to the old home; land_mu: contracted land neither
    rented out nor returned to forest; members, labourers, school_age: persons, 0 if the flat came later.
    """
    who = report.iloc[list(chosen)].copy()
    kinds: Int16 = sites.kind[who["site"].to_numpy()].astype(np.int16)
    who["chosen"] = list(chosen.values())
    who["site_kind"] = np.array(KINDS)[kinds]
    who["registered_poor"] = who["poor"]
    who["move_in_month"] = [month_label(int(month)) for month in who["move_in_month"]]
    return who[list(WHO_COLUMNS)].reset_index(drop=True)
