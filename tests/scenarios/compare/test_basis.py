"""What an effect rests on, for effects whose cause is known because they are made of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.compare.basis import ASSUMPTION, CHANCE, DATA, basis_table, contractions, rank_correlations
from scenarios.compare.draws import PARAMETER, Draws
from scenarios.compare.plan import Plan, make_plan
from scenarios.compare.summary import sample_of
from scenarios.config import RunConfig

N, SECOND = 80, 20
PRIOR_SD = 1 / np.sqrt(12)  # uniform from 0 to 1
NARROW, WIDE, OTHER, RATE = "residence.b_school", "residence.b_service", "residence.b_peer", "jobs.fair_attendance"


@pytest.fixture(scope="module")
def known(configs: dict[str, RunConfig]) -> Plan:
    """Eighty draws: one parameter spreads half as much as its prior, two as much as it; one rate is solved."""
    luck = np.random.default_rng(5)
    values = {
        NARROW: 0.25 + 0.5 * luck.random(N),
        WIDE: luck.random(N),
        OTHER: luck.random(N),
        RATE: 0.3 + 0.1 * luck.random(N),
    }
    table = pd.DataFrame({f"{PARAMETER}{key}": column for key, column in values.items()})
    made = {"prior_sd": dict.fromkeys((NARROW, WIDE, OTHER), PRIOR_SD), "solved": {"matches": {"rate": RATE}}}
    two = {name: configs[name] for name in ("baseline", "workshops")}
    return make_plan(two, Draws(table.assign(draw=range(N), seed=range(1, N + 1)), made), N, SECOND, n_sites=3)


def rests_on(plan: Plan, driver: str, noise: float) -> dict[str, object]:
    """Return the basis of an effect that is a parameter plus chance of standard deviation `noise`."""
    luck = np.random.default_rng(6)
    rows = [run.row for run in plan.runs]
    drive = plan.draws.table[f"{PARAMETER}{driver}"].to_numpy() if driver else np.zeros(N)
    values = 3.0 * drive[rows] + noise * luck.normal(size=len(rows))
    found = basis_table(plan, sample_of(plan.runs), {("workshops", "households_settled"): values})
    assert len(found) == 1
    return dict(found.iloc[0])


def test_contractions_by_hand(known: Plan) -> None:
    found = contractions(known)
    assert found[NARROW] == pytest.approx(0.5, abs=0.1)  # half the width, half the standard deviation
    assert found[WIDE] == pytest.approx(0.0, abs=0.12)
    assert found[RATE] == 1.0
    assert found[NARROW] == 1 - known.draws.table[f"{PARAMETER}{NARROW}"].std() / PRIOR_SD


@pytest.mark.parametrize(("driver", "basis"), [(NARROW, DATA), (RATE, DATA), (WIDE, ASSUMPTION), (OTHER, ASSUMPTION)])
def test_what_drives_an_effect_is_named(known: Plan, driver: str, basis: str) -> None:
    found = rests_on(known, driver, 0.02)
    assert (found["basis"], found["parameter"]) == (basis, driver)
    assert float(str(found["rank_correlation"])) > 0.9
    assert found["contraction"] == contractions(known)[driver]
    assert float(str(found["share_chance"])) < 0.1


def test_an_effect_that_goes_down_has_a_negative_correlation(known: Plan) -> None:
    rows = [run.row for run in known.runs]
    values = -known.draws.table[f"{PARAMETER}{WIDE}"].to_numpy()[rows]
    found = basis_table(known, sample_of(known.runs), {("workshops", "employed"): values}).iloc[0]
    assert found["rank_correlation"] == pytest.approx(-1.0)
    assert found["share_chance"] == 0.0


def test_pure_chance_is_called_chance(known: Plan) -> None:
    found = rests_on(known, "", 1.0)
    assert found["basis"] == CHANCE
    assert 0.5 < float(str(found["share_chance"])) <= 1.0


def test_chance_wins_over_a_parameter_that_is_drowned(known: Plan) -> None:
    # sd of 3 x a uniform of width .5 is .43; chance of sd 1.5 is more
    assert rests_on(known, NARROW, 1.5)["basis"] == CHANCE


def test_nothing_that_stands_out_is_an_assumption_without_a_name(configs: dict[str, RunConfig], known: Plan) -> None:
    no_seconds = make_plan(known.configs, known.draws, N, 0, n_sites=3)
    luck = np.random.default_rng(9)
    values = luck.normal(size=N)
    found = basis_table(no_seconds, sample_of(no_seconds.runs), {("workshops", "employed"): values}).iloc[0]
    assert (found["basis"], found["parameter"]) == (ASSUMPTION, "")
    assert np.isnan(found["share_chance"])
    assert np.isnan(found["rank_correlation"])


def test_an_effect_that_is_the_same_in_every_run_has_no_row(known: Plan) -> None:
    n = len(known.runs)
    effects = {("workshops", "net_jobs"): np.full(n, 3.0), ("workshops", "employed"): np.arange(float(n))}
    assert basis_table(known, sample_of(known.runs), effects)["indicator"].tolist() == ["employed"]


def test_rank_correlation_by_hand() -> None:
    # ranks 1 2 3 4 against 1 3 2 4: 1 - 6 (0 + 1 + 1 + 0) / (4 (16 - 1)) = .8; a constant goes with nothing
    parameters = np.array([[1.0, 7.0], [2.0, 7.0], [30.0, 7.0], [400.0, 7.0]])
    assert rank_correlations(parameters, np.array([0.1, 0.3, 0.2, 9.0])).tolist() == pytest.approx([0.8, 0.0])
    assert rank_correlations(parameters, np.ones(4)).tolist() == [0.0, 0.0]
