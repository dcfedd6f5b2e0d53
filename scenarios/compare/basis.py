"""What an effect rests on: on what the report says, on an assumption that it leaves open, or on chance.

Over the draws, an effect goes with some parameters (rank correlation). The report has narrowed a parameter if its
accepted draws spread less than its prior does (contraction). An effect rests on data if most of what goes with it
belongs to narrowed parameters, on assumption if not, and on chance if two seeds of one draw differ by more than two
draws do. Correlation over a hundred draws is coarse: the parameter named is the one that stands out, not the only one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from scenarios.compare.draws import PARAMETER
from scenarios.compare.plan import Plan
from scenarios.compare.summary import Sample, by_draw, spreads
from scenarios.compare.tables import COLUMNS
from simulation.state import Float

NARROWED = 0.20
"""Contraction from which the report is said to inform a parameter."""
CHANCE_LEVEL = 2.6
"""Rank correlations below this many standard errors (1 / sqrt(n_draws - 1)) are taken for chance: one in a hundred."""
DATA, ASSUMPTION, CHANCE = "data", "assumption", "chance"


def contractions(plan: Plan) -> dict[str, float]:
    """Return 1 - sd(accepted draws) / sd(prior) of each drawn parameter; rates that targets fix count as narrowed by 1.

    Only draws of the table's whole length are looked at, whatever the plan runs.
    """
    prior: Mapping[str, float] = plan.draws.made["prior_sd"]
    found = {key: 1.0 - float(plan.draws.table[f"{PARAMETER}{key}"].std(ddof=1)) / sd for key, sd in prior.items()}
    return found | {entry["rate"]: 1.0 for entry in plan.draws.made["solved"].values()}


def basis_table(plan: Plan, sample: Sample, effects: Mapping[tuple[str, str], Float]) -> pd.DataFrame:
    """Return what each effect rests on; effects: by (scenario, indicator), one value a run.

    An effect that is the same in every run rests on none of these and has no row.
    """
    narrowed = contractions(plan)
    keys = list(narrowed)
    rows = [plan.runs[i].row for i in sample.firsts]
    parameters = plan.draws.table[[f"{PARAMETER}{key}" for key in keys]].iloc[rows].to_numpy(float)
    table = []
    for (scenario, indicator), values in effects.items():
        if not np.ptp(values) > 0:  # equal in every run, or not there (nobody employed, in February)
            continue
        chance, between = (float(sd) for sd in spreads(sample, values))
        share = chance**2 / (chance**2 + between**2) if chance**2 + between**2 > 0 else np.nan
        ranks = rank_correlations(parameters, by_draw(sample, plan.runs, values))
        level = CHANCE_LEVEL / np.sqrt(max(1, len(rows) - 1))
        weight = np.where(np.abs(ranks) >= level, ranks**2, 0.0)
        strongest = int(np.argmax(np.abs(ranks)))
        known = sum(weight[i] for i, key in enumerate(keys) if narrowed[key] >= NARROWED)
        if share > 0.5:
            basis = CHANCE
        elif weight.sum() > 0 and known >= weight.sum() / 2:
            basis = DATA
        else:
            basis = ASSUMPTION
        stands_out = weight[strongest] > 0
        table.append(
            {
                "scenario": scenario,
                "indicator": indicator,
                "basis": basis,
                "parameter": keys[strongest] if stands_out else "",
                "rank_correlation": ranks[strongest] if stands_out else np.nan,
                "contraction": narrowed[keys[strongest]] if stands_out else np.nan,
                "share_chance": share,
            }
        )
    return pd.DataFrame(table, columns=list(COLUMNS["basis"]))


def rank_correlations(parameters: Float, effect: Float) -> Float:
    """Return Spearman's rank correlation of an effect (n,) with each parameter (n, k); 0 where one does not vary."""
    if len(effect) < 3 or np.ptp(effect) == 0:
        return np.zeros(parameters.shape[1])
    found = [float(spearmanr(column, effect).statistic) if np.ptp(column) > 0 else 0.0 for column in parameters.T]
    return np.array(found)
