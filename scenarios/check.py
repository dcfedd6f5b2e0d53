"""`python -m scenarios.check` prints every figure, identity, conflict and reading of the report."""

import sys

from scenarios.commands.check import main

if __name__ == "__main__":
    sys.exit(main())
