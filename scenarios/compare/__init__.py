"""Paired comparison of scenarios: runs on many draws and seeds, differences with intervals, the tables of a brief."""
