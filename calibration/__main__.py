"""`python -m calibration` (make calibrate): fit the parameters to the report, and say what it taught."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:CALIBRATE")
