"""The axes of a sweep: which keys take which values together. Axes multiply.

  grid: every combination of the values of its keys
  list: the points written out, each with keys of its own
  latin_hypercube, sobol: n points that fill the ranges of its keys (scipy.stats.qmc; Owen's scrambling)
  saltelli: n * (k + 2) points from which Sobol' indices of its k keys are estimated
  draws: n draws of parameters, posterior or prior

A Sobol sequence goes on where it stopped, so that more points are an extension; a Latin hypercube with another n is
another one. So does Saltelli's design, which is made of one: two samples A and B of n points, and for each key the
sample A with the column of that key from B (Saltelli et al. 2010, Computer Physics Communications 181(2), 259-270,
table 2; SALib makes it).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.text import Text
from scenarios.entries.sweep import HINT
from scenarios.settings.command_line import checked_value, found_key
from scenarios.settings.parameter_values import rounded
from scenarios.settings.schema import LOG_UNIFORM, Key

GRID, LIST, LATIN, SOBOL, SALTELLI, DRAWS = "grid", "list", "latin_hypercube", "sobol", "saltelli", "draws"
KINDS = (GRID, LIST, LATIN, SOBOL, SALTELLI, DRAWS)
FILLED = (LATIN, SOBOL, SALTELLI)
"""Kinds that fill ranges."""
SPACED = ("from", "to", "steps")
FILLING = ("n", "seed", "keys")
PRIOR = "prior"
NOT_AXES = {"seed": "seeds", "scenario": "scenarios", "language": "language", "output": "output", "generator": "set"}
"""Keys of a run that a sweep sets in another place, and where."""
MOST_POINTS = 10_000_000


class Axis(NamedTuple):
    """An axis: its keys, and rows of their values, shape (n_rows, n_keys); None where a row does not set a key."""

    kind: str
    keys: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class DrawsAxis(NamedTuple):
    """Draws of parameters: how many, and of which table: 'posterior', 'prior' or a file."""

    n: int
    table: str


class Known(NamedTuple):
    """What axes are checked against: every key, and the shape of the prior of each parameter."""

    keys: Mapping[str, Key]
    shapes: Mapping[str, str]


def read_axis(entry: Any, known: Known, place: Callable[[str], str], path: str) -> Axis | DrawsAxis:
    """Return the axis of one entry of `axes`, a mapping of one kind; raises UserError.

    place: gives 'file:line' of a dotted path below the file; path: of this entry.
    """
    if not isinstance(entry, Mapping) or len(entry) != 1 or next(iter(entry)) not in KINDS:
        found = ", ".join(map(str, entry)) if isinstance(entry, Mapping) else entry
        near = nearest(str(found), KINDS)
        raise UserError(Text("an axis is one of its kinds", "每条轴应为一种类型"), key=path, found=found,
                        allowed=listed(KINDS), nearest=near, hint=HINT, place=place(path))  # fmt: skip
    kind, content = next(iter(entry.items()))
    where = f"{path}.{kind}"
    if kind == GRID:
        return _grid(_mapping(content, where, place), known, place, where)
    if kind == LIST:
        return _list(content, known, place, where)
    if kind == DRAWS:
        return _draws(content, place, where)
    return _filling(kind, _mapping(content, where, place), known, place, where)


def _mapping(content: Any, path: str, place: Callable[[str], str]) -> Mapping[str, Any]:
    if not isinstance(content, Mapping) or not content:
        raise UserError(Text(f"'{path}' needs keys with values", f"'{path}' 之下应有键和取值"), key=path, found=content,
                        hint=HINT, place=place(path))  # fmt: skip
    return content


def axis_key(name: str, known: Known, place: str = "") -> Key:
    """Return the key of a run that an axis may vary; raises UserError."""
    if name in NOT_AXES:
        problem = Text(f"'{name}' is no axis", f"'{name}' 不能作为轴")
        raise UserError(problem, key=name, found=name, allowed=f"{NOT_AXES[name]}: ...", hint=HINT, place=place)
    return found_key(name, known.keys, name, place)


def _grid(content: Mapping[str, Any], known: Known, place: Callable[[str], str], path: str) -> Axis:
    names, values = [], []
    for name, given in content.items():
        where = place(f"{path}.{name}")
        key = axis_key(name, known, where)
        names.append(key.path)
        values.append(_values(key, given, where))
    if math.prod(map(len, values)) > MOST_POINTS:
        raise too_many(math.prod(map(len, values)), place(path))
    return Axis(GRID, tuple(names), list(itertools.product(*values)))


def _values(key: Key, given: Any, place: str) -> list[Any]:
    """Return the values of one key of a grid: a list, one value, or {from, to, steps}."""
    if isinstance(given, Mapping):
        given = _spaced(key, given, place)
    listed_values = list(given) if isinstance(given, list | tuple) else [given]
    if not listed_values:
        raise UserError(Text(f"'{key.path}' has no value", f"'{key.path}' 没有取值"), key=key.path, found="[]",
                        allowed=key.range_text(), hint=HINT, place=place)  # fmt: skip
    values = [checked_value(key, value, place) for value in listed_values]
    _check_no_twins(key.path, values, place)
    return values


def _check_no_twins(path: str, values: Sequence[Any], place: str) -> None:
    """Raise UserError for values, or points, of which two are equal."""
    if len(set(values)) < len(values):
        twice = next(value for value, times in Counter(values).items() if times > 1)
        raise UserError(Text(f"'{path}' has a value twice", f"'{path}' 有重复取值"), key=path,
                        found=twice, hint=HINT, place=place)  # fmt: skip


def _spaced(key: Key, given: Mapping[str, Any], place: str) -> list[Any]:
    """Return evenly spaced values, both ends included."""
    if sorted(given) != sorted(SPACED) or key.kind not in ("number", "whole"):
        raise UserError(Text(f"'{key.path}' takes a list or evenly spaced numbers", f"'{key.path}' 应为列表或等距数字"),
                        key=key.path, found=", ".join(map(str, given)), allowed="[a, b, ...], {from, to, steps}",
                        hint=HINT, place=place)  # fmt: skip
    low, high = (checked_value(key, given[name], place) for name in ("from", "to"))
    steps = checked_value(Key(f"{key.path}.steps", "whole", 2, low=2, high=MOST_POINTS), given["steps"], place)
    if key.kind == "number":
        return [rounded(low + (high - low) * i / (steps - 1)) for i in range(steps)]
    step, rest = divmod(int(high) - int(low), int(steps) - 1)
    if rest:
        raise UserError(Text(f"'{key.path}' takes whole numbers; so many are not evenly spaced",
                             f"'{key.path}' 应为整数，按此步数不能等距"), key=key.path,
                        found=f"{{from: {low}, to: {high}, steps: {steps}}}", allowed="[a, b, ...]",
                        hint=HINT, place=place)  # fmt: skip
    return [int(low) + i * step for i in range(steps)]


def _list(content: Any, known: Known, place: Callable[[str], str], path: str) -> Axis:
    if not isinstance(content, list) or not content or not all(isinstance(row, Mapping) and row for row in content):
        raise UserError(Text(f"'{path}' needs points, each a mapping of keys", f"'{path}' 应为若干点，每点为键和取值"),
                        key=path, found=content, hint=HINT, place=place(path))  # fmt: skip
    names = list(dict.fromkeys(axis_key(name, known, place(path)).path for row in content for name in row))
    rows = []
    for row in content:
        given = {found_key(name, known.keys, name).path: value for name, value in row.items()}
        if len(given) < len(row):
            raise UserError(Text("a point sets a key twice", "同一点重复设置了键"), key=path,
                            found=", ".join(row), hint=HINT, place=place(path))  # fmt: skip
        rows.append(
            tuple(
                checked_value(known.keys[name], given[name], place(path)) if name in given else None for name in names
            )
        )
    _check_no_twins(path, rows, place(path))
    return Axis(LIST, tuple(names), rows)


def _draws(content: Any, place: Callable[[str], str], path: str) -> DrawsAxis:
    entry = content if isinstance(content, Mapping) else {"n": content}
    strange = [name for name in entry if name not in ("n", "table")]
    if strange or "n" not in entry:
        raise UserError(Text(f"'{path}' takes n and table", f"'{path}' 只有 n 与 table 两键"), key=path,
                        found=", ".join(map(str, entry)), allowed="n, table", hint=HINT, place=place(path))  # fmt: skip
    n = checked_value(Key(f"{path}.n", "whole", 1, low=1, high=1_000_000), entry["n"], place(path))
    return DrawsAxis(int(n), str(entry.get("table", "posterior")))


def _filling(kind: str, content: Mapping[str, Any], known: Known, place: Callable[[str], str], path: str) -> Axis:
    for name in content:
        if name not in FILLING:
            raise UserError(Text(f"unknown key '{path}.{name}'", f"没有 '{path}.{name}' 这个键"), key=path, found=name,
                            allowed=listed(FILLING), nearest=nearest(name, FILLING), hint=HINT,
                            place=place(path))  # fmt: skip
    n = checked_value(Key(f"{path}.n", "whole", 1, low=1, high=MOST_POINTS), content.get("n"), place(path))
    seed = checked_value(Key(f"{path}.seed", "whole", 1, low=0, high=2**32 - 1), content.get("seed", 1), place(path))
    ranges = _mapping(content.get("keys"), f"{path}.keys", place)
    keys = [axis_key(name, known, place(f"{path}.keys.{name}")) for name in ranges]
    ends = [_range(key, ranges[name], place(f"{path}.keys.{name}")) for key, name in zip(keys, ranges, strict=True)]
    if kind == SALTELLI:
        _check_design(int(n), len(keys), place(path))
    cube = _unit_cube(kind, int(n), len(keys), int(seed))
    columns = []
    for column, (key, (low, high)) in enumerate(zip(keys, ends, strict=True)):
        logarithmic = known.shapes.get(key.path) == LOG_UNIFORM and low > 0
        columns.append([_placed(key, low, high, logarithmic, u) for u in cube[:, column].tolist()])
    return Axis(kind, tuple(key.path for key in keys), list(zip(*columns, strict=True)))


def _unit_cube(kind: str, n: int, d: int, seed: int) -> Any:
    """Return points of the unit cube, shape (n, d)."""
    if kind == SALTELLI:
        return saltelli_design(n, d, seed)
    from scipy.stats import qmc  # noqa: PLC0415 (0.3 s, for sweeps with such an axis alone)

    sampler = (qmc.LatinHypercube if kind == LATIN else qmc.Sobol)(d, rng=seed)
    if kind == LATIN:
        return sampler.random(n)
    return sampler.random_base2(math.ceil(math.log2(n)) if n > 1 else 0)[:n]


def saltelli_design(n: int, d: int, seed: int) -> Any:
    """Return Saltelli's design in the unit cube, shape (n * (d + 2), d): of each base point A, A with B's column j, B.

    n: a power of 2, because only then the points of a Sobol sequence are balanced. The first points are those of the
    design with fewer.
    """
    from SALib.sample import sobol  # noqa: PLC0415 (1 s, for sweeps with such an axis alone)

    problem = {"num_vars": d, "names": [str(i) for i in range(d)], "bounds": [[0.0, 1.0]] * d}
    return sobol.sample(problem, n, calc_second_order=False, seed=np.random.default_rng(seed))


def _check_design(n: int, d: int, place: str) -> None:
    """Raise UserError for a design that is not balanced, or too large."""
    if n & (n - 1) or n < 2:
        problem = Text("the n of a saltelli axis is a power of 2", "saltelli 轴的 n 应为 2 的幂")
        raise UserError(problem, key="n", found=n, allowed="2, 4, 8, 16, ...", hint=HINT, place=place)
    if n * (d + 2) > MOST_POINTS:
        raise too_many(n * (d + 2), place)


def _range(key: Key, given: Any, place: str) -> tuple[float, float]:
    """Return both ends of a range: [low, high], or 'prior' for a parameter's prior range."""
    if key.kind not in ("number", "whole"):
        raise UserError(Text(f"'{key.path}' is no number that fills a range", f"'{key.path}' 不是可取范围的数字"),
                        key=key.path, found=given, allowed="grid, list", hint=HINT, place=place)  # fmt: skip
    if given == PRIOR and key.prior is not None and key.prior[0] < key.prior[1]:
        return key.prior
    if not isinstance(given, list) or len(given) != 2:
        allowed = "[low, high]" + (f", {PRIOR}" if key.prior else "")
        raise UserError(Text(f"'{key.path}' needs a range", f"'{key.path}' 应为范围"), key=key.path, found=given,
                        allowed=allowed, hint=HINT, place=place)  # fmt: skip
    low, high = (checked_value(key, value, place) for value in given)
    if low >= high:
        raise UserError(Text(f"the range of '{key.path}' is empty", f"'{key.path}' 的范围为空"), key=key.path,
                        found=f"[{low}, {high}]", allowed="low < high", hint=HINT, place=place)  # fmt: skip
    return low, high


def _placed(key: Key, low: float, high: float, logarithmic: bool, u: float) -> float | int:
    """Return the value at `u` of the way from `low` to `high`; whole numbers get equal shares of the way."""
    if key.kind == "whole":
        return min(int(high), int(low) + int(u * (high - low + 1)))
    return rounded(low * (high / low) ** u if logarithmic else low + (high - low) * u)


def too_many(found: int, place: str = "") -> UserError:
    """Return the error of a sweep that is too large."""
    return UserError(Text("the sweep has too many points", "扫描的点过多"), key="axes", found=found,
                     allowed=f"<= {MOST_POINTS}", hint=HINT, place=place)  # fmt: skip


def check_apart(axes: Sequence[Axis], fixed: Sequence[str]) -> None:
    """Raise UserError for a key that stands in two axes, or in an axis and under `set`."""
    seen = dict.fromkeys(fixed, "set")
    for axis in axes:
        for name in axis.keys:
            if name in seen:
                raise UserError(Text(f"'{name}' is set twice", f"'{name}' 被设置了两次"), key=name,
                                found=f"{seen[name]}, {axis.kind}", hint=HINT)  # fmt: skip
            seen[name] = axis.kind
