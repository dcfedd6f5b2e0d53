"""Openings and closures of schools and workshops, and what that and the arrivals make of services and posts.

What is under way at the report date opens after its construction time in every scenario; all else needs a lever
(simulation/levers/).
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.months import SEPTEMBER
from simulation.foundations.random_numbers import Q_CLOSURE, stream, uniform
from simulation.state.entities import (
    Float,
    Int16,
    Int64,
    Layout,
    Persons,
    Posts,
    Sites,
    Workshops,
)
from simulation.state.parameters import JobsParameters, ServiceParameters


@kernel
def update_workshops(
    seed: int,
    month: int,
    workshops: Workshops,
    posts: Posts,
    persons: Persons,
    layout: Layout,
    jobs: JobsParameters,
) -> int:
    """Open, close and reopen workshops; return how many closed. A closure ends every post of the workshop at once."""
    closure_stream = stream(seed, Q_CLOSURE, month)
    closed = 0
    for w in range(workshops.key.size):
        if month < workshops.open_month[w]:
            continue
        u = uniform(closure_stream, workshops.key[w], 0)
        if month == workshops.open_month[w]:
            workshops.running[w] = True
        elif workshops.running[w] and u < jobs.workshop_closure:
            workshops.running[w] = False
            closed += 1
        elif not workshops.running[w] and u < jobs.workshop_reopening:
            workshops.running[w] = True
        posts.capacity[layout.workshops + w] = workshops.posts[w] if workshops.running[w] else 0
    return closed


def order_workshops(workshops: Workshops, posts: Posts, layout: Layout, n_sites: int) -> None:
    """List the workshops by site (by_site, first), so that a worker finds those of his site."""
    site = posts.site[layout.workshops :]
    workshops.by_site[:] = np.argsort(site, kind="stable")
    workshops.first[:] = np.searchsorted(np.sort(site, kind="stable"), np.arange(n_sites + 1))


def update_local_posts(
    sites: Sites, posts: Posts, layout: Layout, density: Float, places: Float, unit_posts: Float
) -> None:
    """Scale the posts that grow with arrivals: nearby posts, business places, posts placed by public channels.

    density: nearby posts of the full site; places: business places of the full site, shape (n_sites,); unit_posts:
    posts placed by public channels of the full unit, shape (n_units,). They come with the people: share of households
    arrived.
    """
    n = sites.households.size
    arrived = (sites.arrived - sites.flats_passed) / np.maximum(1, sites.households)
    posts.capacity[layout.nearby_own : layout.nearby_own + n] = np.floor(density * arrived)
    posts.capacity[layout.own_business : layout.own_business + n] = np.floor(places * arrived)
    here = np.bincount(sites.unit, weights=sites.arrived - sites.flats_passed, minlength=unit_posts.size)
    whole = np.bincount(sites.unit, weights=sites.households, minlength=unit_posts.size)
    full = unit_posts * here / np.maximum(1.0, whole)
    posts.capacity[layout.nearby_public : layout.nearby_public + unit_posts.size] = np.floor(full + 1e-9)


def update_services(sites: Sites, services: ServiceParameters) -> None:
    """Recompute the service level of every site: facilities, clinic, market, bus, governance, weighted (V32)."""
    clinic = np.minimum(1.0, sites.clinics)
    sites.service[:] = (
        services.weight_facilities * sites.facility_score
        + services.weight_clinic * clinic
        + services.weight_market * sites.market
        + services.weight_bus * sites.bus
        + services.weight_governance * sites.governance
    )


def open_schools(month: int, seats: Int64, school_site: Int64, openings: Int16, sites: Sites) -> None:
    """Set the seats open in `month`: those of every school whose opening month has come (seats: (n_schools, 3))."""
    if month == 0 or month % 12 == SEPTEMBER:
        sites.seats[:] = 0
        is_open = openings <= month
        np.add.at(sites.seats, school_site[is_open], seats[is_open])
