"""`python -m scenarios.brief.example` (make example) copies a chart of the last brief into docs/example/."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.pages:EXAMPLE")
