"""What a brief would be set beside and is not, because nobody has made it: a sentence each, with the command.

A comparison that is missing is said where its result would stand, and once more in the list at the end. Nothing that
would rest on it is claimed.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.brief.source import Source, records
from scenarios.compare.order import MISSING, RING, with_status


def basis_known(row: dict[str, Any]) -> bool:
    """Return whether an effect before calibration stands beside this one."""
    return bool(pd.notna(row["prior_low"]))


def place_known(row: dict[str, Any]) -> bool:
    """Return whether the scenario's place before calibration is known."""
    return bool(pd.notna(row["p_first_prior"]))


def missing_before(source: Source) -> list[str]:
    """Return a sentence if effects have none before calibration beside them, naming their scenarios."""
    rows = records(source.tables.basis)
    names = dict.fromkeys(row["scenario"] for row in rows if not basis_known(row))
    titles = [source.titles[name] for name in source.scenarios if name in names]
    return [source.say("missing_before", list=source.listed(titles))] if titles else []


def missing_order(source: Source) -> list[str]:
    """Return a sentence if places before calibration are not known."""
    rows = records(source.tables.basis)
    return [] if any(place_known(row) for row in rows) else [source.say("missing_order")]


def missing_readings(source: Source) -> list[str]:
    """Return a sentence if the ranking was not compared under other readings of the report."""
    return [] if source.readings else [source.say("missing_readings")]


def missing_rings(source: Source) -> list[str]:
    """Return a sentence if the effects are not known under evidence from elsewhere."""
    rings = [choice for choice in with_status(source.tables.order, MISSING) if choice.kind == RING]
    return [source.say("missing_rings")] if rings else []


def missing_proof(source: Source) -> list[str]:
    """Return a sentence if nobody has tried whether the calibration finds parameters that are known."""
    return [] if source.proof else [source.say("missing_proof")]


def missing(source: Source) -> list[str]:
    """Return a sentence for each comparison that is missing."""
    parts = (missing_before, missing_order, missing_readings, missing_rings, missing_proof)
    return [sentence for part in parts for sentence in part(source)]
