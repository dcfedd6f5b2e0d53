"""`python -m scenarios.lever_table` writes docs/levers.md."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.pages:LEVER_TABLE")
