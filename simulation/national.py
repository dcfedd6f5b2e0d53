"""`python -m simulation.national copies=90` runs the city's configuration at the size of a nation."""

import sys

from scenarios.commands.national import main

if __name__ == "__main__":
    sys.exit(main())
