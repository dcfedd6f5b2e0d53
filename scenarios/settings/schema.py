"""Every key of a run that can be set: its kind, unit, default and range, read off the configuration itself.

One list serves the check of the command line, the check of scenario files and the help, so that they cannot differ.
A parameter or a cost is a mapping with value, unit and source; its key (`parameters.residence.seat_worth`) stands for
its value. Nothing here imports the model: the help must be quick.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import LANGUAGES
from scenarios.base.names import alike, composed_name
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.report.readings import open_readings, switch_key
from scenarios.settings.generator import default_generator
from simulation.foundations.generator import GENERATORS
from simulation.state.future_names import FUTURES
from simulation.state.parameters import PROCESSES
from simulation.state.policy import PLAN, TARGETING

RUN_FIELDS = (
    "seed",
    "generator",
    "end",
    "future",
    "language",
    "output",
    "region",
    "population",
    "reading",
    "structure",
)
POPULATION_FIELDS = ("seed", "size", "tables")
COMPOSED = ("defaults", "parameters", "levers", "scenario")
"""Parts of a composed configuration that come from files of their own."""
LEVER_FIELDS = ("size", "unit", "start", "phase_in_months", "settings", "costs")
SPREAD_FIELD, RESTS_FIELD = "targeting", "rests_on"
"""Further fields of a lever: its rule, if it is spread over sites; the weights that alone tie it to residence."""
PARAMETER_FIELDS = ("value", "low", "high", "shape", "unit", "source")
FIXED, UNIFORM, LOG_UNIFORM = "fixed", "uniform", "log_uniform"
SHAPES = (FIXED, UNIFORM, LOG_UNIFORM)
"""Shapes of a prior: one value; as likely anywhere in the range; as likely in each equal ratio of it (above 0)."""
SETTING_FIELDS = ("value", "unit", "source")
COST_FIELDS = ("kind", "yuan", "per", "source")
SIZES = ("city", "town")
SEED_MOST = 2**63 - 1
SIZE_MOST = 1_000_000
PHASE_MOST = 240
END_FIRST, END_LAST = "2019-12", "2040-12"
START_FIRST = "2016-01"
"""First month of a run, in which a lever may start at the earliest."""
NOT_RESULTS = ("validation.csv",)
"""Files of a region that runs do not read: figures that results are held against afterwards."""
BASE = "baseline"
"""Name of the scenario that pulls no lever, with which the others are compared."""

UNIT_RANGES: dict[str, tuple[float, float]] = {
    "probability": (0.0, 1.0),
    "share": (0.0, 1.0),
    "flag": (0.0, 1.0),
    "utility": (-math.inf, math.inf),
    **dict.fromkeys(
        ("ratio", "log points", "yuan", "posts", "places", "persons", "months", "years", "km", "mu", "trips", "births",
         "deaths", "per year of age", "seats", "m2"),
        (0.0, math.inf),
    ),
}  # fmt: skip
"""Range of a number by the first word of its unit (probability/month: 0 to 1)."""
NOT_NEGATIVE = ("_spread", "switching_cost")
"""Utilities that cannot be negative, by the ending of their names: standard deviations and a cost."""
ABOVE_ZERO = (
    "income_floor_yuan",
    "expectation_months",
    "attachment_site_half_life_years",
    "attachment_origin_half_life_years",
    "land_per_helper_mu",
)
"""Numbers that the model divides by or takes the logarithm of."""


RANGE_TEXTS = {
    "path": Text("a folder", "文件夹"),
    "text": Text("a name or a file", "名称或文件"),
    "flag": Text("true, false", "true, false"),
    "names": Text("[NAME,NAME,...]", "[名称,名称,...]"),
}


@dataclass(frozen=True)
class Key:
    """A key that can be set.

    path: as typed; field: the field of the entry that it stands for ('value', 'yuan' or ''); kind: number, whole,
    month, choice, path or text, and flag or names for a command's own keys; low, high: the allowed range; prior: the
    prior range of a parameter.
    """

    path: str
    kind: str
    default: Any
    unit: str = ""
    field: str = ""
    low: float = -math.inf
    high: float = math.inf
    above_low: bool = False
    allowed: tuple[str, ...] = ()
    prior: tuple[float, float] | None = None

    def range_text(self) -> Text:
        """Return what may stand here, in words."""
        if self.kind == "choice":
            return listed(self.allowed)
        if self.kind == "month":
            between = f"YYYY-MM, {self.allowed[0]} .. {self.allowed[1]}"
            return Text(between, between)
        if self.kind in RANGE_TEXTS:
            return RANGE_TEXTS[self.kind]
        noun = Text("a whole number", "整数") if self.kind == "whole" else Text("a number", "数字")
        low, high = number_text(self.low), number_text(self.high)
        if math.isinf(self.low):
            return noun if math.isinf(self.high) else Text(f"{noun.en} <= {high}", f"{noun.zh} <= {high}")
        if math.isinf(self.high):
            sign = ">" if self.above_low else ">="
            return Text(f"{noun.en} {sign} {low}", f"{noun.zh} {sign} {low}")
        return Text(f"{noun.en} from {low} to {high}", f"{low} 至 {high} 的{noun.zh}")

    def range_short(self) -> str:
        """Return the allowed range or values as the help's columns show it."""
        if self.kind == "choice":
            return ", ".join(self.allowed)
        if self.kind == "month":
            return f"{self.allowed[0]} .. {self.allowed[1]}"
        if self.kind in ("path", "text"):
            return ""
        low, high = number_text(self.low), "2^63 - 1" if self.high == SEED_MOST else number_text(self.high)
        if math.isinf(self.high):
            return "" if math.isinf(self.low) else f"{'>' if self.above_low else '>='} {low}"
        return f"<= {high}" if math.isinf(self.low) else f"{low} .. {high}"


def number_text(value: float) -> str:
    """Return a number without a needless '.0'."""
    return str(int(value)) if math.isfinite(value) and float(value).is_integer() else f"{value:.12g}"


def is_share(unit: str) -> bool:
    """Return whether a lever's size in this unit is a share, 0 to 1: the unit then begins with that word."""
    return unit.partition(" ")[0] == "share"


def number_key(path: str, entry: Mapping[str, Any], field: str = "value", place: str = "") -> Key:
    """Return the key of a number in an entry with a unit; raises UserError for a unit that has no range."""
    unit, name = str(entry["unit"]), path.rpartition(".")[2]
    word = unit if unit in UNIT_RANGES else unit.partition("/")[0].partition(" (")[0]
    if word not in UNIT_RANGES:
        raise UserError(
            Text(f"unknown unit of '{path}'", f"'{path}' 的单位未知"),
            key=path, found=unit, allowed=listed(UNIT_RANGES), place=place, hint="",
        )  # fmt: skip
    low, high = UNIT_RANGES[word]
    if name.endswith(NOT_NEGATIVE):
        low = max(low, 0.0)
    prior = (entry["low"], entry["high"]) if "low" in entry else None
    kind = "whole" if unit == "flag" else "number"
    return Key(path, kind, entry[field], unit, field, low, high, name in ABOVE_ZERO, prior=prior)


def keys_of(tree: Mapping[str, Any], config_dir: Path | None = None) -> dict[str, Key]:
    """Return every key that can be set, by path, of the composed configuration `tree` without a scenario's changes.

    Raises UserError, naming the file, where conf/ itself is incomplete.
    """
    values, place = reading_values(), shown_path(CONF / "config.yaml")
    _check_fields("config", {name: tree[name] for name in tree if name not in COMPOSED}, RUN_FIELDS, place)
    _check_fields("population", tree["population"], POPULATION_FIELDS, place)
    for part in ("reading", "structure"):
        _check_fields(part, tree[part], tuple(name for name in values if switch_key(name).startswith(part)), place)
    population = tree["population"]
    top = [
        Key("scenario", "text", BASE),
        Key("seed", "whole", tree["seed"], low=0, high=SEED_MOST),
        Key("generator", "choice", default_generator(tree["generator"]), allowed=GENERATORS),
        Key("end", "month", tree["end"], allowed=(END_FIRST, END_LAST)),
        Key("future", "choice", tree["future"], allowed=FUTURES),
        Key("language", "choice", tree["language"], allowed=LANGUAGES),
        Key("output", "path", tree["output"]),
        Key("region", "choice", tree["region"], allowed=tuple(regions(config_dir))),
        Key("population.seed", "whole", population["seed"], low=0, high=SEED_MOST),
        Key("population.size", "choice", population["size"], allowed=SIZES),
        Key("population.tables", "path", population["tables"]),
    ]
    chosen = tree["reading"] | tree["structure"]
    readings = [Key(switch_key(name), "choice", chosen[name], allowed=values[name]) for name in values]
    return {
        key.path: key for key in (*top, *readings, *_parameter_keys(tree["parameters"]), *_lever_keys(tree["levers"]))
    }


@cache
def reading_values() -> dict[str, tuple[str, ...]]:
    """Return the allowed values of each reading switch, the default first."""
    return {name: switch.values for name, switch in open_readings().items()}


def regions(config_dir: Path | None = None) -> dict[str, Path]:
    """Return the folder of each region by name, those of conf/ first; raises UserError for two of one name."""
    folders = [folder for parent in (CONF / "region", *([config_dir / "region"] if config_dir else []))
               if parent.is_dir() for folder in sorted(parent.iterdir()) if folder.is_dir()]  # fmt: skip
    found = {composed_name(folder.name): folder for folder in folders}
    if twins := alike(composed_name(folder.name) for folder in folders):
        problem = Text("two regions have one name", "两个地区同名")
        hint = Text("rename the folder in --config-dir", "请为 --config-dir 中的文件夹改名")
        raise UserError(problem, key="region", found=", ".join(twins), hint=hint)
    return found


def _parameter_keys(parameters: Mapping[str, Any]) -> Iterator[Key]:
    for process, names in PROCESSES.items():
        entries, place = parameters.get(process) or {}, shown_path(CONF / "parameters" / f"{process}.yaml")
        fields: Sequence[str] = getattr(names, "_fields", ())
        for name in (*fields, *entries):
            if name not in fields:
                _refuse(f"parameters.{process}.{name}", entries[name], fields, place)
            if name not in entries:
                raise UserError(Text("a parameter is missing", "缺少参数"), key=name, found=name, place=place, hint="")
        for name in fields:
            path = f"parameters.{process}.{name}"
            _check_fields(path, entries[name], PARAMETER_FIELDS, place)
            for bound in ("low", "high"):
                if not isinstance(entries[name][bound], int | float):
                    problem = Text(f"'{path}.{bound}' is not a number", f"'{path}.{bound}' 应为数字")
                    raise UserError(problem, key=path, found=entries[name][bound], place=place, hint="")
            _check_prior(path, entries[name], place)
            yield number_key(path, entries[name], place=place)


def _check_prior(path: str, entry: Mapping[str, Any], place: str) -> None:
    """Raise UserError for a prior that is none: an unknown shape, or ends that its shape does not allow."""
    low, high, shape = entry["low"], entry["high"], entry["shape"]
    if shape not in SHAPES:
        problem = Text(f"unknown shape of the prior of '{path}'", f"'{path}' 的先验形状未知")
        raise UserError(problem, key=f"{path}.shape", found=shape, allowed=listed(SHAPES), place=place, hint="")
    if shape == FIXED and low != high:
        allowed = "low = high"
    elif shape != FIXED and low >= high:
        allowed = f"low < high, or shape: {FIXED}"
    elif shape == LOG_UNIFORM and low <= 0:
        allowed = "low > 0"
    else:
        return
    problem = Text(f"the prior of '{path}' is no range", f"'{path}' 的先验不成区间")
    raise UserError(problem, key=path, found=f"low={low}, high={high}, shape={shape}", allowed=allowed, place=place,
                    hint="")  # fmt: skip


def _lever_keys(levers: Mapping[str, Any]) -> Iterator[Key]:
    place = shown_path(CONF / "lever" / "levers.yaml")
    for name, lever in levers.items():
        path = f"levers.{name}"
        more = [field for field in (SPREAD_FIELD, RESTS_FIELD) if isinstance(lever, Mapping) and field in lever]
        _check_fields(path, {name: lever[name] for name in lever if name != PLAN}, (*LEVER_FIELDS, *more), place)
        most = 1 if is_share(lever["unit"]) else SIZE_MOST
        yield Key(f"{path}.size", "number", lever["size"], lever["unit"], low=0, high=most)
        yield Key(f"{path}.start", "month", lever["start"], allowed=(START_FIRST, END_LAST))
        yield Key(f"{path}.phase_in_months", "whole", lever["phase_in_months"], "months", low=1, high=PHASE_MOST)
        if SPREAD_FIELD in lever:
            yield Key(f"{path}.{SPREAD_FIELD}", "choice", lever[SPREAD_FIELD], allowed=TARGETING)
            yield Key(f"{path}.{PLAN}", "text", "")
        for setting, entry in lever["settings"].items():
            _check_fields(f"{path}.settings.{setting}", entry, SETTING_FIELDS, place)
            yield number_key(f"{path}.settings.{setting}", entry, place=place)
        for cost, entry in lever["costs"].items():
            _check_fields(f"{path}.costs.{cost}", entry, COST_FIELDS, place)
            unit = f"yuan per {entry['per']}, {entry['kind']}"
            low, high = (-math.inf, 0.0) if entry["yuan"] < 0 else (0.0, math.inf)  # an income stays one
            yield Key(f"{path}.costs.{cost}", "number", entry["yuan"], unit, "yuan", low, high)


def _check_fields(path: str, entry: Any, fields: Sequence[str], place: str) -> None:
    found = list(entry) if isinstance(entry, Mapping) else [str(entry)]
    if sorted(found) != sorted(fields):
        problem = Text(f"'{path}' needs exactly these fields", f"'{path}' 应当恰好有这些字段")
        raise UserError(problem, key=path, found=", ".join(found), allowed=listed(fields), place=place, hint="")


def _refuse(path: str, found: object, names: Sequence[str], place: str) -> None:
    problem = Text(f"unknown key '{path}'", f"没有 '{path}' 这个键")
    raise UserError(
        problem, key=path, found=found, allowed=listed(names), place=place, nearest=nearest(path, names), hint=""
    )
