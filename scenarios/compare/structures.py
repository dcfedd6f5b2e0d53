"""What the choice of a rule changes: effects over the draws nearest to one of two rules, and nearest to the other.

Where the report allows two rules, and both can be defended, the model draws a share between them. No calibration can
settle such a share, and no ranking is firm if it changes with it. The lowest third of the draws stands for the one
rule, the highest third for the other.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.compare.plan import Plan
from scenarios.compare.summary import Sample, by_draw
from scenarios.compare.tables import COLUMNS
from scenarios.runs.parameter_sets import PARAMETER
from simulation.state.entities import Float

STRUCTURES = ("residence.title_settled_share", "residence.both_ends_tie_share", "income.work_lost_per_hour")
"""Parameters that lie between two rules; what each end stands for is in conf/labels/brief.yaml."""
LOW, HIGH = "low", "high"
FEWEST_DRAWS = 9
"""Fewer draws than this give thirds of less than three: no table."""


def structures_table(plan: Plan, sample: Sample, effects: dict[tuple[str, str], Float]) -> pd.DataFrame:
    """Return the mean effect in the lowest and in the highest third of the draws of each structure, and its rank there.

    effects: by (scenario, indicator), one value a run, shape (n_runs,). Ranks are among the scenarios of the indicator,
    the baseline's 0 not among them; 1 is the highest mean. Empty below FEWEST_DRAWS draws.
    """
    rows = [plan.runs[i].row for i in sample.firsts]
    if len(rows) < FEWEST_DRAWS:
        return pd.DataFrame(columns=list(COLUMNS["structures"]))
    means = {key: by_draw(sample, plan.runs, values) for key, values in effects.items()}
    table = []
    for parameter in STRUCTURES:
        if f"{PARAMETER}{parameter}" not in plan.draws.table:
            continue
        drawn = plan.draws.table[f"{PARAMETER}{parameter}"].iloc[rows].to_numpy(float)
        order, third = np.argsort(drawn, kind="stable"), len(rows) // 3
        for end, chosen in ((LOW, order[:third]), (HIGH, order[-third:])):
            found = {key: float(values[chosen].mean()) for key, values in means.items()}
            for (scenario, indicator), effect in found.items():
                others = [value for (_, other), value in found.items() if other == indicator]
                table.append(
                    {
                        "parameter": parameter,
                        "end": end,
                        "value": float(drawn[chosen].mean()),
                        "scenario": scenario,
                        "indicator": indicator,
                        "effect": effect,
                        "rank": 1 + sum(value > effect for value in others),
                        "n_draws": third,
                    }
                )
    return pd.DataFrame(table, columns=list(COLUMNS["structures"]))
