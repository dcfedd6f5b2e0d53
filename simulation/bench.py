"""`python -m simulation.bench` measures a run: CPU seconds, household-months per second, memory, time by step."""

import sys

from scenarios.commands.profile import main

if __name__ == "__main__":
    sys.exit(main())
