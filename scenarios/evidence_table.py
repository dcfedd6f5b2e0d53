"""`python -m scenarios.evidence_table` writes docs/evidence.md."""

import sys

from scenarios.doc_pages.evidence_table import main

if __name__ == "__main__":
    sys.exit(main())
