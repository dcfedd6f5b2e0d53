"""`python -m simulation.national copies=90` runs the city's configuration at the size of a nation."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.model:NATIONAL")
