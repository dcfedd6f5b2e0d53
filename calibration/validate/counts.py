"""What measures need and the records do not keep: counts of the state of the whole city, taken after each month."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scenarios.compare.measure import levels
from simulation.city import City
from simulation.foundations.months import LEVELS, MONTHS_PER_YEAR, REPORT_MONTH
from simulation.state.entities import NOT_MOVED, STATES, Float

NEAR_POVERTY = 1.5
"""Times the line of poverty: who is below it, the poor among them, is near poverty."""
SPENT_AWAY = "spent_away"
"""What those who work away spend on living there, yuan a month; incomes of the records are without it."""
AWAY = ("employed_away", "employed_organised_export")
UNITS_OF_COUNTS = {
    **{f"children_{level}": "persons" for level in LEVELS},
    **{f"seated_{level}": "persons" for level in LEVELS},
    **{f"persons_{state}": "persons" for state in STATES[1:]},
    "labour_households_away": "households",
    "households_allowance": "households",
    "persons_near_poor": "persons",
    "elders": "persons",
    "workshops_built": "workshops",
    "old_houses_standing": "households",
    "old_houses_demolished": "households",
    "title_share": "share",
}
"""The counts of `state_counts`, with their units."""


def state_counts(city: City) -> dict[str, float]:
    """Return the counts of the month that has just been recorded, of the whole city.

    children_*: registered, wherever they live; seated_*: on a seat within reach of the site; persons_*: registered, by
    the state of their household; labour_households_away: households of which a labourer works away;
    households_allowance: with somebody on the rolls; elders: sixty and over; workshops_built: opened by now, whether
    they run or not; old_houses_*: of households with a flat, also of those that have died out; old_houses_demolished:
    since December 2019; title_share: the dated series of certificates.
    """
    state, month = city.state, city.month - 1
    households, sites = state.households, state.sites
    moved = households.state != NOT_MOVED
    here = moved & (households.members > 0)  # a household that has died out counts in no state
    members = np.where(here, households.members, 0)
    by_state = np.bincount(households.state, weights=members, minlength=len(STATES))
    line = NEAR_POVERTY * city.parameters.income.poverty_line_yuan_year / MONTHS_PER_YEAR
    gone = households.demolished_month
    counts = {f"children_{level}": sites.children[:, k].sum() for k, level in enumerate(LEVELS)}
    counts |= {f"seated_{level}": sites.seated[:, k].sum() for k, level in enumerate(LEVELS)}
    counts |= {f"persons_{name}": by_state[k] for k, name in enumerate(STATES) if k}
    counts |= {
        "labour_households_away": (here & (households.labourers > 0) & (households.away_workers > 0)).sum(),
        "households_allowance": (here & (households.dibao > 0)).sum(),
        "persons_near_poor": members[households.income_yuan < line].sum(),
        "elders": households.elders[here].sum(dtype=np.int64),
        "workshops_built": (state.workshops.open_month <= month).sum(),
        "old_houses_standing": (moved & (gone > month)).sum(),
        "old_houses_demolished": (moved & (gone > REPORT_MONTH) & (gone <= month)).sum(),
        "title_share": city.series.factors.title[month],
    }
    return {name: float(value) for name, value in counts.items()}


class Counted(NamedTuple):
    """A finished run: the city with its records, and `state_counts` by name, each of shape (n_months,)."""

    city: City
    counts: dict[str, Float]

    def levels(self, name: str, months: slice, row: int) -> Float:
        """Return a quantity in some months at a row of the records, shape (n_months,)."""
        if name in self.counts:
            return self.counts[name][months]
        if name == SPENT_AWAY:
            living = self.city.parameters.jobs.living_away_yuan
            return np.asarray(living * sum(levels(self.city, each, months, row) for each in AWAY))
        return levels(self.city, name, months, row)


class Counter:
    """Takes the counts month by month while a city runs."""

    def __init__(self) -> None:
        self._months: list[dict[str, float]] = []

    def take(self, city: City) -> None:
        """Keep the counts of the month that has just been recorded."""
        self._months.append(state_counts(city))

    def counted(self, city: City) -> Counted:
        """Return the finished run."""
        return Counted(city, {name: np.array([month[name] for month in self._months]) for name in UNITS_OF_COUNTS})
