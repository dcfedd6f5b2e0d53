"""`python -m scenarios.lever_table` writes docs/levers.md."""

import sys

from scenarios.doc_pages.lever_table import main

if __name__ == "__main__":
    sys.exit(main())
