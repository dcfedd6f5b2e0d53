"""`python -m scenarios.state_table` writes the tables of state variables into docs/odd.md."""

import sys

from scenarios.doc_pages.state_table import main

if __name__ == "__main__":
    sys.exit(main())
