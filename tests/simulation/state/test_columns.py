"""Where columns lie in memory: their types, those side by side, those that are shared and those that must not be."""

from __future__ import annotations

from itertools import combinations
from typing import Any, get_args, get_type_hints

import numpy as np
import pytest

from simulation.model import Model
from simulation.processes.matching import Seekers
from simulation.state.columns import (
    RECORDS,
    copy_state,
    copy_table,
    dtypes,
    new_table,
)
from simulation.state.entities import (
    N_OPTIONS,
    Households,
    Persons,
    Posts,
    Sites,
    State,
    Workshops,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from simulation.state.tally import (
    COUNTED,
    N_TALLY,
    TALLY,
    TALLY_VIEWS,
)
from tests.simulation.runs import lever, policy

TABLES = {"sites": Sites, "posts": Posts, "workshops": Workshops, "households": Households, "persons": Persons}
GROUPS = [(table, group) for table, name in (("households", "Households"), ("persons", "Persons"))
          for group in RECORDS[name]]  # fmt: skip
WIDE = {"taste": N_OPTIONS, "tally": N_TALLY, "levels": 3, "seats": 3, "seated": 3, "children": 3, "unseated": 3,
        "riders": 3, "seat_share": 3, "share": N_OPTIONS}  # fmt: skip
"""Columns with more than one number for a row: how many."""


@pytest.fixture
def state(dozen: Population, parameters: Parameters) -> State:
    """The twelve households after three years, with workshops that a lever may add."""
    model = Model(dozen, parameters, policy(lever("workshops", 3.0)), months=36)
    return model.run().state


def tables_of(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in TABLES}


def columns_of(state: State) -> dict[str, np.ndarray]:
    """Return every column by table and name."""
    tables = tables_of(state).items()
    columns = {f"{name}.{column}": values for name, table in tables for column, values in table._asdict().items()}
    return {**columns, "hamlet_share": state.hamlet_share, "hamlet_arrived": state.hamlet_arrived}


def address(column: np.ndarray) -> int:
    return int(column.__array_interface__["data"][0])


def annotated(table: type) -> dict[str, np.dtype]:
    """Return the dtype that each column's annotation stands for."""
    return {name: np.dtype(get_args(get_args(hint)[1])[0]) for name, hint in get_type_hints(table).items()}


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_the_dtype_of_its_annotation(name: str, state: State) -> None:
    expected = annotated(TABLES[name])
    assert dtypes(TABLES[name]) == expected
    assert {column: values.dtype for column, values in getattr(state, name)._asdict().items()} == expected
    given = {"tally": np.zeros((5, N_TALLY))} if TABLES[name] is Households else {}
    made = new_table(TABLES[name], 5, given)
    assert {column: values.dtype for column, values in made._asdict().items()} == expected


def test_tables_outside_the_state_are_made_by_their_annotations_too() -> None:
    made = new_table(Seekers, 5, {}, groups=(Seekers._fields,))
    assert {column: values.dtype for column, values in made._asdict().items()} == annotated(Seekers)


@pytest.mark.parametrize("name", ["sites", "households", "persons"])
def test_every_column_has_a_row_for_each(name: str, state: State) -> None:
    n = {"sites": 3, "households": 12, "persons": 36}[name]
    for column, values in getattr(state, name)._asdict().items():
        rows = n + 1 if (name, column) == ("households", "first") else n
        wide = () if (name, column) == ("households", "seated") else WIDE.get(column, ())
        assert values.shape == (rows, *(() if wide == () else (wide,))), column


def test_records_are_made_of_columns_each_once() -> None:
    assert set(RECORDS) == {"Households", "Persons"}
    for table in (Households, Persons):
        together = [name for group in RECORDS[table.__name__] for name in group]
        assert len(together) == len(set(together))
        assert set(together) <= set(table._fields)
        assert table is Persons or not set(together) & {*TALLY_VIEWS, "tally"}


@pytest.mark.parametrize(("table", "group"), GROUPS)
def test_columns_of_a_record_lie_side_by_side(table: str, group: tuple[str, ...], state: State) -> None:
    for part in (getattr(state, table), getattr(copy_state(state), table)):
        columns = [getattr(part, name) for name in group]
        row = columns[0].strides[0]
        assert {column.strides[0] for column in columns} == {row}
        # They begin within one row and fill it, but for what brings the next row to a multiple of eight bytes.
        first = min(address(column) for column in columns)
        ends = [address(column) - first + column[0].nbytes for column in columns]
        assert row - 8 < max(ends) <= row
        assert row - 8 < sum(column[0].nbytes for column in columns) <= row
        assert all(column.flags.aligned for column in columns)
        assert not any(np.shares_memory(a, b) for a, b in combinations(columns, 2))


def test_other_columns_lie_alone(state: State) -> None:
    for name, table in tables_of(state).items():
        together = {column for group in RECORDS.get(TABLES[name].__name__, ()) for column in group}
        for column, values in table._asdict().items():
            viewed = name == "households" and column in TALLY_VIEWS
            assert values.flags.c_contiguous == (column not in together and not viewed), (name, column)
            assert values.flags.writeable


@pytest.mark.parametrize(("table", "n"), [(Persons, 7), (Households, 7), (Sites, 7)])
def test_columns_given_are_copied_and_the_others_are_zero(table: type, n: int) -> None:
    rng = np.random.default_rng(3)
    views = TALLY_VIEWS if table is Households else {}
    kinds = {name: kind for name, kind in dtypes(table).items() if name not in views and name != "first"}
    shapes = {name: (n, WIDE[name]) if name in WIDE else (n,) for name in kinds}
    whole = {name: rng.integers(0, 2, shapes[name]).astype(kind) for name, kind in kinds.items()}
    # Of the table's own types, and wider ones.
    for given in (whole, {name: values.astype(np.float64) for name, values in whole.items()}):
        before = {name: values.copy() for name, values in given.items()}
        made = new_table(table, n, given)
        for name, values in given.items():
            column = getattr(made, name)
            assert np.array_equal(column, values), name
            assert not np.shares_memory(column, values), name
            column[...] = 0
            assert np.array_equal(values, before[name]), name
    some = [name for name in kinds if name != "tally"][::2]
    part = new_table(table, n, {name: np.ones(shapes[name]) for name in (*some, *({"tally"} & set(kinds)))})
    for name in kinds:
        assert (getattr(part, name) == (1 if name in some or name == "tally" else 0)).all(), name


def test_a_table_may_lie_in_records_of_other_columns() -> None:
    made = new_table(
        Workshops, 4, {"key": np.arange(4), "posts": np.arange(4)}, groups=(("key", "running"), ("posts",))
    )
    assert made.key.strides == made.running.strides == (16,)
    assert address(made.running) - address(made.key) == 8
    assert made.posts.strides == (4,)
    assert (made.key.tolist(), made.posts.tolist(), made.running.tolist()) == ([0, 1, 2, 3], [0, 1, 2, 3], [False] * 4)


def test_a_copy_has_equal_columns_of_its_own_in_the_same_layout(state: State) -> None:
    copied = copy_state(state)
    assert type(copied) is State
    assert copied.layout == state.layout
    own, others = columns_of(copied), columns_of(state)
    assert list(own) == list(others)
    for name, values in others.items():
        assert own[name].dtype == values.dtype, name
        assert own[name].strides == values.strides, name
        assert np.array_equal(own[name], values), name
    everything = [values for values in others.values() if values.size]
    assert not any(np.shares_memory(values, other) for values in own.values() for other in everything)
    # Each table is copied by itself as in the whole.
    for name, table in tables_of(state).items():
        alone = copy_table(table)
        assert type(alone) is TABLES[name]
        assert all(np.array_equal(a, b) and a.strides == b.strides for a, b in zip(alone, table, strict=True)), name


def test_rows_of_a_record_lie_as_far_apart_as_in_the_original(state: State) -> None:
    copied = copy_state(state)
    for table, group in GROUPS:
        for one, two in combinations(group, 2):
            apart = [address(getattr(part, two)) - address(getattr(part, one))
                     for part in (getattr(state, table), getattr(copied, table))]  # fmt: skip
            assert apart[0] == apart[1], (one, two)


def test_a_copy_goes_its_own_way(state: State) -> None:
    copied = copy_state(state)
    before = {name: values.copy() for name, values in columns_of(state).items()}
    for values in columns_of(copied).values():
        values[...] = 1
    assert all(np.array_equal(values, before[name]) for name, values in columns_of(state).items())


def test_columns_of_the_tally_are_views_of_it(state: State) -> None:
    names = {"members": "persons", "school_age": "school_age_children", "seated": "children_seated",
             "away_seats": "children_away_school"}  # fmt: skip
    for households in (state.households, copy_state(state).households):
        assert set(TALLY_VIEWS) == {name for name in Households._fields if name in TALLY} - {"employed"} | {
            *names, "levels"
        }  # fmt: skip
        households.tally[:] = np.arange(12 * N_TALLY).reshape(12, N_TALLY) % 100
        for name in TALLY_VIEWS:
            view = getattr(households, name)
            assert np.shares_memory(view, households.tally), name
            if name != "levels":
                assert np.array_equal(view, households.tally[:, TALLY.index(names.get(name, name))]), name
        levels = [TALLY.index(level) for level in ("kindergarten", "primary", "middle")]
        assert np.array_equal(households.levels, households.tally[:, levels])
        households.members[4] = 77
        assert households.tally[4, TALLY.index("persons")] == 77
        assert not np.shares_memory(households.employed, households.tally)  # it changes while people are hired


def test_the_tally_names_its_columns_once_and_records_add_up_the_first() -> None:
    assert len(set(TALLY)) == len(TALLY) == N_TALLY
    assert TALLY[: len(COUNTED)] == COUNTED
