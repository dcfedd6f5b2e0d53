"""'One returns, one is added' (size: share of flats given up that go to another household)."""

from __future__ import annotations

import numpy as np

from simulation.foundations.months import NEVER
from simulation.foundations.random_numbers import Q_REGISTER, Q_WAITING_LIST
from simulation.levers.base import Context, LeverRule, Quantity
from simulation.rules.traits import draw_uniforms
from simulation.state.entities import NOT_MOVED, RETURNED, Bool, Float, Int64, State
from simulation.state.policy import CAPITAL, Lever


class ReplacementRule(LeverRule):
    """Gives the flat of a household that has moved back for good to one on the list of the same site.

    The list has `list_share` of a site's households, each like one that was resettled there: every so many rows one,
    with traits and chances of its own. A flat goes over `delay_months` after it was given up, if the authority knows of
    it: `known_share` of them without a register, what the register says with one. Who moves in chooses where to live
    as everybody did. Paid is each household that moves in.
    """

    name = "replacement_rule"
    trial_size = 1.0

    def __init__(self, lever: Lever, context: Context) -> None:
        super().__init__(lever, context)
        homes = self.state.households
        self.known, self.due = (np.empty(homes.key.size) for _ in range(2))
        """Lots of each household, 0 to 1: does the authority know of it, is its flat among those passed on."""
        self.listed: Bool = homes.move_in_month == NEVER
        """Who was on the list at the start, shape (n_households,)."""
        for question, lots in ((Q_REGISTER, self.known), (Q_WAITING_LIST, self.due)):
            draw_uniforms(context.seed, question, homes.key.astype(np.int64), lots)

    @classmethod
    def further(cls, lever: Lever, state: State) -> Int64:
        """Return the households that those on the list are like: of each site every so many rows one."""
        rows = [super().further(lever, state)]
        site = state.households.site if lever.size > 0.0 else state.households.site[:0]
        falls = np.flatnonzero(np.diff(site) < 0)
        site = site[: falls[0] + 1] if falls.size else site  # not of households that came behind all others
        for households in np.split(np.arange(site.size), np.flatnonzero(np.diff(site)) + 1):
            n = int(np.ceil(lever.settings["list_share"] * households.size))
            rows.append(households[np.linspace(0, households.size - 1, n).astype(np.int64)])
        return np.concatenate(rows)

    def need(self) -> Float:
        """Return flats given up that nobody has got, shape (n_sites,)."""
        return self.by_site(self.given_up())

    def given_up(self) -> Bool:
        """Return which households have given a flat up that nobody has got, shape (n_households,)."""
        homes = self.state.households
        return np.asarray((homes.state == RETURNED) & ~homes.flat_kept & ~homes.flat_passed, dtype=np.bool_)

    def living(self, month: int) -> Bool:
        """Return which households have a living member, shape (n_households,): on the list nobody counts them."""
        persons = self.state.persons
        alive = (persons.birth_month <= month) & (month < persons.death_month)
        return np.asarray(np.bincount(persons.household, weights=alive, minlength=self.listed.size) > 0.0)

    def open(self, month: int) -> None:
        """Pass on the flats that are due, in the order of rows."""
        homes, sites, settings = self.state.households, self.state.sites, self.lever.settings
        sites.flats_passed[:] = self.by_site(homes.flat_passed)  # up to last month: who has got one is there by now
        known = self.known < np.maximum(settings["known_share"], sites.observed[homes.site])
        empty = homes.months_in_state - homes.flat_patience >= settings["delay_months"]
        flats = np.flatnonzero(self.given_up() & known & empty & (self.due < self.lever.reached(month)))
        listed = (homes.state == NOT_MOVED) & (homes.move_in_month == NEVER) & self.living(month)
        for flat in flats:
            site = homes.site[flat]
            waiting = np.flatnonzero(listed & (homes.site == site))
            if waiting.size:
                homes.move_in_month[waiting[0]] = month
                listed[waiting[0]] = False
                homes.flat_passed[flat] = True

    def quantities(self, month: int) -> list[Quantity]:
        """Return households that moved into a flat of another."""
        homes = self.state.households
        moved = np.count_nonzero(self.listed & (homes.move_in_month == month))
        return [Quantity(CAPITAL, "household", float(moved))]
