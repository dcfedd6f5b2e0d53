"""`python -m simulation.compile` compiles every kernel once, so that no run has to wait for it."""

import sys

from scenarios.commands.compile import main

if __name__ == "__main__":
    sys.exit(main())
