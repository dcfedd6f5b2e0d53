"""What is counted of the city as a whole each month, and what Mesa's DataCollector takes in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import repeat
from typing import Any

import mesa
import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.months import LEVELS
from simulation.records.indicators import INDICATORS
from simulation.state.entities import CHANNELS, N_CHANNELS, Bool, Float, Int8, Int32, Sites, State

CITY_REPORTERS = tuple(indicator.name for indicator in INDICATORS if not indicator.name.startswith("moves_"))
SITE_REPORTERS = ("households_settled", "households_both_ends", "occupancy")
LIMITED_CHANNELS = ("workshop", "public_post", "nearby_public", "nearby_own", "own_business")
"""Channels whose posts are counted: the others take whoever goes."""
RUNNING, SEATS, MISSING, UNUSED = 0, 1, 1 + len(LEVELS), 2 + len(LEVELS)
"""Places in what count_posts_and_seats fills."""


@kernel
def count_posts_and_seats(
    channel: Int8, capacity: Int32, running: Bool, sites: Sites, by_channel: Float, rest: Float
) -> None:
    """Fill by_channel, shape (N_CHANNELS,), with posts, and `rest` with running workshops, seats of each level, and by
    site and level registered children beyond seats and seats that nobody is on.
    """
    by_channel[:] = 0.0
    rest[:] = 0.0
    for pool in range(channel.size):
        by_channel[channel[pool]] += capacity[pool]
    for workshop in range(running.size):
        rest[RUNNING] += running[workshop]
    for s in range(sites.unit.size):
        for level in range(len(LEVELS)):
            seats = sites.seats[s, level]
            rest[SEATS + level] += seats
            rest[MISSING] += max(0, sites.children[s, level] - seats)
            rest[UNUSED] += max(0, seats - sites.seated[s, level])


def city_counts(state: State) -> dict[str, float]:
    """Return posts, workshops and seats of the month: quantities of indicators.CITY_ONLY."""
    by_channel, rest = np.empty(N_CHANNELS), np.empty(UNUSED + 1)
    posts = state.posts
    count_posts_and_seats(posts.channel, posts.capacity, state.workshops.running, state.sites, by_channel, rest)
    capacity, others = by_channel.tolist(), rest.tolist()
    counts = {f"posts_{channel}": capacity[CHANNELS.index(channel)] for channel in LIMITED_CHANNELS}
    counts["workshops_running"] = others[RUNNING]
    counts |= {f"seats_{level}": others[SEATS + k] for k, level in enumerate(LEVELS)}
    counts["seats_missing"], counts["seats_idle"] = others[MISSING], others[UNUSED]
    return counts


class Collector(mesa.DataCollector):
    """Mesa's DataCollector; what all of its reporters would read from the records, it reads at once."""

    _numbers: tuple[int, ...] = ()
    """Mesa's numbers of the agents, in their order."""

    def collect(self, model: Any) -> None:
        """Take in the latest month of the records, for the whole and for each agent."""
        names, records = tuple(self.agent_reporters), model.records
        if tuple(self.model_reporters) != CITY_REPORTERS or self.agenttype_reporters:
            super().collect(model)  # somebody has added a reporter
            return
        latest, step = records.latest(), model.steps
        for name, values in self.model_vars.items():
            values.append(latest[name])
        columns = [records.latest_by_site(name) for name in names]
        if len(self._numbers) != len(model.agents):
            self._numbers = tuple(agent.unique_id for agent in model.agents)
        self._agent_records[step] = list(zip(repeat(step), self._numbers, *columns, strict=False))


def data_collector(agent_reporters: tuple[str, ...]) -> mesa.DataCollector:
    """Return a collector of the indicators of the whole, and of a few of each agent's (site or city)."""
    return Collector(
        model_reporters={name: _city_reporter(name) for name in CITY_REPORTERS},
        agent_reporters={name: _site_reporter(name) for name in agent_reporters},
    )


def _city_reporter(name: str) -> Callable[[Any], float]:
    return lambda model: model.records.latest()[name]


def _site_reporter(name: str) -> Callable[[Any], float]:
    return lambda site: site.value(name)
