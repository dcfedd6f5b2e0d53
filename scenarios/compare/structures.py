"""What the choice of a rule changes: effects over the draws nearest to one of two rules, and nearest to the other.

Where the report allows two rules, and both can be defended, the model draws a share between them. No calibration can
settle such a share, and no ranking is firm if it changes with it. The lowest third of the draws stands for the one
rule, the highest third for the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from scenarios.compare.pairs import ahead_of
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


def structures_table(
    plan: Plan, sample: Sample, effects: dict[tuple[str, str], Float], ranked: Collection[str]
) -> pd.DataFrame:
    """Return the mean effect in the lowest and in the highest third of the draws of each structure, and its rank there.

    effects: by (scenario, indicator), one value a run, shape (n_runs,). Ranks are among the scenarios of the indicator,
    the baseline's 0 not among them; 1 is the highest mean. ranked: the scenarios that have a place: their probability
    of the first one, the baseline among the candidates, and whom they are ahead of beyond chance. Empty below
    FEWEST_DRAWS draws.
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
            places = _places({key: values[chosen] for key, values in means.items()}, ranked)
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
                        "p_first": places.get((scenario, indicator), (np.nan, ""))[0],
                        "ahead_of": places.get((scenario, indicator), (np.nan, ""))[1],
                        "n_draws": third,
                    }
                )
    return pd.DataFrame(table, columns=list(COLUMNS["structures"]))


def _places(
    draws: Mapping[tuple[str, str], Float], ranked: Collection[str]
) -> dict[tuple[str, str], tuple[float, str]]:
    """Return the probability of the first place and the scenarios behind, by ranked scenario and indicator.

    draws: values of some draws, which count equally.
    """
    places = {}
    for indicator in dict.fromkeys(indicator for _, indicator in draws):
        names = [name for name, other in draws if other == indicator and name in ranked]
        if names:
            values = np.stack([draws[name, indicator] for name in names], axis=1)
            best = np.maximum(values.max(axis=1), 0.0)  # the baseline has 0
            behind = ahead_of(names, values, np.ones(len(values)))
            for i, name in enumerate(names):
                places[name, indicator] = float((values[:, i] == best).mean()), behind[name]
    return places
