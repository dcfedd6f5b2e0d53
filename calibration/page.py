"""`python -m calibration.page`: see calibration/upkeep/page.py."""

import sys

from calibration.upkeep.page import main

if __name__ == "__main__":
    sys.exit(main())
