"""`python -m tests.simulation.renew_golden` writes golden.json: what two small towns come out as, to the last bit.

The golden run notices any change of results, meant or not. A change that is meant renews it, in the same commit as its
line in CHANGELOG.md.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.population.build import build_population
from scenarios.population.settings_file import read_settings
from scenarios.population.town import town_of
from scenarios.report.figures import figure_values, read_figures
from scenarios.settings.config import compose_run
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.policy import Policy
from simulation.state.population import Population
from tests.simulation.runs import columns, digest, scenario_policy
from tests.simulation.towns import twelve_households

GOLDEN = Path(__file__).with_name("golden.json")
COMMAND = "python -m tests.simulation.renew_golden"
SCENARIOS = ("baseline", "workshops")
BOOKKEEPING = ("changed", "recounted", "tally")
"""Columns that say what must be counted anew, or say again what other columns say: how the model works, not a result.
So are the order of columns and the size of whole numbers, which the digests leave out too."""
SHOWN = {"2019-12": 47, "2024-12": 107}
INDICATORS = (
    "households_settled",
    "households_both_ends",
    "households_away",
    "households_returned",
    "persons_resident",
    "employed",
    "employed_workshop",
    "nobody_employed_households",
    "children_without_seat",
    "income_per_head",
)


def tables_digest(population: Population) -> str:
    """Return a hash of a population's tables."""
    text = "".join(table.to_csv(index=False) for table in population.tables().values())
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def outcome(population: Population, parameters: Parameters, policy: Policy) -> dict[str, Any]:
    """Return some indicators of a run of 108 months, and the digest of each table of the state at its end."""
    model = Model(population, parameters, policy).run()
    found: dict[str, Any] = {
        label: {name: round(model.records.value(name, month=month), 6) for name in INDICATORS}
        for label, month in SHOWN.items()
    }
    digests: dict[str, list[str]] = {}
    for name, values in sorted(columns(model).items()):
        table, _, column = name.partition(".")
        if column not in BOOKKEEPING:
            whole = np.issubdtype(values.dtype, np.integer)
            digests.setdefault(table, []).append(digest(values.astype(np.int64) if whole else values))
    found["digests"] = {table: hashlib.blake2b("".join(each).encode(), digest_size=8).hexdigest()
                        for table, each in digests.items()}  # fmt: skip
    return found


def golden_run(town: Population, parameters: Parameters) -> dict[str, Any]:
    """Return the outcomes of both towns in both scenarios, and what they were made from."""
    dozen = twelve_households()
    policies = {name: scenario_policy(name) for name in SCENARIOS}
    return {
        "made of": {"twelve households": tables_digest(dozen), "town": tables_digest(town)},
        "twelve households": {name: outcome(dozen, parameters, policy) for name, policy in policies.items()},
        "town": {name: outcome(town, parameters, policy) for name, policy in policies.items()},
    }


def main() -> None:
    """Write golden.json anew."""
    config = compose_run([])
    figures = figure_values(read_figures(config.region / "figures.csv"), config.reading)
    city = build_population(figures, read_settings(config.region / "population.yaml"), config.reading, 1)
    text = json.dumps(golden_run(town_of(city, 300, 3), config.parameters), indent=1) + "\n"
    changed = not GOLDEN.exists() or GOLDEN.read_text(encoding="utf-8") != text
    GOLDEN.write_text(text, encoding="utf-8")
    if changed:
        print("golden.json has changed: CHANGELOG.md needs a line 'Results:' that says which numbers alter, and why.")
    else:
        print("golden.json is as it was.")


if __name__ == "__main__":
    main()
