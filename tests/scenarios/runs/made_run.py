"""A run made by hand, without the model: smooth curves of the right size, for charts and reports to draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.foundations.months import month_label
from simulation.records.indicators import CITY_ONLY, DERIVED, SUMS

UNITS = {indicator.name: indicator.unit for indicator in (*SUMS, *DERIVED, *CITY_ONLY)}
N_SITES = 78
N_MONTHS = 108
KINDS = ["county_town" if i % 3 == 0 else "central_town" if i % 3 == 1 else "rural" for i in range(N_SITES)]
READING = {
    "labour_scope": "all",
    "employment_meaning": "stock",
    "allowance_count": "low",
    "school_gap_meaning": "without_seat",
    "school_projects_meaning": "under_way",
}


def sizes() -> np.ndarray:
    raw = np.exp(np.linspace(np.log(25), np.log(2600), N_SITES))
    whole = np.floor(raw * 29150 / raw.sum()).astype(int)
    whole[-1] += 29150 - whole.sum()
    return whole


def made_frame(n_months: int = N_MONTHS, more_workshops: int = 0) -> pd.DataFrame:
    rows: list[tuple[str, str, str, str, str, float]] = []
    size = sizes().astype(float)
    deviation = np.sin(np.arange(N_SITES) * 12.9898) * 0.12
    for month in range(n_months):
        grown = 1 / (1 + np.exp(-(month - 22) / 5)) if month < 47 else 1.0
        households = np.round(size * grown)
        settled_share = np.clip(0.62 + deviation + 0.04 * (month > 60), 0.1, 0.95)
        settled = np.round(households * settled_share)
        both_ends = np.round((households - settled) * 0.7)
        away = np.round((households - settled) * 0.2)
        site = {
            "households": households,
            "households_settled": settled,
            "households_both_ends": both_ends,
            "households_away": away,
            "households_returned": households - settled - both_ends - away,
            "occupancy": (settled + 0.5 * both_ends) / np.maximum(households, 1),
            "persons": households * 4,
            "persons_resident": settled * 2.6 + both_ends * 1.2,
        }
        label = month_label(month)
        for name, values in site.items():
            rows += [(label, f"site_{i:02d}", "all", name, UNITS[name], float(v)) for i, v in enumerate(values)]
        city = {name: float(v.sum()) for name, v in site.items() if name != "occupancy"}
        posts = more_workshops * 38 * min(1.0, max(0, month - 47) / 12)
        city |= {
            "households_nobody_home": 0.25 * city["households_away"],
            "occupancy": (city["households_settled"] + 0.5 * city["households_both_ends"]) / max(1, city["households"]),
            "dependants_resident": 0.62 * city["persons_resident"],
            "dependants": 0.556 * city["persons"],
            "labourers": 51485 * grown,
            "scope_labourers": 51485 * grown,
            "labour_households": 19323 * grown,
            "scope_labour_households": 19323 * grown,
            "scope_nobody_employed_households": 250 * grown,
            "employed_workshop": (1150 * grown + posts) * (1 - 0.03 * (month % 12 == 1)),
            "employed_public_post": 1690 * grown,
            "employed_nearby_public": 1180 * grown,
            "employed_nearby_own": 6100 * grown,
            "employed_own_business": 760 * grown,
            "employed_organised_export": 2540 * grown,
            "employed_away": 27000 * grown * (1 + 0.0008 * month) * (1 - 0.07 * (month % 12 == 1)),
            "school_age_children": (24500 - 20 * max(0, month - 50)) * grown,
            "children_seated": 9300 * grown + 2400 * (month >= 56) + 800 * (month >= 68),
            "children_without_seat": 7000 * grown,
            "seats_kindergarten": 3400 * grown + 900 * (month >= 56),
            "seats_primary": 5600 * grown + 1600 * (month >= 56),
            "seats_middle": 2500 * grown + 900 * (month >= 68),
            "seats_missing": 13700 * grown - 3200 * (month >= 56),
            "fair_matches": 9.0 if 36 <= month < 48 else 4.0,
        }
        city["employed"] = sum(v for name, v in city.items() if name.startswith("employed_"))
        city |= {"scope_employed": city["employed"], "scope_ever_employed": 1.1 * city["employed"]}
        rows += [(label, "city", "all", name, UNITS[name], v) for name, v in city.items()]
    return pd.DataFrame(rows, columns=["month", "place", "group", "indicator", "unit", "value"])


def made_snapshot(n: int = 2000) -> pd.DataFrame:
    i = np.arange(n)
    house = i % 2 == 0
    land = (i * 7 % 11) / 2.0
    score = np.sin(i * 78.233) * 0.5 + 0.5 + 0.08 * house + 0.02 * land
    state = np.where(score > 0.85, "both_ends", np.where(i % 17 == 0, "away", "settled"))
    return pd.DataFrame(
        {
            "household": i,
            "site": i % N_SITES,
            "state": state,
            "move_year": 2016 + i % 4,
            "house": house,
            "land_mu": land,
            "origin_km": 5.0 + i % 40,
        }
    )
