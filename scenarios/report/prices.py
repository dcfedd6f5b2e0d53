"""Consumer prices of the years after 2019, by which yuan of a year become yuan of 2019."""

from __future__ import annotations

PRICES = {2020: 1.025, 2021: 1.034, 2022: 1.055, 2023: 1.057, 2024: 1.059}
"""Consumer prices over those of 2019 (Y09)."""
