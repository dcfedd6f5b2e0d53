"""The command line: key=value words in Hydra's grammar, a few options, and one value checked against its key.

Hydra's own front answers a misspelt key with several lines and the advice to add '+', and accepts '+foo=1'; so the
words are split here, Hydra's parser reads the values, and whatever adds, deletes or sweeps is refused in one line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scenarios.base.errors import (
    HELP,
    UserError,
    listed,
    nearest,
)
from scenarios.base.input.written_numbers import number_meant, number_of
from scenarios.base.text import Text
from scenarios.base.user import user_path
from scenarios.settings.grammar import parsed_word
from scenarios.settings.renamed import check_renamed
from scenarios.settings.schema import Key, number_text

OPTIONS = ("--help", "--version")
CONFIG_DIR = "--config-dir"
SWEEP_OPTIONS = ("-m", "--multirun")
ONE_RUN = Text(
    "this command makes one run; many: python -m scenarios.sweep",
    "本命令只运行一次；多次运行请用 python -m scenarios.sweep",
)
TEXT_KINDS = ("path", "text")
SPREAD_ALONE = ("targeting", "plan")
"""Keys of levers that are spread over sites, and of no others."""
"""Kinds whose value is taken as typed: Hydra's grammar does not know Chinese characters, which folders may have."""
YES, NO = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
"""The words of a flag, on the command line and in files, in small or capital letters."""
DESCRIBING = ("low", "high", "shape", "unit", "source", "kind", "per")
"""Fields of an entry that describe its value and cannot be set."""
LARGEST = 2.0**63
"""No number may be larger; it also bars infinity and what is not a number."""


@dataclass
class Arguments:
    """A command line taken apart.

    overrides: key=value words for others than the command itself; own: texts of the command's own keys; places: words
    that stand without a key, in their order.
    """

    overrides: list[str] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    config_dir: str | None = None
    help: bool = False
    version: bool = False


def split_arguments(
    words: Sequence[str], own: Collection[Key] = (), dashed: Collection[str] = (), places: int = 0,
    config_dir: bool = True, ignored: Collection[str] = (),
) -> Arguments:  # fmt: skip
    """Return the parts of a command line.

    own: keys of the command itself (household of the trace); dashed: names of those that may also be written as an
    option (--seed 3); places: how many words may stand without a key; config_dir: whether --config-dir is an option;
    ignored: options that say nothing. Raises UserError for an option that is not known or lacks its value.
    """
    arguments, keys = Arguments(), {key.path: key for key in own}
    options = (*OPTIONS, *((CONFIG_DIR,) if config_dir else ()), *(f"--{name}" for name in dashed))
    rest = [word for word in words if word not in ignored]
    while rest:
        word = rest.pop(0)
        name, equals, text = word.partition("=")
        if word in ("-h", "--help"):
            arguments.help = True
        elif word == "--version":
            arguments.version = True
        elif name in options and name not in OPTIONS:
            key = keys.get(name.removeprefix("--"))
            if not equals:
                text = "true" if key is not None and key.kind == "flag" else rest.pop(0) if rest else ""
            if not text or (text.startswith("-") and not equals):
                raise UserError(Text(f"{name} needs a value", f"{name} 后须写取值"), key=name, found=text)
            if key is None:
                arguments.config_dir = text
            else:
                before = arguments.own.get(key.path) if key.kind == "names" else None
                arguments.own[key.path] = text if before is None else f"{before},{text}"
        elif word in SWEEP_OPTIONS:
            raise UserError(Text(f"'{word}': {ONE_RUN.en}", f"'{word}'：{ONE_RUN.zh}"), key=word)
        elif word.startswith("-"):
            problem = Text(f"unknown option '{word}'", f"没有 '{word}' 这个选项")
            raise UserError(problem, key=word, allowed=listed(options), nearest=nearest(name, options))
        elif len(arguments.places) < places and not equals:
            arguments.places.append(word)
        elif name in keys:
            check_once(name, arguments.own)
            arguments.own[name] = text
        else:
            arguments.overrides.append(word)
    return arguments


def check_once(name: str, before: Collection[str]) -> None:
    """Raise UserError for a key that is typed a second time: neither value may silently win."""
    if name in before:
        raise UserError(Text(f"'{name}' is set twice", f"'{name}' 设置了两次"), key=name)


def split_override(word: str, scenarios: Collection[str] = ()) -> tuple[str, str]:
    """Return key and text of 'key=value'; raises UserError for '+key', '~key', a missing '=' and an empty value.

    scenarios: names that are often typed without their key.
    """
    name, equals, text = word.partition("=")
    name, text = name.strip(), text.strip()
    if name.startswith(("+", "~")):
        problem = Text(f"'{word}': a key is neither added (+) nor deleted (~)", f"'{word}'：不能添加(+)或删除(~)键")
        plain = Text("write key=value", "请写 键=值")
        raise UserError(problem, key=name, hint=Text(f"{plain.en}; {HELP.en}", f"{plain.zh}；{HELP.zh}"))
    if not equals or not name:
        problem = Text(f"'{word}' has no value: write key=value", f"'{word}' 没有取值：请写 键=值")
        raise UserError(problem, key=name or word, nearest=f"scenario={name}" if name in scenarios else "")
    if not text or text in ("''", '""'):
        raise UserError(Text(f"'{name}' has an empty value", f"'{name}' 的取值为空"), key=name)
    return name, text


def parsed_value(key: Key, text: str) -> Any:
    """Return the value of a word as Hydra's grammar reads it; text as typed where the key is a folder or a name."""
    if key.kind in TEXT_KINDS:
        return text[1:-1] if len(text) > 2 and text[0] == text[-1] and text[0] in "'\"" else text
    override = parsed_word(key.path, text)
    if override is None:
        return text
    if override.is_sweep_override():
        problem = Text(f"'{key.path}' takes one value: {ONE_RUN.en}", f"'{key.path}' 只取一个值：{ONE_RUN.zh}")
        raise UserError(problem, key=key.path, found=text)
    return override.value()


def found_key(name: str, keys: Mapping[str, Key], found: object, place: str = "") -> Key:
    """Return the key called `name`, also where its value field is written out (`...seat_worth.value`).

    Raises UserError with the new name of a key that had another one before; else with the names allowed at the place
    where `name` goes wrong, and the nearest key.
    """
    if name in keys:
        return keys[name]
    check_renamed(name, found, place)
    entry, _, last = name.rpartition(".")
    if entry in keys:
        if keys[entry].field == last:
            return keys[entry]
        if keys[entry].field and last in DESCRIBING:
            problem = Text(f"'{name}' describes a value and cannot be set", f"'{name}' 只作说明，不能设置")
            raise UserError(problem, key=name, found=found, nearest=entry, place=place)
    if entry in keys and not keys[entry].field:
        problem = Text(f"unknown key '{name}'", f"没有 '{name}' 这个键")
        raise UserError(problem, key=name, found=found, nearest=entry, place=place)
    if last in SPREAD_ALONE and f"{entry}.size" in keys:
        lever = entry.rpartition(".")[2]
        problem = Text(f"'{lever}' is not spread over sites: it has no '{last}'",
                       f"'{lever}' 不按安置点安排，没有 '{last}' 这个键")  # fmt: skip
        spread = [path.split(".")[1] for path in keys if path.startswith("levers.") and path.endswith(f".{last}")]
        raise UserError(problem, key=name, found=found, allowed=listed(spread), place=place)
    above = name
    while above and not any(path.startswith(above + ".") for path in keys):
        above = above.rpartition(".")[0]
    start = above + "." if above else ""
    below = dict.fromkeys(path[len(start) :].split(".")[0] for path in keys if path.startswith(start))
    if above == name:
        problem = Text(f"'{name}' stands for several keys", f"'{name}' 之下有多个键")
        raise UserError(problem, key=name, found=found, allowed=listed(f"{name}.{part}" for part in below), place=place)
    problem = Text(f"unknown key '{name}'", f"没有 '{name}' 这个键")
    raise UserError(problem, key=name, found=found, allowed=listed(below), nearest=nearest(name, keys), place=place)


def own_value(key: Key, text: str) -> Any:
    """Return the value of a command's own key; raises UserError.

    A path is returned as a Path with ~ expanded, names as a tuple, a flag as a bool.
    """
    if key.kind == "names":
        inner = text.strip().removeprefix("[").removesuffix("]").replace("，", ",").strip().removesuffix(",")
        names = tuple(part.strip().strip("'\"") for part in inner.split(",")) if inner else ()
        if "" in names:
            raise UserError(
                Text(f"'{key.path}' has an empty name", f"'{key.path}' 中有空名称"), key=key.path, found=text
            )
        return names
    if key.kind in TEXT_KINDS and not text.strip("'\" "):
        raise UserError(Text(f"'{key.path}' has an empty value", f"'{key.path}' 的取值为空"), key=key.path)
    value = checked_value(key, text if key.kind in ("flag", "choice") else parsed_value(key, text))
    return user_path(value, key.path) if key.kind == "path" else value


def checked_value(key: Key, value: Any, place: str = "") -> Any:
    """Return `value` in the type of its key; raises UserError if it is of another type or out of range."""
    if key.kind == "flag":
        return _checked_flag(key, value, place)
    if key.kind in ("number", "whole"):
        return _checked_number(key, value, place)
    if key.kind == "month":
        return _checked_month(key, value, place)
    if key.kind == "choice" and value not in key.allowed:
        raise _wrong(key, value, CHOICE, place, nearest(str(value), key.allowed))
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise _wrong(key, value, TEXT, place)
    return str(value)


NUMBER = Text("is not a number", "应为数字")
WHOLE = Text("is not a whole number", "应为整数")
MONTH = Text("is not a month", "应为月份")
FLAG = Text("is neither true nor false", "应为 true 或 false")
RANGE = Text("is out of range", "超出范围")
CHOICE = Text("is not one of the values allowed", "不在可选值之中")
TEXT = Text("is not a text", "应为文字")


def _checked_number(key: Key, value: Any, place: str) -> float | int:
    if isinstance(value, str):
        number = number_of(value)
        if number is None:
            raise _wrong(key, value, NUMBER, place, number_meant(value))
        value = number
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(key, value, NUMBER, place)
    if not key.low <= value <= key.high or (key.above_low and value == key.low) or not abs(value) <= LARGEST:
        raise _wrong(key, value, RANGE, place)
    if key.kind == "whole" and value != int(value):
        raise _wrong(key, value, WHOLE, place)
    return int(value) if key.kind == "whole" else float(value) + 0.0


def _checked_flag(key: Key, value: Any, place: str) -> bool:
    word = str(value).lower()
    if word not in (*YES, *NO):
        raise _wrong(key, value, FLAG, place)
    return word in YES


def _checked_month(key: Key, value: Any, place: str) -> str:
    from simulation.foundations.months import month_index, month_label  # noqa: PLC0415 (imports Numba; not for the help)

    try:
        month = month_index(str(value))
    except ValueError:
        raise _wrong(key, value, MONTH, place) from None
    if not month_index(key.allowed[0]) <= month <= month_index(key.allowed[1]):
        raise _wrong(key, value, RANGE, place)
    return month_label(month)


def _wrong(key: Key, value: Any, what: Text, place: str, near: str = "") -> UserError:
    allowed, unit = key.range_text(), f" ({key.unit})" if key.unit else ""
    note = Text(unit, unit)
    if key.default is not None and key.kind != "flag":
        default = number_text(key.default) if isinstance(key.default, int | float) else str(key.default)
        note = Text(f"{unit}, default {default}", f"{unit}，默认 {default}")
    return UserError(
        Text(f"'{key.path}' {what.en}", f"'{key.path}' {what.zh}"),
        key=key.path,
        found=repr(value) if isinstance(value, str) else value,
        allowed=Text(allowed.en + note.en, allowed.zh + note.zh),
        nearest=near,
        place=place,
    )
