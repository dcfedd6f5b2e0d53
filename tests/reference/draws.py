"""The month's random numbers as plain arrays, made before the twin's month begins.

The twin has to read the very numbers that the model reads, and every draw of the model is the hash of an address
(simulation/foundations/random_numbers.py). A hash in plain Python would take longer than the rules that ask for it,
and whoever writes such a model with Mesa would call `random.random()`. So the numbers of a month are made here in one
go and looked up by row: the lookup in an `array`, which makes a Python number of eight bytes, stands for the call of a
generator and costs no more than that.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from simulation.foundations.kernel import kernel
from simulation.foundations.months import school_year_start
from simulation.foundations.random_numbers import (
    Q_AWAY_OFFER,
    Q_AWAY_SCHOOL,
    Q_CHOICE,
    Q_ENROL,
    Q_FAIR,
    Q_MOVE_JOB,
    Q_OFFER,
    Q_POST_CUT,
    Q_QUEUE,
    Q_REVIEW,
    Q_RIDE,
    Q_SEARCH,
    Q_SEAT,
    Q_SEPARATION,
    Q_SUSPENSION,
    Q_TRAINING,
    gumbel,
    lottery,
    normal,
    stream,
    uniform,
)
from simulation.state.entities import (
    N_CHANNELS,
    N_OPTIONS,
    WORKSHOP,
    Float,
    Int64,
    UInt64,
)

LEVELS = range(3)


@kernel
def fill_uniforms(seed: int, question: int, month: int, alternative: int, keys: Int64, out: Float) -> None:
    """Fill out (n,) with a uniform number for each key."""
    of = stream(seed, question, month)
    for i in range(keys.size):
        out[i] = uniform(of, keys[i], alternative)


@kernel
def fill_gumbels(seed: int, question: int, month: int, alternative: int, keys: Int64, out: Float) -> None:
    """Fill out (n,) with a standard Gumbel number for each key."""
    of = stream(seed, question, month)
    for i in range(keys.size):
        out[i] = gumbel(of, keys[i], alternative)


@kernel
def fill_normals(seed: int, question: int, month: int, alternative: int, keys: Int64, out: Float) -> None:
    """Fill out (n,) with a standard normal number for each key."""
    of = stream(seed, question, month)
    for i in range(keys.size):
        out[i] = normal(of, keys[i], alternative)


@kernel
def fill_lots(seed: int, question: int, month: int, alternative: int, keys: Int64, out: UInt64) -> None:
    """Fill out (n,) with a 64-bit lot for each key."""
    of = stream(seed, question, month)
    for i in range(keys.size):
        out[i] = lottery(of, keys[i], alternative)


class Draws:
    """This month's draws, by the row of the person or household; those of questions not asked are empty."""

    def __init__(self, seed: int, person_keys: Int64, household_keys: Int64) -> None:
        self.seed, self.person_keys, self.household_keys = seed, person_keys, household_keys
        # Whether a school takes a child where the family works is asked once for each child and level.
        self.away_school = [self._persons(fill_uniforms, Q_AWAY_SCHOOL, 0, level) for level in LEVELS]
        self.suspension = self._persons(fill_uniforms, Q_SUSPENSION, 0)  # once for each person
        self._choices: dict[int, list[Sequence[Any]]] = {}

    def draw(self, month: int, courses: bool, targeted_courses: bool, fairs: bool) -> None:
        """Make the numbers of `month`; courses, targeted_courses, fairs: whether there are any."""
        self.separation = self._persons(fill_uniforms, Q_SEPARATION, month)
        self.course_lot = self._persons(fill_lots, Q_TRAINING, month, 0) if courses else []
        self.targeted_lot = self._persons(fill_lots, Q_TRAINING, month, 1) if targeted_courses else []
        self.search = self._persons(fill_uniforms, Q_SEARCH, month)
        self.queue_lot = self._persons(fill_lots, Q_QUEUE, month)
        self.fair_visit = self._persons(fill_uniforms, Q_FAIR, month, 0) if fairs else []
        self.fair_nearby = self._persons(fill_uniforms, Q_FAIR, month, 1) if fairs else []
        self.fair_skill = self._persons(fill_normals, Q_FAIR, month, 2) if fairs else []
        jobs = range(WORKSHOP, N_CHANNELS)
        self.offer: list[Sequence[Any]] = [[], [], *(self._persons(fill_gumbels, Q_OFFER, month, job) for job in jobs)]
        self.hears = self._persons(fill_uniforms, Q_AWAY_OFFER, month)
        self.seat_lot = self._persons(fill_lots, Q_SEAT, school_year_start(month))
        self.ride_lot = self._persons(fill_lots, Q_RIDE, school_year_start(month))
        self.post_lot = self._persons(fill_lots, Q_POST_CUT, month)
        self.papers = self._persons(fill_uniforms, Q_ENROL, month)
        self.review = self._households(fill_uniforms, Q_REVIEW, month)
        self.move_job = self._persons(fill_uniforms, Q_MOVE_JOB, month)

    def choice(self, month: int) -> list[Sequence[Any]]:
        """Return the noise of the reviews of `month`, by option."""
        if month not in self._choices:
            options = range(N_OPTIONS)
            self._choices[month] = [self._households(fill_gumbels, Q_CHOICE, month, option) for option in options]
        return self._choices[month]

    def workshop_lots(self, keys: Int64) -> Sequence[Any]:
        """Return the lots of workshops by which the shock closes them."""
        return self._made(fill_uniforms, Q_SUSPENSION, 0, 1, keys)

    def _persons(self, fill: Callable[..., None], question: int, month: int, alternative: int = 0) -> Sequence[Any]:
        return self._made(fill, question, month, alternative, self.person_keys)

    def _households(self, fill: Callable[..., None], question: int, month: int, alternative: int = 0) -> Sequence[Any]:
        return self._made(fill, question, month, alternative, self.household_keys)

    def _made(
        self, fill: Callable[..., None], question: int, month: int, alternative: int, keys: Int64
    ) -> Sequence[Any]:
        out = np.empty(keys.size, dtype=np.uint64 if fill is fill_lots else np.float64)
        fill(self.seed, question, month, alternative, keys, out)
        return array("Q" if fill is fill_lots else "d", out.tobytes())
