"""`python -m scenarios.population_tables output=FOLDER` writes the population's tables as Parquet."""

import sys

from scenarios.commands.population_tables import main

if __name__ == "__main__":
    sys.exit(main())
