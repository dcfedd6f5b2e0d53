"""The generator splitmix64 (Steele, Lea & Flood 2014), read at an address instead of advanced.

Its n-th number from a state s is mix64(s + n * golden), so any of its numbers can be had without those before it. A
stream is such a state; row key and alternative say which number is meant.
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import COMPILED, kernel

if not COMPILED:  # the plain-Python path lets 64-bit products wrap round, as machine code does
    np.seterr(over="ignore")

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S27 = np.uint64(27)
_S30 = np.uint64(30)
_S31 = np.uint64(31)
_ALTERNATIVES = np.uint64(16)
_ONE = np.uint64(1)


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
def lottery(random_stream: np.uint64, key: int, alternative: int) -> np.uint64:
    """Return a 64-bit lot for a row; rows are served in the order of their lots."""
    address = np.uint64(key) * _ALTERNATIVES + np.uint64(alternative) + _ONE
    return mix64(np.uint64(random_stream) + address * _GOLDEN)
