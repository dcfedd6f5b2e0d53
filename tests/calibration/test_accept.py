"""What becomes of a draw: screened, out of reach, off a target, off a pattern, or accepted with its row."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from calibration import accept
from calibration.accept import (
    ACCEPTED,
    FATES,
    HOPELESS,
    OUT_OF_REACH,
    PATTERNS_MISSED,
    SCREENED,
    TARGETS_MISSED,
    Candidate,
    draw_seed,
    held_against,
    try_draw,
)
from calibration.prior import SOLVED, Free, free_parameters, prior_draw, ranges
from calibration.solve import Report, Solved
from scenarios.compare.draws import PARAMETER, PATTERN, TARGET
from scenarios.config import RunConfig
from scenarios.figures import Figure
from tests.calibration.stand_in import power_laws, stand_in

VALUES = {"jobs.fair_attendance": 0.3, "residence.b_school": 0.7}
ROWS = [
    ("employed", "target", 40_558.123),
    ("both_ends_apparent", "pattern", 0.23456789),
    ("land_ties", "pattern", 0.02),
    ("persons", "input", 118_000.0),
]


def judged(
    monkeypatch: pytest.MonkeyPatch, report: Report, config: RunConfig, met: dict[str, str], in_reach: bool = True
) -> Candidate:
    """Hold draw 12 against the report after four runs; `met` by id, yes where nothing is said."""
    seen: dict[str, Any] = {}

    def solved(values: Any, rates: Any, own: Report, base: Any, seed: int) -> Solved:
        seen.update(values=values, seed=seed)
        model: Any = SimpleNamespace()
        return Solved({**values, "jobs.fair_attendance": 0.41}, model, 4, in_reach)

    table = pd.DataFrame(ROWS, columns=["id", "kind", "model"])
    table["met"] = [met.get(name, "yes") for name in table["id"]]
    monkeypatch.setattr(accept, "solve_rates", solved)
    monkeypatch.setattr(accept, "compared", lambda model, own: table)
    free: dict[str, Free] = {}
    found = held_against(12, VALUES, free, report, config.parameters)
    assert seen == {"values": VALUES, "seed": draw_seed(12)}
    assert found.number == 12
    return found


def test_a_draw_that_fits_is_accepted_with_its_row(
    monkeypatch: pytest.MonkeyPatch, report: Report, config: RunConfig
) -> None:
    found = judged(monkeypatch, report, config, {"persons": "no"})  # inputs decide nothing
    assert (found.fate, found.missed, found.runs) == (ACCEPTED, (), 5)  # the screening run and four
    assert found.row == {
        "draw": 12,
        "seed": draw_seed(12),
        f"{PARAMETER}jobs.fair_attendance": 0.41,  # as it was solved
        f"{PARAMETER}residence.b_school": 0.7,
        f"{TARGET}employed": 40_558.1,  # six digits
        f"{PATTERN}both_ends_apparent": 0.234568,
        f"{PATTERN}land_ties": 0.02,
    }


@pytest.mark.parametrize("met", ["near", "no", "unknown"])
def test_near_a_target_is_not_on_it(
    monkeypatch: pytest.MonkeyPatch, report: Report, config: RunConfig, met: str
) -> None:
    assert judged(monkeypatch, report, config, {"employed": met}).fate == TARGETS_MISSED


@pytest.mark.parametrize("met", ["no", "unknown"])
def test_patterns_that_are_missed_are_named(
    monkeypatch: pytest.MonkeyPatch, report: Report, config: RunConfig, met: str
) -> None:
    found = judged(monkeypatch, report, config, {"land_ties": met})
    assert (found.fate, found.missed) == (PATTERNS_MISSED, ("land_ties",))
    both = judged(monkeypatch, report, config, {"employed": "no", "land_ties": "no"})
    assert (both.fate, both.missed) == (TARGETS_MISSED, ("land_ties",))


def test_a_rate_out_of_its_range_ends_it(monkeypatch: pytest.MonkeyPatch, report: Report, config: RunConfig) -> None:
    found = judged(monkeypatch, report, config, {}, in_reach=False)
    assert (found.fate, found.row, found.runs) == (OUT_OF_REACH, None, 5)
    assert {SCREENED, OUT_OF_REACH, TARGETS_MISSED, PATTERNS_MISSED, ACCEPTED} == set(FATES)


@pytest.mark.parametrize(
    ("both_ends", "away", "screened"),
    [(3000.0, 500.0, False), (790.0, 500.0, True), (6010.0, 500.0, True), (3000.0, 70.0, True), (3000.0, 2510.0, True),
     (800.0, 80.0, False), (6000.0, 2500.0, False)],
)  # fmt: skip
def test_hopeless_draws_are_dropped_after_one_run(
    monkeypatch: pytest.MonkeyPatch, report: Report, config: RunConfig, figures: dict[str, Figure],
    both_ends: float, away: float, screened: bool,
) -> None:  # fmt: skip
    # of 10,000 households: both ends .08 to .60, away .008 to .25
    assert HOPELESS == {"households_both_ends": (0.08, 0.60), "households_away": (0.008, 0.25)}
    others = {"households": 10_000.0, "households_both_ends": both_ends, "households_away": away}
    ran: list[dict[str, float]] = []
    monkeypatch.setattr(accept, "Model", stand_in(power_laws(figures), ran, others))
    kept: list[Any] = []

    def held(number: int, values: Any, rates: Any, *rest: Any) -> Candidate:
        kept.append((number, values, rates))
        return Candidate(number, ACCEPTED, (), {}, 3)

    monkeypatch.setattr(accept, "held_against", held)
    entries = config.resolved["parameters"]
    found = try_draw(7, 1, entries, report, config.parameters)
    assert [run["seed"] for run in ran] == [draw_seed(7)]
    if screened:
        assert found == Candidate(7, SCREENED, (), None, 1)
        assert not kept
        return
    number, values, rates = kept[0]
    assert (found.fate, number) == (ACCEPTED, 7)
    drawn = prior_draw(free_parameters(entries), 1, 7)
    start = {key: getattr(config.parameters.jobs, key.partition(".")[2]) for key in SOLVED.values()}
    assert values == {**start, **drawn}  # rates start where conf/ has them
    assert rates == {key: ranges(entries)[key] for key in SOLVED.values()}


def test_seeds_of_draws_are_their_own() -> None:
    assert len({draw_seed(number) for number in range(5000)}) == 5000
