"""What `python -m simulation` loads, and in which process: what one of them need not load, it does not wait for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scenarios.base.paths import ROOT

HEAVY = ("numpy", "pandas", "numba", "mesa", "hydra", "matplotlib")
DRAWING = ("matplotlib", "jinja2", "PIL", "docx", "xlsxwriter", "openpyxl", "lxml", "emcee", "SALib")
RUNNING = ("mesa", "scipy.spatial", "hydra", "omegaconf", "pydantic", "simulation.model", "scenarios.population.load")


@pytest.mark.parametrize(
    ("work", "not_loaded"),
    [
        ("scenarios.commands.start:run", HEAVY),
        ("scenarios.commands.run:run", DRAWING),
        ("scenarios.runs.pages:draw_charts", RUNNING),
    ],
)
def test_a_process_loads_what_it_does_and_nothing_else(work: str, not_loaded: tuple[str, ...]) -> None:
    code = f"import sys; from scenarios.base.door import loaded; loaded({work!r})\n"
    code += f"print([name for name in {not_loaded!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines() == ["[]"]
