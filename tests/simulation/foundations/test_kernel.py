"""The compiled rules: one answer from plain Python, this processor and any other; a cache that processes can share."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import simulation.foundations.kernel
from scenarios.base.paths import ROOT
from simulation.foundations.kernel import GENERATOR, kernel, sources_hash
from simulation.model import Model
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.runs import Tape, first_difference, tape

# Runs the pickled population in another process; prints how the rules were made and the digests of every column.
OTHER = """
import json, pickle, sys
from pathlib import Path
from typing import Any
from simulation.foundations.kernel import COMPILED
from simulation.model import Model
from tests.simulation.runs import tape
processor = ""
if COMPILED:
    from numba.core.registry import cpu_target
    processor = cpu_target.target_context.codegen().magic_tuple()[1]
population, parameters = pickle.loads(Path(sys.argv[1]).read_bytes())
print(json.dumps([COMPILED, processor, tape(Model(population, parameters))]))
"""


def in_another_process(
    folder: Path, population: Population, parameters: Parameters, **environment: str
) -> tuple[bool, str, Tape]:
    import pickle  # noqa: PLC0415

    given = folder / "given.pickle"
    given.write_bytes(pickle.dumps((population, parameters)))
    done = subprocess.run(
        [sys.executable, "-c", OTHER, str(given)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    compiled, processor, months = json.loads(done.stdout)
    return compiled, processor, months


@pytest.mark.parametrize("name", ["dozen", "town"])
def test_plain_python_gives_the_same_bits(
    name: str, request: pytest.FixtureRequest, parameters: Parameters, tmp_path: Path
) -> None:
    population = request.getfixturevalue(name)
    compiled, _, plain = in_another_process(tmp_path, population, parameters, ANJU_KERNELS="python")
    assert not compiled
    assert len(plain) == 108
    assert first_difference(plain, tape(Model(population, parameters))) == ""


def test_another_processor_gives_the_same_bits(town: Population, parameters: Parameters, tmp_path: Path) -> None:
    """Machine code without this processor's own instructions (such as fused multiply-add); it is cached apart."""
    compiled, processor, generic = in_another_process(
        tmp_path, town, parameters, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES=""
    )
    assert (compiled, processor) == (True, "generic")
    assert first_difference(generic, tape(Model(town, parameters))) == ""


def test_the_cache_of_compiled_rules_belongs_to_these_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "simulation"
    for name in ("simulation", "scenarios"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    before = sources_hash()
    monkeypatch.setattr(simulation.foundations.kernel, "_PACKAGE", package)
    assert sources_hash() == before
    seen = {before}
    # a rule, a rule that others call, constants: of the state, and of the population, whose kernels are in other files
    for file in ("simulation/processes/residence.py", "simulation/rules/labour.py", "simulation/state/entities.py",
                 "scenarios/population/people/members.py"):  # fmt: skip
        path = tmp_path / file
        path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        changed = sources_hash()
        assert changed not in seen, file
        seen.add(changed)
    assert simulation.foundations.kernel.cache_name() == f"kernels-{GENERATOR}-{changed}"
    for file in ("simulation/bench.py", "simulation/city.py", "simulation/model.py", "scenarios/runs/charts.py"):
        (tmp_path / file).write_text("# holds no kernel", encoding="utf-8")
    assert sources_hash() == changed


def test_rules_are_compiled_without_loose_arithmetic() -> None:
    rule: Any = kernel(lambda x: x)
    for options in (rule.entry.targetoptions, rule.part.targetoptions):
        assert not options["fastmath"]
        assert options["error_model"] == "numpy"
