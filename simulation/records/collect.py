"""What is counted of the city as a whole each month, and what Mesa's DataCollector takes in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np

from simulation.foundations.months import LEVELS
from simulation.processes import demography
from simulation.records.indicators import INDICATORS
from simulation.state.entities import CHANNELS, State, UInt32

CITY_REPORTERS = tuple(indicator.name for indicator in INDICATORS if not indicator.name.startswith("moves_"))
SITE_REPORTERS = ("households_settled", "households_both_ends", "occupancy")
LIMITED_CHANNELS = ("workshop", "public_post", "nearby_public", "nearby_own", "own_business")
"""Channels whose posts are counted: the others take whoever goes."""


def city_counts(month: int, state: State, ageing_rows: UInt32) -> dict[str, float]:
    """Return posts, workshops, seats, births and deaths of the month: quantities of indicators.CITY_ONLY."""
    sites, posts = state.sites, state.posts
    capacity = np.bincount(posts.channel, weights=posts.capacity, minlength=len(CHANNELS))
    counts = {f"posts_{channel}": float(capacity[CHANNELS.index(channel)]) for channel in LIMITED_CHANNELS}
    counts["workshops_running"] = float(state.workshops.running.sum())
    counts |= {f"seats_{level}": float(seats) for level, seats in zip(LEVELS, sites.seats.sum(axis=0), strict=True)}
    counts["seats_missing"] = float(np.maximum(0, sites.children - sites.seats).sum())
    counts["seats_idle"] = float(np.maximum(0, sites.seats - sites.seated).sum())
    counts["births"], counts["deaths"] = demography.count_lives(month, ageing_rows, state.persons, state.households)
    return counts


def data_collector(agent_reporters: tuple[str, ...]) -> mesa.DataCollector:
    """Return a collector of the indicators of the whole, and of a few of each agent's (site or city)."""
    return mesa.DataCollector(
        model_reporters={name: _city_reporter(name) for name in CITY_REPORTERS},
        agent_reporters={name: _site_reporter(name) for name in agent_reporters},
    )


def _city_reporter(name: str) -> Callable[[Any], float]:
    return lambda model: model.records.latest()[name]


def _site_reporter(name: str) -> Callable[[Any], float]:
    return lambda site: site.value(name)
