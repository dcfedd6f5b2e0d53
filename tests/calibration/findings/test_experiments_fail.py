"""Each experiment can fail: a point of the prior that fails it, and, but for one, a point that meets it.

An experiment that no point can fail is arithmetic. So was `showcase_concentration`: the rule for showcase sites puts
workshops at showcase sites, whatever households do. So was counting persons resident where posts close: who takes work
away sleeps there. A town of three sites, the mean of four histories each; all numbers come from common random numbers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calibration.findings.experiment_branches import pulled_lever
from calibration.findings.experiments import experiments, run_experiments
from calibration.fitting.history import Setting, setting_of
from calibration.fitting.prior import prior_of
from scenarios.settings.config import compose_run

INDIFFERENT = {
    "residence.b_income": 0.5,
    "residence.c_away": -3.0,
    "residence.switching_cost": 3.0,
    "residence.separation_worth": 1.0,
    "residence.title_settled_share": 0.0,
    "residence.title_worth": 0.02,
    "residence.rights_worth": 0.02,
    "residence.house_worth": 0.04,
    "residence.seat_worth": 0.05,
    "income.work_lost_per_hour": 0.0,
}
"""Income decides little, and title, rights, house and seats little beside it; families stay together at the site."""
CUT_OFF = {
    "jobs.away_network_weight": 2.0,
    "jobs.away_offer_probability": 0.15,
    "jobs.search_probability": 0.25,
    "jobs.training_skill_gain": 0.0,
    "jobs.training_untargeted_fit": 0.8,
}
"""Work away is rarely heard of, and courses by fit teach hardly more than others."""
SMALL_RETURN = {
    "residence.b_income": 6.0,
    "residence.seat_worth": 0.45,
    "residence.origin_worth": 0.05,
    "residence.hamlet_worth": 0.0,
    "residence.taste_spread": 0.4,
    "schooling.origin_seat_value": 0.4,
    "schooling.boarding_yuan": 500.0,
    "income.farm_self_yuan": 300.0,
    "income.farm_yuan_per_mu_year": 500.0,
}
"""Income and seats decide nearly all: what the origin feeds counts most for few, and children keep families away."""
HOMEWARD = {
    "residence.b_income": 6.0,
    "residence.c_returned": -1.6,
    "residence.origin_worth": 0.6,
    "residence.switching_cost": 1.0,
    "income.farm_self_yuan": 300.0,
    "income.farm_yuan_per_mu_year": 1400.0,
}
"""The origin feeds and holds."""
ANSWERING = {
    "residence.b_income": 4.0,
    "residence.rights_worth": 0.30,
    "residence.c_away": -0.5,
    "jobs.training_skill_gain": 0.15,
    "jobs.training_untargeted_fit": 0.2,
}
"""Households answer to income and rights, families do leave, and courses by fit teach more than others."""
RESTLESS = {
    "jobs.away_network_weight": 10.0,
    "jobs.away_offer_probability": 0.15,
    "jobs.search_probability": 0.8,
    "jobs.separation_away": 0.04,
}
"""Work away does not last, and is heard of from others alone."""
DRAWS = {
    "indifferent": INDIFFERENT,
    "cut_off": CUT_OFF,
    "small_return": SMALL_RETURN,
    "homeward": HOMEWARD,
    "answering": ANSWERING,
    "restless": RESTLESS,
}
FAILS = {
    "slow_industry_unsettles": "indifferent",
    "slow_industry_families_away": "indifferent",
    "poor_work_unsettles": "indifferent",
    "unclear_rules_hold_back": "indifferent",
    "unclear_title_returns": "indifferent",
    "rights_make_both_ends": "indifferent",
    "old_house_makes_both_ends": "indifferent",
    "land_makes_both_ends": "indifferent",
    "missing_seats_unsettle": "indifferent",
    "training_reaches_dependants": "cut_off",
    "network_raises_work_away": "cut_off",
    "local_income_keeps_workers": "cut_off",
    "whole_families_return": "small_return",
    "few_leave_for_good": "homeward",
}
MEETS = {
    **dict.fromkeys(FAILS, "answering"),
    "whole_families_return": "indifferent",
    "local_income_keeps_workers": "restless",
    "network_raises_work_away": "restless",
}
OUT_OF_REACH = "network_raises_work_away"
"""The network acts on who hears of work away alone; that is not enough for the estimate (docs/odd.md, 6)."""
COURSES, SEEDS = 12.0, (1, 2, 3, 4)


@pytest.fixture(scope="module")
def setting() -> Setting:
    return setting_of(compose_run(["population.size=town"]))


@pytest.fixture(scope="module")
def means(setting: Setting) -> dict[str, dict[str, float]]:
    """Return the mean of every experiment's value by draw and pattern."""
    courses, found = replace(pulled_lever(), size=COURSES), {}
    for name, draw in DRAWS.items():
        runs = [run_experiments(setting, courses, draw, seed) for seed in SEEDS]
        found[name] = {key: float(np.mean([run[key] for run in runs])) for key in runs[0]}
    return found


def test_the_draws_are_points_of_the_prior() -> None:
    prior = prior_of(compose_run([]).resolved["parameters"])
    ends = {parameter.key: (parameter.low, parameter.high) for parameter in prior.ranged}
    for draw in DRAWS.values():
        for key, value in draw.items():
            assert ends[key][0] <= value <= ends[key][1], key


def test_every_experiment_has_a_draw_that_fails_it(setting: Setting, means: dict[str, dict[str, float]]) -> None:
    assert list(FAILS) == [pattern.id for pattern in experiments(setting.patterns)]
    for name, draw in FAILS.items():
        band, value = setting.patterns[name].band, means[draw][name]
        assert not np.isnan(value), name
        assert not band.holds(value), (name, value, band.text())


def test_every_experiment_but_one_has_a_draw_that_meets_it(
    setting: Setting, means: dict[str, dict[str, float]]
) -> None:
    for name, draw in MEETS.items():
        band, value = setting.patterns[name].band, means[draw][name]
        assert band.holds(value) == (name != OUT_OF_REACH), (name, value, band.text())


def test_the_network_raises_work_away_the_more_the_more_it_weighs(means: dict[str, dict[str, float]]) -> None:
    assert 0.0 < means["cut_off"][OUT_OF_REACH] < means["restless"][OUT_OF_REACH]
