"""`python -m scenarios.plausibility` writes docs/plausibility.md."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.pages:PLAUSIBILITY")
