"""Keys that have been renamed or taken away (conf/renamed.yaml), and the error of one who still uses an old name."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from scenarios.base.errors import UserError, listed
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF
from scenarios.base.text import Text

RENAMED = CONF / "renamed.yaml"
FIELDS = ("to", "since")


class Renamed(NamedTuple):
    """What became of a key: its new name, '' if nothing has taken its place; the first version in which this holds."""

    to: str
    since: str


@cache
def read_renamed(path: Path) -> dict[str, Renamed]:
    """Return what became of each old key; raises UserError, with the line, for a row that does not say so."""
    file, found = read_yaml(path), {}
    for name, entry in file.tree.items():
        fields = entry if isinstance(entry, dict) else {}
        said = all(key in FIELDS and isinstance(value, str) and value for key, value in fields.items())
        if not said or "since" not in fields:
            problem = Text(f"'{name}' does not say what became of it", f"'{name}' 未写明改名情况")
            raise UserError(problem, key=name, found=entry, allowed=listed(FIELDS), hint="", place=file.place(name))
        found[name] = Renamed(fields.get("to", ""), fields["since"])
    return found


def check_renamed(name: str, found: object = None, place: str = "") -> None:
    """Raise UserError, with the new name, if the key `name`, or one above it, once existed and no longer does.

    found: the value that it was given; place: 'file:line' of it.
    """
    old, below = name, ""
    renamed = read_renamed(RENAMED)
    while old and old not in renamed:
        old, _, last = old.rpartition(".")
        below = f".{last}{below}"
    if not old:
        return
    to, since = renamed[old]
    if to:
        new = to + below
        problem = Text(
            f"'{name}' has been called '{new}' since version {since}", f"'{name}' 自 {since} 版起改名为 '{new}'"
        )
        hint = Text("write the new name", "请改用新名称")
    else:
        problem = Text(f"'{name}' no longer exists since version {since}", f"'{name}' 自 {since} 版起已取消")
        hint = Text("take it out; nothing has taken its place", "请删去；没有替代的键")
    raise UserError(problem, key=name, found=found, hint=hint, place=place)
