"""`python -m calibration.forecast`: see calibration/validate/forecast.py."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:FORECAST")
