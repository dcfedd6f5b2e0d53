"""The sources of the project as syntax: what a result is computed with."""
