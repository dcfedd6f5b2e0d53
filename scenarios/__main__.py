"""`python -m scenarios 'scenarios=[baseline,workshops,school_gap]'` compares scenarios; `make brief` compares all."""

import sys

from scenarios.commands.compare import main

if __name__ == "__main__":
    sys.exit(main())
