"""What an effect rests on, for effects whose cause is known because they are made of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from scenarios.compare.basis import (
    ASSUMPTION,
    CHANCE,
    DATA,
    UNKNOWN,
    basis_of,
    basis_table,
    contractions,
    rank_correlations,
    shrinkage,
)
from scenarios.compare.plan import Plan, make_plan
from scenarios.compare.prior_effects import PRIOR_COLUMNS
from scenarios.compare.summary import interval, sample_of
from scenarios.runs.parameter_sets import PARAMETER, Draws
from scenarios.settings.config import RunConfig

N, SECOND = 80, 20
NARROW, WIDE, OTHER = "residence.seat_worth", "residence.service_worth", "residence.hamlet_worth"
CONTRACTION = {NARROW: 0.5, WIDE: 0.02, OTHER: -0.01}
NOTHING = pd.DataFrame(columns=list(PRIOR_COLUMNS))


@pytest.fixture(scope="module")
def known(configs: dict[str, RunConfig]) -> Plan:
    """Eighty draws of three parameters, one of which the calibration is said to have narrowed by half."""
    rng = np.random.default_rng(5)
    table = pd.DataFrame({f"{PARAMETER}{key}": rng.random(N) for key in CONTRACTION})
    two = {name: configs[name] for name in ("baseline", "workshops")}
    numbered = table.assign(draw=range(N), seed=range(1, N + 1))
    return make_plan(two, Draws(numbered, {"contraction": CONTRACTION}), N, SECOND, n_sites=3)


def before(low: float, high: float, indicator: str = "households_settled") -> pd.DataFrame:
    """Return what is known of an effect before calibration."""
    row: dict[str, Any] = dict.fromkeys(PRIOR_COLUMNS, 0.0)
    row |= {"scenario": "workshops", "indicator": indicator, "low": low, "high": high, "p_first": 0.25}
    return pd.DataFrame([row])


def made_effect(plan: Plan, driver: str, noise: float) -> Any:
    """Return an effect that is three times a parameter plus chance of standard deviation `noise`."""
    rng = np.random.default_rng(6)
    rows = [run.row for run in plan.runs]
    drive = plan.draws.table[f"{PARAMETER}{driver}"].to_numpy() if driver else np.zeros(N)
    return 3.0 * drive[rows] + noise * rng.normal(size=len(rows))


def rests_on(plan: Plan, driver: str, noise: float, prior: pd.DataFrame = NOTHING) -> dict[str, Any]:
    """Return the basis of such an effect."""
    effects = {("workshops", "households_settled"): made_effect(plan, driver, noise)}
    found = basis_table(plan, sample_of(plan.runs), effects, prior)
    assert len(found) == 1
    return {str(name): value for name, value in found.iloc[0].items()}


def test_contractions_are_those_of_the_calibration(known: Plan) -> None:
    assert contractions(known) == CONTRACTION


def test_an_interval_a_fifth_narrower_rests_on_data() -> None:
    assert shrinkage((0.0, 8.0), (-1.0, 9.0)) == pytest.approx(0.2)  # 8 wide instead of 10
    assert basis_of(0.1, shrinkage((0.0, 8.0), (-1.0, 9.0))) == DATA
    assert basis_of(0.1, shrinkage((0.0, 8.01), (-1.0, 9.0))) == ASSUMPTION
    assert basis_of(0.1, shrinkage((0.0, 12.0), (-1.0, 9.0))) == ASSUMPTION  # wider than before
    assert basis_of(0.1, shrinkage((0.0, 8.0), (3.0, 3.0))) == UNKNOWN  # no width before: nothing to compare with
    assert basis_of(0.1, float("nan")) == UNKNOWN
    assert basis_of(0.51, 0.9) == CHANCE
    assert basis_of(float("nan"), 0.9) == DATA  # no second seeds


@pytest.mark.parametrize(("times", "basis"), [(1.3, DATA), (1.2, ASSUMPTION), (0.9, ASSUMPTION)])
def test_widths_before_and_after_decide(known: Plan, times: float, basis: str) -> None:
    # 1 - 1 / 1.3 = .23; 1 - 1 / 1.2 = .17; wider than before
    values = made_effect(known, WIDE, 0.02)
    low, high = (float(end) for end in interval(sample_of(known.runs), values))
    found = rests_on(known, WIDE, 0.02, before(low, low + times * (high - low)))
    assert found["basis"] == basis
    assert found["shrank"] == pytest.approx(1 - 1 / times)
    assert (found["prior_low"], found["p_first_prior"]) == (low, 0.25)


def test_an_effect_that_was_never_run_before_calibration_is_not_examined(known: Plan) -> None:
    found = rests_on(known, WIDE, 0.02, before(0.0, 9.0, "employed"))
    assert found["basis"] == UNKNOWN
    assert np.isnan(found["prior_low"])
    assert np.isnan(found["shrank"])


@pytest.mark.parametrize("driver", [NARROW, WIDE, OTHER])
def test_what_drives_an_effect_is_named(known: Plan, driver: str) -> None:
    found = rests_on(known, driver, 0.02, before(-9.0, 9.0))
    assert found["parameter"] == driver
    assert float(str(found["rank_correlation"])) > 0.9
    assert found["contraction"] == CONTRACTION[driver]
    assert float(str(found["share_chance"])) < 0.1


def test_an_effect_that_goes_down_has_a_negative_correlation(known: Plan) -> None:
    rows = [run.row for run in known.runs]
    values = -known.draws.table[f"{PARAMETER}{WIDE}"].to_numpy()[rows]
    found = basis_table(known, sample_of(known.runs), {("workshops", "employed"): values}, NOTHING).iloc[0]
    assert found["rank_correlation"] == pytest.approx(-1.0)
    assert found["share_chance"] == 0.0


def test_pure_chance_is_called_chance(known: Plan) -> None:
    found = rests_on(known, "", 1.0)
    assert found["basis"] == CHANCE
    assert 0.5 < float(str(found["share_chance"])) <= 1.0


def test_chance_wins_over_a_parameter_that_is_drowned(known: Plan) -> None:
    # sd of 3 x a uniform is .87; chance of sd 1.5 is more, however narrow the interval has become
    assert rests_on(known, NARROW, 1.5, before(-99.0, 99.0))["basis"] == CHANCE


def test_where_nothing_stands_out_no_parameter_is_named(known: Plan) -> None:
    no_seconds = make_plan(known.configs, known.draws, N, 0, n_sites=3)
    rng = np.random.default_rng(9)
    values = rng.normal(size=N)
    found = basis_table(no_seconds, sample_of(no_seconds.runs), {("workshops", "employed"): values}, NOTHING).iloc[0]
    assert found["parameter"] == ""
    assert np.isnan(found["share_chance"])
    assert np.isnan(found["rank_correlation"])


def test_an_effect_that_is_the_same_in_every_run_has_no_row(known: Plan) -> None:
    n = len(known.runs)
    effects = {("workshops", "net_jobs"): np.full(n, 3.0), ("workshops", "employed"): np.arange(float(n))}
    assert basis_table(known, sample_of(known.runs), effects, NOTHING)["indicator"].tolist() == ["employed"]


def test_rank_correlation_by_hand() -> None:
    # ranks 1 2 3 4 against 1 3 2 4: 1 - 6 (0 + 1 + 1 + 0) / (4 (16 - 1)) = .8; a constant goes with nothing
    parameters = np.array([[1.0, 7.0], [2.0, 7.0], [30.0, 7.0], [400.0, 7.0]])
    assert rank_correlations(parameters, np.array([0.1, 0.3, 0.2, 9.0])).tolist() == pytest.approx([0.8, 0.0])
    assert rank_correlations(parameters, np.ones(4)).tolist() == [0.0, 0.0]
