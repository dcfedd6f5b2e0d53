"""How `python -m simulation` begins: what draws is loaded by a second process while this one loads the model."""

from __future__ import annotations

from scenarios.base.beside import beside
from scenarios.base.door import loaded
from scenarios.settings.command import Call

PAGES = "scenarios.runs.pages:draw_charts"
MESA = "mesa:Model"
"""Loaded first: while it is imported, Mesa asks for the file of every module that there is, once for each caller."""


def run(call: Call) -> None:
    """Run what the words of the command line say."""
    with beside(PAGES) as other:
        loaded(MESA)
        loaded("scenarios.commands.run:run")(call, other)
