"""`python -m simulation scenario=workshops seed=1` runs one scenario; `--help` lists every key."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.model:RUN")
