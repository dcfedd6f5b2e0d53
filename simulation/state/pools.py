"""Pools of posts: local market, business places, public posts, posts placed by public channels, workshops."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulation.foundations.months import NEVER
from simulation.state.entities import (
    NEARBY_OWN,
    NEARBY_PUBLIC,
    OWN_BUSINESS,
    PUBLIC_POST,
    WORKSHOP,
    Int64,
    Layout,
    Posts,
    Sites,
    Workshops,
)
from simulation.state.parameters import JobsParameters, Parameters
from simulation.state.population import Population

WORKSHOP_ADDED = 10_000
"""Key of the first workshop that a lever adds: its random numbers do not depend on the workshops before it."""
COPY_WORKSHOPS = 1_000_000
"""Keys of workshops that each copy of a population has to itself."""


def codes(values: pd.Series, names: tuple[str, ...]) -> Int64:
    """Return the position of each value in `names`."""
    return pd.Categorical(values, categories=list(names)).codes.astype(np.int64)


def post_pools(
    population: Population,
    units: tuple[str, ...],
    sites: Sites,
    parameters: Parameters,
    copy: int = 0,
) -> tuple[Layout, Posts, Workshops, Int64]:
    """Return the layout of the pools, the pools, the workshops, and the public posts as rows (pool, posts, opening
    month).
    """
    jobs, n, u = parameters.jobs, sites.unit.size, len(units)
    table = population.workshops
    w = len(table)
    layout = Layout(0, n, 2 * n, 3 * n, 3 * n + u, 3 * n + 2 * u)
    blocks = [
        (n, NEARBY_OWN, jobs.wage_nearby_yuan, 1.0, jobs.skill_nearby),
        (n, OWN_BUSINESS, jobs.wage_business_yuan, 1.0, jobs.skill_business),
        (n, PUBLIC_POST, jobs.wage_public_post_yuan, jobs.part_time_share, 0.0),
        (u, PUBLIC_POST, jobs.wage_public_post_yuan, jobs.part_time_share, 0.0),
        (u, NEARBY_PUBLIC, jobs.wage_nearby_yuan, 1.0, jobs.skill_nearby),
        (w, WORKSHOP, jobs.wage_workshop_yuan, 1.0, jobs.skill_workshop),
    ]
    rows = np.repeat(np.arange(len(blocks)), [block[0] for block in blocks])
    channel = np.array([block[1] for block in blocks], dtype=np.int8)[rows]
    pool_site = np.concatenate([np.tile(np.arange(n), 3), np.full(2 * u, -1), table["site"].to_numpy()])
    pool_unit = np.concatenate([np.tile(sites.unit, 3), np.tile(np.arange(u), 2), np.full(w, -1)])
    in_town = sites.distance_town_km <= 0.0
    flexible = np.isin(channel, (WORKSHOP, PUBLIC_POST, OWN_BUSINESS))
    flexible[:n] = in_town
    posts = Posts(
        channel=channel,
        site=pool_site.astype(np.int16),
        unit=pool_unit.astype(np.int16),
        capacity=np.zeros(rows.size, dtype=np.int32),
        filled=np.zeros(rows.size, dtype=np.int32),
        wage_yuan=np.array([block[2] for block in blocks])[rows],
        hours_share=np.array([block[3] for block in blocks])[rows],
        skill_required=np.array([block[4] for block in blocks])[rows],
        flexible=flexible,
        reserved=channel == PUBLIC_POST,
    )
    workshops = Workshops(
        key=copy * COPY_WORKSHOPS + np.arange(w, dtype=np.int64),
        posts=table["posts"].to_numpy(np.int32, copy=True),
        open_month=table["open_month"].to_numpy(np.int16, copy=True),
        running=np.zeros(w, dtype=np.bool_),
        by_site=np.arange(w, dtype=np.int32),
        first=np.zeros(n + 1, dtype=np.int32),
    )
    public = population.public_posts
    at_site = public["site"].to_numpy() >= 0
    pool = np.where(
        at_site,
        layout.public_site + public["site"].to_numpy(),
        layout.public_unit + codes(public["unit"], units),
    )
    return layout, posts, workshops, np.stack([pool, public["posts"], public["open_month"]], axis=1).astype(np.int64)


def with_workshops(
    posts: Posts, workshops: Workshops, posts_of: Int64, jobs: JobsParameters, copy: int = 0
) -> tuple[Posts, Workshops]:
    """Return the tables with the rows of workshops that a lever may add: without a site or an opening until it starts.

    They come last, so that no other pool changes its number. posts_of: posts of each, shape (n_added,).
    """
    added = posts_of.size
    row = {
        "channel": WORKSHOP,
        "site": -1,
        "unit": -1,
        "wage_yuan": jobs.wage_workshop_yuan,
        "hours_share": 1.0,
        "skill_required": jobs.skill_workshop,
        "flexible": True,
    }
    columns = posts._asdict().items()
    pools = [np.append(column, np.full(added, row.get(name, 0), dtype=column.dtype)) for name, column in columns]
    n = workshops.key.size
    return Posts(*pools), Workshops(
        key=np.concatenate([workshops.key, copy * COPY_WORKSHOPS + WORKSHOP_ADDED + np.arange(added)]),
        posts=np.concatenate([workshops.posts, posts_of.astype(np.int32)]),
        open_month=np.concatenate([workshops.open_month, np.full(added, NEVER, dtype=np.int16)]),
        running=np.concatenate([workshops.running, np.zeros(added, dtype=np.bool_)]),
        by_site=np.arange(n + added, dtype=np.int32),
        first=workshops.first,
    )
