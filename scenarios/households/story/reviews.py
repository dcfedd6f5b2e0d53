"""A review taken apart: what each option is worth to a household, term by term, right before it chooses.

The terms, the incomes and the noise come from the functions that the choice itself calls, on the same state and the
same random numbers, so that they are the numbers of the run to the last bit. `check_review` compares with what the run
then did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.months import FESTIVAL
from simulation.foundations.random_numbers import (
    Q_CHOICE,
    Q_REVIEW,
    gumbel,
    stream,
    uniform,
)
from simulation.processes.residence import review_probability
from simulation.rules.budget import home_of, place_of
from simulation.rules.choice import N_TERMS, expected_yuan, option_open, peer_share, residence_terms
from simulation.state.entities import (
    AWAY,
    N_OPTIONS,
    NOT_MOVED,
    RETURNED,
    STATES,
    Float,
    State,
)
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow

if TYPE_CHECKING:
    from simulation.model import Model


@dataclass(frozen=True)
class Review:
    """Whether a household with a flat reviews where it lives in a month, and what the options are then worth to it.

    state: before the choice; drawn: the household's uniform number, below `probability` it reviews; open: options that
    it may choose. The arrays are empty without a review: terms (N_OPTIONS, N_TERMS) and noise (N_OPTIONS,) in utility,
    income_yuan (N_OPTIONS,) expected net income, yuan a month per member.
    """

    month: int
    state: int
    arriving: bool
    due: bool
    probability: float
    drawn: float
    takes_place: bool
    open: tuple[int, ...]
    terms: Float
    noise: Float
    income_yuan: Float

    @property
    def festival(self) -> bool:
        """Whether it is the month of Spring Festival."""
        return self.month % 12 == FESTIVAL

    @property
    def worth(self) -> Float:
        """Utility of each option without the noise: its terms added up in their order, as the choice does."""
        total = np.zeros(len(self.terms))
        for j in range(N_TERMS):
            total += self.terms[:, j]
        return total

    @property
    def total(self) -> Float:
        """Utility of each option with the noise."""
        return self.worth + self.noise

    @property
    def chosen(self) -> int:
        """The open option with the highest total; the first of equals."""
        return max(self.open, key=lambda option: (self.total[option], -option))

    def lead(self, noise: bool = True) -> tuple[int, int | None, float]:
        """Return the leading open option, the second (None if there is one only), and by how much it leads."""
        values = self.total if noise else self.worth
        order = sorted(self.open, key=lambda option: (-values[option], option))
        if len(order) == 1:
            return order[0], None, 0.0
        return order[0], order[1], float(values[order[0]] - values[order[1]])


@kernel
def value_options(
    seed: int,
    month: int,
    h: int,
    state: State,
    p: Parameters,
    policy: PolicyNow,
    terms: Float,
    noise: Float,
    income_yuan: Float,
) -> None:
    """Fill terms, noise and income_yuan (see Review) for household h as it stands; month: of the noise."""
    choice_stream = stream(seed, Q_CHOICE, month)
    households, sites = state.households, state.sites
    home, place = home_of(h, households, sites), place_of(households.site[h], sites)
    for option in range(N_OPTIONS):
        taste, peers = households.taste[h, option], peer_share(h, option, state)
        found = residence_terms(home, place, option, taste, peers, p, policy)
        for j in range(N_TERMS):
            terms[option, j] = found[j]
        noise[option] = gumbel(choice_stream, households.key[h], option)
        income_yuan[option] = expected_yuan(home, option + 1, place, p, policy)


@kernel
def drawn_number(seed: int, question: int, month: int, key: int) -> float:
    """Return the uniform random number of `question` for a household or person in `month`."""
    return uniform(stream(seed, question, month), key, 0)


def open_options(model: Model, h: int) -> tuple[int, ...]:
    """Return the options that are open to household h."""
    home = home_of(h, model.state.households, model.state.sites)
    return tuple(k for k in range(N_OPTIONS) if option_open(k, home, model.parameters.structure))


def review_of(model: Model, h: int) -> Review:
    """Return what the review of household h in this month will be; to be called right before `update_residence`."""
    households, p, month = model.state.households, model.now, model.month
    state, arriving = int(households.state[h]), bool(households.move_in_month[h] == month)
    due = bool(households.review_due[h] > 0)
    kept = bool(households.flat_kept[h]) and households.members[h] > 0
    if state == RETURNED and households.months_in_state[h] + 1 >= households.flat_patience[h]:
        kept = False  # given up this month
    probability = 1.0 if arriving else review_probability(month, due, p.residence)
    drawn = drawn_number(model.seed, Q_REVIEW, month, households.key[h])
    left = bool(households.at_home[h] == 0) and state != AWAY
    takes_place = kept and (arriving or left or drawn < probability)
    terms, noise, income_yuan = np.zeros((0, N_TERMS)), np.zeros(0), np.zeros(0)
    if takes_place:
        terms, noise, income_yuan = np.zeros((N_OPTIONS, N_TERMS)), np.zeros(N_OPTIONS), np.zeros(N_OPTIONS)
        if arriving:
            households.state[h] = NOT_MOVED  # as the choice on arrival sees it: no switching cost
        free = arriving or drawn < review_probability(month, False, p.residence)
        of_noise = month if free else int(households.reviewed_month[h])  # a shock brings no noise of its own
        value_options(model.seed, of_noise, h, model.state, p, model.policy_now, terms, noise, income_yuan)
        households.state[h] = state
    before = NOT_MOVED if arriving else state
    return Review(
        month,
        before,
        arriving,
        due,
        probability if kept else 0.0,
        drawn,
        takes_place,
        open_options(model, h),
        terms,
        noise,
        income_yuan,
    )


def check_review(review: Review, model: Model, h: int) -> None:
    """Raise RuntimeError unless the run did what `review` says; to be called right after `update_residence`."""
    expected = review.chosen + 1 if review.takes_place else review.state
    found = int(model.state.households.state[h])
    if found != expected:
        raise RuntimeError(
            f"household {h}, month {review.month}: the story says {STATES[expected]}, the run {STATES[found]}; "
            "scenarios/households/story/reviews.py must follow simulation/processes/residence.py"
        )
