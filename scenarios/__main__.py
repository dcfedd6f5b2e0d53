"""`python -m scenarios 'scenarios=[baseline,workshops,school_gap]'` compares scenarios; without words all of them."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.comparing:COMPARE")
