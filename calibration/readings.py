"""`python -m calibration.readings`: see calibration/upkeep/readings.py."""

import sys

from calibration.upkeep.readings import main

if __name__ == "__main__":
    sys.exit(main())
