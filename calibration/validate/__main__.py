"""`python -m calibration.validate`: figures that were not fitted, held against what the draws predict."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:VALIDATE")
