"""`python -m calibration.proof` (make calibrate-proof): does the method find parameters that are known?"""

import sys

from calibration.proof.command import main

if __name__ == "__main__":
    sys.exit(main())
