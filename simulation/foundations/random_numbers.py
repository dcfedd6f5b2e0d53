"""Random numbers that belong to a household or person: each is a hash of its address, so that runs share them.

A number's address is (seed, question, month, row key[, alternative]); no generator is ever advanced. So any order of
work, any number of threads and any subset of households give the same numbers. Scenarios of one seed are compared with
common random numbers: they differ for a household only through what the policy does to it. A hash of (seed, question,
month) makes a 64-bit word, the stream; a hash of the stream, row key and alternative makes the number. Lotteries (who
is served first) order rows by such numbers instead of shuffling them.

There are two generators of such hashes (splitmix64.py and philox.py beside this file). The choice is made before this
module is loaded (generator.py) and compiled in: it makes no number slower.
"""

from __future__ import annotations

import math

import numpy as np

from simulation.foundations import philox, splitmix64
from simulation.foundations.generator import GENERATORS, VARIABLE
from simulation.foundations.kernel import GENERATOR, kernel
from simulation.foundations.numerics import log, normal_quantile

# One number for each question that chance decides. Never renumber: it is part of the address of all random numbers.
Q_SITE_EFFECT = 1
Q_TASTE = 2
Q_TRUST = 3
Q_KNOWLEDGE = 4
Q_FLAT_PATIENCE = 5
Q_EFFICIENCY = 6
Q_RESERVATION = 7
Q_INITIAL_JOB = 8
Q_BIRTH = 9
Q_DEATH = 10
Q_NEWBORN = 11
Q_SEPARATION = 12
Q_CLOSURE = 13
Q_SEARCH = 14
Q_QUEUE = 15
Q_OFFER = 16
Q_AWAY_OFFER = 17
Q_FAIR = 18
Q_TRAINING = 19
Q_SEAT = 20
Q_ENROL = 21
Q_AWAY_SCHOOL = 22
Q_REVIEW = 23
Q_CHOICE = 24
Q_MOVE_JOB = 25
Q_VISIT = 26
Q_LAND = 27
Q_SUSPENSION = 30
Q_POST_CUT = 31
Q_DEMOLITION = 32
Q_RIDE = 33
Q_ALLOWANCE = 40
Q_NEWBORN_LIFE = 41
Q_PUBLICITY = 42
Q_REGISTER = 43
Q_CANVASS = 44
Q_COUNSEL = 45
Q_WAITING_LIST = 46

_S12 = np.uint64(12)
_S56 = np.uint64(56)
_WHOLE = 4503599627370496.0
_UNIT = 1.0 / _WHOLE


def _refused(seed: int, question: int, month: int) -> np.uint64:
    """Raise ValueError; a command tells the user sooner, and in one line (scenarios/settings/generator.py)."""
    raise ValueError(f"{VARIABLE} is {GENERATOR!r}; allowed are {', '.join(GENERATORS)}")


stream = {"splitmix64": splitmix64.stream, "philox": philox.stream}.get(GENERATOR, _refused)
"""(seed, question, month) to the random stream of that question in that month: the 64-bit word that its draws follow
from."""
lottery = philox.lottery if GENERATOR == "philox" else splitmix64.lottery
"""(random_stream, key, alternative) to the 64-bit lot of a row; rows are served in the order of their lots."""


@kernel
def uniform(random_stream: np.uint64, key: int, alternative: int) -> float:
    """Return a uniform number strictly between 0 and 1 (52 bits, centred, so that neither end is reached)."""
    return (np.float64(lottery(random_stream, key, alternative) >> _S12) + 0.5) * _UNIT


@kernel
def chance(probability: float) -> np.uint64:
    """Return a probability as the number that `happens` holds a lot against."""
    return np.uint64(math.ceil(min(max(probability * _WHOLE - 0.5, 0.0), _WHOLE)))


@kernel
def happens(random_stream: np.uint64, key: int, alternative: int, of: np.uint64) -> bool:
    """Return whether the uniform number of an address lies below a probability; of: its `chance`.

    In whole numbers, exactly as `uniform(...) < probability` and in half of the time.
    """
    return bool((lottery(random_stream, key, alternative) >> _S12) < of)


@kernel
def gumbel(random_stream: np.uint64, key: int, alternative: int) -> float:
    """Return a standard Gumbel number, the noise of a logit choice."""
    return -log(-log(uniform(random_stream, key, alternative)))


_GUMBEL_ABOVE = np.array([-log(-log((n + 1) / 256.0)) + 1e-9 for n in range(255)] + [np.inf])
"""By the first eight bits of a lot: what no Gumbel number exceeds, at the upper end of their uniform numbers."""


@kernel
def gumbel_above(random_stream: np.uint64, key: int, alternative: int) -> float:
    """Return a number that the standard Gumbel number of the same address does not exceed.

    It needs no logarithm: a choice that could not come out otherwise with it needs no exact number.
    """
    return float(_GUMBEL_ABOVE[lottery(random_stream, key, alternative) >> _S56])


@kernel
def normal(random_stream: np.uint64, key: int, alternative: int) -> float:
    """Return a standard normal number."""
    return normal_quantile(uniform(random_stream, key, alternative))
