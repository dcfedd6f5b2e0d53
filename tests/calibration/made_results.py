"""Runs of scenarios that nobody ran: what they gave is made up, so that tables of them cost nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from calibration.upkeep.readings import UnderReading
from scenarios.compare.assemble import Results
from scenarios.compare.plan import make_plan
from scenarios.compare.summary import sample_of
from scenarios.report.readings import reading_changes, switch_words
from scenarios.runs.parameter_sets import Draws
from scenarios.settings.config import compose_run


def made_up(names: Sequence[str], n: int, words: Sequence[str] = ()) -> Results:
    """Return `n` runs of scenarios, the baseline first; each settles more than the one before it, the later the more.

    Two scenarios in the middle are alike.
    """
    configs = {name: compose_run([*words, f"scenario={name}"]) for name in names}
    draws = Draws(pd.DataFrame({"draw": range(n), "seed": range(1, n + 1)}), {})
    plan = make_plan(configs, draws, n, 0, n_sites=3)
    columns = plan.columns.names()
    values = np.zeros((n, len(names), len(columns)))
    for place in range(1, len(names)):
        values[:, place] = 10.0 * (place - (place > 2)) + np.arange(n)[:, None]
    return Results(plan, sample_of(plan.runs), columns, values, np.zeros((n, 0)), np.zeros((n, len(names), 3)))


def made_up_reading(names: Sequence[str], reading: dict[str, str], n: int) -> UnderReading:
    """Return such runs under a reading: half of its draws meet all patterns, and all but the default lack targets."""
    results = made_up(names, n, switch_words(reading))
    without = ("employed", "fair") if reading_changes(results.plan.base.reading) else ()
    return UnderReading(results, 1.0, 0.5, without)
