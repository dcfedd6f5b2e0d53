"""Sweeps as written: axes of each kind, Hydra's multirun words, and one line for whatever is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.base.errors import UserError
from scenarios.sweep.plan.axes import Axis, DrawsAxis, read_axis
from scenarios.sweep.plan.spec import known_keys, sweep_of
from scenarios.sweep.plan.sweep_files import read_sweep

SIZE, SCHOOL = "levers.workshops.size", "parameters.residence.seat_worth"
MONTHS = "levers.workshops.phase_in_months"


def axis(kind: str, content: Any) -> Axis:
    found = read_axis({kind: content}, known_keys(None), lambda key: "", "axes[0]")
    assert isinstance(found, Axis)
    return found


def test_a_grid_is_every_combination() -> None:
    assert axis("grid", {MONTHS: {"from": 1, "to": 7, "steps": 3}}).rows == [(1,), (4,), (7,)]
    found = axis("grid", {SIZE: [10, 20], SCHOOL: {"from": 0, "to": 1, "steps": 3}})
    assert found.keys == (SIZE, SCHOOL)
    assert found.rows == [(10.0, 0.0), (10.0, 0.5), (10.0, 1.0), (20.0, 0.0), (20.0, 0.5), (20.0, 1.0)]


def test_a_list_has_keys_of_its_own_in_each_point() -> None:
    found = axis("list", [{SIZE: 10}, {SCHOOL: 0.5, SIZE: 20}])
    assert found.keys == (SIZE, SCHOOL)
    assert found.rows == [(10.0, None), (20.0, 0.5)]


@settings(max_examples=15, deadline=None)
@given(n=st.integers(2, 40), seed=st.integers(0, 1000))
def test_a_latin_hypercube_has_a_point_in_each_nth_of_every_range(n: int, seed: int) -> None:
    found = axis("latin_hypercube", {"n": n, "seed": seed, "keys": {SIZE: [10, 20], SCHOOL: [0, 2]}})
    points = np.array(found.rows)
    for column, (low, high) in zip(points.T, ((10, 20), (0, 2)), strict=True):
        cells = np.floor((column - low) / (high - low) * n + 1e-4)  # values have six digits
        assert len(set(np.clip(cells, 0, n - 1))) >= n - 1  # a rounded one may fall into the next
        assert column.min() >= low
        assert column.max() <= high


def test_a_prior_is_filled_in_its_own_shape() -> None:
    key = "parameters.jobs.separation_away"  # log-uniform
    low, high = known_keys(None).keys[key].prior or (0.0, 0.0)
    rows = np.array(axis("sobol", {"n": 64, "keys": {key: "prior"}}).rows)[:, 0]
    below = (rows < np.sqrt(low * high)).mean()  # the middle in the logarithm
    assert abs(below - 0.5) < 0.02
    assert low <= rows.min() < rows.max() <= high


def test_whole_numbers_are_filled_with_both_ends() -> None:
    found = axis("sobol", {"n": 64, "keys": {"levers.workshops.phase_in_months": [1, 4]}})
    counts = [found.rows.count((number,)) for number in (1, 2, 3, 4)]
    assert counts == [16] * 4


def test_draws_are_a_number_or_a_table_too() -> None:
    known = known_keys(None)
    assert read_axis({"draws": 5}, known, lambda key: "", "axes[0]") == DrawsAxis(5, "posterior")
    assert read_axis({"draws": {"n": 2, "table": "prior"}}, known, lambda key: "", "a") == DrawsAxis(2, "prior")


def test_words_come_before_the_file() -> None:
    sweep = read_sweep("workshops", [f"{SIZE}=7,9", "seeds=2", "levers.workshops.start=2022-01", "outputs=[employed]"])
    assert sweep.seeds == (1, 2)
    assert dict(sweep.fixed) == {"levers.workshops.start": "2022-01"}
    assert sorted(axis.keys for axis in sweep.axes) == [("levers.workshops.settings.posts_per_workshop",), (SIZE,)]
    assert [output.name for output in sweep.outputs] == ["employed"]
    assert sweep_of(sweep.tree, None) == sweep  # what a folder keeps is read again as the same


MADE: dict[str, Any] = {"sweep": {"name": "made"}}


@pytest.mark.parametrize(
    ("tree", "says"),
    [
        ({"axis": []}, "unknown key 'axis'.*nearest: 'axes'"),
        ({"axes": {"grid": {}}}, "'axes' is not a list"),
        ({"axes": [{"gird": {SIZE: [1]}}]}, "nearest: 'grid'"),
        ({"axes": [{"grid": {"levers.workshop.size": [1]}}]}, "nearest: 'levers.workshops.size'"),
        ({"axes": [{"grid": {SIZE: []}}]}, "has no value"),
        ({"axes": [{"grid": {SIZE: [1, 1.0]}}]}, "has a value twice"),
        ({"axes": [{"grid": {SIZE: [-1]}}]}, "out of range"),
        ({"axes": [{"grid": {SIZE: {"from": 1, "to": 2}}}]}, "evenly spaced"),
        ({"axes": [{"grid": {MONTHS: {"from": 1, "to": 4, "steps": 3}}}]}, "not evenly spaced.*steps: 3"),
        ({"axes": [{"list": [{SCHOOL: 1, f"{SCHOOL}.value": 2}]}]}, "a point sets a key twice"),
        ({"set": {SCHOOL: 1, f"{SCHOOL}.value": 2}}, "is set twice"),
        ({"axes": [{"grid": {"seed": [1, 2]}}]}, "'seed' is no axis.*seeds"),
        ({"axes": [{"grid": {SIZE: [1]}}, {"list": [{SIZE: 2}]}]}, "is set twice"),
        ({"axes": [{"grid": {SIZE: [1]}}], "set": {SIZE: 2}}, "is set twice"),
        ({"axes": [{"sobol": {"n": 4, "keys": {SIZE: [2, 1]}}}]}, "the range of .* is empty"),
        ({"axes": [{"sobol": {"n": 4, "keys": {"levers.workshops.start": [1, 2]}}}]}, "no number that fills a range"),
        ({"axes": [{"sobol": {"n": 0, "keys": {SIZE: [1, 2]}}}]}, "out of range"),
        ({"axes": [{"sobol": {"points": 4}}]}, "unknown key"),
        ({"axes": [{"draws": 2}, {"draws": 3}]}, "one axis of draws"),
        ({"axes": [{"draws": 2}], "seeds": [1, 2]}, "how many of each draw"),
        ({"seeds": []}, "names none"),
        ({"seeds": 0}, "out of range"),
        ({"scenarios": ["workshop"]}, "unknown scenario.*nearest: 'workshops'"),
        ({"scenarios": ["workshops", "workshops"]}, "one twice"),
        ({"axes": [{"list": [{SIZE: 1}, {SIZE: 2}, {SIZE: 1.0}]}]}, "a value twice"),
        ({"outputs": ["employd"]}, "nearest: 'employed'"),
        ({"outputs": ["employed/registered_por"]}, "nearest: 'registered_poor'"),
        ({"outputs": ["public_money/registered_poor"]}, "has no group"),
        ({"months": ["2024-13"]}, "not months"),
        ({"paired": "maybe"}, "neither true nor false"),
        ({"work": "everything"}, "allowed here: model, nothing"),
        ({"set": {"scenario": "workshops"}}, "in another place"),
    ],
)
def test_what_is_wrong_is_one_line(tree: dict[str, Any], says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        sweep_of(MADE | tree, None)
    for language in ("en", "zh"):
        assert "\n" not in caught.value.say(language)


def test_an_error_in_a_file_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("scenarios: [workshops]\nseeds: 2\noutput: [employed]\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"mine\.yaml:3: unknown key 'output'"):
        read_sweep(str(path))
