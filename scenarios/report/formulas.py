"""Formulas over figures, and filters and measures over tables, as the registry writes them.

They are parsed, and nothing but arithmetic and comparison is let through: no table can run code.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping

FLOAT_NOISE = 1e-9
"""Relative slack of every comparison, for sums of decimal fractions."""

_MEASURE = re.compile(r"(count)|(sum|mean|nunique)\((\w+)\)|(percent)(?: of \((.+)\))?")
_ARITHMETIC: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_QUERY_NODES = (
    ast.BoolOp, ast.boolop, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE,
    ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Name, ast.Load, ast.Constant, ast.List,
)  # fmt: skip


class UnknownIdError(ValueError):
    """A formula names an id that has no value; its one argument is the id."""

    def __str__(self) -> str:
        return f"unknown id {self.args[0]}"


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ValueError(f"{text!r}, which is not an expression") from None


def formula_value(formula: str, values: Mapping[str, float]) -> float:
    """Return the value of an arithmetic expression (+ - * /, brackets, numbers, ids) over `values`.

    Raises UnknownIdError for an id without a value, ValueError for anything that is not plain arithmetic.
    """

    def evaluate(node: ast.expr) -> float:
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            return float(str(node.value))
        if isinstance(node, ast.Name):
            if node.id not in values:
                raise UnknownIdError(node.id)
            return values[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -evaluate(node.operand)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            return _ARITHMETIC[type(node.op)](evaluate(node.left), evaluate(node.right))
        raise ValueError(f"{ast.unparse(node)!r}, which is not arithmetic")

    try:
        return evaluate(_parsed(formula))
    except (ZeroDivisionError, OverflowError):
        raise ValueError(f"{formula!r}, which divides by zero or overflows") from None


def measure_parts(measure: str) -> tuple[str, str, str, str, str]:
    """Return the parts of a measure: 'count'; function and column; 'percent' and the filter of the whole."""
    match = _MEASURE.fullmatch(measure)
    if match is None:
        allowed = "count, sum(c), mean(c), nunique(c), percent or percent of (filter)"
        raise ValueError(f"{measure!r}, which is not one of {allowed}")
    count, function, column, percent, whole = (part or "" for part in match.groups())
    return count, function, column, percent, whole


def counted_columns(query: str, measure: str) -> set[str]:
    """Return the columns that a filter and a measure name.

    Raises ValueError for a filter that is more than comparisons joined by and, or, not; for other measures.
    """
    _, _, column, _, whole = measure_parts(measure)
    names = {column} - {""}
    for text in filter(None, (query, whole)):
        for node in ast.walk(_parsed(text)):
            if not isinstance(node, _QUERY_NODES):
                raise ValueError(f"{text!r}, which is more than comparisons joined by and, or, not")
            if isinstance(node, ast.Name):
                names.add(node.id)
    return names
