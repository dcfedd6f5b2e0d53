"""`python -m simulation.trace household=123` tells the story of one household, month by month."""

import sys

from scenarios.households.trace import main

if __name__ == "__main__":
    sys.exit(main())
