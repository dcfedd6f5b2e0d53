"""Calibration: choices fitted to the report's figures. Nothing here yet: single runs use the priors' central values."""
