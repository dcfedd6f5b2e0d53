"""The quantities of the plausibility table, each computed from a baseline run at prior medians.

Every function takes the finished `Run` and returns the text of the model's value; references, sources and sentences
are in conf/plausibility.yaml under the same names. Those on work and income are in work.py.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenarios.doc_pages.plausibility import work
from scenarios.doc_pages.plausibility.baseline import (
    FIRST_MONTH_AFTER,
    LAST,
    Run,
    per_cent,
)
from simulation.foundations.months import FIRST_YEAR, MONTHS_PER_YEAR, SEPTEMBER, school_level
from simulation.state.entities import STATES


def persons_per_household(run: Run) -> str:
    """Persons alive over households."""
    return f"{run.at('persons') / run.at('households'):.2f}"


def persons_per_household_by_unit(run: Run) -> str:
    """The same in Shuicheng and elsewhere."""
    sizes = run.households.groupby(run.households["unit"] == "Shuicheng")["members"].mean()
    return f"Shuicheng {sizes[True]:.2f}, elsewhere {sizes[False]:.2f}"


def ages(run: Run) -> str:
    """Shares of 0 to 14, 15 to 64, 65 and over."""
    age = run.persons["age_years"]
    return f"{per_cent((age < 15).mean())} / {per_cent(age.between(15, 64).mean())} / {per_cent((age >= 65).mean())}"


def children_by_level(run: Run) -> str:
    """Registered children by level each September from 2019 to 2024, over all households of the city."""
    persons = run.model.state.persons
    lines = []
    for year in range(2019, 2025):
        month = (year - FIRST_YEAR) * MONTHS_PER_YEAR + SEPTEMBER
        alive = (persons.birth_month <= month) & (month < persons.death_month)
        levels = np.array([school_level(int(b), month) for b in persons.birth_month[alive]])
        counts = np.bincount(levels[levels >= 0], minlength=3)
        lines.append(f"{year}: {counts[0]:,} / {counts[1]:,} / {counts[2]:,}")
    return "; ".join(lines)


def births_and_deaths(run: Run) -> str:
    """Births and deaths per 1,000 persons and year, 2020 to 2024."""
    years = (run.model.months - FIRST_MONTH_AFTER) / MONTHS_PER_YEAR
    months = range(FIRST_MONTH_AFTER, run.model.months)
    persons = run.mean("persons")
    rates = [1000 * sum(run.at(name, m) for m in months) / years / persons for name in ("births", "deaths")]
    return f"{rates[0]:.1f} / {rates[1]:.1f}"


def poverty(run: Run) -> str:
    """Persons below the stated line."""
    return f"{per_cent(run.at('poverty_share'))}; 2024: {per_cent(run.at('poverty_share', LAST))}"


def state_shares(run: Run) -> str:
    """Households by state, December 2019 and the end."""
    shares = [
        f"{state} {per_cent(run.at(f'households_{state}') / run.at('households'))} to "
        f"{per_cent(run.at(f'households_{state}', LAST) / run.at('households', LAST))}"
        for state in STATES[1:]
    ]
    return "; ".join(shares)


def months_in_states(run: Run) -> str:
    """Mean length of completed and running spells, months."""
    spells: dict[int, list[int]] = {state: [] for state in range(1, len(STATES))}
    for column in run.states.T:
        change = np.flatnonzero(np.diff(column)) + 1
        for piece in np.split(column, change):
            if piece[0] > 0:
                spells[int(piece[0])].append(piece.size)
    return "; ".join(f"{STATES[state]} {np.mean(lengths):.0f}" for state, lengths in spells.items())


def moves_per_household(run: Run) -> str:
    """Changes of state per household and year, 2018 to 2024."""
    moved = (run.states[1:] != run.states[:-1]) & (run.states[:-1] > 0)
    return f"{12 * moved[23:].mean():.2f} (2024: {12 * moved[-12:].mean():.2f})"


def flows(run: Run) -> str:
    """Households a month that move between states, 2020 to 2024."""
    pairs = [(a, b) for a in STATES[1:] for b in STATES[1:] if a != b]
    rates = {f"{a} to {b}": run.mean(f"moves_{a}_to_{b}") for a, b in pairs}
    return "; ".join(f"{name} {rate:.0f}" for name, rate in sorted(rates.items(), key=lambda item: -item[1]))


def moving_back(run: Run) -> str:
    """Households that move back over households not returned, a year, 2020 to 2024; ever returned by the end."""
    back = sum(run.mean(f"moves_{state}_to_returned") for state in STATES[1:4])
    hazard = 12 * back / (run.mean("households") - run.mean("households_returned"))
    ever = (run.states == STATES.index("returned")).any(axis=0).mean()
    given_up = run.at("flats_given_up", LAST) / run.at("households", LAST)
    return f"{per_cent(hazard)} a year; ever {per_cent(ever)}; flats given up by 2024 {per_cent(given_up)}"


def occupancy(run: Run) -> str:
    """Occupancy: mean, household-weighted lower quartile, lowest and highest site."""
    records = run.model.records
    first = len(records.rows) - records.n_sites
    share = np.array([run.at("occupancy", row=first + s) for s in range(records.n_sites)])
    weight = run.model.state.sites.households
    order = np.argsort(share)
    quartile = share[order][np.searchsorted(np.cumsum(weight[order]) / weight.sum(), 0.25)]
    return (
        f"mean {per_cent(run.at('occupancy'))}; lower quartile {per_cent(quartile)}; "
        f"sites {per_cent(share.min())} to {per_cent(share.max())}"
    )


def occupancy_by_size(run: Run) -> str:
    """Occupancy of sites over and under 200 households, and by kind."""
    rows = {group: row for row, (_, group) in enumerate(run.model.records.rows[:16])}
    groups = ("over_200", "under_200", "county_town", "central_town", "rural")
    return "; ".join(f"{group} {per_cent(run.at('occupancy', row=rows[group]))}" for group in groups)


def residents(run: Run) -> str:
    """Persons resident over registered, and their dependants' share."""
    resident = run.at("persons_resident")
    dependants = run.at("dependants_resident") / resident
    registered = run.at("dependants") / run.at("persons")
    return f"{resident:,.0f}, {per_cent(resident / run.at('persons'))}; dependants {per_cent(dependants)}" + (
        f" against {per_cent(registered)} registered"
    )


def festival(run: Run) -> str:
    """Persons resident in January, February and March of 2022."""
    return " / ".join(f"{run.at('persons_resident', 72 + m):,.0f}" for m in range(3))


def after_festival(run: Run) -> str:
    """Jobs ended in March over the mean of April to December, 2020 to 2024."""
    march = np.mean([run.at("separations", 48 + 12 * y + 2) for y in range(5)])
    others = np.mean([run.at("separations", 48 + 12 * y + m) for y in range(5) for m in range(3, 12)])
    return f"{march / others:.1f} times"


def september(run: Run) -> str:
    """Children seated in August, September and October of 2020 and 2021."""
    return "; ".join(
        f"{year}: " + " / ".join(f"{run.at('children_seated', 12 * (year - FIRST_YEAR) + m):,.0f}" for m in (7, 8, 9))
        for year in (2020, 2021)
    )


def seats(run: Run) -> str:
    """Registered children beyond seats, children in reach without one, free seats."""
    state = run.at("seats_kindergarten") + run.at("seats_primary") + run.at("seats_middle")
    free = state - run.at("children_seated")
    return f"{run.at('seats_missing'):,.0f}; {run.at('children_without_seat'):,.0f} in reach; {free:,.0f} seats free"


def farming(run: Run) -> str:
    """Households with own land to farm that farm it (some adult at hand, at both ends or moved back)."""
    homes = run.households[run.households["land_mu"] > 0.5]
    farms = (homes["helpers"] > 0) & homes["state"].isin(("both_ends", "returned"))
    return f"{per_cent(farms.mean())} of households with land not let"


def land(run: Run) -> str:
    """Contracted land per household."""
    table = run.population.households
    early = table[table["move_in_month"] < 24]
    return f"{early['contracted_land_mu'].mean():.2f} mu (movers of 2016 and 2017)"


def distance(run: Run) -> str:
    """Distance and time from origin to site: median, tenth and ninetieth percentile."""
    table = run.population.households
    km, hours = table["origin_km"].quantile([0.1, 0.5, 0.9]), table["origin_hours"].median()
    return f"{km[0.5]:.0f} km ({km[0.1]:.0f} to {km[0.9]:.0f}); {hours:.1f} hours"


def attachment(run: Run) -> str:
    """Mean knowledge, belief and attachments, December 2019 and the end."""
    h = run.model.state.households
    ends = f"{h.attachment_site.mean():.2f} site, {h.attachment_origin.mean():.2f} origin at the end"
    return (
        f"knowledge {run.at('mean_knowledge'):.2f} to {run.at('mean_knowledge', LAST):.2f}; "
        f"belief {run.at('mean_belief'):.2f} to {run.at('mean_belief', LAST):.2f}; {ends}"
    )


QUANTITIES: dict[str, Callable[[Run], str]] = {
    function.__name__: function
    for function in (
        persons_per_household,
        persons_per_household_by_unit,
        ages,
        children_by_level,
        births_and_deaths,
        work.labourers,
        work.labourers_to_come,
        work.employed,
        work.jobs_by_channel,
        work.work_away,
        work.households_with_somebody_away,
        work.nobody_employed,
        work.wages,
        work.turnover,
        work.hires_per_seeker,
        work.posts_filled,
        work.workshops,
        work.fair_matches,
        work.training,
        work.income_per_head,
        work.income_spread,
        work.wage_share,
        poverty,
        state_shares,
        months_in_states,
        moves_per_household,
        flows,
        moving_back,
        occupancy,
        occupancy_by_size,
        residents,
        festival,
        after_festival,
        september,
        seats,
        farming,
        land,
        distance,
        attachment,
    )
}
