"""One run: from its configuration to a folder of results; parameter sets; where results come from."""
