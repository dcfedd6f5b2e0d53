"""A sweep as configuration, checked: what each of its keys may be.

Whatever it came from (sweep_files.py), a sweep ends as one plain tree (`Sweep.tree`), which its folder keeps and
`resume` reads again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.text import Text
from scenarios.entries.sweep import HINT
from scenarios.settings.command_line import (
    checked_value,
    found_key,
    parsed_value,
)
from scenarios.settings.config import composed
from scenarios.settings.renamed import check_renamed
from scenarios.settings.scenario_files import (
    check_config_dir,
    check_scenario_names,
    find_scenario,
    read_scenario,
)
from scenarios.settings.schema import BASE, SEED_MOST, Key, keys_of
from scenarios.sweep.plan.axes import (
    Axis,
    DrawsAxis,
    Known,
    check_apart,
    read_axis,
)
from scenarios.sweep.plan.outputs import DEFAULT, Output, read_outputs
from simulation.foundations.months import month_index, month_label

FIELDS = ("sweep", "scenarios", "set", "axes", "seeds", "paired", "outputs", "months", "work")
HEADER = ("name", "title_en", "title_zh")
WORKS = ("model", "nothing")
"""What a run does: the model, or nothing, to try a cluster."""
NOT_SET = ("language", "output", "scenario", "seed")
SEEDS_MOST = 10_000_000
_NAME = re.compile(r"[\w-]{1,60}")


@dataclass(frozen=True)
class Sweep:
    """A sweep as checked.

    scenarios: names or files; fixed: values of keys that all runs share; axes: they multiply; draws: of parameters, or
    None; seeds: numbers, with draws how many of each draw (0, 1, ...); months: labels of the months that are measured,
    of the run's end if there is none; config_dir: the user's folder of scenarios and regions; tree: all of it, plain.
    """

    name: str
    titles: Mapping[str, str]
    scenarios: tuple[str, ...]
    fixed: Mapping[str, Any]
    axes: tuple[Axis, ...]
    draws: DrawsAxis | None
    seeds: tuple[int, ...]
    paired: bool
    outputs: tuple[Output, ...]
    months: tuple[str, ...]
    work: str
    config_dir: str | None
    tree: Mapping[str, Any]


def sweep_of(tree: Mapping[str, Any], config_dir: str | None, place: Callable[[str], str] = lambda key: "") -> Sweep:
    """Return the sweep that a tree is; raises UserError, with `place(key)`, for what it cannot be."""
    for name in tree:
        if name not in FIELDS:
            check_renamed(name, None, place(name))
            raise UserError(Text(f"unknown key '{name}'", f"没有 '{name}' 这个键"), key=name, allowed=listed(FIELDS),
                            nearest=nearest(name, FIELDS), hint=HINT, place=place(name))  # fmt: skip
    known = known_keys(config_dir)
    header = _header(tree.get("sweep"), place("sweep"))
    fixed = _fixed(tree.get("set") or {}, known, place)
    entries = tree.get("axes") or []
    if not isinstance(entries, list):
        raise UserError(Text("'axes' is not a list", "'axes' 应为列表"), key="axes", found=entries, hint=HINT,
                        place=place("axes"))  # fmt: skip
    read = [read_axis(entry, known, place, f"axes[{i}]") for i, entry in enumerate(entries)]
    axes = tuple(axis for axis in read if isinstance(axis, Axis))
    draws = [axis for axis in read if isinstance(axis, DrawsAxis)]
    check_apart(axes, list(fixed))
    if len(draws) > 1:
        raise UserError(Text("a sweep has one axis of draws", "抽样轴只能有一条"), key="axes", found=len(draws),
                        hint=HINT, place=place("axes"))  # fmt: skip
    seeds = _seeds(tree.get("seeds", 1), bool(draws), place("seeds"))
    return Sweep(
        name=header["name"],
        titles={"en": header["title_en"], "zh": header["title_zh"]},
        scenarios=_scenarios(tree.get("scenarios", [BASE]), known, config_dir, place("scenarios")),
        fixed=fixed,
        axes=axes,
        draws=draws[0] if draws else None,
        seeds=seeds,
        paired=_flag(tree.get("paired", True), "paired", place("paired")),
        outputs=read_outputs(_texts(tree.get("outputs", list(DEFAULT)), "outputs", place), place("outputs")),
        months=_months(_texts(tree.get("months", []), "months", place), place("months")),
        work=_choice(tree.get("work", WORKS[0]), "work", WORKS, place("work")),
        config_dir=config_dir,
        tree=tree,
    )


def known_keys(config_dir: str | None) -> Known:
    """Return every key of a run, and the shapes of the parameters' priors."""
    tree = composed(BASE)
    shapes = {f"parameters.{process}.{name}": str(entry["shape"])
              for process, entries in tree["parameters"].items() for name, entry in entries.items()}  # fmt: skip
    return Known(keys_of(tree, check_config_dir(config_dir)), shapes)


def _header(given: Any, place: str) -> dict[str, str]:
    header = {} if given is None else given
    if not isinstance(header, Mapping) or any(name not in HEADER for name in header):
        found = ", ".join(map(str, header)) if isinstance(header, Mapping) else header
        raise UserError(Text("'sweep' holds name and titles", "'sweep' 之下只有名称与标题"), key="sweep", found=found,
                        allowed=listed(HEADER), hint=HINT, place=place)  # fmt: skip
    name = str(header.get("name", ""))
    if not _NAME.fullmatch(name):
        raise UserError(Text("the name of the sweep cannot name a folder", "扫描名称不能用作文件夹名"),
                        key="sweep.name", found=name,
                        allowed=Text("letters, digits, _ and -, at most 60", "文字、数字、_ 和 -，至多 60 个"),
                        hint=HINT, place=place)  # fmt: skip
    return {"name": name, **{f"title_{lang}": str(header.get(f"title_{lang}", name)) for lang in ("en", "zh")}}


def _fixed(given: Any, known: Known, place: Callable[[str], str]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise UserError(Text("'set' holds keys with one value", "'set' 之下为键和取值"), key="set", found=given,
                        hint=HINT, place=place("set"))  # fmt: skip
    fixed = {}
    for name, value in given.items():
        key = found_key(str(name), known.keys, value, place("set"))
        if key.path in NOT_SET:
            raise UserError(Text(f"a sweep sets '{name}' in another place", f"'{name}' 应写在别处"), key=name,
                            found=value, allowed="scenarios: [...], seeds: N", hint=HINT,
                            place=place("set"))  # fmt: skip
        if key.path in fixed:
            raise UserError(Text(f"'{key.path}' is set twice", f"'{key.path}' 被设置了两次"), key=key.path, found=name,
                            hint=HINT, place=place("set"))  # fmt: skip
        fixed[key.path] = checked_value(
            key, parsed_value(key, value) if isinstance(value, str) else value, place("set")
        )
    return fixed


def _scenarios(given: Any, known: Known, config_dir: str | None, place: str) -> tuple[str, ...]:
    names = [str(name) for name in (given if isinstance(given, list) else [given])]
    if not names or len(set(names)) < len(names):
        raise UserError(Text("'scenarios' names none, or one twice", "'scenarios' 为空或有重复"), key="scenarios",
                        found=", ".join(names), hint=HINT, place=place)  # fmt: skip
    folder = check_config_dir(config_dir)
    named = {name: read_scenario(find_scenario(name, folder), known.keys).header["name"] for name in names}
    check_scenario_names(named, "scenarios")
    return tuple(names)


def _seeds(given: Any, with_draws: bool, place: str) -> tuple[int, ...]:
    if isinstance(given, list) and with_draws:
        raise UserError(Text("with draws, 'seeds' is how many of each draw", "有抽样时 'seeds' 为每组的种子数"),
                        key="seeds", found=given, allowed="1, 2, ...", hint=HINT, place=place)  # fmt: skip
    if not isinstance(given, list):
        n = checked_value(Key("seeds", "whole", 1, low=1, high=SEEDS_MOST), given, place)
        return tuple(range(n)) if with_draws else tuple(range(1, n + 1))
    seeds = [checked_value(Key("seeds", "whole", 1, low=0, high=SEED_MOST), seed, place) for seed in given]
    if not seeds or len(set(seeds)) < len(seeds):
        raise UserError(Text("'seeds' names none, or one twice", "'seeds' 为空或有重复"), key="seeds", found=given,
                        hint=HINT, place=place)  # fmt: skip
    return tuple(seeds)


def _texts(given: Any, name: str, place: Callable[[str], str]) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(text, str) for text in given):
        raise UserError(Text(f"'{name}' is not a list of names", f"'{name}' 应为名称的列表"), key=name, found=given,
                        hint=HINT, place=place(name))  # fmt: skip
    return given


def _months(labels: list[str], place: str) -> tuple[str, ...]:
    months = set()
    for label in labels:
        try:
            months.add(month_label(month_index(label)))
        except ValueError:
            raise UserError(Text("'months' are not months", "'months' 应为月份"), key="months", found=label,
                            allowed="YYYY-MM", hint=HINT, place=place) from None  # fmt: skip
    return tuple(sorted(months))


def _choice(given: Any, name: str, allowed: Sequence[str], place: str) -> str:
    return str(checked_value(Key(name, "choice", allowed[0], allowed=tuple(allowed)), given, place))


def _flag(given: Any, name: str, place: str) -> bool:
    return bool(checked_value(Key(name, "flag", True), given, place))
