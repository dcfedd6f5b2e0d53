"""The printed report: figures, identities, patterns, recommendations, readings, and its recount in the tables."""
