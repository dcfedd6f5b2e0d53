"""`python -m calibration.prior_effects`: see calibration/upkeep/prior_effects.py."""

import sys

from calibration.upkeep.prior_effects import main

if __name__ == "__main__":
    sys.exit(main())
