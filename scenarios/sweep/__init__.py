"""Sweeps: many runs as one configuration, resumable, on one machine or a cluster, collected into one table."""
