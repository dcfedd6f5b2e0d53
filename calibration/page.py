"""`python -m calibration.page`: see calibration/upkeep/page.py."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:PAGE")
