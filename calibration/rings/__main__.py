"""`python -m calibration.rings`: what evidence from elsewhere makes of the posterior, ring by ring."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:RINGS")
