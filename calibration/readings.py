"""`python -m calibration.readings`: see calibration/upkeep/readings.py."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:READINGS")
