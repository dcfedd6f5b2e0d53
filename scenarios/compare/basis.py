"""What an effect rests on: on what the report says, on an assumption that it leaves open, or on chance.

An effect is run under draws of the prior and under those of the posterior. If its 90 % interval is at least a fifth
narrower after calibration, the report has a say in it: it rests on data. If not, it is as wide as what was assumed: it
rests on assumption. It rests on chance if two seeds of one draw differ by more than two draws do. Beside it stands the
parameter that the effect goes with most closely over the draws (rank correlation), and by how much the report narrows
that parameter. Both come from a hundred draws or so: a share narrower is good to about fifteen points, and the
parameter named is the one that stands out, not the only one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from scenarios.compare.plan import Plan
from scenarios.compare.summary import Sample, by_draw, interval, spreads
from scenarios.compare.tables import COLUMNS
from scenarios.runs.parameter_sets import PARAMETER
from simulation.state.entities import Float

NARROWED = 0.20
"""Share by which an interval or a parameter has to be narrower for the report to have a say in it."""
CHANCE_LEVEL = 2.6
"""Rank correlations below this many standard errors (1 / sqrt(n_draws - 1)) are taken for chance: one in a hundred."""
DATA, ASSUMPTION, CHANCE, UNKNOWN = "data", "assumption", "chance", "unknown"


def contractions(plan: Plan) -> dict[str, float]:
    """Return 1 - sd(posterior) / sd(prior) of each parameter, as the calibration found it."""
    return {str(key): float(value) for key, value in plan.draws.made["contraction"].items()}


def basis_table(
    plan: Plan, sample: Sample, effects: Mapping[tuple[str, str], Float], before: pd.DataFrame
) -> pd.DataFrame:
    """Return what each effect rests on; effects: by (scenario, indicator), one value a run.

    before: the effects under the prior (prior_effects.PRIOR_COLUMNS); where it has no row the basis is UNKNOWN. An
    effect that is the same in every run rests on none of these and has no row.
    """
    narrowed = contractions(plan)
    keys = [key for key in narrowed if f"{PARAMETER}{key}" in plan.draws.table]
    rows = [plan.runs[i].row for i in sample.firsts]
    parameters = plan.draws.table[[f"{PARAMETER}{key}" for key in keys]].iloc[rows].to_numpy(float)
    prior = {(str(row["scenario"]), str(row["indicator"])): row for row in before.to_dict("records")}
    table = []
    for (scenario, indicator), values in effects.items():
        if not np.ptp(values) > 0:  # equal in every run, or not there (nobody employed, in February)
            continue
        chance, between = (float(sd) for sd in spreads(sample, values))
        share = chance**2 / (chance**2 + between**2) if chance**2 + between**2 > 0 else np.nan
        ranks = rank_correlations(parameters, by_draw(sample, plan.runs, values))
        level = CHANCE_LEVEL / np.sqrt(max(1, len(rows) - 1))
        strongest = int(np.argmax(np.abs(ranks)))
        stands_out = abs(ranks[strongest]) >= level
        low, high = (float(end) for end in interval(sample, values))
        own = prior.get((scenario, indicator), {})
        prior_low, prior_high = (float(own.get(end, np.nan)) for end in ("low", "high"))
        shrank = shrinkage((low, high), (prior_low, prior_high))
        table.append(
            {
                "scenario": scenario,
                "indicator": indicator,
                "basis": basis_of(share, shrank),
                "prior_low": prior_low,
                "prior_high": prior_high,
                "shrank": shrank,
                "p_first_prior": float(own.get("p_first", np.nan)),
                "parameter": keys[strongest] if stands_out else "",
                "rank_correlation": ranks[strongest] if stands_out else np.nan,
                "contraction": narrowed[keys[strongest]] if stands_out else np.nan,
                "share_chance": share,
            }
        )
    return pd.DataFrame(table, columns=list(COLUMNS["basis"]))


def shrinkage(after: tuple[float, float], before: tuple[float, float]) -> float:
    """Return 1 - width after / width before; NaN where there is no width before."""
    width = before[1] - before[0]
    return 1.0 - (after[1] - after[0]) / width if width > 0 else np.nan


def basis_of(share_chance: float, shrank: float) -> str:
    """Return the word for what an effect rests on; see above."""
    if share_chance > 0.5:
        return CHANCE
    if np.isnan(shrank):
        return UNKNOWN
    return DATA if shrank >= NARROWED - 1e-12 else ASSUMPTION


def rank_correlations(parameters: Float, effect: Float) -> Float:
    """Return Spearman's rank correlation of an effect (n,) with each parameter (n, k); 0 where one does not vary."""
    if len(effect) < 3 or np.ptp(effect) == 0:
        return np.zeros(parameters.shape[1])
    found = [float(spearmanr(column, effect).statistic) if np.ptp(column) > 0 else 0.0 for column in parameters.T]
    return np.array(found)
