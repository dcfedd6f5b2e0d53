"""Committed results: readings, effects before calibration, the page, and their renewal."""
