"""The table of draws: what is run is what is printed, float for float; a file that is none is refused in one line."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scenarios.base.errors import UserError
from scenarios.runs.parameter_sets import (
    PARAMETER,
    PATTERN,
    TARGET,
    Draws,
    read_draws,
    write_draws,
)
from scenarios.settings.config import compose_run
from scenarios.settings.parameter_values import rounded, with_values
from simulation.state.parameters import Parameters

KEYS = ("residence.seat_worth", "residence.c_returned", "jobs.wage_away_yuan", "demography.death_level_per_year")
VALUES = st.floats(1e-7, 1e7).flatmap(lambda size: st.sampled_from([size, -size])).map(rounded)


def one(**columns: object) -> Draws:
    row = {"draw": 3, "seed": 4, f"{PARAMETER}residence.seat_worth": 0.75, f"{TARGET}employed": 40_558.0}
    return Draws(
        pd.DataFrame([{**row, **columns}]), {"source": "abc", "setting": {"reading": {"labour_scope": "poor"}}}
    )


@pytest.fixture(scope="module")
def base() -> Parameters:
    return compose_run([]).parameters


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*[VALUES] * 4), min_size=1, max_size=4))
def test_what_is_read_is_what_was_drawn(rows: list[tuple[float, ...]], tmp_path: Path, base: Parameters) -> None:
    drawn = [dict(zip(KEYS, row, strict=True)) for row in rows]
    table = pd.DataFrame(
        [{"draw": i, "seed": i + 1, **{f"{PARAMETER}{k}": v for k, v in d.items()}} for i, d in enumerate(drawn)]
    )
    write_draws(tmp_path / "draws.csv", Draws(table, {"source": "abc"}))
    found = read_draws(tmp_path / "draws.csv")
    for i, values in enumerate(drawn):
        assert found.parameters(i, base) == with_values(base, values)


def test_parameters_that_are_not_drawn_stay(base: Parameters) -> None:
    found = one().parameters(0, base)
    assert found.residence.seat_worth == 0.75
    assert found == base._replace(residence=base.residence._replace(seat_worth=0.75))


def test_rounding_is_that_of_the_table() -> None:
    assert rounded(123.4567) == 123.457
    assert rounded(0.000123456789) == 0.000123457
    assert rounded(1234567.0) == 1234570.0
    assert rounded(rounded(1 / 3)) == rounded(1 / 3)


def test_everything_about_the_draws_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "made" / "mine.csv"
    draws = one(**{f"{PATTERN}land_ties": 0.0123457})
    write_draws(path, draws)
    found = read_draws(path)
    pd.testing.assert_frame_equal(found.table, draws.table, check_exact=True, check_dtype=False)
    assert found.made == draws.made
    assert sorted(file.name for file in path.parent.iterdir()) == ["mine.csv", "mine.json"]
    said = json.loads((tmp_path / "made" / "mine.json").read_text(encoding="utf-8"))
    assert said == {**draws.made, "table": hashlib.sha256(path.read_bytes()).hexdigest()}
    before = path.read_bytes(), path.with_suffix(".json").read_bytes()
    write_draws(path, found)
    assert (path.read_bytes(), path.with_suffix(".json").read_bytes()) == before


def test_a_table_that_was_altered_is_not_the_one_its_json_tells_of(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    write_draws(path, one())
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines(keepends=True)[-1])
    with pytest.raises(UserError, match=r"not the one that its \.json tells of"):
        read_draws(path)


def test_a_missing_file_says_make_draws(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="make calibrate") as caught:
        read_draws(tmp_path / "draws.csv")
    assert caught.value.key == "draws_file"
    assert str(caught.value.found).endswith("draws.csv")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("spoil", ["no json", "broken json", "json is a list"])
def test_a_table_without_its_making_is_refused(tmp_path: Path, spoil: str) -> None:
    path = tmp_path / "draws.csv"
    write_draws(path, one())
    if spoil == "no json":
        path.with_suffix(".json").unlink()
    else:
        path.with_suffix(".json").write_text("{" if spoil == "broken json" else "[1]")
    with pytest.raises(UserError, match="make calibrate"):
        read_draws(path)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("parameter:residence.seat_worth", "parameter:residence.seat_wrth", "residence.seat_wrth"),
        ("parameter:residence.seat_worth", "parameter:homes.seat_worth", "homes.seat_worth"),
        ("draw,", "number,", "found: number, no draw"),
        ("seed,", "chance,", "found: chance, no seed"),
    ],
)
def test_wrong_columns_are_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "draws.csv"
    write_draws(path, one())
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(UserError, match="wrong columns") as caught:
        read_draws(path)
    assert says in str(caught.value)
    assert "draws.csv: " in str(caught.value)


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "draws.csv"
    write_draws(path, one())
    path.write_text(path.read_text().splitlines()[0] + "\n")
    with pytest.raises(UserError, match="wrong columns"):
        read_draws(path)
