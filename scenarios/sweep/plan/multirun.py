"""Hydra's multirun syntax: `key=a,b`, `choice(a, b)`, `range(1, 11)`, `glob(*)`, as values of an axis."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, IntervalSweep, QuotedString
from hydra.errors import HydraException

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.settings.command_line import TEXT_KINDS
from scenarios.settings.schema import Key

FILLS = Text(
    "a range is filled by points: write a sweep file with a sobol or latin_hypercube axis",
    "范围需由点填充：请在扫描文件中写 sobol 或 latin_hypercube 轴",
)


def sweep_values(key: Key, text: str, names: Sequence[str] = ()) -> list[Any]:
    """Return the values that a word gives to a key, one or more, as Hydra's grammar reads them; raises UserError.

    names: what glob() chooses from.
    """
    try:
        override = OverridesParser.create().parse_override(f"{key.path}={text}")
        value = override.value()
    except (HydraException, RecursionError):
        return _plain(key, text)
    if isinstance(value, Glob):
        found = [name for name in names if any(fnmatch.fnmatch(name, pattern) for pattern in value.include)]
        return [name for name in found if not any(fnmatch.fnmatch(name, pattern) for pattern in value.exclude)]
    if isinstance(value, IntervalSweep):
        raise UserError(Text(f"'{key.path}' is an interval", f"'{key.path}' 是区间"), key=key.path, found=text,
                        allowed="a,b,c  range(a, b, step)  choice(a, b)", hint=FILLS)  # fmt: skip
    if override.is_sweep_override():
        return [_unquoted(element) for element in override.sweep_iterator()]
    if isinstance(value, list):
        return [_unquoted(element) for element in value]
    return [_unquoted(value)]


def _plain(key: Key, text: str) -> list[Any]:
    """Return a text that Hydra's grammar cannot read: folders and Chinese names, with commas between several."""
    if key.kind in TEXT_KINDS:
        inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
        return [part.strip().strip("'\"") for part in inner.split(",") if part.strip()]
    return [text]


def _unquoted(value: Any) -> Any:
    return value.text if isinstance(value, QuotedString) else value
