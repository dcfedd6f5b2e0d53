"""The report as data: scales on which errors are 1, tolerances of figures.csv, likelihoods by hand and by draws."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from calibration.fitting.likelihood import (
    COUNT,
    DIFFERENCE,
    SHARE,
    SMALLEST_SHARE,
    Observations,
    from_scale,
    observations_of,
    slope,
    to_scale,
)
from scenarios.base.paths import CONF
from scenarios.report.figures import read_figures
from scenarios.report.patterns import at_report_date, read_patterns
from scenarios.runs.targets import TARGETS, TOLERANCE_DEVIATIONS, ToleranceError, observation_error, target_tolerance

REGION = CONF / "region" / "liupanshui"
FIGURES = read_figures(REGION / "figures.csv")
PATTERNS = read_patterns(REGION / "patterns.csv")
OBSERVED = observations_of(FIGURES, PATTERNS)
KINDS = (COUNT, SHARE, DIFFERENCE)
INF = math.inf


def made_observations(
    targets: list[tuple[float, float]], patterns: list[tuple[float, float, float, float]] | None = None, *false: int
) -> Observations:
    """Return targets (value, error) and patterns (low, low_sd, high, high_sd) on scales; false: numbers of patterns."""
    bounds = patterns or []
    n, m = len(targets), len(bounds)
    value, error = np.array([*targets, *[(math.nan, math.nan)] * m]).reshape(n + m, 2).T
    low, low_sd, high, high_sd = np.array([*[(-INF, 1.0, INF, 1.0)] * n, *bounds]).reshape(n + m, 4).T
    names = (*(f"target:t{i}" for i in range(n)), *(f"pattern:p{i}" for i in range(m)))
    holds = np.array([*[True] * n, *(i not in false for i in range(m))])
    return Observations(
        names, (DIFFERENCE,) * (n + m), value, error, low, low_sd, high, high_sd, holds, np.ones(n + m, dtype=bool)
    )


# Scales


@given(value=st.floats(1.0, 1e6))
def test_the_error_of_a_count_is_one_on_its_scale(value: float) -> None:
    step = 1e-4 * value
    up, down = to_scale(COUNT, np.array([value + step, value - step]))
    derivative = float(up - down) / (2 * step)
    assert derivative * observation_error(value) == pytest.approx(1.0, rel=1e-6)
    assert slope(COUNT, value) == pytest.approx(derivative, rel=1e-6)


@given(kind=st.sampled_from(KINDS), share=st.floats(2 * SMALLEST_SHARE, 1 - 2 * SMALLEST_SHARE))
def test_slopes_are_derivatives(kind: str, share: float) -> None:
    value, step = share * (1000.0 if kind == COUNT else 1.0), 1e-6
    up, down = to_scale(kind, np.array([value + step, value - step]))
    assert slope(kind, value) == pytest.approx(float(up - down) / (2 * step), rel=1e-3)


@given(kind=st.sampled_from(KINDS), share=st.floats(SMALLEST_SHARE, 1 - SMALLEST_SHARE))
def test_scales_invert(kind: str, share: float) -> None:
    value = share * (50_000.0 if kind == COUNT else 1.0)
    assert float(from_scale(kind, to_scale(kind, np.array([value])))[0]) == pytest.approx(value, rel=1e-9)


def test_ends_of_scales() -> None:
    assert to_scale(COUNT, np.array([0.0])) == [0.0]
    assert from_scale(COUNT, np.array([-5.0])) == [0.0]  # an emulator may foresee fewer than nobody
    # the log-odds of nobody at all are those of the smallest share
    assert to_scale(SHARE, np.array([0.0])) == to_scale(SHARE, np.array([SMALLEST_SHARE]))
    assert to_scale(SHARE, np.array([1.0])) == pytest.approx(-to_scale(SHARE, np.array([0.0])), rel=1e-9)
    assert to_scale(SHARE, np.array([0.5, 0.75])) == pytest.approx([0.0, math.log(3)])
    assert to_scale(DIFFERENCE, np.array([-0.3])) == [-0.3]


# The report of Liupanshui


def test_every_target_of_the_region_has_the_tolerance_of_the_rule() -> None:
    for name in TARGETS:
        figure = FIGURES[name]
        assert figure.tolerance == round(TOLERANCE_DEVIATIONS * observation_error(figure.value)), name
    # employed: 2 sqrt(40,558 + 405.58^2) = 2 * 452.81
    assert FIGURES["employed"].tolerance == 906


def test_targets_of_the_report() -> None:
    for j, name in enumerate(TARGETS):
        assert OBSERVED.names[j] == f"target:{name}"
        assert OBSERVED.natural(j, OBSERVED.value[j : j + 1]) == pytest.approx([FIGURES[name].value])
        # its tolerance is rounded to whole persons, so its error is 1 within half a person of two deviations
        half = 0.5 / (TOLERANCE_DEVIATIONS * observation_error(FIGURES[name].value))
        assert OBSERVED.error[j] == pytest.approx(1.0, abs=half)
    assert OBSERVED.targets.tolist() == [0, 1, 2, 3]


def test_patterns_of_the_report() -> None:
    own = at_report_date(PATTERNS)
    assert OBSERVED.names[4:] == tuple(f"pattern:{pattern.id}" for pattern in own)
    assert OBSERVED.patterns.tolist() == list(range(4, len(OBSERVED.names)))
    j = OBSERVED.names.index("pattern:resident_dependants")  # above .5 with .05: log-odds 0 with .05 / (.5 * .5)
    assert (OBSERVED.low[j], OBSERVED.low_sd[j]) == pytest.approx((0.0, 0.2))
    assert (OBSERVED.high[j], OBSERVED.high_sd[j]) == (INF, 1.0)
    j = OBSERVED.names.index("pattern:zero_employment_rare")  # below .02 with .005
    assert (OBSERVED.low[j], OBSERVED.low_sd[j]) == (-INF, 1.0)
    assert (OBSERVED.high[j], OBSERVED.high_sd[j]) == pytest.approx((math.log(0.02 / 0.98), 0.005 / (0.02 * 0.98)))
    j = OBSERVED.names.index("pattern:old_house_ties")  # a difference has no other scale
    assert OBSERVED.scales[j] == DIFFERENCE
    assert (OBSERVED.low[j], OBSERVED.low_sd[j], OBSERVED.high[j], OBSERVED.high_sd[j]) == (0.05, 0.02, 0.30, 0.05)
    assert OBSERVED.holds.all()
    assert OBSERVED.used.all()


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_without_tolerance_is_refused_by_name(name: str) -> None:
    spoiled = {**FIGURES, name: replace(FIGURES[name], tolerance=0.0)}
    with pytest.raises(ToleranceError, match=f"'{name}' has no tolerance"):
        observations_of(spoiled, PATTERNS)
    with pytest.raises(ToleranceError, match=name):
        target_tolerance(spoiled[name])


# Likelihoods


def test_likelihood_by_hand() -> None:
    observed = made_observations([(3.0, 0.5)], [(1.0, 0.25, INF, 1.0)])
    # target: 2 errors off; pattern: 1.5 - 1 = two spreads above its threshold
    expected = -0.5 * 4 - math.log(0.5) - 0.5 * math.log(2 * math.pi) + math.log(norm.cdf(2.0))
    assert observed.log_likelihood(np.array([[4.0, 1.5]])) == pytest.approx([expected])
    # a band: likewise at the other end, 2.5 - 1.5 = two spreads of .5 below; and a statement that is not true
    band = [(1.0, 0.25, 2.5, 0.5)]
    both = norm.cdf(2.0) * norm.cdf(2.0)
    assert made_observations([], band).log_likelihood(np.array([[1.5]])) == pytest.approx([math.log(both)])
    assert made_observations([], band, 0).log_likelihood(np.array([[1.5]])) == pytest.approx([math.log(1 - both)])


def test_covariance_widens_what_a_target_allows() -> None:
    observed = made_observations([(3.0, 0.6)])  # .36 + .64 = 1
    expected = -0.5 * 1.2**2 - 0.5 * math.log(2 * math.pi)
    assert observed.log_likelihood(np.array([[1.8]]), np.array([[0.64]])) == pytest.approx([expected])


@pytest.mark.parametrize("false", [(), (0,), (1,), (0, 1)])
def test_likelihood_with_covariance_against_a_million_draws(false: tuple[int, ...]) -> None:
    # What the city shows is y = mean + noise, the report y + its own errors. Beyond what the targets tell of them, the
    # two patterns are independent: their noise is a sum of the targets' noise and one of their own. The second's bounds
    # lie eight spreads apart, so that no city misses both.
    rng = np.random.default_rng(5)
    through, own = np.array([[0.6, -0.3], [0.1, 0.5]]), np.diag([0.2, 0.15])
    targets = np.array([[0.5, 0.2], [0.2, 0.4]])
    cross = through @ targets
    noise = np.block([[targets, cross.T], [cross, cross @ through.T + own]])
    observed = made_observations([(1.0, 0.4), (-0.5, 0.3)], [(0.2, 0.3, INF, 1.0), (-1.0, 0.2, 5.0, 0.4)], *false)
    mean = np.array([0.7, -0.2, 0.4, -0.8])
    # Importance: cities are drawn as the targets make them likely, and patterns asked of them.
    error = np.diag(observed.error[:2] ** 2)
    gain = noise[:, :2] @ np.linalg.inv(noise[:2, :2] + error)
    centre = mean + gain @ (observed.value[:2] - mean[:2])
    cities = rng.multivariate_normal(centre, noise - gain @ noise[:2], size=1_000_000)
    each = norm.cdf((cities - observed.low) / observed.low_sd) * norm.cdf((observed.high - cities) / observed.high_sd)
    says = np.where(observed.holds, each, 1 - each)[:, 2:].prod(axis=1)
    off = observed.value[:2] - mean[:2]
    whole = noise[:2, :2] + error
    density = math.exp(-0.5 * off @ np.linalg.solve(whole, off)) / (2 * math.pi * math.sqrt(np.linalg.det(whole)))
    found = math.exp(observed.log_likelihood(mean[None], noise)[0])
    assert found == pytest.approx(density * says.mean(), abs=4 * density * says.std() / 1000)


def test_without_drops_exactly_one_term() -> None:
    rng = np.random.default_rng(2)
    mean = np.where(np.isnan(OBSERVED.value), 0.0, OBSERVED.value) + 0.5 * rng.standard_normal((6, len(OBSERVED.names)))
    whole, left = OBSERVED.log_likelihood(mean), np.zeros(6)
    for j, name in enumerate(OBSERVED.names):
        term = whole - OBSERVED.without(name).log_likelihood(mean)
        alone = OBSERVED.without(*(other for other in OBSERVED.names if other != name))
        assert term == pytest.approx(alone.log_likelihood(mean), abs=1e-9), name
        assert [*alone.targets, *alone.patterns] == [j]
        left += term
    assert left == pytest.approx(whole)
    patterns = [name for name in OBSERVED.names if name.startswith("pattern:")]
    np.testing.assert_array_equal(OBSERVED.targets_alone().used, OBSERVED.without(*patterns).used)
    assert OBSERVED.without(*OBSERVED.names).log_likelihood(mean) == pytest.approx(np.zeros(6))
    assert OBSERVED.without("target:employed").without("target:employed").targets.tolist() == [1, 2, 3]


def test_what_is_left_out_must_be_there() -> None:
    with pytest.raises(KeyError, match="target:jobs"):
        OBSERVED.without("target:employed", "target:jobs")


def test_a_run_without_a_measure_does_not_show_the_pattern() -> None:
    rows = np.array([[1.0, math.nan], [1.0, 3.0]])
    for false in ((), (0,)):
        found = made_observations([(1.0, 1.0)], [(0.0, 1.0, INF, 1.0)], *false).log_likelihood(rows)
        assert found[0] == -INF
        assert np.isfinite(found[1])
    unasked = made_observations([(1.0, 1.0)], [(0.0, 1.0, INF, 1.0)]).without("pattern:p0")
    assert np.isfinite(unasked.log_likelihood(rows)).all()


def test_a_statement_far_from_false_leaves_a_finite_likelihood() -> None:
    observed = made_observations([], [(0.0, 1.0, INF, 1.0)], 0)
    far, farther = observed.log_likelihood(np.array([[20.0], [500.0]]))
    assert -INF < farther < far < -100  # a chain must still see which way is better, and never meets an infinity


def test_what_is_met_at_the_edges() -> None:
    observed = made_observations([(10.0, 0.5)], [(1.0, 0.2, 2.0, 0.2), (1.0, 0.2, INF, 1.0)])
    inside = np.array([[11.0, 1.0, 1.0], [9.0, 2.0, 1e9]])  # two errors off; on the plain bounds
    beyond = np.array([[11.001, 0.999, 0.999], [8.999, 2.001, -1e9]])
    assert observed.meets(inside).all()
    assert not observed.meets(beyond).any()
    assert not observed.meets(np.full((1, 3), math.nan)).any()
