"""`python -m scenarios.diaries` writes the diaries of ten households in the baseline and in one scenario."""

import sys

from scenarios.households.diaries.command import main

if __name__ == "__main__":
    sys.exit(main())
