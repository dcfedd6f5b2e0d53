"""The synthetic population: from the report's figures and the evidence to the tables of a city."""
