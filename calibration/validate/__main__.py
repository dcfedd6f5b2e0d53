"""`python -m calibration.validate`: figures that were not fitted, held against what the draws predict."""

import sys

from calibration.validate.command import main

if __name__ == "__main__":
    sys.exit(main())
