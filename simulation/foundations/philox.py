"""The generator Philox4x32-10 (Salmon et al. 2011): a second hash of the same addresses, unrelated to the first.

Ten rounds of 32-bit products turn a counter of four words into four random words, under a key of two words; its authors
report that it passes BigCrush by counting alone, which is how it is used here. A run under it has other random numbers
of the same distribution: a check that no result rests on the first generator.

Words of 32 bits are kept in 64, so that no product wraps round, in plain Python either.
"""

from __future__ import annotations

import numpy as np

from simulation.foundations.kernel import kernel

ROUNDS = 10
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_S32 = np.uint64(32)
_LOTS = np.uint64(0)
_STREAMS = np.uint64(1)
"""The last word of the counter: hashes that make streams are never hashes that make lots."""

Words = tuple[np.uint64, np.uint64, np.uint64, np.uint64]


@kernel
def philox(c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64) -> Words:
    """Return the four words of Philox4x32-10 for a counter (c0 to c3) and a key (k0, k1), all below 2^32."""
    for _ in range(ROUNDS):
        p0, p1 = _MULTIPLIER_0 * c0, _MULTIPLIER_1 * c2
        c0, c1, c2, c3 = (p1 >> _S32) ^ c1 ^ k0, p1 & _LOW, (p0 >> _S32) ^ c3 ^ k1, p0 & _LOW
        k0, k1 = (k0 + _WEYL_0) & _LOW, (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@kernel
def stream(seed: int, question: int, month: int) -> np.uint64:
    """Return the hash of (seed, question, month), from which the draws of that question in that month follow."""
    key, when = np.uint64(seed), np.uint64(np.int64(month)) & _LOW
    a, b, _, _ = philox(np.uint64(question), when, np.uint64(0), _STREAMS, key & _LOW, key >> _S32)
    return (b << _S32) | a


@kernel
def lottery(random_stream: np.uint64, key: int, alternative: int) -> np.uint64:
    """Return a 64-bit lot for a row; rows are served in the order of their lots."""
    word, row = np.uint64(random_stream), np.uint64(key)
    a, b, _, _ = philox(row & _LOW, row >> _S32, np.uint64(alternative), _LOTS, word & _LOW, word >> _S32)
    return (b << _S32) | a
