"""`python -m calibration.score`: see calibration/validate/score.py."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:SCORE")
