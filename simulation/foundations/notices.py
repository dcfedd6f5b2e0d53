"""Lines that the model itself writes to stderr, whatever command it serves: that it compiles, or runs as Python."""

from __future__ import annotations

import os
import sys

SAID = "ANJU_SAID"
"""Environment variable: what this process, or the one that started it, has said already."""
LANGUAGE = "ANJU_LANGUAGE"
"""Environment variable: the language of the command, 'en' or 'zh'."""


def say(what: str, english: str, chinese: str) -> None:
    """Write a line to stderr, once for this process and those that it starts."""
    said = os.environ.get(SAID, "").split()
    if what in said:
        return
    os.environ[SAID] = " ".join([*said, what])
    start = "\r\x1b[K" if sys.stderr.isatty() else ""  # a line of progress may stand there
    print(start + (chinese if os.environ.get(LANGUAGE) == "zh" else english), file=sys.stderr, flush=True)
