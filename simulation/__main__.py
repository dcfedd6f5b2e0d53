"""`python -m simulation scenario=workshops seed=1` runs one scenario; `--help` lists every key."""

import sys

OURS = ("simulation", "scenarios")


def start() -> int:
    """Run the command; a package that is not installed is one line, too."""
    try:
        from scenarios.commands.run import main  # noqa: PLC0415 (it needs packages)

        return main(sys.argv[1:])
    except ModuleNotFoundError as error:
        if (error.name or "").startswith(OURS):
            raise
        hint = "run 'make setup' once, then .venv/bin/python -m simulation"
        print(f"the package {error.name!r} is not installed in this Python; {hint}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(start())
