"""Who runs this and where their files are: also for a number without a name, as containers have, and without a home."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from scenarios.base.errors import UserError
from scenarios.base.text import Text


def user_name() -> str:
    """Return the name of this process's user; the number where it has none. Variables like USER may be another's."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def user_path(text: str | Path, key: str = "") -> Path:
    """Return a path as typed, with the home folder in place of ~; raises UserError where that is not known."""
    try:
        return Path(text).expanduser()
    except RuntimeError:
        problem = Text("'~' cannot be read: the home folder is not known", "无法解析 '~'：不知道主目录在哪里")
        hint = Text("write the folder in full, or set HOME", "请写出完整路径，或设置 HOME")
        raise UserError(problem, key=key, found=text, hint=hint) from None
