"""Every effect under each ring of evidence: the same runs, each draw weighed by what was found elsewhere.

Under the ring 'report' all draws weigh the same: its rows are the comparison's own effects. Other rings have rows where
the table of rings (make rings) has weights for these draws.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from scenarios.compare.indicators import COMPARED, HIGHER, RANKED
from scenarios.compare.pairs import ahead_of
from scenarios.compare.plan import Plan
from scenarios.compare.rings_table import effective_draws
from scenarios.compare.summary import Sample, by_draw, interval, mean, probability_better, rank_probabilities
from scenarios.compare.tables import COLUMNS
from scenarios.report.patterns import REPORT
from scenarios.settings.schema import BASE
from simulation.state.entities import Float


def effects_by_ring(
    plan: Plan,
    sample: Sample,
    effects: Mapping[tuple[str, str], Float],
    ranked: Collection[str],
    weights: Mapping[str, Float],
) -> pd.DataFrame:
    """Return mean, 90 % interval and probability of being better of each effect under each ring, and ranks.

    effects: by (scenario, indicator), one value a run; ranked: the scenarios that are ranked; weights: of the draws, in
    the order of `sample.firsts`, by ring; the ring 'report' is always there. Only RANKED indicators have a rank (1 is
    the highest mean), the probability of the first place, the baseline among the candidates, and `ahead_of`: the
    ranked scenarios that it is ahead of beyond chance.
    """
    equal = np.ones(sample.n_draws)
    tables = [
        _under(plan, sample, effects, ranked, ring, own)
        for ring, own in {**weights, REPORT: equal}.items()
        if ring != REPORT
    ]
    return pd.concat([_under(plan, sample, effects, ranked, REPORT, equal), *tables], ignore_index=True)


def _under(
    plan: Plan,
    sample: Sample,
    effects: Mapping[tuple[str, str], Float],
    ranked: Collection[str],
    ring: str,
    weights: Float,
) -> pd.DataFrame:
    draws = {plan.runs[first].draw: weight for first, weight in zip(sample.firsts, weights, strict=True)}
    own = sample._replace(weights=sample.weights * np.array([draws[run.draw] for run in plan.runs]))
    places = {name: _places(plan, own, effects, ranked, name, weights) for name in RANKED}
    rows = []
    for (scenario, indicator), values in effects.items():
        low, high = interval(own, values)
        rank, first, behind = places.get(indicator, {}).get(scenario, (np.nan, np.nan, ""))
        c = COMPARED[indicator]
        rows.append(
            (ring, scenario, indicator, c.unit, float(mean(own, values)), float(low), float(high),
             float(probability_better(own, values, c.better)), rank, first, behind, effective_draws(weights))
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(COLUMNS["effects_by_ring"]))
    return table.dropna(subset=["effect"])  # households with nobody employed are not counted in February


def _places(
    plan: Plan,
    sample: Sample,
    effects: Mapping[tuple[str, str], Float],
    ranked: Collection[str],
    indicator: str,
    weights: Float,
) -> dict[str, tuple[float, float, str]]:
    """Return rank, probability of the first place and the scenarios behind, by ranked scenario."""
    names = [name for name, other in effects if other == indicator and name in ranked and name != BASE]
    if not names:
        return {}
    values = np.stack([effects[name, indicator] for name in names], axis=1)
    means = mean(sample, values)
    with_base = np.hstack([values, np.zeros((len(values), 1))])
    first = rank_probabilities(sample, with_base, HIGHER)[:, 0]
    behind = ahead_of(names, by_draw(sample, plan.runs, values), weights)
    return {
        name: (1.0 + float((means > means[i]).sum()), float(first[i]), behind[name]) for i, name in enumerate(names)
    }
