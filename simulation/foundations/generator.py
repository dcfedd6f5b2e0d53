"""Which generator makes the random numbers. It is chosen once, before the kernels are loaded and compiled with it.

The environment variable carries the choice to this process and to those that it starts; `scenarios.settings.generator`
sets it from the key `generator`. Nothing is imported here, so that the names can be asked without loading a kernel.
"""

from __future__ import annotations

import os

GENERATORS = ("splitmix64", "philox")
"""The generators by name; the first stands where nothing is chosen, and committed results are its own."""
VARIABLE = "ANJU_GENERATOR"


def chosen_generator() -> str:
    """Return what the environment asks for, which may be no generator's name."""
    return os.environ.get(VARIABLE) or GENERATORS[0]
