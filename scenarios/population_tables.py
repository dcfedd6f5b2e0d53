"""`python -m scenarios.population_tables output=FOLDER` writes the population's tables as Parquet."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.comparing:POPULATION_TABLES")
