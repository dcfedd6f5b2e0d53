"""The tally of a household: its members by what they are and do, one small number for each.

Rules and records read its columns; simulation/rules/members.py counts them.
"""

from __future__ import annotations

from simulation.state.entities import CHANNELS, WORKSHOP, Households

COUNTED: tuple[str, ...] = (
    "persons",
    "dependants",
    "labourers",
    "labour_households",
    "nobody_employed_households",
    "employed",
    *(f"employed_{channel}" for channel in CHANNELS[WORKSHOP:]),
    "without_work",  # farming or not
    "ever_employed",
    "scope_labourers",
    "scope_employed",
    "scope_ever_employed",
    "scope_labour_households",
    "scope_nobody_employed_households",
    "school_age_children",
    "children_at_home",
    "children_old_school",
    "children_away_school",
    "children_travelling",
    "children_boarding",
    "children_seated",
    "resident",  # who sleeps at the site on an ordinary night
    "resident_dependants",
    "resident_pupils",
    "dibao",
    "elders",
)
"""The columns of `Households.tally` that records add up, under the names that they have there."""
TALLY: tuple[str, ...] = (
    *COUNTED,
    "kindergarten",
    "primary",
    "middle",
    "local_workers",
    "away_workers",
    "seekers",
    "carers",
    "helpers",
    "far_seats",
    "at_home",
)
"""Columns of `Households.tally`: members by what they are and do, or 1 for a household of the kind."""
N_COUNTED, N_TALLY = len(COUNTED), len(TALLY)
TALLY_COLUMN = {name: column for column, name in enumerate(TALLY)}
TALLY_VIEWS: dict[str, int | slice] = {
    **{name: TALLY_COLUMN[name] for name in Households._fields if name in TALLY_COLUMN and name != "employed"},
    "members": TALLY_COLUMN["persons"],
    "school_age": TALLY_COLUMN["school_age_children"],
    "seated": TALLY_COLUMN["children_seated"],
    "away_seats": TALLY_COLUMN["children_away_school"],
    "levels": slice(TALLY_COLUMN["kindergarten"], TALLY_COLUMN["middle"] + 1),
}
"""Columns of `Households` that are columns of the tally."""
