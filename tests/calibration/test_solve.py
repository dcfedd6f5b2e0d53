"""Rates are solved so that targets are met: on a stand-in of the model whose targets are known functions of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibration import solve
from calibration.prior import SOLVED, Free, ranges
from calibration.solve import FIRST_SLOPE, RUNS_MOST, SOLVED_WITHIN, Report, solve_rates
from scenarios.compare.draws import rounded
from scenarios.config import RunConfig
from scenarios.figures import Figure
from scenarios.outcome import target_tolerance, targets_of
from tests.calibration.stand_in import WHERE_MET, power_laws, stand_in

SEARCH, FAIRS = "jobs.search_probability", "jobs.fair_attendance"
OTHER = {"residence.b_school": 0.7}


@pytest.fixture
def rates(entries: dict[str, dict[str, Any]]) -> dict[str, Free]:
    return {key: ranges(entries)[key] for key in SOLVED.values()}


@pytest.fixture(autouse=True)
def nothing_to_collect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in leaves no megabytes behind."""
    monkeypatch.setattr(solve, "gc", SimpleNamespace(collect=lambda: 0))


def off_by_tolerances(solved: solve.Solved, report: Report) -> dict[str, float]:
    """Return how far each target is from the report, in its tolerances."""
    found = targets_of(solved.model.records, report.reading)
    return {
        target: (found[target] - report.figures[target].value) / target_tolerance(target, report.figures[target].value)
        for target in SOLVED
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.tuples(*[st.floats(0.0, 1.0)] * 4))
def test_from_anywhere_in_their_ranges_rates_meet_the_targets(
    places: tuple[float, ...], monkeypatch: pytest.MonkeyPatch, report: Report, config: RunConfig,
    figures: dict[str, Figure], rates: dict[str, Free],
) -> None:  # fmt: skip
    ran: list[dict[str, float]] = []
    monkeypatch.setattr(solve, "Model", stand_in(power_laws(figures), ran))
    start = {
        key: one.low + place * (one.high - one.low) for (key, one), place in zip(rates.items(), places, strict=True)
    }
    solved = solve_rates({**start, **OTHER}, rates, report, config.parameters, 77)
    assert solved.in_reach
    assert solved.runs == len(ran) <= RUNS_MOST
    assert {run["seed"] for run in ran} == {77}
    assert all(abs(off) <= SOLVED_WITHIN * 1.05 for off in off_by_tolerances(solved, report).values())
    assert solved.values["residence.b_school"] == 0.7
    assert set(solved.values) == {*start, *OTHER}
    for key, one in rates.items():
        assert one.low <= solved.values[key] <= one.high
        assert ran[-1][key] == solved.values[key]  # what is returned is what was run
    moved = [key for key in rates if solved.values[key] != start[key]]
    assert all(solved.values[key] == rounded(solved.values[key]) for key in moved)


def test_a_history_that_meets_the_targets_is_run_once(
    monkeypatch: pytest.MonkeyPatch,
    report: Report,
    config: RunConfig,
    figures: dict[str, Figure],
    rates: dict[str, Free],
) -> None:
    monkeypatch.setattr(solve, "Model", stand_in(power_laws(figures), []))
    solved = solve_rates({**WHERE_MET, **OTHER}, rates, report, config.parameters, 1)
    assert solved.runs == 1
    assert solved.values == {**WHERE_MET, **OTHER}


def test_the_first_step_by_hand(
    monkeypatch: pytest.MonkeyPatch,
    report: Report,
    config: RunConfig,
    figures: dict[str, Figure],
    rates: dict[str, Free],
) -> None:
    # Twice as many matches as wanted: log .5 = -.69 over a slope of 1, but a step is .6 at most; nothing else moves.
    ran: list[dict[str, float]] = []
    law = power_laws(figures)

    def doubled(found: dict[str, float]) -> dict[str, float]:
        return {**law(found), "job_fair_matches_2019": 2 * figures["job_fair_matches_2019"].value}

    monkeypatch.setattr(solve, "Model", stand_in(doubled, ran))
    solve_rates(WHERE_MET, rates, report, config.parameters, 1)
    assert FIRST_SLOPE["job_fair_matches_2019"] == 1.0
    assert ran[1][FAIRS] == pytest.approx(0.35 * 2.718281828**-0.6, rel=1e-5)
    assert all(ran[1][key] == WHERE_MET[key] for key in rates if key != FAIRS)


@pytest.mark.parametrize("give_up", [True, False])
@pytest.mark.parametrize(("key", "met", "end"), [(SEARCH, 40.0, "high"), (FAIRS, 0.001, "low")])
def test_out_of_reach_is_flagged_with_the_rate_at_its_end(
    monkeypatch: pytest.MonkeyPatch, report: Report, config: RunConfig, figures: dict[str, Figure],
    rates: dict[str, Free], key: str, met: float, end: str, give_up: bool,
) -> None:  # fmt: skip
    ran: list[dict[str, float]] = []
    monkeypatch.setattr(solve, "Model", stand_in(power_laws(figures, {**WHERE_MET, key: met}), ran))
    start = {other: (one.low + one.high) / 2 for other, one in rates.items()}
    solved = solve_rates({**start, **OTHER}, rates, report, config.parameters, 1, give_up)
    assert not solved.in_reach
    assert solved.values[key] == getattr(rates[key], end)
    off = off_by_tolerances(solved, report)
    own = next(target for target, rate in SOLVED.items() if rate == key)
    assert abs(off[own]) > 1.0
    if not give_up:  # the others are solved all the same, and nothing is run that changes nothing
        assert solved.runs < RUNS_MOST
        assert all(abs(value) <= SOLVED_WITHIN * 1.05 for target, value in off.items() if target != own)


def test_giving_up_takes_no_further_run(
    monkeypatch: pytest.MonkeyPatch,
    report: Report,
    config: RunConfig,
    figures: dict[str, Figure],
    rates: dict[str, Free],
) -> None:
    monkeypatch.setattr(solve, "Model", stand_in(power_laws(figures, {**WHERE_MET, SEARCH: 40.0}), []))
    start = {**WHERE_MET, SEARCH: rates[SEARCH].high}
    assert solve_rates(start, rates, report, config.parameters, 1).runs == 1
    assert solve_rates(start, rates, report, config.parameters, 1, give_up=False).runs > 1


def test_what_does_not_settle_is_returned_as_its_last_run(
    monkeypatch: pytest.MonkeyPatch,
    report: Report,
    config: RunConfig,
    figures: dict[str, Figure],
    rates: dict[str, Free],
) -> None:
    # matches jump between half and twice the report's with every run: no rate settles that
    ran: list[dict[str, float]] = []
    law = power_laws(figures)

    def jumping(found: dict[str, float]) -> dict[str, float]:
        factor = 0.5 if len(ran) % 2 else 2.0
        return {**law(found), "job_fair_matches_2019": factor * figures["job_fair_matches_2019"].value}

    monkeypatch.setattr(solve, "Model", stand_in(jumping, ran))
    solved = solve_rates(WHERE_MET, rates, report, config.parameters, 1)
    assert solved.runs == len(ran) == RUNS_MOST
    assert abs(off_by_tolerances(solved, report)["job_fair_matches_2019"]) > 1.0


def test_no_matches_at_all_count_as_half_a_match(
    monkeypatch: pytest.MonkeyPatch,
    report: Report,
    config: RunConfig,
    figures: dict[str, Figure],
    rates: dict[str, Free],
) -> None:
    ran: list[dict[str, float]] = []
    law = power_laws(figures)
    monkeypatch.setattr(solve, "Model", stand_in(lambda found: {**law(found), "job_fair_matches_2019": 0.0}, ran))
    solved = solve_rates(WHERE_MET, rates, report, config.parameters, 1)
    assert not solved.in_reach
    assert solved.values[FAIRS] == rates[FAIRS].high
