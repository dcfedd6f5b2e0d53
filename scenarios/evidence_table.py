"""`python -m scenarios.evidence_table` writes docs/evidence.md."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.pages:EVIDENCE_TABLE")
