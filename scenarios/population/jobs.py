"""Posts that public hands bring: workshops, public-welfare posts, job fairs and courses.

Counts and posts are the report's, except workshops, of which it names none (assumed number, size of W25 and W30).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from scenarios.population.random_streams import (
    Int,
    apportion,
    exponential_keys,
    lognormals,
    smallest,
    stream,
)
from scenarios.population.settings import JobSettings
from simulation.foundations.months import MONTHS_PER_YEAR, REPORT_MONTH

REPORT_YEAR = REPORT_MONTH // MONTHS_PER_YEAR * MONTHS_PER_YEAR


def draw_workshops(
    settings: JobSettings, sites: pd.DataFrame, site_households: Int, first: Int, seed: int
) -> pd.DataFrame:
    """Return workshops at sites with a start-up base, one before two, the larger first.

    `first` is the month of the first arrivals at each site; none opens before.
    """
    bases = sites["startup_bases"].to_numpy() > 0
    n = settings.workshops
    per_site = apportion(np.where(bases, site_households, 0), n, 0, np.where(bases, 4, 0), "workshops")
    site = np.repeat(np.arange(len(sites)), per_site)
    low, high = settings.workshop_posts_range
    total = int(settings.workshop_posts * n + 0.5)
    posts = apportion(1.0 + stream(seed, "workshop posts").random(n), total, low, high, "workshop posts")
    month = _months(settings.workshop_months, n, seed, "workshop openings")
    return pd.DataFrame(
        {"workshop": np.arange(n), "site": site, "posts": posts, "open_month": np.maximum(month, first[site] + 1)}
    )


def _months(bounds: tuple[int, int], n: int, seed: int, question: str) -> Int:
    low, high = bounds
    return stream(seed, question).integers(low, high, size=n, endpoint=True)


def draw_public_posts(
    figures: Mapping[str, float],
    settings: JobSettings,
    sites: pd.DataFrame,
    site_households: Int,
    first: Int,
    seed: int,
) -> pd.DataFrame:
    """Return public-welfare posts: those at sites by households, the others by unit in yearly rounds (assumed)."""
    at_sites = int(figures["public_welfare_jobs_at_sites"])
    elsewhere = int(figures["public_welfare_jobs"]) - at_sites
    months = np.array(settings.public_post_months, dtype=np.int64)
    posts = apportion(site_households, at_sites, 0, None, "public posts at sites")
    site = np.flatnonzero(posts)
    month = months[stream(seed, "public posts at sites").integers(0, months.size, size=site.size)]
    names, unit = np.unique(sites["unit"].to_numpy().astype(str), return_inverse=True)
    by_unit = np.bincount(unit, weights=site_households, minlength=names.size)
    weights = np.repeat(by_unit, months.size)
    other = apportion(weights, elsewhere, 1, None, "public posts elsewhere")
    return pd.DataFrame(
        {
            "unit": np.concatenate((sites["unit"].to_numpy()[site], np.repeat(names, months.size).astype(object))),
            "site": np.concatenate((site, np.full(other.size, -1))),
            "posts": np.concatenate((posts[site], other)),
            "open_month": np.concatenate((np.maximum(month, first[site] + 1), np.tile(months, names.size))),
        }
    )


def draw_fairs(figures: Mapping[str, float], settings: JobSettings, seed: int) -> pd.DataFrame:
    """Return job fairs: those of 2019 with their own firms and posts, the others before (months and firms assumed)."""
    fairs, posts = int(figures["job_fairs_2019"]), int(figures["job_fair_posts_2019"])
    special, firms = int(figures["job_fairs_special_2019"]), int(figures["job_fair_firms_2019"])
    before = int(figures["job_fairs_all"]) - fairs
    before_posts = int(figures["job_fair_posts_all"]) - posts
    parts = [
        _fairs(before, before_posts, int(before_posts / settings.fair_firms), before * special // fairs,
               settings.fairs_before_months, settings.fair_sigma, seed, "fairs before 2019"),
        _fairs(fairs, posts, firms, special, (REPORT_YEAR, REPORT_MONTH), settings.fair_sigma, seed, "fairs of 2019"),
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _fairs(
    n: int, posts: int, firms: int, special: int, months: tuple[int, int], sigma: float, seed: int, question: str
) -> pd.DataFrame:
    month = np.sort(_months(months, n, seed, question))
    size = lognormals(stream(seed, question + ": size"), n, sigma)
    per_post = lognormals(stream(seed, question + ": firms"), n, 0.5 * sigma)
    return pd.DataFrame(
        {
            "month": month,
            "special": smallest(stream(seed, question + ": special").random(n), special),
            "firms": apportion(size * per_post, firms, 1, None, question),
            "posts": apportion(size, posts, 1, None, question),
        }
    )


def draw_trainings(figures: Mapping[str, float], settings: JobSettings, seed: int) -> pd.DataFrame:
    """Return courses with the report's person-times in all (months and sizes assumed)."""
    n = settings.training_courses
    month = np.sort(_months(settings.training_months, n, seed, "courses"))
    size = exponential_keys(stream(seed, "course sizes"), np.ones(n)) + 1.0
    places = apportion(size, int(figures["trained_person_times"]), 1, None, "person-times of training")
    return pd.DataFrame({"month": month, "person_times": places})
