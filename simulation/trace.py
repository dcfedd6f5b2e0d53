"""`python -m simulation.trace household=123` tells the story of one household, month by month."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.model:TRACE")
