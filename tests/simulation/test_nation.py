"""A nation is so many cities: one copy is the city itself, threads and steps change nothing, sums are sums."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest

from scenarios.entries.model import NATIONAL
from simulation.city import City, Given
from simulation.model import Model
from simulation.nation import Nation
from simulation.records.indicators import CITY_COLUMN, COLUMN, GROUPS
from simulation.records.observe import INCOME_BINS
from simulation.state.columns import new_table
from simulation.state.entities import Float, Persons
from simulation.state.parameters import Parameters
from simulation.state.policy import BASELINE
from simulation.state.population import Population
from tests.simulation.runs import scenario_policy

MONTHS = 60
FIFTH = CITY_COLUMN["income_poorest_fifth"]


def nation(town: Population, parameters: Parameters, copies: int = 3, threads: int = 1) -> Nation:
    return Nation(town, parameters, scenario_policy("workshops"), 2, MONTHS, copies, threads, collect=False)


def test_one_copy_is_the_city(town: Population, parameters: Parameters) -> None:
    alone = Model(town, parameters, scenario_policy("workshops"), 2, MONTHS, collect=False).run()
    one = nation(town, parameters, copies=1).run()
    groups = len(GROUPS)
    assert np.array_equal(one.records.sums[:, :groups], alone.records.sums[:, :groups], equal_nan=True)
    assert np.array_equal(one.records.sums[:, groups], alone.records.sums[:, 0], equal_nan=True)
    assert np.array_equal(one.records.city, alone.records.city)


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_change_nothing(town: Population, parameters: Parameters, threads: int) -> None:
    one, many = nation(town, parameters).run(), nation(town, parameters, threads=threads).run()
    assert np.array_equal(one.records.sums, many.records.sums, equal_nan=True)
    assert np.array_equal(one.records.city, many.records.city)
    for a, b in zip(one.cities, many.cities, strict=True):
        assert np.array_equal(a.state.persons.wage_yuan, b.state.persons.wage_yuan)


@pytest.mark.parametrize("how", ["ignore", "raise"])
def test_threads_have_numpys_settings_of_the_caller(
    town: Population, parameters: Parameters, how: Literal["ignore", "raise"], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the compiler, random numbers wrap around, of which NumPy would warn in every thread."""
    found: list[Any] = []

    def look(self: Nation, city: City, months: int) -> Float:
        found.append(np.geterr()["over"])
        return np.zeros((months, INCOME_BINS, 2))

    monkeypatch.setattr(Nation, "_advance_city", look)
    with np.errstate(over=how):
        nation(town, parameters, threads=2).advance(1)
    assert found == [how] * 3


def test_month_by_month_is_the_same_as_year_by_year(town: Population, parameters: Parameters) -> None:
    stepped, run = nation(town, parameters), nation(town, parameters).run()
    while stepped.month < MONTHS:
        stepped.step()
    assert np.array_equal(stepped.records.sums, run.records.sums, equal_nan=True)
    assert np.array_equal(stepped.records.city, run.records.city)


def test_copies_have_random_numbers_of_their_own_and_add_up(town: Population, parameters: Parameters) -> None:
    whole = nation(town, parameters).run()
    settled = whole.records.sums[MONTHS - 1, len(GROUPS) :, COLUMN["households_settled"]]
    assert settled.sum() == whole.records.value("households_settled")
    assert len(set(settled.tolist())) > 1
    keys = np.concatenate([city.state.persons.key for city in whole.cities])
    assert np.unique(keys).size == keys.size
    fifths = [city.records.city[(MONTHS - 1) % 12, FIFTH] for city in whole.cities]
    assert min(fifths) <= whole.records.value("income_poorest_fifth") <= max(fifths)


def test_a_copy_does_not_depend_on_how_many_there_are(town: Population, parameters: Parameters) -> None:
    second = City()
    second.begin(Given(town, parameters, 2, MONTHS, copy=1), scenario_policy("workshops"))
    for _ in range(MONTHS):
        second.advance()
    whole = nation(town, parameters).run()
    assert np.array_equal(second.state.persons.wage_yuan, whole.cities[1].state.persons.wage_yuan)
    assert np.array_equal(second.state.households.state, whole.cities[1].state.households.state)


def test_the_collector_sees_every_month_and_city(town: Population, parameters: Parameters) -> None:
    whole = Nation(town, parameters, BASELINE, 1, 14, 2).run()
    city = whole.datacollector.get_model_vars_dataframe()
    assert len(city) == 14
    assert city["households"].tolist() == whole.records.sums[:14, 0, COLUMN["households"]].tolist()


def test_what_cannot_be_is_refused(town: Population, parameters: Parameters) -> None:
    with pytest.raises(ValueError, match="13 months at a time; allowed are 1 to 12"):
        nation(town, parameters, copies=1).advance(13)
    with pytest.raises(ValueError, match=r"copies of 3\d\d households; at most"):
        Nation(town, parameters, copies=10**6)


def test_a_table_refuses_what_its_columns_cannot_hold() -> None:
    with pytest.raises(ValueError, match=r"Persons\.post: 0 to 40000 do not fit -32768 to 32767"):
        new_table(Persons, 2, {"post": np.array([0, 40000])})
    with pytest.raises(KeyError, match="pots"):
        new_table(Persons, 2, {"pots": np.array([0, 1])})


def test_the_command_writes_indicators(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "nation"
    assert NATIONAL.enter(["copies=2", "threads=2", "population.size=town", "end=2020-02", f"output={folder}"]) == 0
    table = pd.read_parquet(folder / "indicators.parquet")
    assert set(table["place"]) == {"city", "copy_00", "copy_01"}
    assert "Households settled" in capsys.readouterr().out
    last = table[(table["month"] == "2020-02") & (table["indicator"] == "households") & (table["group"] == "all")]
    by_place = last.set_index("place")["value"]
    assert by_place["city"] == by_place["copy_00"] + by_place["copy_01"]


@pytest.mark.parametrize("word", ["copies=0", "copies=1001", "threads=none", "copeis=2"])
def test_a_wrong_word_is_one_line(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert NATIONAL.enter([word]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert not captured.out
