"""Keys that a command keeps for itself (accepted=100, check=true): read, range-checked, one line if they are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.text import Text
from scenarios.settings.command_line import Arguments, checked_value, parsed_value
from scenarios.settings.schema import Key

YES, NO = ("true", "yes", "1"), ("false", "no", "0")


def check_words(arguments: Arguments, allowed: Sequence[str], own: Sequence[str] = ()) -> None:
    """Raise UserError for a key that a command would not heed.

    allowed: keys of a run that it heeds, or beginnings of such with a dot; own: those that it keeps for itself.
    """
    for word in arguments.overrides:
        name = word.partition("=")[0].strip()
        if not any(name == key or (key.endswith(".") and name.startswith(key)) for key in allowed):
            problem = Text(f"'{name}' is no key of this command", f"'{name}' 不是本命令的键")
            known = (*own, *allowed)
            hint = Text("see this command's --help", "说明见本命令的 --help")
            raise UserError(
                problem, key=name, found=word, allowed=listed(known), nearest=nearest(name, known), hint=hint
            )


def own_whole(arguments: Arguments, name: str, default: int, low: int, high: int) -> int:
    """Return a whole number between `low` and `high`; raises UserError."""
    if name not in arguments.own:
        return default
    key = Key(name, "whole", default, low=low, high=high)
    return int(checked_value(key, parsed_value(key, arguments.own[name])))


def own_flag(arguments: Arguments, name: str) -> bool:
    """Return a flag, false if it is not given; raises UserError."""
    text = arguments.own.get(name, NO[0]).lower()
    if text not in (*YES, *NO):
        problem = Text(f"'{name}' is neither true nor false", f"'{name}' 应为 true 或 false")
        raise UserError(problem, key=name, found=text, allowed="true, false")
    return text in YES


def own_path(arguments: Arguments, name: str, default: Path) -> Path:
    """Return a path, with ~ expanded; raises UserError for an empty one."""
    if name not in arguments.own:
        return default
    if not arguments.own[name].strip():
        raise UserError(Text(f"'{name}' has an empty value", f"'{name}' 的取值为空"), key=name)
    return Path(arguments.own[name]).expanduser()
