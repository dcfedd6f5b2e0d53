"""`python -m scenarios.parameter_table` writes docs/parameters.md."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.pages:PARAMETER_TABLE")
