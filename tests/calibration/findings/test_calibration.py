"""What a calibration is made of: figures of one's own, what is refused, where draws go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from calibration.entries import CALIBRATE
from calibration.findings import calibration as module
from calibration.findings.calibration import (
    SMALL_COUNT,
    Calibration,
    calibration_of,
    screening_of,
)
from calibration.fitting.fit import check_weights
from calibration.fitting.likelihood import Observations, observations_of
from calibration.fitting.observed import with_observed, with_other_values
from calibration.fitting.prior import Prior, prior_of
from scenarios.base.errors import UserError
from scenarios.base.input.rows import RegistryError
from scenarios.report.figures import Figure
from scenarios.report.patterns import read_patterns
from scenarios.runs.parameter_sets import DRAWS_FILE
from scenarios.settings.config import RunConfig, compose_run
from tests.calibration.made_fit import made_fit


@pytest.fixture(scope="module")
def observed(config: RunConfig, figures: dict[str, Figure]) -> Observations:
    return observations_of(figures, read_patterns(config.region / "patterns.csv"))


def planned(tmp_path: Path, *words: str) -> Calibration:
    return calibration_of(CALIBRATE.call([*words, f"cache={tmp_path}"]))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_own_figures_take_the_place_of_the_reports(observed: Observations, tmp_path: Path) -> None:
    mine = with_observed(
        observed, written(tmp_path, "id,value,holds\nemployed,30000,\nland_ties,,no\nold_house_ties,0.4,\n")
    )
    j = observed.names.index("target:employed")
    assert observed.natural(j, mine.value[j : j + 1])[0] == pytest.approx(30_000)
    assert mine.error[j] == pytest.approx(1.0)  # the written rule on the scale of counts
    assert not mine.holds[observed.names.index("pattern:land_ties")]
    assert not mine.holds[observed.names.index("pattern:old_house_ties")]  # .4 lies beyond .30
    rest = [
        i
        for i, name in enumerate(observed.names)
        if name.partition(":")[2] not in ("employed", "land_ties", "old_house_ties")
    ]
    assert mine.holds[rest].all()
    assert np.array_equal(mine.value[rest], observed.value[rest], equal_nan=True)


def test_a_value_at_its_bound_holds(observed: Observations) -> None:
    for value, holds in ((0.05, True), (0.0499, False), (0.30, True), (0.3001, False)):
        mine = with_other_values(observed, {"pattern:old_house_ties": value}, {})
        assert bool(mine.holds[observed.names.index("pattern:old_house_ties")]) == holds, value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,value,holds\nemployed,1,200,\n", ("mine.csv:2", "found 4 cells, expected 3 cells, as in the heading")),
        ("id,value\nemployed,0x10\n", ("mine.csv:2", "found '0x10', expected a number")),
        ("id,value\nemploye,1\n", ("mine.csv:2", "one of employed", "nearest: employed")),
        ("id,value\nemployed,1\nland_ties,many\n", ("mine.csv:3", "'many'", "a number")),
        ("id,value\nemployed,nan\n", ("mine.csv:2", "'nan'", "a number")),
        ("id,value\nemployed,-5\n", ("mine.csv:2", "-5", "above 0")),
        ("id,value\njob_fair_matches_2019,0\n", ("mine.csv:2", "above 0")),
        ("id,value\nemployed,5\nemployed,6\n", ("mine.csv:3", "again")),
        ("id,value,holds\nland_ties,,perhaps\n", ("mine.csv:2", "'perhaps'", "yes, no")),
        ("id,value,holds\nemployed,5,no\n", ("mine.csv:2", "'no'", "nothing for a target")),
        ("id,value\nland_ties,\n", ("mine.csv:2", "a number, or yes or no")),
        ("name,number\nemployed,1\n", ("mine.csv:1", "name,number", "id,value")),
        ("", ("mine.csv:1", "id,value")),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(
    observed: Observations, tmp_path: Path, text: str, says: tuple[str, ...]
) -> None:
    with pytest.raises(RegistryError) as caught:
        with_observed(observed, written(tmp_path, text))
    (line,) = (problem.say("en") for problem in caught.value.problems)
    for part in says:
        assert part in line


def test_a_table_as_spreadsheets_in_china_write_it_is_read(observed: Observations, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes("id,value,holds\nemployed,30000,\nland_ties,,no\n".encode("gb18030"))
    assert not with_observed(observed, path).holds[observed.names.index("pattern:land_ties")]


def test_a_table_that_is_not_there_is_refused(
    observed: Observations, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert CALIBRATE.enter([f"observed={tmp_path / 'no.csv'}", f"cache={tmp_path}"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "no.csv: found No such file" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("without=[emploied]", "nearest: 'employed'"),
        ("parameters.residence.seat_worth=1", "no key of this command"),
        ("scenario=workshops", "no key of this command"),
        ("inference_seed=0", "inference_seed"),
        ("quick=perhaps", "neither true nor false"),
        ("processes=many", "processes"),
    ],
)
def test_a_mistake_is_one_line_with_code_2(
    word: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert CALIBRATE.enter([word, f"cache={tmp_path}", f"output={tmp_path / 'out'}"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err
    assert list(tmp_path.iterdir()) == []


def test_draws_for_briefs_come_from_the_report_itself_alone(tmp_path: Path) -> None:
    assert planned(tmp_path).table == DRAWS_FILE
    other = planned(tmp_path, "reading.labour_scope=all")
    assert other.table == DRAWS_FILE.with_name("labour_scope-all.csv")
    assert other.output.name == "labour_scope-all"
    mine = written(tmp_path, "id,value\nemployed,30000\n")
    for word in (f"observed={mine}", "without=[employed]", "population.seed=2", "inference_seed=2"):
        assert planned(tmp_path, word).table is None, word
    kept = planned(tmp_path, "without=[employed]", f"table={tmp_path / 'kept.csv'}")
    assert (kept.table, kept.without) == (tmp_path / "kept.csv", ("employed",))
    assert not kept.observed.used[kept.observed.names.index("target:employed")]
    assert kept.observed.used.sum() == len(kept.observed.names) - 1


def test_a_quick_one_has_a_report_of_its_own(tmp_path: Path, observed: Observations) -> None:
    quick = planned(tmp_path, "quick=true")
    assert quick.config.population.size == "town"
    employed = quick.observed.names.index("target:employed")
    assert 100 < quick.observed.natural(employed, quick.observed.value)[employed] < 5000  # of a town
    assert quick.observed.value[employed] != observed.value[employed]
    assert quick.table is None
    # what a table says of the figures are the town's own numbers and tolerances: twice sqrt(n + (n / 100)^2)
    n = quick.figures["employed"].value
    assert n == pytest.approx(quick.observed.natural(employed, quick.observed.value)[employed])
    assert quick.figures["employed"].tolerance == round(2 * (n + (n / 100) ** 2) ** 0.5)
    # from a few persons at fairs only chance could be learnt
    assert quick.figures["job_fair_matches_2019"].value < SMALL_COUNT
    assert quick.without == ("job_fair_matches_2019",)
    assert planned(tmp_path, "quick=true", "without=[employed]").without == ("employed",)


def test_a_target_that_the_model_does_not_compute_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figures: dict[str, Figure]
) -> None:
    more = {**figures, "labourers": replace(figures["labourers"], role="target")}
    monkeypatch.setattr(module, "read_figures", lambda path: more)
    with pytest.raises(UserError, match=r"computes no such target.*labourers"):
        planned(tmp_path)


def test_a_target_without_tolerance_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figures: dict[str, Figure]
) -> None:
    spoiled = {**figures, "nearby_transfer_jobs": replace(figures["nearby_transfer_jobs"], tolerance=0.0)}
    monkeypatch.setattr(module, "read_figures", lambda path: spoiled)
    with pytest.raises(UserError, match=r"nearby_transfer_jobs.*figures\.csv"):
        planned(tmp_path)


def test_a_target_of_another_meaning_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figures: dict[str, Figure]
) -> None:
    other = replace(figures["employed"], reading=(("employment_meaning", "cumulative"),))
    monkeypatch.setattr(module, "read_figures", lambda path: {**figures, "employed": other})
    with pytest.raises(UserError, match="'employed' does not hold"):
        planned(tmp_path)


def test_a_screening_comes_back_from_what_draws_tell() -> None:
    prior: Prior = prior_of(compose_run([]).resolved["parameters"])
    made = {"free": [prior.keys[5], prior.keys[2]], "minor": [prior.keys[9]],
            "effect": {key: float(i) for i, key in enumerate(prior.keys)}}  # fmt: skip
    found = screening_of(made, prior)
    assert (found.free, found.minor) == ((2, 5), (9,))
    assert found.strongest.tolist() == [float(i) for i in range(len(prior.keys))]


@pytest.mark.parametrize(("worth", "says"), [(49.0, "too few"), (51.0, "narrows 0 of")])
def test_nothing_is_said_of_parameters_on_a_few_draws(tmp_path: Path, worth: float, says: str) -> None:
    calibration = planned(tmp_path)
    n = len(calibration.prior.keys)
    fitted = Mock(effective_draws=worth, weights=np.full(400, 1 / 400))
    fitted.weighted.points = np.random.default_rng(1).random((400, n))
    assert says in calibration.verdict(fitted).say("en")
    assert f"{worth:.0f}" in calibration.verdict(fitted).say("zh")


def test_a_calibration_in_which_no_run_agrees_is_one_line() -> None:
    fitted = made_fit()
    check_weights(fitted.log_weights)
    with pytest.raises(UserError, match="no run agrees with the report") as caught:
        check_weights(np.full_like(fitted.log_weights, -np.inf))
    assert caught.value.key == "observed"
