"""Figures that were not fitted, held against the calibrated model."""
