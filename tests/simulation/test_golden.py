"""The golden run: results are those of the last renewal, to the last bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.renew_golden import COMMAND, GOLDEN, golden_run


def differences(found: Any, golden: Any, path: str = "") -> Iterator[str]:
    if isinstance(found, dict) and isinstance(golden, dict):
        for name in {**golden, **found}:
            yield from differences(found.get(name), golden.get(name), f"{path} / {name}" if path else name)
    elif found != golden:
        yield f"{path}: {golden} -> {found}"


def test_results_are_those_of_the_golden_run(town: Population, parameters: Parameters) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    changed = list(differences(golden_run(town, parameters), golden))
    assert not changed, (
        "Results have changed:\n  "
        + "\n  ".join(changed)
        + f"\nIf that is meant, run `{COMMAND}` and say in a line 'Results:' of CHANGELOG.md which numbers alter."
    )


def test_differences_are_named() -> None:
    golden = {"town": {"baseline": {"employed": 3, "gone": 1}}, "same": 1}
    found = {"town": {"baseline": {"employed": 4, "new": 2}}, "same": 1}
    assert list(differences(found, golden)) == [
        "town / baseline / employed: 3 -> 4",
        "town / baseline / gone: 1 -> None",
        "town / baseline / new: None -> 2",
    ]
