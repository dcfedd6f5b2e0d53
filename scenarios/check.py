"""`python -m scenarios.check` prints every figure, identity, conflict and reading of the report."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.comparing:CHECK")
