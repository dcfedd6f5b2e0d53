"""`python -m scenarios.state_table` writes the tables of state variables into docs/odd.md."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.pages:STATE_TABLE")
