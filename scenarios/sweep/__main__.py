"""`python -m scenarios.sweep`: run, plan, status, resume, collect and cancel sweeps."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scenarios.settings.command import guarded
from scenarios.settings.command_line import language_of
from scenarios.sweep.usage import USAGE


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the words of the command line say; return the exit code: 1 where runs failed or are left."""
    words = sys.argv[1:] if argv is None else list(argv)
    language, code = language_of(words), 0

    def command() -> None:
        nonlocal code
        if {"-h", "--help"} & set(words):
            print(USAGE.say(language))
            return
        from scenarios.sweep.command import run_command  # noqa: PLC0415 (the model is not for the help)

        code = run_command(words, language)

    return guarded(command, language) or code


if __name__ == "__main__":
    sys.exit(main())
