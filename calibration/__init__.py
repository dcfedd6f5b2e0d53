"""Calibration: parameters fitted to the report's figures, with intervals, proof and validation."""
