"""`python -m calibration.all_readings`: see calibration/upkeep/all_readings.py."""

import sys

from calibration.upkeep.all_readings import main

if __name__ == "__main__":
    sys.exit(main())
