"""Names that commands need before anything heavy is loaded: where sweeps lie, and how a launcher's settings begin."""

from __future__ import annotations

from scenarios.base.paths import CONF

SWEEPS = CONF.parent / "outputs" / "sweeps"
HEAD = "sweep.json"
PREFIX = "launcher."
