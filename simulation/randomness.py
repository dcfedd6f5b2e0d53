"""Luck that belongs to the household: every draw is a hash of its address.

A draw is addressed by (seed, question, month, row key[, alternative]); no generator is ever advanced. So any order of
work, any number of threads and any subset of households give the same numbers, and two scenarios differ for a
household only through what the policy does to it. The hash is the generator splitmix64 (Steele, Lea & Flood 2014):
the stream of a question and month starts at a hash of (seed, question, month), and the row key and alternative say
which of its numbers is meant. Lotteries (who is served first) order rows by such numbers instead of shuffling them.
"""

from __future__ import annotations

import numpy as np

from simulation.kernel import COMPILED, kernel
from simulation.numerics import log, normal_quantile

if not COMPILED:  # the plain-Python path lets 64-bit products wrap round, as machine code does
    np.seterr(over="ignore")

# One number for each question that luck answers. Never renumber: a number is part of the address of past results.
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

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S27 = np.uint64(27)
_S30 = np.uint64(30)
_S31 = np.uint64(31)
_S12 = np.uint64(12)
_ALTERNATIVES = np.uint64(16)
_ONE = np.uint64(1)
_UNIT = 1.0 / 4503599627370496.0


@kernel
def mix64(x: np.uint64) -> np.uint64:
    """Return splitmix64's finaliser of a 64-bit word."""
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


@kernel
def stream(seed: int, question: int, month: int) -> np.uint64:
    """Return the hash of (seed, question, month), from which the draws of that question in that month follow."""
    word = mix64(np.uint64(seed) + _GOLDEN)
    word = mix64(word ^ (np.uint64(question) * _GOLDEN))
    return mix64(word ^ (np.uint64(np.int64(month + 1)) * _MIX_1))


@kernel
def lottery(of: np.uint64, key: int, alternative: int) -> np.uint64:
    """Return a 64-bit lot for a row; rows are served in the order of their lots."""
    address = np.uint64(key) * _ALTERNATIVES + np.uint64(alternative) + _ONE
    return mix64(np.uint64(of) + address * _GOLDEN)


@kernel
def uniform(of: np.uint64, key: int, alternative: int) -> float:
    """Return a uniform number strictly between 0 and 1 (52 bits, centred, so that neither end is reached)."""
    return (np.float64(lottery(of, key, alternative) >> _S12) + 0.5) * _UNIT


@kernel
def gumbel(of: np.uint64, key: int, alternative: int) -> float:
    """Return a standard Gumbel number, the noise of a logit choice."""
    return -log(-log(uniform(of, key, alternative)))


@kernel
def normal(of: np.uint64, key: int, alternative: int) -> float:
    """Return a standard normal number."""
    return normal_quantile(uniform(of, key, alternative))
