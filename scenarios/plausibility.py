"""`python -m scenarios.plausibility` writes docs/plausibility.md."""

import sys

from scenarios.doc_pages.plausibility.command import main

if __name__ == "__main__":
    sys.exit(main())
