"""Hydra's multirun syntax: `key=a,b`, `choice(a, b)`, `range(1, 11)`, `glob(*)`, as values of an axis."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from hydra.core.override_parser.types import Glob, IntervalSweep, QuotedString

from scenarios.base.errors import UserError, listed
from scenarios.base.text import Text
from scenarios.settings.command_line import TEXT_KINDS
from scenarios.settings.grammar import parsed_word
from scenarios.settings.schema import Key

FILLS = Text(
    "a range is filled by points: write a sweep file with a sobol or latin_hypercube axis",
    "范围需由点填充：请在扫描文件中写 sobol 或 latin_hypercube 轴",
)
SEVERAL = "a,b,c  range(a, b, step)  choice(a, b)"
_FUNCTION = re.compile(r"\s*(?:choice|range|interval|glob|sort|shuffle|tag|int|float|str|bool)\s*\(")
_PART = re.compile(r"""\s*('[^']*'|"[^"]*"|[^,]*?)\s*(?:,|$)""")


def sweep_values(key: Key, text: str, names: Sequence[str] = ()) -> list[Any]:
    """Return the values that a word gives to a key, one or more, as Hydra's grammar reads them; raises UserError.

    names: what glob() chooses from, for a key that is not a choice itself. Texts are taken as typed.
    """
    if key.kind in TEXT_KINDS and not _FUNCTION.match(text):
        return _as_typed(text)
    override = parsed_word(key.path, text)
    if override is None:
        return [text]
    value = override.value()
    if isinstance(value, Glob):
        return _chosen(key, value, text, names or key.allowed)
    if isinstance(value, IntervalSweep):
        raise UserError(Text(f"'{key.path}' is an interval", f"'{key.path}' 是区间"), key=key.path, found=text,
                        allowed=SEVERAL, hint=FILLS)  # fmt: skip
    given = override.sweep_iterator() if override.is_sweep_override() else value if isinstance(value, list) else [value]
    values = [_unquoted(element) for element in given]
    names_only = key.kind in TEXT_KINDS
    if not all(isinstance(element, str if names_only else str | int | float) for element in values):
        problem = Text(f"'{key.path}' takes single values", f"'{key.path}' 应为单个取值")
        raise UserError(problem, key=key.path, found=text, allowed="a,b,c  choice(a, b)" if names_only else SEVERAL)
    return values


def _chosen(key: Key, glob: Any, text: str, names: Sequence[str]) -> list[str]:
    """Return the names that a glob() means."""
    if key.kind not in ("choice", *TEXT_KINDS) or not names:
        problem = Text(f"'{key.path}' has no names to choose from", f"'{key.path}' 没有可供选择的名称")
        raise UserError(problem, key=key.path, found=text, allowed=SEVERAL)
    chosen: list[str] = glob.filter(list(names))
    if not chosen:
        raise UserError(Text(f"no name of '{key.path}' fits", f"'{key.path}' 没有相符的名称"), key=key.path, found=text,
                        allowed=listed(names))  # fmt: skip
    return chosen


def _as_typed(text: str) -> list[str]:
    """Return texts with commas between several, which may stand in brackets or quotes."""
    inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    parts = [match[1].strip() for match in _PART.finditer(inner)]
    return [part[1:-1] if part[:1] in ("'", '"') and part[-1:] == part[:1] and len(part) > 1 else part
            for part in parts if part]  # fmt: skip


def _unquoted(value: Any) -> Any:
    return value.text if isinstance(value, QuotedString) else value
