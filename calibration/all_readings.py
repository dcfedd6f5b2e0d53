"""`python -m calibration.all_readings`: see calibration/upkeep/all_readings.py."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:ALL_READINGS")
