"""What a draw of a town gives for evidence from elsewhere, and the measures by hand."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.findings.experiment_branches import pulled_lever
from calibration.findings.experiments import city_before_policy
from calibration.fitting.history import Setting, history_of, outputs_of, setting_of
from calibration.rings import store
from calibration.rings.across_options import log_ratio, spreads
from calibration.rings.between_persons import coming_back_slope, work_away_slopes, workers_of
from calibration.rings.measures import END, SHARES, Measured, measured
from calibration.rings.store import Draw, RingRuns
from scenarios.base.errors import UserError
from scenarios.report.borrowed import Item, items_of, read_borrowed
from scenarios.settings.config import compose_run
from simulation.city import City
from simulation.state.entities import AWAY_JOB, NONE, SETTLED

VALUES = {"residence.b_income": 2.0, "residence.origin_worth": 0.4, "knowledge.attachment_site_half_life_years": 3.0}
SEED = 4


@pytest.fixture(scope="module")
def setting() -> Setting:
    return setting_of(compose_run(["population.size=town"]))


@pytest.fixture(scope="module")
def items(setting: Setting) -> tuple[Item, ...]:
    return items_of(setting.patterns, read_borrowed())


@pytest.fixture(scope="module")
def found(setting: Setting, items: tuple[Item, ...]) -> Measured:
    return measured(setting, items, pulled_lever(), VALUES, SEED)


@pytest.fixture
def city(setting: Setting) -> City:
    return city_before_policy(setting, VALUES, SEED, END + 1)


def test_parameters_enter_as_they_were_drawn(found: Measured) -> None:
    assert found.values["ties_at_origin"] == pytest.approx(2.0 * 0.4)
    assert found.values["ties_recover"] == 3.0
    assert found.values["remote_village"] == pytest.approx(2 * 2.0 * 0.15)


def test_the_history_is_that_of_the_calibration(found: Measured, setting: Setting) -> None:
    city = history_of(setting, VALUES, SEED)
    outputs = outputs_of(city, setting)
    assert all(value == outputs[name] or math.isnan(value) for name, value in found.outputs.items())
    assert set(found.outputs) == set(outputs)
    assert set(found.shares) == set(SHARES)
    assert sum(found.shares.values()) == pytest.approx(1.0)
    assert found.shares["households_settled"] == pytest.approx(outputs["also:settled"])


def test_what_is_measured_differs_with_the_seed_and_not_by_chance(
    found: Measured, setting: Setting, items: tuple[Item, ...]
) -> None:
    assert measured(setting, items, pulled_lever(), VALUES, SEED) == found
    other = measured(setting, items, pulled_lever(), VALUES, SEED + 1)
    assert other.values["network_raises_work_away"] != found.values["network_raises_work_away"]


def test_a_measure_that_names_nothing_is_one_line(setting: Setting, items: tuple[Item, ...]) -> None:
    wrong = replace(items[0], measure="no_such_quantity")
    with pytest.raises(UserError, match=f"the item '{wrong.id}' cannot be measured"):
        measured(setting, [wrong], pulled_lever(), VALUES, SEED)


def test_a_planted_slope_between_persons_is_found(city: City) -> None:
    """Everybody's work is set anew: away with log-odds of 0.9 a labourer and -0.2 a mu of land per labourer."""
    persons, households = city.state.persons, city.state.households
    own = np.flatnonzero(workers_of(city).labourer)
    of = persons.household[own]
    rng = np.random.default_rng(1)
    labourers = np.bincount(of, minlength=households.members.size)[of]
    households.land_mu[:] = rng.uniform(0.0, 12.0, households.land_mu.size)
    odds = 0.9 * labourers - 0.2 * households.land_mu[of] / labourers - 1.5
    goes = rng.random(own.size) < 1 / (1 + np.exp(-odds))
    persons.channel[own] = np.where(goes, AWAY_JOB, NONE)
    by_labourers, by_land = work_away_slopes(city)
    assert by_labourers == pytest.approx(0.9, abs=0.3)
    assert by_land == pytest.approx(-0.2, abs=0.1)
    persons.channel[own] = NONE
    assert all(math.isnan(slope) for slope in work_away_slopes(city))


def test_who_comes_back_by_age_is_found(city: City) -> None:
    persons = city.state.persons
    own = np.flatnonzero(workers_of(city).labourer)
    persons.channel[own] = AWAY_JOB
    before = workers_of(city)
    years = (city.month - 1 - persons.birth_month[own]) / 12
    rng = np.random.default_rng(2)
    back = rng.random(own.size) < 1 / (1 + np.exp(-(0.08 * years - 3.0)))
    persons.channel[own] = np.where(back, NONE, AWAY_JOB)
    assert coming_back_slope(before, city) == pytest.approx(0.08, abs=0.03)
    assert math.isnan(coming_back_slope(before._replace(away=np.zeros_like(before.away)), city))


def test_spreads_follow_the_weights_of_the_terms(city: City) -> None:
    before = spreads(city)
    residence = city.parameters.residence
    twice = residence._replace(service_worth=2 * residence.service_worth, seat_worth=3 * residence.seat_worth)
    city.parameters = city.parameters._replace(residence=twice)
    after = spreads(city)
    assert after.service == pytest.approx(2 * before.service)
    assert after.school_with_children == pytest.approx(3 * before.school_with_children)
    assert (after.income, after.income_with_children) == (before.income, before.income_with_children)
    halved = city.parameters.residence._replace(b_income=residence.b_income / 2)
    city.parameters = city.parameters._replace(residence=halved)
    of = spreads(city)
    assert log_ratio(of.income, of.service) == pytest.approx(log_ratio(after.income, after.service))  # b_income cancels


def test_only_open_options_count(city: City) -> None:
    households = city.state.households
    one = int(np.flatnonzero((households.state == SETTLED) & (households.labourers > 0) & (households.at_home > 0))[0])
    households.members[np.arange(households.members.size) != one] = 0
    with_away = spreads(city).income
    households.labourers[one] = 0
    assert spreads(city).income != with_away
    households.at_home[one] = 0
    assert math.isnan(spreads(city).income)


@pytest.mark.parametrize(("more", "less", "expected"), [(math.e, 1.0, 1.0), (0.0, 1.0, math.nan), (1.0, 0.0, math.nan)])
def test_log_ratio(more: float, less: float, expected: float) -> None:
    assert log_ratio(more, less) == pytest.approx(expected, nan_ok=True)


def test_finished_draws_are_kept_and_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def here(work: object, missing: list[Draw], *_: object) -> object:
        for draw in missing:
            asked.append(draw.seed)
            if draw.seed == 3:
                raise KeyboardInterrupt
            yield Measured({"a": math.nan, "b": 0.1 * draw.seed}, {"households_settled": 0.5}, {"target:x": 1.0})

    monkeypatch.setattr(store, "in_processes", here)
    words = ["population.size=town"]
    draws = [Draw({"residence.b_income": 1.0}, seed) for seed in (1, 2, 3)]
    runs = RingRuns(words, None, tmp_path)
    with pytest.raises(KeyboardInterrupt):
        runs.measured(draws)
    with runs.path.open("a", encoding="utf-8") as file:
        file.write('\n{"key": "cut o')
    told: list[tuple[int, int]] = []
    again = RingRuns(words, None, tmp_path)
    draws[2] = Draw({"residence.b_income": 1.0}, 5)
    found = again.measured(draws, lambda done, of: told.append((done, of)))
    assert asked == [1, 2, 3, 5]
    assert told == [(3, 3)]
    assert [each.values["b"] for each in found] == [0.1, 0.2, 0.5]
    assert all(math.isnan(each.values["a"]) for each in found)
    assert json.loads(runs.path.read_text(encoding="utf-8").split("\n")[0])["kind"] == "rings"
    assert len(list(tmp_path.iterdir())) == 1
    RingRuns([*words, "reading.labour_scope=all"], None, tmp_path)
    assert [each.values["b"] for each in RingRuns(words, None, tmp_path).measured(draws[:1])] == [0.1]
