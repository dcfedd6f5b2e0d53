"""`python -m scenarios.diaries` writes the diaries of ten households in the baseline and in one scenario."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.comparing:DIARIES")
