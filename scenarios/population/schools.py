"""Schools: those that serve the sites already, those that are missing, and the children whom they are to serve.

The report: 135 schools serve the sites, 68 are missing at 35 sites for 13,754 children, 34 are projects of 2019,
12 of them not started. In our reading the 13,754 are the registered children beyond the existing seats of their level
at the sites where a school of that level is missing. At every other site and level there are seats to spare.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from scenarios.population.random_streams import (
    Bool,
    Float,
    Int,
    apportion,
    largest,
    lognormals,
    stream,
)
from scenarios.population.settings import SchoolSettings
from simulation.foundations.months import (
    KINDERGARTEN,
    LEVELS,
    MIDDLE,
    MONTHS_PER_YEAR,
    NEVER,
    PRIMARY,
    REPORT_MONTH,
    SEPTEMBER,
    school_level,
)

N_LEVELS = len(LEVELS)
NEXT_SEPTEMBER = REPORT_MONTH // MONTHS_PER_YEAR * MONTHS_PER_YEAR + MONTHS_PER_YEAR + SEPTEMBER
NOISE_STEPS = (1.0, 0.5, 0.0)
"""Shares of the noise that are tried until the sites without schools have children enough."""


class Gap(NamedTuple):
    """Missing schools: at which site and level, shape (n_sites, N_LEVELS), and how many children lack a seat."""

    missing: Bool
    children: Int


def levels_now(birth: Int) -> Int:
    """Return the school level of each person in the report month, -1 for none."""
    first = int(birth.min())
    table = np.array([school_level(month, REPORT_MONTH) for month in range(first, int(birth.max()) + 1)])
    return table[birth - first]


def children_by_site(site: Int, level: Int, n_sites: int) -> Int:
    """Return registered children, shape (n_sites, N_LEVELS)."""
    at_school = level >= 0
    flat = np.bincount(site[at_school] * N_LEVELS + level[at_school], minlength=n_sites * N_LEVELS)
    return flat.reshape(n_sites, N_LEVELS)


def draw_gap(
    figures: Mapping[str, float], settings: SchoolSettings, sites: pd.DataFrame, children: Int, seed: int
) -> Gap:
    """Draw the sites and levels without a school, and share the report's children out over them.

    The sites with most children lack schools (with noise, showcase sites less); primary schools are missing at the
    larger of them, middle schools at the largest, and kindergartens wherever no primary school is missing.
    """
    total = int(figures["school_gap_pupils"])
    factor = np.where(sites["showcase"], settings.gap_showcase, 1.0)
    in_zone = (sites["unit"] == settings.short_unit).to_numpy()
    factor = np.where(largest(np.where(in_zone, children.sum(axis=1), -1), 1), settings.gap_short_unit, factor)
    noise = lognormals(stream(seed, "sites without schools"), len(sites), settings.gap_noise)
    covers = stream(seed, "seats short").random(children.shape)
    low, high = settings.gap_cover
    for step in NOISE_STEPS:
        score = children.sum(axis=1) * (1.0 + step * (factor * noise - 1.0))
        missing = _missing(figures, score)
        most = np.where(missing, np.floor(settings.gap_largest_share * children), 0).astype(np.int64)
        if int(most.sum()) >= total:
            break
    weights = np.where(missing, children * (low + (high - low) * covers), 0.0)
    short = apportion(weights.ravel(), total, missing.ravel().astype(np.int64), most.ravel(), "children without a seat")
    return Gap(missing, short.reshape(children.shape))


def _missing(figures: Mapping[str, float], score: Float) -> Bool:
    """Return where a school is missing: every site of the report's 35 at least one level, exact by level."""
    n_sites = int(figures["school_gap_sites"])
    kindergartens = int(figures["school_gap_kindergartens"])
    n_primary = int(figures["school_gap_primary"])
    missing = np.zeros((score.size, N_LEVELS), dtype=np.bool_)
    at = largest(score, n_sites)
    missing[:, MIDDLE] = largest(score, int(figures["school_gap_middle"]))
    missing[:, PRIMARY] = largest(score, n_primary)
    only = at & ~missing[:, PRIMARY]
    others = largest(np.where(at & ~only, score, -1.0), kindergartens - int(only.sum()))
    missing[:, KINDERGARTEN] = only | others
    return missing


def draw_schools(
    figures: Mapping[str, float],
    settings: SchoolSettings,
    sites: pd.DataFrame,
    children: Int,
    gap: Gap,
    reading: Mapping[str, str],
    seed: int,
) -> pd.DataFrame:
    """Return the table of schools under the readings of the school figures."""
    crowded = settings.crowded_share if reading["school_gap_meaning"] == "to_be_served" else 0.0
    low, high = settings.spare
    spare = low + (high - low) * stream(seed, "spare seats").random(children.shape)
    without_gap = np.maximum(children + 2, np.ceil(children * (1.0 + spare)).astype(np.int64))
    short = gap.children - np.floor(crowded * gap.children).astype(np.int64)
    seats = np.where(gap.missing, children - short, without_gap)
    parts = [_existing(figures, settings, seats, seed)]
    cells = [(site, level) for site, level in zip(*np.nonzero(gap.missing), strict=True)]
    missing = _empty(len(cells))
    for row, (site, level) in enumerate(cells):
        missing["site"][row] = site
        missing["level"][row] = LEVELS[level]
        missing[f"seats_{LEVELS[level]}"][row] = gap.children[site, level]
    missing["in_gap"][:] = True
    parts.append(missing)
    if reading["school_projects_scope"] == "beside":
        parts.append(_beside(figures, children, seats, gap))
    projects = parts[-1]
    _mark_projects(figures, settings, projects, reading, seed)
    table = pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
    order = np.lexsort((np.arange(len(table)), table["site"]))
    table = table.iloc[order].reset_index(drop=True)
    table.insert(0, "school", np.arange(len(table)))
    return table


def _empty(n: int) -> dict[str, np.ndarray[tuple[int], np.dtype[np.generic]]]:
    """Return the columns of `n` schools that nobody has funded."""
    return {
        "site": np.zeros(n, dtype=np.int64),
        "level": np.full(n, LEVELS[PRIMARY], dtype=object),
        **{f"seats_{level}": np.zeros(n, dtype=np.int64) for level in LEVELS},
        "status": np.full(n, "no_project", dtype=object),
        "open_month": np.full(n, NEVER, dtype=np.int64),
        **{flag: np.zeros(n, dtype=np.bool_) for flag in ("existing", "newly_provided", "in_gap", "project_2019")},
    }


def _teaches(n_schools: int, split: bool) -> list[tuple[int, ...]]:
    """Return the levels that each of a site's schools teaches: nine years in one, or apart where there are more."""
    if n_schools == 1:
        return [(PRIMARY, KINDERGARTEN, MIDDLE)]
    if n_schools == 2:
        return [(PRIMARY, MIDDLE), (KINDERGARTEN,)] if split else [(PRIMARY, KINDERGARTEN), (MIDDLE,)]
    further = [(KINDERGARTEN,), (PRIMARY,), (KINDERGARTEN,), (PRIMARY, MIDDLE)]
    return [(PRIMARY,), (KINDERGARTEN,), (MIDDLE,), *further[: n_schools - 3]]


def _existing(
    figures: Mapping[str, float], settings: SchoolSettings, seats: Int, seed: int
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.generic]]]:
    """Return the existing schools: one at least at every site, more where there are more seats."""
    n = int(figures["schools_existing"])
    at = apportion(seats.sum(axis=1), n, 1, settings.extra_schools_largest, "existing schools")
    split = stream(seed, "kinds of schools").random(at.size) < settings.primary_with_middle
    out = _empty(n)
    row = 0
    for site in range(at.size):
        teaches = _teaches(int(at[site]), bool(split[site]))
        for levels in teaches:
            out["site"][row] = site
            out["level"][row] = LEVELS[levels[0]]
            for level in levels:
                sharing = [place for place, other in enumerate(teaches) if level in other]
                place = (
                    sharing.index(teaches.index(levels))
                    if len(sharing) == 1
                    else len([r for r in range(row) if out["site"][r] == site and out[f"seats_{LEVELS[level]}"][r] > 0])
                )
                part, rest = divmod(int(seats[site, level]), len(sharing))
                out[f"seats_{LEVELS[level]}"][row] = part + (1 if place < rest else 0)
            row += 1
    out["status"][:] = "open"
    out["open_month"][:] = 0
    out["existing"][:] = True
    return out


def _beside(
    figures: Mapping[str, float], children: Int, seats: Int, gap: Gap
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.generic]]]:
    """Return the 2019 projects as schools beside the missing ones: where most children come on a seat.

    Each is of the average size of a missing school of its level (assumed).
    """
    n = int(figures["school_projects_2019"])
    pressure = (children / np.maximum(seats, 1)).ravel()
    flat = np.argsort(-pressure, kind="stable")[:n]
    out = _empty(n)
    for row, cell in enumerate(np.sort(flat)):
        site, level = divmod(int(cell), N_LEVELS)
        out["site"][row] = site
        out["level"][row] = LEVELS[level]
        count = int(gap.missing[:, level].sum())
        out[f"seats_{LEVELS[level]}"][row] = (int(gap.children[:, level].sum()) + count // 2) // count
    return out


def _every(n: int, wanted: int, start: float) -> Int:
    """Return `wanted` of the positions 0 to n - 1 at even distances, from a start between 0 and 1 of a distance."""
    return np.floor((np.arange(wanted) + start) * n / wanted).astype(np.int64)


def _mark_projects(
    figures: Mapping[str, float],
    settings: SchoolSettings,
    schools: dict[str, np.ndarray[tuple[int], np.dtype[np.generic]]],
    reading: Mapping[str, str],
    seed: int,
) -> None:
    """Mark the projects of 2019 among `schools`, and those of them that are under way.

    Which schools they are is not printed. Every second school in the order of level and size, from a drawn start, is
    a project, and so on for those under way: they then hold about the share of the missing seats that they are of the
    missing schools.
    """
    n_projects = int(figures["school_projects_2019"])
    n_under_way = n_projects - int(figures["school_projects_not_started"])
    level = schools["level"].astype(str)
    seats = np.sum([schools[f"seats_{level}"].astype(np.int64) for level in LEVELS], axis=0)
    order = np.lexsort((seats, level))
    start = stream(seed, "school projects").random(2)
    project, funded = np.zeros(seats.size, dtype=np.bool_), np.zeros(seats.size, dtype=np.bool_)
    chosen = order[_every(seats.size, n_projects, start[0])]
    project[chosen] = True
    funded[chosen[_every(n_projects, n_under_way, start[1])]] = True
    n = seats.size
    soon = stream(seed, "openings").random(n) < settings.opens_first
    schools["project_2019"][:] = project
    schools["newly_provided"][:] = funded
    schools["status"][project] = "not_started"
    opened = reading["school_projects_meaning"] == "open"
    schools["status"][funded] = "open" if opened else "under_way"
    last = NEXT_SEPTEMBER - MONTHS_PER_YEAR if opened else NEXT_SEPTEMBER + MONTHS_PER_YEAR
    first = last - MONTHS_PER_YEAR
    schools["open_month"][funded] = np.where(soon, first, last)[funded]


def draw_children_in_gap(site: Int, level: Int, gap: Gap, seed: int) -> Bool:
    """Return which children are to be served by missing schools: a lottery in each site and level."""
    key = stream(seed, "children without a seat").random(site.size)
    cell = np.where(level >= 0, site * N_LEVELS + level, -1)
    order = np.lexsort((key, cell))
    place = np.arange(site.size) - np.searchsorted(cell[order], cell[order], side="left")
    limit = np.concatenate((gap.children.ravel(), [0]))[cell[order]]
    out = np.zeros(site.size, dtype=np.bool_)
    out[order] = place < limit
    return out
