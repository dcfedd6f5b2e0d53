"""`python -m calibration` (make calibrate): fit the parameters to the report, and say what it taught."""

from __future__ import annotations

import sys

from calibration.command import main

if __name__ == "__main__":
    sys.exit(main())
