"""Where the seconds of a run go: in which step of the month, and how much of it in compiled rules."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from scenarios.commands.run_profile import step_names
from simulation import in_blocks
from simulation.model import Model
from tests.reference.yardstick import CORE


class Parts(NamedTuple):
    """Seconds of a run: in the twin's processes, in their kernels, and in the kernels of all processes.

    steps, by_kernel: seconds by step of the month and by kernel.
    """

    core: float
    core_kernels: float
    kernels: float
    steps: dict[str, float]
    by_kernel: dict[str, float]


def core_seconds(model: Model) -> Parts:
    """Run `model` to its end with a clock at every step and every kernel; return where the seconds went.

    Steps do not wait for each other, and a pass calls kernel by kernel, else there would be one kernel to be timed.
    """
    whole = in_blocks.go_through
    in_blocks.go_through = getattr(whole, "py_func", whole)
    for each in (warm := model.branch(model.policy), model):
        each.fuses, each.households_per_block = False, sys.maxsize
        each.set_out(each.state, each.work)
    warm.run()  # what only Python calls one by one is compiled here
    steps: dict[str, float] = {}
    by_kernel: dict[str, float] = {}
    in_core = [0.0, False]

    def clocked(name: str, call: Callable[..., Any], spent: dict[str, float]) -> Callable[..., Any]:
        def timed(*arguments: Any, **named: Any) -> Any:
            if spent is steps:
                in_core[1] = name in CORE
            started = time.perf_counter()
            result = call(*arguments, **named)
            seconds = time.perf_counter() - started
            spent[name] = spent.get(name, 0.0) + seconds
            if spent is by_kernel and in_core[1]:
                in_core[0] += seconds
            return result

        return timed

    for name in step_names():
        setattr(model, name, clocked(name, getattr(model, name), steps))
    replaced = []
    for module in [m for name, m in list(sys.modules.items()) if name.startswith("simulation.")]:
        for name, value in list(vars(module).items()):
            if hasattr(value, "py_func") and value is not whole:
                replaced.append((module, name, value))
                setattr(module, name, clocked(name, value, by_kernel))
    try:
        model.run()
    finally:
        in_blocks.go_through = whole
        for module, name, value in replaced:
            setattr(module, name, value)
    core = sum(steps[name] for name in CORE)
    return Parts(core, float(in_core[0]), sum(by_kernel.values()), steps, by_kernel)
