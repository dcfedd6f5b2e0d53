"""One process of the month, one file: demography, arrivals, openings, jobs, schooling, income, knowledge, residence."""
