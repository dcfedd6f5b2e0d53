"""Formulas, filters and measures: what they give, and what they refuse."""

from __future__ import annotations

import pytest

from scenarios.report.formulas import UnknownIdError, counted_columns, formula_value


def test_formula_value() -> None:
    assert formula_value("100 * (a - b) / c + -1.5", {"a": 5, "b": 3, "c": 4}) == 48.5


@pytest.mark.parametrize(
    "formula",
    [
        "a ** 2",
        "abs(a)",
        "a.real",
        "a < 1",
        "'1'",
        "True",
        "[a]",
        "a if a else 1",
        "a //",
        "",
        "__import__('os')",
        "a / 0",
    ],
)
def test_formula_refuses_what_is_not_arithmetic(formula: str) -> None:
    with pytest.raises(ValueError, match=r"not arithmetic|not an expression|divides by zero"):
        formula_value(formula, {"a": 1.0})


def test_formula_names_the_unknown_id() -> None:
    with pytest.raises(UnknownIdError, match="unknown id b"):
        formula_value("a + b", {"a": 1.0})


@pytest.mark.parametrize(
    "query", ["alive()", "site.map", "@x > 1", "a + 1 > 2", "a[0]", "(b := 1)", "lambda: 1", "a >", "`a b` > 1"]
)
def test_filters_are_comparisons_only(query: str) -> None:
    with pytest.raises(ValueError, match=r"more than comparisons|not an expression"):
        counted_columns(query, "count")


def test_filters_and_measures_name_their_columns() -> None:
    query = "a and not b or 1 <= c < 3 and d in ['x', -1]"
    assert counted_columns(query, "percent of (e == 'y')") == {"a", "b", "c", "d", "e"}
    assert counted_columns("", "sum(f)") == {"f"}
    with pytest.raises(ValueError, match="not one of count"):
        counted_columns("", "median(a)")
