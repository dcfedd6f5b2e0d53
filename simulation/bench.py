"""`python -m simulation.bench` measures a run: CPU seconds, household-months per second, memory, time by step."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.model:PROFILE")
