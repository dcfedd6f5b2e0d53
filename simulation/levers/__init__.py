"""Levers: what a scenario does to the state, one file each, and the ledger of public money."""
