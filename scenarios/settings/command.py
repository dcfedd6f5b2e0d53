"""The frame of every command: errors and Ctrl-C as one line, exit codes.

Exit codes: 0 done; 2 what was typed cannot be run (nothing is written); 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable

from scenarios.base.errors import UserError
from scenarios.base.rows import RegistryError
from scenarios.base.text import Text

DONE, WRONG, STOPPED = 0, 2, 130
STOPPED_TEXT = Text("stopped; nothing was written", "已停止，未写出任何结果")
RUNS_KEPT_TEXT = Text(
    "stopped; finished runs are kept, the same command goes on",
    "已停止；已完成的运行均已保存，同一命令可继续",
)


def guarded(command: Callable[[], None], language: str, stopped: Text = STOPPED_TEXT) -> int:
    """Call `command` and return its exit code: errors of the user and Ctrl-C become one line on stderr.

    stopped: what is said after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        command()
    except UserError as error:
        return _say(error.say(language), WRONG)
    except RegistryError as error:
        more = len(error.problems) - 1
        rest = Text(f" (and {more} more: python -m scenarios.check)", f"（另有 {more} 处：python -m scenarios.check）")
        return _say(error.problems[0].say(language) + (rest.say(language) if more else ""), WRONG)
    except KeyboardInterrupt:
        return _say(stopped.say(language), STOPPED)
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = Text("cannot read or write", "无法读写").say(language)
        return _say(f"{where} {error.filename or ''}: {error.strerror or error}", WRONG)
    return DONE


def _say(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code
