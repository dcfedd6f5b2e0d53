"""`python -m simulation.compile` compiles every kernel once, so that no run has to wait for it."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.model:COMPILE")
