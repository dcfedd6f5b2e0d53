"""`python -m calibration.proof` (make calibrate-proof): does the method find parameters that are known?"""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:PROOF")
