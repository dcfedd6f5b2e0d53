"""Runs for tests: one lever typed in a line, a digest of every column after every month, two runs compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from scenarios.settings.config import compose_run, lever_of
from scenarios.settings.help_text import read_tree
from simulation.foundations.months import POLICY_MONTH, month_label
from simulation.levers.catalogue import rule_of
from simulation.model import Model
from simulation.state.policy import Cost, Lever, Policy

END = 240
"""Months of the longest run that a test's lever may be part of."""
TABLES = ("sites", "posts", "workshops", "households", "persons")
SETTINGS: dict[str, dict[str, float]] = {
    "workshops": {"posts_per_workshop": 10.0},
    "school_gap": {"construction_months": 18.0, "needed_share": 0.0},
    "targeted_training": {"targeted": 1.0},
    "origin_land_returns": {"take_up": 0.1},
    "industry_park": {"movers_share": 0.5},
}
"""Round numbers in place of those of conf/lever/levers.yaml, for sums by hand."""
COSTS = {
    "workshops": (Cost("capital", 1000.0, "post", ""), Cost("capital", 500.0, "workshop", ""),
                  Cost("recurrent", 50.0, "workshop", "")),
    "school_gap": (Cost("capital", 360.0, "seat", ""), Cost("recurrent", 10.0, "seat", "")),
    "public_posts": (Cost("recurrent", 1.0, "yuan paid", ""),),
    "targeted_training": (Cost("recurrent", 2600.0, "course", ""),),
    "origin_land_returns": (Cost("recurrent", 1.0, "yuan paid", ""), Cost("recurrent", -150.0, "mu and year", "")),
    "housing_title": (Cost("capital", 1200.0, "household", ""),),
    "bus_lines": (Cost("recurrent", 40000.0, "line", ""),),
    "tuition_and_living_aid": (Cost("recurrent", 1.0, "yuan paid", ""),),
    "dual_benefits": (Cost("capital", 300.0, "household", ""),),
    "publicity": (Cost("recurrent", 5.0, "household told", ""),),
    "old_house_demolition": (Cost("capital", 15000.0, "person", ""), Cost("capital", 2500.0, "person", "")),
    "occupancy_register": (Cost("recurrent", 2.0, "household", ""),),
    "outreach_visits": (Cost("recurrent", 100.0, "visit", ""),),
    "replacement_rule": (Cost("capital", 5000.0, "household", ""),),
    "house_watch": (Cost("recurrent", 20.0, "flat", ""),),
    "services_and_shops": (Cost("capital", 1000.0, "household", ""), Cost("recurrent", 100.0, "site", "")),
    "culture_and_custom": (Cost("capital", 800.0, "household", ""), Cost("recurrent", 3000.0, "site", "")),
    "community_governance": (Cost("capital", 200.0, "household", ""), Cost("recurrent", 15000.0, "site", "")),
    "property_management": (Cost("recurrent", 1.0, "yuan paid", ""),),
    "collective_assets": (Cost("recurrent", 1.0, "yuan paid", ""),),
    "safety_net": (Cost("recurrent", 1.0, "yuan paid", ""),),
    "expectations": (Cost("recurrent", 100.0, "person", ""),),
    "industry_park": (Cost("capital", 27000.0, "post", ""), Cost("capital", 3000.0, "post", ""),
                      Cost("recurrent", 100.0, "post", "")),
    "transfer_subsidy": (Cost("recurrent", 1.0, "yuan paid", ""),),
    "enrolment_help": (Cost("recurrent", 2.0, "child", ""),),
    "learning_support": (Cost("capital", 300.0, "household", ""), Cost("recurrent", 6000.0, "site", "")),
}  # fmt: skip


def lever(name: str, size: float | None = None, **changes: Any) -> Lever:
    """Return a lever that starts in January 2020 and is whole in its first month, but for `changes`.

    Its size is the lever's own trial size; settings and costs without a round number are those of conf/.
    """
    base = lever_of(name, _entries()[name], END)
    return replace(
        base,
        size=rule_of(name).trial_size if size is None else size,
        settings={**base.settings, **SETTINGS.get(name, {}), **changes.pop("settings", {})},
        **{"costs": COSTS.get(name, base.costs), "start_month": POLICY_MONTH, "phase_in_months": 1, "targeting": "need"}
        | changes,
    )


@cache
def _entries() -> dict[str, Any]:
    """Return the levers of conf/, each as a scenario would set it."""
    entries: dict[str, Any] = read_tree()["levers"]
    return entries


def policy(*levers: Lever) -> Policy:
    """Return the policy of these levers."""
    return Policy({pulled.name: pulled for pulled in levers})


def scenario_policy(name: str) -> Policy:
    """Return the policy of a scenario of conf/."""
    return compose_run([f"scenario={name}"]).policy


def digest(values: np.ndarray) -> str:
    """Return a hash of an array's bytes."""
    return hashlib.blake2b(np.ascontiguousarray(values).tobytes(), digest_size=8).hexdigest()


def columns(model: Model, kept: Mapping[str, int] | None = None) -> dict[str, np.ndarray]:
    """Return every column of the state by name, and the latest record.

    kept: only so many rows of the tables that it names, for a comparison with a run without the workshops or households
    that a lever adds at their end. The list of workshops by site is left out: it says the same as posts.site.
    """
    state, found = model.state, {}
    kept = kept or {}
    for table in TABLES:
        for name, values in getattr(state, table)._asdict().items():
            if (table, name) not in (("workshops", "by_site"), ("workshops", "first")):
                found[f"{table}.{name}"] = values[: kept.get(table)]
    if "households" in kept:
        found["households.first"] = state.households.first[: kept["households"] + 1]
    found["hamlet_share"], found["hamlet_arrived"] = state.hamlet_share, state.hamlet_arrived
    if model.month > 0:
        found["records.sums"] = model.records.sums[model.month - 1]
        found["records.city"] = model.records.city[model.month - 1]
    return found


Tape = list[dict[str, str]]


def tape(model: Model, kept: Mapping[str, int] | None = None) -> Tape:
    """Run the model to its end; return the digests of all columns after every month. kept: see columns."""
    months = []
    while model.month < model.months:
        model.step()
        months.append({name: digest(values) for name, values in columns(model, kept).items()})
    return months


def first_difference(a: Tape, b: Tape, months: Iterable[int] | None = None) -> str:
    """Return where two tapes first differ, 'YYYY-MM: columns', or an empty text."""
    for month in range(min(len(a), len(b))) if months is None else months:
        names = sorted(name for name in a[month].keys() | b[month].keys() if a[month].get(name) != b[month].get(name))
        if names:
            return f"{month_label(month)}: {', '.join(names)}"
    return ""
