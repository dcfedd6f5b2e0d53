"""Income of the month, and origin land handed to the platform where a guaranteed return is offered."""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.foundations.months import DECEMBER
from simulation.foundations.random_numbers import Q_LAND, stream, uniform
from simulation.rules.budget import (
    farm_income,
    home_of,
    income_of,
    place_of,
)
from simulation.rules.choice import belief
from simulation.rules.labour import labourer
from simulation.rules.land import reserve_yuan
from simulation.rules.prefetch import AHEAD, ask_for_household
from simulation.state.entities import (
    FARM,
    NONE,
    NOT_MOVED,
    Households,
    Persons,
    Sites,
    UInt32,
)
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow


@kernel
def update_land(
    seed: int,
    month: int,
    take_up: float,
    households: Households,
    sites: Sites,
    p: Parameters,
    policy: PolicyNow,
) -> None:
    """Let households hand their farmable land to the platform (it then pays wherever they live, and can't be farmed).

    A household is reached with probability take_up a month and signs if what it believes of the return exceeds what it
    keeps the land for (reserve_yuan). With the farming year, in December, it takes the land back if what it is paid
    does not. Who has died out neither signs nor is paid.
    """
    land_stream = stream(seed, Q_LAND, month)
    for h in range(households.site.size):
        signed = households.land_pooled[h]
        if households.state[h] == NOT_MOVED or households.land_mu[h] <= 0.0:
            continue
        if households.members[h] == 0:
            households.land_pooled[h] = False
            continue
        if (month % 12 != DECEMBER) if signed else (uniform(land_stream, households.key[h], 0) >= take_up):
            continue
        home = home_of(h, households, sites)
        yuan = policy.land_return_yuan if signed else belief(policy.land_return_yuan, home)
        reserve = reserve_yuan(home, home.state, place_of(households.site[h], sites), p)
        signs = yuan * home.land_mu > reserve
        households.recounted[h] |= signs != signed
        households.land_pooled[h] = signs


@kernel
def update_income(
    month: int,
    first: int,
    end: int,
    households: Households,
    persons: Persons,
    sites: Sites,
    p: Parameters,
    policy: PolicyNow,
    all_of_them: bool,
    due_rows: UInt32,
) -> None:
    """Set the income per member (before the cost of the place, as statistics have it), and who farms.

    Of those of households first to end - 1 that were recounted since the last time, the only ones for whom it can have
    changed; of all_of_them in a month when the policy pays otherwise than the month before. due_rows: work array, of at
    least one element more than there are households.
    """
    n = 0
    for h in range(first, end):
        due_rows[n] = h  # written for each; the place is kept only if the condition below holds
        n += (households.recounted[h] | all_of_them) & (households.state[h] != NOT_MOVED)
    for k in range(n):
        ask_for_household(households, due_rows[min(k + AHEAD, n - 1)])
        h = due_rows[k]
        households.recounted[h] = False
        home, place = home_of(h, households, sites), place_of(households.site[h], sites)
        households.income_yuan[h] = income_of(home, home.state, False, place, p, policy) / max(1, home.members)
        farms = farm_income(home, home.state, p) > 0.0
        if farms != households.farms[h]:
            households.farms[h] = farms
            for i in range(households.first[h], households.first[h + 1]):
                if persons.channel[i] <= FARM and labourer(persons, i, month):
                    persons.channel[i] = FARM if farms else NONE
