"""From the prior to posterior draws: reach, implausibility, agreement, and a whole calibration of a small town."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.fitting.emulator import Emulator
from calibration.fitting.fit import Fit, draw_rows, fit
from calibration.fitting.history import (
    ALSO,
    history_of,
    outputs_of,
    setting_of,
)
from calibration.fitting.last_stage import weigh
from calibration.fitting.observed import of_itself
from calibration.fitting.opening import OutOfReachError, check_reach, implausibility, plausible_points
from calibration.fitting.prior import prior_of
from calibration.fitting.progress import StageProgress
from calibration.fitting.runs import ConfigArguments, RunStore
from calibration.fitting.sampler import MOST_DISAGREEMENT, Chain, agreeing_chains, disagreement, thinned
from calibration.fitting.screen import Screening
from calibration.fitting.sizes import Sizes
from calibration.fitting.waves import FRESH, STAGES, WEIGHTING, run_seeds
from scenarios.base.errors import UserError
from scenarios.base.progress import Progress
from scenarios.settings.config import compose_run
from tests.calibration.made_fit import made_observations

TOWN = "population.size=town"
SMALL = Sizes(2, prior=60, matching=15, refocusing=20, checking=30, chain=600, left_out=400, experiments=1)
FREE = (
    "jobs.search_probability",
    "jobs.separation_away",
    "jobs.separation_organised_export",
    "jobs.initial_organised_share",
)
SMALL_COUNTS = ("target:nearby_transfer_jobs", "target:job_fair_matches_2019")
"""Left out: what moves a town's few dozen moves them by leaps, and no draw could be moved to where they are."""


def flat(values: dict[str, float], spread: float = 0.0) -> Emulator:
    """Return an emulator of one free parameter: each output where a good run has it, or `values` higher at its end."""
    observed = made_observations()
    n = len(observed.names)
    slopes = np.zeros((2, n))
    with np.errstate(invalid="ignore"):
        inside = np.where(np.isinf(observed.low), observed.high - 9.0, observed.low + 0.001)
    level = np.where(np.isnan(observed.value), inside, observed.value)
    for name, slope in values.items():
        slopes[0, observed.names.index(name)] = slope
    one = np.zeros(0, dtype=np.intp)
    return Emulator(np.array([0]), one, slopes, level, spread**2 * np.eye(n))


def test_a_target_out_of_reach_is_refused_by_name() -> None:
    observed = made_observations()
    outputs = np.tile(flat({}).intercept, (5, 1))
    check_reach(observed, outputs)
    j = observed.names.index("target:organised_export_jobs")
    outputs[:, j] += [2.0, 3.0, 4.0, 5.0, 6.0]  # two errors above the report's at the least
    with pytest.raises(OutOfReachError, match=r"organised_export_jobs from 2,\d+") as caught:
        check_reach(observed, outputs)
    assert caught.value.name == "target:organised_export_jobs"
    assert "2,573" in str(caught.value)
    assert "without=" in str(caught.value)
    assert "\n" not in caught.value.say("zh")
    outputs[0, j] = observed.value[j] - 0.5  # one below: the prior surrounds it
    check_reach(observed, outputs)
    check_reach(observed.without("target:organised_export_jobs"), outputs)


def test_a_pattern_that_no_draw_meets_is_refused_by_name() -> None:
    observed = made_observations()
    outputs = np.tile(flat({}).intercept, (5, 1))
    outputs[:, observed.names.index("pattern:land_ties")] = -0.01
    with pytest.raises(OutOfReachError, match="land_ties") as caught:
        check_reach(observed, outputs)
    assert caught.value.name == "pattern:land_ties"
    assert "patterns.csv" in str(caught.value)


def test_implausibility_by_hand() -> None:
    # employed 8 errors too high at the end of the parameter, 0 in the middle; the emulator errs by .75:
    # sqrt(.75^2 + 1) = 1.25, so 8 / 1.25 = 6.4 (906 is a whole number: the error is 1.0004)
    observed, emulator = made_observations(), flat({"target:employed": 8.0}, 0.75)
    found = implausibility(emulator, observed.targets_alone(), np.array([[0.5], [1.0], [0.0]]))
    assert found == pytest.approx([0.0, 6.4, 6.4], abs=2e-3)
    # both ends at most -.201 on its scale with a spread of .242: 1 above is 1 / .242 off
    pattern = flat({"pattern:both_ends_apparent": 0.0})
    j = observed.names.index("pattern:both_ends_apparent")
    pattern.intercept[j] = observed.high[j] + 1.0
    assert implausibility(pattern, observed, np.array([[0.5]])) == pytest.approx([1.0 / observed.high_sd[j]])
    false = observed._replace(holds=np.where(np.arange(len(observed.names)) == j, False, observed.holds))
    assert implausibility(pattern, false, np.array([[0.5]])) < 0.1  # a statement that is not true rules nothing out


def test_plausible_points_are_plausible_and_their_share_is_told() -> None:
    # 12 x within 3 errors of 0: x from -1/4 to 1/4, a quarter of the prior
    observed, emulator = made_observations(), flat({"target:employed": 12.0})
    points, share = plausible_points(emulator, observed, 500, 1, 1)
    assert len(points) == 500
    assert (implausibility(emulator, observed, points) < 3.0).all()
    assert share == pytest.approx(0.25, abs=0.005)


def test_a_report_that_nothing_could_have_given_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calibration.fitting.opening.CANDIDATES_MOST", 20_000)
    emulator = flat({})
    emulator.intercept[0] += 50.0
    with pytest.raises(UserError, match="hardly any of the prior"):
        plausible_points(emulator, made_observations(), 5, 1, 1)


def test_disagreement_by_hand() -> None:
    points = np.linspace(0, 1, 1001)[:, None]
    found = disagreement(Chain(points, 1.0), Chain(points + 0.1, 1.0))
    assert found == pytest.approx([0.1 / points.std()])


def test_chains_agree_or_are_made_longer_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def chain(emulator: Any, observed: Any, n: int, seed: int) -> Chain:
        asked.append(n)
        shift = 0.0 if n >= 300 or seed % 2 == 0 else 2.0
        return Chain(np.linspace(0, 1, 100)[:, None] + shift, 1.0)

    monkeypatch.setattr("calibration.fitting.sampler.free_posterior", chain)
    agreeing_chains(flat({}), made_observations(), 100, 1)
    assert asked == [100, 100, 300, 300]
    asked.clear()
    with pytest.raises(UserError, match=f"allowed here: {MOST_DISAGREEMENT}"):
        agreeing_chains(flat({}), made_observations(), 10, 1)
    assert asked == [10, 10, 30, 30, 90, 90]


def test_weights_are_likelihood_over_what_was_foreseen() -> None:
    observed, emulator = made_observations().targets_alone(), flat({}, 0.5)
    outputs = np.tile(emulator.intercept, (2, 1))
    outputs[1, 0] += 2.0  # employed comes two errors too high: exp(-2) as likely as foreseen at the report's number
    aims = np.tile(observed.value[observed.targets], (2, 1))
    assert weigh(emulator, observed, np.full((2, 1), 0.5), aims, outputs) == pytest.approx([0.0, -2.0], abs=2e-3)
    outputs[0, 0] = np.nan
    assert weigh(emulator, observed, np.full((2, 1), 0.5), aims, outputs)[0] == -np.inf


def test_thinning_keeps_the_ends() -> None:
    assert thinned(np.arange(11)[:, None], 3)[:, 0].tolist() == [0, 5, 10]
    # a second lot lies half a step behind, 12 // 6 = 2 rows, and goes round at the end
    assert thinned(np.arange(12)[:, None], 3, lot=1)[:, 0].tolist() == [2, 8, 1]


class Interrupting(StageProgress):
    """A progress that stops the calibration as a user would, once `after` stages of runs have begun."""

    def __init__(self, after: int) -> None:
        super().__init__(Progress())
        self.left = after

    def runs(self, name: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().runs(name)


def calibrated(folder: Path, progress: StageProgress, sizes: Sizes = SMALL) -> tuple[Fit, RunStore]:
    config = compose_run([TOWN])
    prior = prior_of(config.resolved["parameters"])
    observed = of_itself(made_observations(), config).without(*SMALL_COUNTS)
    names = (*observed.names, *ALSO)
    store = RunStore(config, ConfigArguments((TOWN,), None), prior, names, folder, True, processes=1)
    free = tuple(sorted(prior.keys.index(key) for key in FREE))
    screening = Screening(np.ones((len(prior.keys), 1)), free, (prior.keys.index("jobs.fair_skill"),))
    return fit(store, observed, sizes, 1, progress, screening), store


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fit, RunStore]:
    """A calibration of the town to a run of its own, without a stop."""
    return calibrated(tmp_path_factory.mktemp("cache"), StageProgress(Progress()))


def test_a_town_is_calibrated_to_itself(whole: tuple[Fit, RunStore]) -> None:
    found, store = whole
    # 60 + 15 + 20, 30 draws run once, 10 of them moved twice, 10 with other seeds
    assert SMALL.runs == 95 + 30 + 20 + 10
    # a draw that a move leaves where it was is not run again
    assert SMALL.runs - SMALL.draws <= store.made <= SMALL.runs
    assert len(found.weights) == len(found.seeds) == SMALL.draws
    assert set(found.seeds) < set(run_seeds(WEIGHTING, SMALL.checking, 1))
    assert found.weights.sum() == pytest.approx(1.0)
    assert 1.0 <= found.effective_draws <= SMALL.draws
    assert ((found.weighted.points >= 0) & (found.weighted.points <= 1)).all()
    # after two moves the targets of the weighted runs lie about as near their aims as the report's errors
    t = found.observed.targets
    off = (found.weighted.outputs[:, t] - found.observed.value[t]) / found.observed.error[t]
    assert np.median(np.abs(off)) < 1.5


def test_what_is_told_of_a_checked_run_is_what_it_gives(whole: tuple[Fit, RunStore]) -> None:
    found, store = whole
    setting = setting_of(compose_run([TOWN]))
    for i in (0, SMALL.draws - 1):
        values = store.prior.named(found.weighted.points[i])
        outputs = outputs_of(history_of(setting, values, found.seeds[i]), setting)
        assert [outputs[name] for name in store.names] == found.weighted.raw[i].tolist()


def test_draws_are_run_again_with_other_seeds(whole: tuple[Fit, RunStore]) -> None:
    found, store = whole
    n = len(found.fresh.points)
    worth = int(found.weights.sum() ** 2 / (found.weights**2).sum())
    assert 0 < n <= worth <= (found.weights > 0).sum() <= SMALL.draws == 10  # at the prior's faces is no weight
    rows = [int(np.flatnonzero((found.weighted.points == point).all(axis=1))[0]) for point in found.fresh.points]
    assert len(set(rows)) == n  # each a weighted draw of its own
    setting = setting_of(compose_run([TOWN]))
    (seed,) = run_seeds(FRESH, 1, 1)
    assert seed not in found.seeds
    outputs = outputs_of(history_of(setting, store.prior.named(found.fresh.points[0]), seed), setting)
    again = np.array([outputs[name] for name in store.names])
    assert np.array_equal(again, found.fresh.raw[0], equal_nan=True)  # a finding may have nothing to divide by


def test_a_second_lot_is_checked_where_the_first_is_worth_too_few(whole: tuple[Fit, RunStore], tmp_path: Path) -> None:
    shutil.copytree(whole[1].path.parent, tmp_path / "cache")
    first, n = whole[0], SMALL.draws
    found, store = calibrated(tmp_path / "cache", StageProgress(Progress()), SMALL._replace(enough=10_000))
    assert store.made > 0
    assert found.seeds[:n] == first.seeds  # the first lot stays what it was
    assert np.array_equal(found.log_weights[:n], first.log_weights)
    assert np.array_equal(found.weighted.points[:n], first.weighted.points)
    assert len(found.seeds) == len(found.log_weights) == len(found.weighted.points) == 2 * n
    assert len(set(found.seeds)) == 2 * n
    assert not set(map(tuple, found.weighted.points[n:])) & set(map(tuple, first.weighted.points))
    # parameters that no run tells anything of are drawn anew, too
    inert = [
        i for i in range(found.weighted.points.shape[1]) if i not in {*found.screening.free, *found.screening.minor}
    ]
    assert not np.isin(found.weighted.points[n:, inert[0]], first.weighted.points[:, inert[0]]).any()


def test_two_inferences_share_no_seed() -> None:
    seeds = [set(run_seeds(stage, 1000, seed)) for seed in (1, 2, 3) for stage in range(STAGES)]
    assert len(set.union(*seeds)) == 3 * STAGES * 1000


@pytest.mark.system
def test_stopped_and_gone_on_with_it_is_the_same_and_loses_no_run(whole: tuple[Fit, RunStore], tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        calibrated(tmp_path, Interrupting(2))
    found, store = calibrated(tmp_path, StageProgress(Progress()))
    assert store.made == whole[1].made - SMALL.prior - SMALL.matching  # two stages were there
    assert np.array_equal(found.weighted.points, whole[0].weighted.points)
    assert np.array_equal(found.weighted.raw, whole[0].weighted.raw, equal_nan=True)
    assert np.array_equal(found.log_weights, whole[0].log_weights)


def test_no_more_draws_are_taken_than_the_runs_are_worth() -> None:
    # 150 runs of weight 1 and 450 of 1/2: (150 + 225)^2 / (150 + 450 / 4) = 535.7 equal draws; then all of one weight.
    weights = np.concatenate([np.ones(150), np.full(450, 1 / 2)])
    assert len(draw_rows(weights, 600, 1)[0]) == 535
    assert len(draw_rows(weights, 200, 1)[0]) == 200
    assert len(draw_rows(np.ones(300), 200, 1)[0]) == 200
    few = np.concatenate([np.full(20, 1.0), np.full(580, 1e-6)])  # worth 20
    assert len(draw_rows(few, 200, 1)[0]) == 20
    assert len(draw_rows(few, 5, 1)[0]) == 5


def test_no_more_than_a_fifth_of_the_weight_is_cut() -> None:
    # One run of weight 10 and 30 of 1 are worth 40^2 / (100 + 30) = 12.3 draws. Of n draws the large one may weigh as
    # much as one of the other n - 1, 30 / (n - 1): with 12 of them 7.27 of 40 are cut.
    weights = np.concatenate([[10.0], np.ones(30)])
    rows, cut = draw_rows(weights, 12, 1)
    assert (len(rows), cut) == (12, pytest.approx((10 - 30 / 11) / 40))
    # Five of weight 10 and 40 of 1: 90^2 / 540 = 15; of 15 the five may weigh 40 / 10 each, and 30 of 90 would be cut;
    # of 9, 40 / 4 each, and nothing is cut; of 11, 40 / 6, and 16.7 of 90; of 12, 40 / 7, and 21.4 of 90.
    rows, cut = draw_rows(np.concatenate([np.full(5, 10.0), np.ones(40)]), 100, 1)
    assert (len(rows), cut) == (11, pytest.approx(5 * (10 - 40 / 6) / 90))
