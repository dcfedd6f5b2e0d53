"""The names of the futures, apart from what they are made of: the help reads them without NumPy and Numba."""

from __future__ import annotations

FROZEN, TREND, AS_IT_HAPPENED = "frozen", "trend", "as_it_happened"
FUTURES = (TREND, FROZEN, AS_IT_HAPPENED)
"""The futures, the default first."""
