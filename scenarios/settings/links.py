"""What ties a lever to where people live: a mechanism, or nothing but weights that nobody has measured.

conf/lever/levers.yaml names under `rests_on` the weights of the residence choice that are all that ties a lever to
where people live; with these at 0 it moves nobody (a test runs it). Where the source of each says that its magnitude is
assumed, so is the lever's effect: it has its row in every table, and no rank.
"""

from __future__ import annotations

import re
from functools import cache

from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF
from scenarios.settings.schema import RESTS_FIELD
from simulation.state.policy import Policy

ASSUMED = re.compile(r"assumed because|magnitude assumed")
"""How the source of a parameter says that nobody has measured it."""


def is_assumed(path: str) -> bool:
    """Return whether the magnitude of a parameter, 'process.name', is assumed; what a user sets does not change it."""
    process, name = path.split(".")
    entry = read_yaml(CONF / "parameters" / f"{process}.yaml").tree[name]
    return ASSUMED.search(str(entry["source"])) is not None


@cache
def assumed_levers() -> frozenset[str]:
    """Return the levers that are tied to where people live by assumed weights alone."""
    levers = read_yaml(CONF / "lever" / "levers.yaml").tree
    weights = {name: lever.get(RESTS_FIELD, ()) for name, lever in levers.items()}
    return frozenset(name for name, own in weights.items() if own and all(is_assumed(path) for path in own))


def is_ranked(policy: Policy) -> bool:
    """Return whether a scenario with these levers has a rank among others: if none of them has an assumed link."""
    return not assumed_levers() & set(policy.levers)
