"""`python -m scenarios.parameter_table` writes docs/parameters.md."""

import sys

from scenarios.doc_pages.parameter_table import main

if __name__ == "__main__":
    sys.exit(main())
