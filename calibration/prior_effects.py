"""`python -m calibration.prior_effects`: see calibration/upkeep/prior_effects.py."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("calibration.entries:PRIOR_EFFECTS")
