"""Taking runs on: a claim is made first, and given back if an earlier one that lives holds some of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenarios.sweep.launchers.base import ActiveSweep
from scenarios.sweep.plan.plan import Whole
from scenarios.sweep.store.claims import Claim, make_claim, read_claims


def take(active: ActiveSweep, name: str, chunks: Sequence[Whole]) -> Claim | None:
    """Return a claim on runs by chunks; None where another driver was quicker, so that the caller looks again.

    name: of the launcher.
    """
    claim = make_claim(active.folder.claims, name, [active.runs.keys(chunk) for chunk in chunks])
    mine = np.zeros(active.runs.order.size, dtype=bool)
    mine[active.runs.places(*active.runs.keys(np.concatenate(chunks)))] = True
    for other in read_claims(active.folder.claims):
        if other.number >= claim.number or other.ended:
            continue
        living = active.living(other)
        held = other.chunks() if living else []
        if any(mine[active.runs.places(*held[chunk])].any() for chunk in living):
            claim.end()
            return None
    return claim
