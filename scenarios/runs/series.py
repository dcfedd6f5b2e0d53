"""Tables taken out of a run's long frame (month, place, group, indicator, unit, value), and sums over them.

The frame is what a run keeps; every table, chart and report starts from one of the two tables made here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simulation.foundations.months import REPORT_MONTH, month_label

if TYPE_CHECKING:
    from simulation.records.records import Records

REPORT_DATE = month_label(REPORT_MONTH)
CITY = "city"
LOCAL_CHANNELS = ("workshop", "nearby_public", "public_post", "own_business", "nearby_own")
"""Work in reach of the site or elsewhere in the county or zone: its workers sleep at home."""
AWAY_CHANNELS = ("organised_export", "away")
PUBLIC_CHANNELS = ("nearby_public", "workshop", "organised_export", "public_post")
"""What the report's 2,334 + 2,573 + 1,700 are counted as."""


def city_table(frame: pd.DataFrame, group: str = "all") -> pd.DataFrame:
    """Return the city's indicators of `group`: one row a month ('YYYY-MM'), one column an indicator."""
    rows = frame[(frame["place"] == CITY) & (frame["group"] == group)]
    if rows.empty:
        raise ValueError(f"the run has no rows of the city for group {group!r}")
    return rows.pivot(index="month", columns="indicator", values="value").sort_index()


def site_table(frame: pd.DataFrame, month: str) -> pd.DataFrame:
    """Return the sites' indicators in `month`: one row a site ('site_00', ...), one column an indicator."""
    rows = frame[(frame["month"] == month) & (frame["place"] != CITY) & (frame["group"] == "all")]
    if rows.empty:
        raise ValueError(f"the run has no rows of sites for {month}; it covers {covered(frame)}")
    return rows.pivot(index="place", columns="indicator", values="value").sort_index()


def drawn_rows(records: Records) -> pd.DataFrame:
    """Return the few records that charts need: those of the city, and of sites at the report date and at the end."""
    all_of = np.array([group == "all" for _, group in records.rows])
    city = np.array([place == CITY for place, _ in records.rows])
    wanted = np.tile(all_of & city, (records.months, 1))
    wanted[[REPORT_MONTH, -1]] = all_of
    return records.frame(wanted)


def month_values(city: pd.DataFrame, month: str) -> dict[str, float]:
    """Return the indicators of one month by name."""
    return {str(name): float(value) for name, value in zip(city.columns, city.loc[month].to_numpy(float), strict=True)}


def covered(frame: pd.DataFrame) -> str:
    """Return the first and the last month of a frame in words."""
    return f"{frame['month'].min()} to {frame['month'].max()}" if len(frame) else "no month"
