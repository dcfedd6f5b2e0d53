"""The door of every command: `python -m NAME` finds the entry of the command and enters it.

Only the standard library is imported here, so that a Python without the project's packages gets one line, too.
"""

from __future__ import annotations

import gc
import importlib
import sys
from typing import Any, NoReturn

from scenarios.base.search_path import leave_out_other_packages
from scenarios.base.text import Text, language_of

OURS = ("simulation", "scenarios", "calibration")
MISSING = 2
"""Exit code where a package is not installed: what was typed cannot be run."""


def loaded(name: str) -> Any:
    """Return what 'package.module:name' names; the module is imported now, if it has not been yet.

    What modules make while they are imported stays for good. So the garbage collector, which would look at all of it
    again and again, waits until it is there, and leaves it alone afterwards.
    """
    module, _, attribute = name.partition(":")
    if module not in sys.modules:
        collects = gc.isenabled()
        gc.disable()
        try:
            importlib.import_module(module)
            gc.freeze()
        finally:
            if collects:
                gc.enable()
    return getattr(sys.modules[module], attribute)


def enter(entry: str) -> NoReturn:
    """Run the command whose entry is 'package.module:NAME' with the words of the command line, and exit."""
    words = sys.argv[1:]
    if left_out := leave_out_other_packages():
        print(left_out.say(language_of(words)), file=sys.stderr)
    try:
        sys.exit(loaded(entry).enter(words))
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in OURS:
            raise
        line = Text(
            f"the package {error.name!r} is not installed in this Python; run 'make setup' once, then use "
            ".venv/bin/python in place of python",
            f"此 Python 未安装软件包 {error.name!r}；请先运行一次 make setup，再用 .venv/bin/python 代替 python",
        )
        print(line.say(language_of(words)), file=sys.stderr)
        sys.exit(MISSING)
