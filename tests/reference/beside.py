"""A model with its twin beside it: the twin is given what it does not make itself, and compared month by month.

`Model.step` makes the month in this order; what is handed to the twin is read off the model's columns at two moments.

    age, open_and_close, hand_over_flats     (given: who died, aged out of labour, changed school, arrived; posts,
                                              seats, services, title, old houses, wages of posts and the series of the
                                              future; and what the last month's update_income and look_around left: who
                                              farms, what is seen of others)
    -- hand_over_flats ends: first hand-over
    count_members, update_jobs, update_schooling, count_members          the twin's
    update_knowledge                         (given: knowledge, trust, attachments, land signed over)
    -- update_knowledge ends: second hand-over
    update_residence, count_members          the twin's
    -- update_income begins: the twin goes through its month, and all of it must equal the model
    update_income, look_around, record

The second hand-over may come before the twin's month begins, since neither jobs nor schools ask for knowledge, trust,
attachments or land, and a reason to review (`review_due`) stays until residence whichever comes first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.model import Model
from simulation.state.entities import NO_POST
from tests.reference.build import build_twin
from tests.reference.compare import check_equal
from tests.reference.twin import Twin

GIVEN_PERSONS = (
    "channel",
    "post",
    "wage_yuan",
    "months_in_job",
    "months_without_work",
    "suspended",
    "ever_employed",
    "level",
    "place",
    "dibao",
    "reservation_yuan",
)
GIVEN_HOUSEHOLDS = (
    *("state", "flat_kept", "review_due", "changed", "farms", "allowance_yuan", "house"),
    "move_in_month",
)
GIVEN_SITES = (
    *("seats", "bus", "bus_lines", "service", "title_clarity", "rights_clarity"),
    *("upkeep_yuan", "dividend_yuan", "learning"),
    *("share", "away_share", "local_chance", "local_pay_yuan", "away_chance"),
)
TIES = ("knowledge", "trust", "attachment_site", "attachment_origin", "land_pooled")


class Beside(Model):
    """A model that runs beside its twin, from `attach_twin` on; `comparing` may be turned off where time is short."""

    twin: Twin | None = None
    comparing = True

    def attach_twin(self, twin_class: type[Twin] = Twin) -> Twin:
        """Make the twin of the present state, between two months, and return it."""
        self.twin = build_twin(self, twin_class)
        self._remember()
        return self.twin

    def hand_over_flats(self) -> None:
        """Arrivals of the month; first hand-over."""
        super().hand_over_flats()
        if self.twin is not None:
            self._hand_over_changes(self.twin)
            self._hand_over_sites(self.twin)
            self._hand_over_month(self.twin)

    def update_knowledge(self) -> None:
        """Knowledge and ties; second hand-over."""
        due = self.state.households.review_due.copy()
        super().update_knowledge()
        if self.twin is not None:
            households, now = self.twin.households, self.state.households
            for name in TIES:
                for household, value in zip(households, getattr(now, name).tolist(), strict=True):
                    setattr(household, name, value)
            for row in np.flatnonzero(now.review_due > due).tolist():
                households[row].review_due = True

    def update_income(self) -> None:
        """The twin's month, the comparison, and income of the month."""
        if self.twin is not None:
            self.twin.step()
            if self.comparing:
                check_equal(self, self.twin)
            self._remember()
        super().update_income()

    def _remember(self) -> None:
        """Keep what the columns are that others than the twin's processes may change until its next month."""
        persons, households = self.state.persons, self.state.households
        self._persons_left = {name: getattr(persons, name).copy() for name in GIVEN_PERSONS}
        self._households_left = {name: getattr(households, name).copy() for name in GIVEN_HOUSEHOLDS}

    def _hand_over_changes(self, twin: Twin) -> None:
        for name, row, value in changes(self._households_left, self.state.households):
            setattr(twin.households[row], name, value)
        for name, row, value in changes(self._persons_left, self.state.persons):
            pool_or_value = value if name != "post" else None if value == NO_POST else twin.pools[value]
            setattr(twin.persons[row], name, pool_or_value)

    def _hand_over_sites(self, twin: Twin) -> None:
        state, layout, n = self.state, self.state.layout, len(twin.sites)
        posts = zip(twin.pools, state.posts.capacity.tolist(), state.posts.wage_yuan.tolist(), strict=True)
        for pool, capacity, wage_yuan in posts:
            pool.capacity, pool.wage_yuan = capacity, wage_yuan
        for name in GIVEN_SITES:
            for site, value in zip(twin.sites, getattr(state.sites, name).tolist(), strict=True):
                setattr(site, name, value)
        for s, site in enumerate(twin.sites):
            own = [twin.pools[first + s] for first in (layout.nearby_own, layout.own_business, layout.public_site)]
            site.pools_in_reach = [*own, site.nearby_public]
        for pool, s in zip(twin.pools[layout.workshops :], state.posts.site[layout.workshops :].tolist(), strict=True):
            if 0 <= s < n:  # not the workshops that a lever is yet to add
                twin.sites[s].pools_in_reach.append(pool)
        seen = zip(twin.hamlets, state.hamlet_arrived.tolist(), state.hamlet_share.tolist(), strict=True)
        for hamlet, arrived, share in seen:
            hamlet.arrived, hamlet.share = arrived, share

    def _hand_over_month(self, twin: Twin) -> None:
        month = twin.month = self.month
        twin.numbers = self.now
        now, last = ({name: values[m] for name, values in self.series.factors._asdict().items()}
                     for m in (month, max(0, month - 1)))  # fmt: skip
        twin.future, twin.future_last = now, last
        twin.arrived = int((self.state.sites.arrived - self.state.sites.flats_passed).sum())
        twin.fair_posts, twin.course_places = self.fixed.fair_posts[month], self.fixed.course_places[month]
        training: Any = self.levers.acting.get("targeted_training")
        twin.lever_places, twin.lever_targeted = training.places(month) if training else (0, True)
        twin.land_return_yuan, twin.aid_yuan = self.policy_now.land_return_yuan, self.policy_now.aid_yuan
        lever = twin.lever_places > 0
        courses = twin.course_places > 0 or (lever and not twin.lever_targeted)
        twin.draws.draw(month, courses, lever and twin.lever_targeted, twin.fair_posts > 0)


def changes(before: dict[str, np.ndarray], table: Any) -> list[tuple[str, int, Any]]:
    """Return what has changed in a table as (column, row, value)."""
    found = []
    for name, old in before.items():
        now = getattr(table, name)
        rows = np.flatnonzero(now != old)
        found += [(name, row, value) for row, value in zip(rows.tolist(), now[rows].tolist(), strict=True)]
    return found
