"""`python -m calibration.measures`: see calibration/validate/page.py."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:MEASURES")
