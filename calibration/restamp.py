"""`python -m calibration.restamp`: see calibration/upkeep/restamp.py."""

import sys

from calibration.upkeep.restamp import main

if __name__ == "__main__":
    sys.exit(main())
