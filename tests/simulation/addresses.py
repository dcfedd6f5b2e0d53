"""Lots of both generators at lists of addresses, for tests: an address is (seed, question, month, key, alternative)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simulation.foundations import philox, splitmix64
from simulation.foundations.kernel import kernel

MODULES = {"splitmix64": splitmix64, "philox": philox}
FIELDS = ("seed", "question", "month", "key", "alternative")
BASE = {"seed": 1, "question": 24, "month": 47, "key": 29_150, "alternative": 0}
"""Where a list of addresses stands still in the fields that it does not vary."""


def _filled_by(module: Any) -> Callable[..., None]:
    stream, lottery = module.stream, module.lottery

    @kernel
    def fill(seed, question, month, key, alternative, out):  # type: ignore[no-untyped-def]
        for i in range(out.size):
            out[i] = lottery(stream(seed[i], question[i], month[i]), key[i], alternative[i])

    return fill


_FILL = {name: _filled_by(module) for name, module in MODULES.items()}


def lots(generator: str, **fields: Any) -> np.ndarray:
    """Return the lot at each address; fields: numbers or arrays that go together by NumPy's rules."""
    values = np.broadcast_arrays(*(np.asarray(fields.get(name, BASE[name]), dtype=np.int64) for name in FIELDS))
    out = np.empty(values[0].size, dtype=np.uint64)
    _FILL[generator](*(np.ascontiguousarray(value).ravel() for value in values), out)
    return out.reshape(values[0].shape)


def uniforms(generator: str, **fields: Any) -> np.ndarray:
    """Return the uniform number of each address: the upper 52 bits of its lot, centred."""
    return ((lots(generator, **fields) >> np.uint64(12)).astype(np.float64) + 0.5) / 2.0**52
