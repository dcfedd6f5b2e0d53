"""Openings and closures: schools, workshops, public posts, bus lines, titles; and what that makes of services and
posts.

What is under way at the report date opens after its construction time in every scenario; all else needs a lever. What a
lever adds is spread over the sites by its targeting rule in its first month, from the state that all scenarios share
until then.
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.months import NEVER, SEPTEMBER, school_year_start
from simulation.foundations.random_numbers import Q_CLOSURE, stream, uniform
from simulation.state.entities import (
    Float,
    Households,
    Int16,
    Int64,
    Layout,
    Persons,
    Posts,
    Sites,
    Workshops,
)
from simulation.state.parameters import JobsParameters, ServiceParameters
from simulation.state.policy import Lever, Policy, allocate

SHOWCASE_WEIGHT = 10.0
"""Showcase targeting: a household at a showcase site counts as this many elsewhere."""


def site_weights(lever: Lever, sites: Sites, need: Float) -> Float:
    """Return the weight of each site under the lever's targeting rule, shape (n_sites,)."""
    if lever.targeting == "need":
        return np.maximum(need, 0.0)
    if lever.targeting == "size":
        return np.asarray(sites.households, dtype=np.float64)
    if lever.targeting == "showcase":
        return sites.households.astype(np.float64) * np.where(sites.showcase, SHOWCASE_WEIGHT, 1.0)
    return np.ones(sites.households.size)


def workshop_sites(lever: Lever, sites: Sites, need: Float) -> Int16:
    """Return the site of each workshop that the lever adds, in the order of opening, shape (size,).

    Workshops go one by one to the site with the highest weight per workshop that it has been given so far (D'Hondt), so
    that a larger programme only adds to a smaller one; equally where no site has any need.
    """
    weights = site_weights(lever, sites, need)
    if not weights.any():
        weights = np.ones_like(weights)
    given = np.zeros(weights.size)
    order = np.zeros(int(lever.size), dtype=np.int16)
    for w in range(order.size):
        s = int(np.argmax(weights / (given + 1.0)))
        given[s] += 1.0
        order[w] = s
    return order


def public_posts_by_site(lever: Lever, sites: Sites, need: Float) -> Int64:
    """Return how many public posts the lever adds at each site in the end, shape (n_sites,)."""
    return allocate(int(lever.size), site_weights(lever, sites, need))


def bus_sites(lever: Lever, sites: Sites, need: Float) -> Int64:
    """Return the unserved sites in the order in which they get a line."""
    weights = np.where(sites.bus, -1.0, site_weights(lever, sites, need))
    order = np.argsort(-weights, kind="stable")
    return order[weights[order] >= 0.0]


def funded_openings(lever: Lever, started: Int64, school_site: Int64, need: Float, sites: Sites) -> Int16:
    """Return the opening month of each missing school that is not under way, shape (n_missing,); NEVER for unfunded.

    started: 1 for projects that only lack funds, 0 for schools that are not yet projects. Projects come first, then
    sites by the targeting rule; a school opens in the September after its construction lag.
    """
    weights = site_weights(lever, sites, need)[school_site]
    order = np.lexsort((-weights, -started))
    funded = round(lever.size * order.size)
    openings = np.full(order.size, NEVER, dtype=np.int16)
    for rank in range(funded):
        start = lever.start_month + rank * lever.phase_in_months // max(1, funded)
        ready = start + int(lever.settings["construction_months"])
        september = school_year_start(ready)
        openings[order[rank]] = september if september == ready else september + 12
    return openings


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
    of = stream(seed, Q_CLOSURE, month)
    closed = 0
    for w in range(workshops.key.size):
        if month < workshops.open_month[w]:
            continue
        u = uniform(of, workshops.key[w], 0)
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
    arrived = sites.arrived / np.maximum(1, sites.households)
    posts.capacity[layout.nearby_own : layout.nearby_own + n] = np.floor(density * arrived)
    posts.capacity[layout.own_business : layout.own_business + n] = np.floor(places * arrived)
    here = np.bincount(sites.unit, weights=sites.arrived, minlength=unit_posts.size)
    whole = np.bincount(sites.unit, weights=sites.households, minlength=unit_posts.size)
    full = unit_posts * here / np.maximum(1.0, whole)
    posts.capacity[layout.nearby_public : layout.nearby_public + unit_posts.size] = np.floor(full + 1e-9)


def update_services(sites: Sites, facility_score: Float, services: ServiceParameters) -> None:
    """Recompute the service level of every site: facilities, clinic, market, bus, governance, weighted (V32)."""
    clinic = np.minimum(1.0, sites.clinics)
    sites.service[:] = (
        services.weight_facilities * facility_score
        + services.weight_clinic * clinic
        + services.weight_market * sites.market
        + services.weight_bus * sites.bus
        + services.weight_governance * sites.governance
    )


def update_titles(sites: Sites, policy: Policy, month: int, baseline: float, households: Households) -> None:
    """Raise the announced clarity of title as the lever phases in; its first rise makes households review."""
    lever = policy.get("housing_title")
    if lever is None or lever.phase(month) == 0.0:
        return
    clarity = max(baseline, lever.reached(month))
    if (sites.title_clarity < clarity).any():
        sites.title_clarity[:] = np.maximum(sites.title_clarity, clarity)
        if lever.reached(month - 1) <= baseline:  # the first rise
            households.review_due[households.state > 0] = 1


def open_schools(month: int, seats: Int64, school_site: Int64, openings: Int16, sites: Sites) -> None:
    """Set the seats open in `month`: those of every school whose opening month has come (seats: (n_schools, 3))."""
    if month == 0 or month % 12 == SEPTEMBER:
        sites.seats[:] = 0
        is_open = openings <= month
        np.add.at(sites.seats, school_site[is_open], seats[is_open])
