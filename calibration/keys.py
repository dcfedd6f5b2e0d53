"""The keys that a calibration is made of, with their defaults; apart from the commands, because they alter results."""

from __future__ import annotations

from scenarios.base.paths import ROOT
from scenarios.settings.schema import Key

CITY = ("region", "generator", "population.", "reading.", "structure.")
"""Keys of a run that a calibration belongs to; it sets parameters itself and pulls no lever."""
PROCESSES = Key("processes", "whole", 0, low=0, high=1024)
CACHE = Key("cache", "path", ROOT / "outputs" / "calibration" / "cache")
INFERENCE_SEED = Key("inference_seed", "whole", 1, low=1, high=2**31 - 1)
MOST_DRAWS = 10_000
CALIBRATION = (
    Key("quick", "flag", False),
    Key("without", "names", ()),
    Key("observed", "path", None),
    INFERENCE_SEED,
    PROCESSES,
    CACHE,
    Key("output", "path", None),
    Key("table", "path", None),
)
"""Keys of `python -m calibration`."""
