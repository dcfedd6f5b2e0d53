"""What is counted: every indicator with its unit, the groups of households, and the columns that sums stand in."""

from __future__ import annotations

from typing import NamedTuple

from simulation.state.entities import CHANNELS, STATES
from simulation.state.tally import COUNTED


class Indicator(NamedTuple):
    """A recorded quantity: its name and unit."""

    name: str
    unit: str


_FLOWS = tuple(Indicator(f"moves_{a}_to_{b}", "households/month") for a in STATES[1:] for b in STATES[1:] if a != b)
SUMS: tuple[Indicator, ...] = (
    Indicator("households", "households"),  # with a flat handed over
    *(Indicator(f"households_{state}", "households") for state in STATES[1:]),
    Indicator("households_nobody_home", "households"),  # of those away: every member works or studies elsewhere
    Indicator("flats_given_up", "households"),
    Indicator("flats_passed_on", "households"),  # of them: the flat has gone to another household
    Indicator("households_died_out", "households"),  # in none of the others; their flats stay in occupancy
    Indicator("persons", "persons"),  # registered, of those households
    Indicator("persons_resident", "persons"),
    Indicator("dependants_resident", "persons"),
    Indicator("pupils_resident", "persons"),
    Indicator("dependants", "persons"),
    Indicator("labourers", "persons"),
    Indicator("labour_households", "households"),
    Indicator("nobody_employed_households", "households"),
    Indicator("employed", "persons"),
    *(Indicator(f"employed_{channel}", "persons") for channel in CHANNELS[2:]),
    Indicator("farming", "persons"),
    Indicator("without_work", "persons"),
    Indicator("ever_employed", "persons"),
    Indicator("scope_labourers", "persons"),
    Indicator("scope_employed", "persons"),
    Indicator("scope_ever_employed", "persons"),
    Indicator("scope_labour_households", "households"),
    Indicator("scope_nobody_employed_households", "households"),
    Indicator("household_income", "yuan/month"),
    Indicator("wage_income", "yuan/month"),
    Indicator("persons_poor", "persons"),  # below the stated line
    Indicator("dibao", "persons"),  # on the rolls of the subsistence allowance
    Indicator("allowance_income", "yuan/month"),
    Indicator("school_age_children", "persons"),
    Indicator("children_seated", "persons"),
    Indicator("children_travelling", "persons"),
    Indicator("children_boarding", "persons"),
    Indicator("children_old_school", "persons"),
    Indicator("children_away_school", "persons"),
    Indicator("children_at_home", "persons"),
    Indicator("children_without_seat", "persons"),  # in reach of the site, no seat there
    Indicator("knowledge", "sum of shares"),
    Indicator("belief", "sum of shares"),
    *_FLOWS,
)
DERIVED: tuple[Indicator, ...] = (
    Indicator("occupancy", "share"),
    Indicator("income_per_head", "yuan/month/person"),
    Indicator("employed_away_share", "share of employed"),
    Indicator("poverty_share", "share of persons"),
    Indicator("mean_knowledge", "share"),
    Indicator("mean_belief", "share"),
)
CITY_ONLY: tuple[Indicator, ...] = (
    Indicator("income_poorest_fifth", "yuan/month/person"),
    Indicator("posts_workshop", "posts"),
    Indicator("posts_public_post", "posts"),
    Indicator("posts_nearby_public", "posts"),
    Indicator("posts_nearby_own", "posts"),
    Indicator("posts_own_business", "posts"),
    Indicator("workshops_running", "workshops"),
    Indicator("seats_kindergarten", "seats"),
    Indicator("seats_primary", "seats"),
    Indicator("seats_middle", "seats"),
    Indicator("seats_missing", "seats"),  # registered children beyond seats, by site and level
    Indicator("seats_idle", "seats"),  # open, and nobody on them, by site and level
    Indicator("fair_matches", "persons/month"),
    Indicator("trained", "persons/month"),
    Indicator("births", "persons/month"),
    Indicator("deaths", "persons/month"),
    Indicator("hires", "persons/month"),
    Indicator("separations", "persons/month"),
)
GROUPS: tuple[str, ...] = (
    "all",
    "registered_poor",
    "not_registered_poor",
    "with_school_age",
    "without_school_age",
    "with_labour",
    "without_labour",
    "county_town",
    "central_town",
    "rural",
    "over_200",
    "under_200",
    "moved_2016",
    "moved_2017",
    "moved_2018",
    "moved_2019",
)

MOVE_YEARS = 4
CELLS_PER_SITE = 2 * 2 * 2 * MOVE_YEARS
SUM_NAMES = tuple(indicator.name for indicator in SUMS)
N_SUMS = len(SUMS)
COLUMN = {name: column for column, name in enumerate(SUM_NAMES)}
AMOUNTS = (
    "household_income",
    "wage_income",
    "allowance_income",
    "knowledge",
    "belief",
)
"""Sums that are no whole numbers."""
COUNTS = (*COUNTED, *(name for name in SUM_NAMES if name not in (*COUNTED, *AMOUNTS)))
"""Sums of whole numbers: first the columns of the households' tally (some are for other rules and no sum)."""
COUNT_COLUMN = {name: column for column, name in enumerate(COUNTS)}
AMOUNT_COLUMN = {name: column for column, name in enumerate(AMOUNTS)}
CITY_COLUMN = {indicator.name: column for column, indicator in enumerate(CITY_ONLY)}
INDICATORS: tuple[Indicator, ...] = (*SUMS, *DERIVED, *CITY_ONLY)
UNITS = {indicator.name: indicator.unit for indicator in INDICATORS}
NOT_IN_FEBRUARY = ("nobody_employed_households", "scope_nobody_employed_households")
"""Spring Festival: those who work away are at home, and nobody counts who is out of work."""
