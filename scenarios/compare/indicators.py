"""What scenarios are compared by: every indicator with its unit and the direction that counts as better.

Most are levels that the records hold. Sums over time (household-years, public money) count from the month in which the
first lever of the comparison may start. Paired counts exist only between a scenario and its baseline: they look at the
same household or person in both.
"""

from __future__ import annotations

from typing import NamedTuple

from simulation.records.indicators import UNITS
from simulation.state.entities import CHANNELS, STATES

HIGHER, LOWER, NONE = "higher", "lower", "none"


class Compared(NamedTuple):
    """An indicator: name, unit, and whether higher or lower is better, or none can be said to be."""

    name: str
    unit: str
    better: str


def _recorded(better: str, *names: str) -> tuple[Compared, ...]:
    return tuple(Compared(name, UNITS[name], better) for name in names)


RECORDED: tuple[Compared, ...] = (
    *_recorded(HIGHER, "households_settled", "persons_resident", "occupancy"),
    *_recorded(NONE, "households", "households_both_ends", "households_away"),
    *_recorded(LOWER, "households_returned", "flats_given_up"),
    *_recorded(HIGHER, "employed"),
    *_recorded(NONE, *(f"employed_{channel}" for channel in CHANNELS[2:]), "employed_away_share", "farming"),
    *_recorded(LOWER, "nobody_employed_households", "without_work"),
    *_recorded(HIGHER, "income_per_head"),
    *_recorded(LOWER, "poverty_share", "children_without_seat"),
    *_recorded(HIGHER, "children_seated", "mean_belief"),
    *_recorded(NONE, "mean_knowledge", "dependants_resident", "pupils_resident"),
)
"""Levels of the city and of each group."""
CITY: tuple[Compared, ...] = (*_recorded(HIGHER, "income_poorest_fifth"), *_recorded(LOWER, "seats_missing"))
"""Levels of the city alone."""
SUMMED: tuple[Compared, ...] = (
    Compared("household_years_settled", "household-years", HIGHER),
    Compared("person_years_resident", "person-years", HIGHER),
    Compared("public_money", "yuan", NONE),
)
"""Sums from the first month of policy on."""
SUMMED_FROM = {"household_years_settled": "households_settled", "person_years_resident": "persons_resident"}
PAIRED: tuple[Compared, ...] = (
    Compared("posts_filled", "persons", NONE),
    Compared("jobs_given_up", "persons", NONE),
    Compared("net_jobs", "persons", HIGHER),
    Compared("posts_displaced", "persons", LOWER),
    Compared("workers_home", "persons", NONE),
    Compared("persons_into_work", "persons", NONE),
    Compared("persons_out_of_work", "persons", LOWER),
    Compared("households_gained", "households", NONE),
    Compared("households_lost", "households", LOWER),
)
"""Between a scenario and its baseline, the same persons and households in both, each December.

By channel: posts_filled, the gains of the channels that employ more; jobs_given_up, the losses of those that employ
fewer; net_jobs, the first less the second; posts_displaced, the part of the losses that channels in reach of the site
bear (other employers' posts); workers_home, how many fewer work away. By person, gross: persons_into_work and
persons_out_of_work have work in one of the two runs alone; their difference is net_jobs, and most of it is reshuffling:
who takes a new post frees another one. households_gained, households_lost: settled in one of the two runs alone.
"""
COMPARED: dict[str, Compared] = {c.name: c for c in (*RECORDED, *CITY, *SUMMED, *PAIRED)}
HEADLINES = ("households_settled", "persons_resident")
RANKED = (*HEADLINES, "household_years_settled")
BASED = (
    *HEADLINES, "net_jobs", "occupancy", "children_without_seat", "nobody_employed_households", "income_per_head",
    "income_poorest_fifth",
)  # fmt: skip
"""Indicators whose effects a brief tells, and of which it says what they rest on."""
SWITCHES = tuple((a, b) for a in STATES[1:] for b in STATES[1:] if a != b)
"""Residence states in the baseline and in the scenario."""
SWITCH, MONEY, NEED = "switched", "yuan", "need_share"
"""Beginnings of the names of switches and of money by lever and kind in runs.parquet, and the name of a site's need."""


def switch_name(from_state: str, to_state: str) -> str:
    """Return the indicator's name of households in `from_state` in the baseline and in `to_state` in the scenario."""
    return f"{SWITCH}_{from_state}_to_{to_state}"


def money_name(lever: str, kind: str) -> str:
    """Return the indicator's name of a lever's capital or recurrent money."""
    return f"{MONEY}_{lever}_{kind}"
