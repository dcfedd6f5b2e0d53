"""`python -m scenarios.sweep`: run, plan, status, resume, collect and cancel sweeps."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.sweep:SWEEP")
