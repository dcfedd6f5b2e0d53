"""What is said of a calibration: quantiles by weight, tables, draws that count equally, what informs what."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest

from calibration.findings.lessons import (
    contraction_of,
    lessons_of,
    own_knobs,
    ridges_of,
)
from calibration.findings.summary import (
    also_table,
    equal_draws,
    fit_table,
    parameter_table,
    pattern_table,
    posterior_table,
    taught,
    weighted_quantiles,
)
from calibration.fitting.history import ALSO
from calibration.fitting.progress import StageProgress
from calibration.proof.truths import LEVELS, Ranks, coverage_table, rank_among
from scenarios.base.progress import Progress
from scenarios.report.figures import Figure
from scenarios.report.patterns import read_patterns
from scenarios.settings.config import RunConfig
from tests.calibration.made_fit import ALL, KEYS, N, made_fit, made_lessons, made_prior


def test_quantiles_by_weight_by_hand() -> None:
    # weights .1 .2 .3 .4 of 1 2 3 4: reached .1, .3, .6, 1
    values, weights = np.array([4.0, 1.0, 3.0, 2.0]), np.array([0.4, 0.1, 0.3, 0.2])
    assert weighted_quantiles(values, weights, (0.05, 0.1, 0.3, 0.31, 0.6, 0.61)).tolist() == [1, 1, 2, 3, 3, 4]
    # a run that could not be measured is not there
    assert weighted_quantiles(np.array([1.0, np.nan, 3.0]), np.array([1.0, 9.0, 1.0]), (0.5, 0.51)).tolist() == [1, 3]


def test_tables_begin_with_what_they_must_hold(figures: dict[str, Figure]) -> None:
    fit = made_fit()
    lessons, prior = made_lessons(fit), made_prior()
    table = fit_table(fit, lessons, figures)
    names = "id target unit observed tolerance median low high inside own_knob"
    assert list(table.columns)[:10] == names.split()
    employed = table.set_index("id").loc["employed"]
    assert employed["observed"] == pytest.approx(40_558)
    assert (employed["tolerance"], employed["inside"]) == (906, "yes")
    assert (employed["foretold_low"], employed["foretold_median"], employed["foretold_high"]) == (4e4, 4.1e4, 4.2e4)
    parameters = parameter_table(fit, lessons, prior)
    names = "parameter unit prior_low prior_high median low high contraction informed_by"
    assert list(parameters.columns)[:9] == names.split()
    by_key = parameters.set_index("parameter")
    assert by_key.loc[KEYS[0], "informed_by"] == "employed"
    assert by_key["screening"].loc[list(KEYS)].tolist() == ["free"] * 4 + ["minor", "inert"]
    assert by_key.loc[KEYS[3], ["prior_low", "prior_high"]].tolist() == [0.0, 2.0]
    assert by_key.loc[KEYS[3], "median"] == pytest.approx(1.0, abs=0.02)
    patterns = pattern_table(fit, lessons)
    assert list(patterns.columns)[:3] == ["id", "share_of_prior_draws", "share_of_draws_meeting_it"]
    assert len(patterns) == 11


def test_a_target_that_does_not_count_is_left_out(figures: dict[str, Figure]) -> None:
    fit = made_fit()
    without = fit.__class__(**{**fit.__dict__, "observed": fit.observed.without("target:employed")})
    table = fit_table(without, made_lessons(fit), figures).set_index("id")["inside"]
    assert table["employed"] == "left out"
    assert table["nearby_transfer_jobs"] == "yes"


def test_runs_over_the_whole_prior_contract_nothing() -> None:
    assert contraction_of(made_fit()) == pytest.approx(np.zeros(len(ALL)), abs=0.02)


def test_weights_contract_what_they_choose() -> None:
    # the half of the runs in which search is below its median: half as wide, sd .5
    points = made_fit().weighted.points
    fit = made_fit(np.where(points[:, 0] < 0.5, 1.0, 1e-12))
    found = contraction_of(fit)
    assert found[0] == pytest.approx(0.5, abs=0.02)
    assert np.abs(found[1:]).max() < 0.1  # 200 runs: three standard errors of a standard deviation
    table = parameter_table(fit, made_lessons(fit), made_prior())
    assert table["parameter"].iloc[0] == KEYS[0]  # the most contracted first
    assert table["high"].iloc[0] < 1.0
    assert fit.effective_draws == pytest.approx(N / 2, rel=0.02)


def test_shares_of_patterns_are_by_weight() -> None:
    base = made_fit()
    j = base.observed.names.index("pattern:old_house_ties")
    meets = base.observed.meets(base.weighted.outputs)[:, j]
    assert 0 < meets.sum() < N
    fit = made_fit(np.where(meets, 1.0, 1e-12))
    row = pattern_table(fit, made_lessons(fit)).set_index("id").loc["old_house_ties"]
    assert row["share_of_draws_meeting_it"] == pytest.approx(1.0)
    assert row["share_of_prior_draws"] == base.observed.meets(base.prior.outputs)[:, j].mean()
    unknown = np.full(3, np.nan)
    assert [taught(0.95, np.array([1.5])), taught(0.949, np.array([1.09, 1.10]))] == ["nothing", "something"]
    assert [taught(0.5, np.array([1.09, np.nan])), taught(0.5), taught(0.5, unknown)] == ["little"] + ["not_fitted"] * 2


def test_what_the_report_does_not_print_stands_before_and_after() -> None:
    points = made_fit().weighted.points
    fit = made_fit(np.where(points[:, 5] > 0.5, 1.0, 1e-12))
    row = also_table(fit, ALSO).set_index("id").loc["returned"]
    assert row["prior_median"] == pytest.approx(0.5, abs=0.01)
    assert row["median"] == pytest.approx(0.75, abs=0.02)
    assert row["low"] > 0.5


def test_draws_count_equally_and_are_rows_of_the_posterior() -> None:
    points = made_fit().weighted.points
    fit = made_fit(1.0 + points[:, 4])  # twice as likely at one end as at the other
    table = posterior_table(fit, made_prior(), (*fit.observed.names, *ALSO))
    assert table["weight"].sum() == pytest.approx(1.0)
    draws, cut = equal_draws(table, 100, 1)
    assert (len(draws), draws["draw"].nunique(), cut) == (100, 100, pytest.approx(0.0))
    assert not [name for name in draws if name == "weight" or name.startswith("also:")]
    kept = table.set_index("draw").loc[draws["draw"]]
    assert kept["target:employed"].tolist() == draws["target:employed"].tolist()
    # mean of x over density (1 + x) / 1.5: (1/2 + 1/3) / 1.5 = .556; of the value, twice that
    assert draws[f"parameter:{KEYS[4]}"].mean() == pytest.approx(2 * 5 / 9, abs=0.12)


def test_a_parameter_that_moves_one_target_alone_is_its_own_knob(config: RunConfig) -> None:
    patterns = read_patterns(config.region / "patterns.csv")
    found = own_knobs(made_fit(), made_prior(), patterns, config.reading)
    # attendance moves matches, and what is computed from them; search moves a pattern besides
    assert found["job_fair_matches_2019"] == "jobs.fair_attendance"
    assert found["employed"] == ""


def test_parameters_that_stand_in_for_each_other_are_named() -> None:
    points = made_fit().weighted.points
    near = np.abs(points[:, 1] + points[:, 2] - 1.0) < 0.2
    table = ridges_of(made_fit(np.where(near, 1.0, 1e-12)), made_prior())
    assert table.iloc[0][["parameter_a", "parameter_b"]].tolist() == [KEYS[1], KEYS[2]]
    assert table["correlation"].iloc[0] < -0.8


@pytest.mark.system
def test_what_is_left_out_makes_wider_what_it_informed(config: RunConfig) -> None:
    patterns = read_patterns(config.region / "patterns.csv")
    base = made_fit()
    moved = ("employed", "both_ends_apparent", "job_fair_matches_2019", "fair_mismatch", "old_house_ties")
    still = [name for name in base.observed.names if name.partition(":")[2] not in moved]  # what no parameter moves
    fit = made_fit(np.exp(base.observed.log_likelihood(base.weighted.outputs)) + 1e-300)
    fit = replace(fit, observed=fit.observed.without(*still))
    found = lessons_of(fit, made_prior(), patterns, config.reading, 1, 1, StageProgress(Progress()), 4000)
    assert "employed" in found.informed_by[KEYS[0]]
    assert "job_fair_matches_2019" not in found.informed_by[KEYS[0]]
    j = fit.observed.names.index("target:employed")
    assert np.isnan(found.growth).all(axis=0).tolist() == [name in still for name in fit.observed.names]
    assert found.growth[0, j] > 1.5
    assert found.growth[3, j] == pytest.approx(1.0, abs=0.1)
    low, middle, high = found.foretold["employed"]  # from a pattern that search moves, too: wide, and about right
    assert low < 40_558 < high
    assert high - low > 2 * 1812  # wider than the tolerance either way
    assert low < middle < high


def test_ranks_among_few_draws_are_uniform() -> None:
    # a truth among 23 draws of its own distribution: the share below is beyond .05 or .95 four times in 24 by its
    # places 0, 1, 22 and 23, too often; the rank within its place is uniform
    rng, n, trials = np.random.default_rng(1), 23, 40_000
    below = (rng.random((trials, n)) < rng.random((trials, 1))).mean(axis=1)
    assert (np.abs(below - 0.5) <= 0.45).mean() == pytest.approx(20 / 24, abs=4 * math.sqrt(0.14 / trials))
    ranks = rank_among(below, float(n), np.random.default_rng(2))
    assert (np.abs(ranks - 0.5) <= 0.45).mean() == pytest.approx(0.9, abs=4 * math.sqrt(0.09 / trials))
    assert kstest(ranks, "uniform").pvalue > 0.001
    assert rank_among(below, math.inf, np.random.default_rng(2)) is below


def test_how_well_a_coverage_is_known() -> None:
    # Two truths of which one is held by both parameters and one by none: a bootstrap of two has 0, .5 or 1.
    held, missed = Ranks("checked", np.array([0.5, 0.5]), 9.0), Ranks("checked", np.array([0.99, 0.99]), 9.0)
    table = coverage_table([held, missed], ["a", "b"])
    assert set(table["low"]) == {0.0}
    assert set(table["high"]) == {1.0}
    table = coverage_table([held] * 30 + [missed] * 10, ["a", "b"])
    pooled = table[(table["parameter"] == "all") & (table["level"] == 0.9)].iloc[0]
    assert pooled["coverage"] == 0.75
    # the parameters of a truth go together: sqrt(.75 * .25 / 40) = .068, not that of 80
    assert (pooled["high"] - pooled["low"]) / 2 / 1.96 == pytest.approx(0.068, abs=0.012)


def test_coverage_by_hand() -> None:
    # below .5 +- .45 counts at 90 %, .5 +- .25 at 50 %
    ranks = [
        Ranks("prior", np.array([0.5, 0.04])),
        Ranks("prior", np.array([0.8, 0.5])),
        Ranks("near", np.array([0.96, 0.2])),
        *(Ranks("checked", np.array([0.5, 0.5]), worth) for worth in (30.0, 4.0, 20.0)),
    ]
    table = coverage_table(ranks, ["a", "b"])
    assert table.groupby("truths")["worth"].first().to_dict() == {"prior": math.inf, "near": math.inf, "checked": 20.0}
    assert list(table.columns)[:4] == ["parameter", "level", "coverage", "n_truths"]
    own = table.set_index(["truths", "level", "parameter"])["coverage"].sort_index()
    assert own["prior", 0.9].to_dict() == {"all": 0.75, "a": 1.0, "b": 0.5}
    assert own["prior", 0.5].to_dict() == {"all": 0.5, "a": 0.5, "b": 0.5}
    assert own["near", 0.95].to_dict() == {"all": 1.0, "a": 1.0, "b": 1.0}
    assert set(table["level"]) == set(LEVELS)
    assert set(table.loc[table["truths"] == "prior", "n_truths"]) == {2}
