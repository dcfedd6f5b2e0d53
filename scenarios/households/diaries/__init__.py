"""Diaries: a few households month by month, in the baseline and in one scenario, with common random numbers."""
