"""`python -m calibration.restamp`: see calibration/upkeep/restamp.py."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:RESTAMP")
