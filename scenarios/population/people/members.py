"""Who the members of a household are: labourers, children by level, students, old people, persons unable to work.

Labourers are given (labour.py). The other members are drawn one after the other, with weights that fall with each
further member of a kind, so that a household has up to two or three children and one or two grandparents; the first
member of a household without labour is an adult. The weights are scaled until the shares of the settings are met.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenarios.population.people.labour import Scope
from scenarios.population.random_streams import Float, Int, stream
from scenarios.population.settings import PersonSettings
from simulation.foundations.kernel import kernel

LABOURER, INFANT, IN_KINDERGARTEN, IN_PRIMARY, IN_MIDDLE, STUDENT, OLD, UNABLE = range(8)
N_KINDS = 8
SCALINGS = 25
"""Rounds of scaling the weights; the shares are then met to some thousandths."""

Int8 = npt.NDArray[np.int8]


@kernel
def _further(weights: Float, there: int) -> float:
    """Return the relative weight of one more member of a kind of which `there` are there."""
    return float(weights[min(there, weights.size - 1)])


@kernel
def _draw_kinds(
    start: Int,
    labourers: Int,
    scope: Int,
    weight: Float,
    next_child: Float,
    next_student: Float,
    next_old: Float,
    next_unable: Float,
    without_labour: Float,
    uniform: Float,
    w: Float,
    kind: Int8,
) -> None:
    """Draw the kind of every member. `weight` has shape (n_scopes, N_KINDS), `start` (n_households + 1,).

    `without_labour` holds the factors of child, old person and person unable where there is no labourer; `w` is a work
    array, shape (N_KINDS,).
    """
    for h in range(labourers.size):
        group = scope[h]
        children = 0
        students = 0
        old = 0
        unable = 0
        for i in range(start[h], start[h + 1]):
            if i - start[h] < labourers[h]:
                kind[i] = LABOURER
                continue
            child_factor = 1.0
            old_factor = 1.0
            unable_factor = 1.0
            if labourers[h] == 0:
                child_factor = without_labour[0]
                old_factor = without_labour[1]
                unable_factor = without_labour[2]
            adults = labourers[h] + old + unable
            for k in range(INFANT, STUDENT):
                w[k] = 0.0 if adults == 0 else weight[group, k] * child_factor * _further(next_child, children)
            w[STUDENT] = 0.0 if adults == 0 else weight[group, STUDENT] * _further(next_student, students)
            w[OLD] = weight[group, OLD] * old_factor * _further(next_old, old)
            w[UNABLE] = weight[group, UNABLE] * unable_factor * _further(next_unable, unable)
            sum_w = 0.0
            for k in range(INFANT, N_KINDS):
                sum_w += w[k]
            mark = uniform[i] * sum_w
            drawn = INFANT
            while drawn < UNABLE and mark >= w[drawn]:
                mark -= w[drawn]
                drawn += 1
            while w[drawn] == 0.0:
                drawn += 1
            kind[i] = drawn
            if drawn < STUDENT:
                children += 1
            elif drawn == STUDENT:
                students += 1
            elif drawn == OLD:
                old += 1
            else:
                unable += 1


def draw_kinds(scopes: list[Scope], settings: PersonSettings, size: Int, labourers: Int, seed: int) -> Int8:
    """Return the kind of each member, shape (n_persons,), households one after the other.

    Raises ValueError where the shares of a composition and the labourers leave nobody unable to work.
    """
    start = np.concatenate(([0], np.cumsum(size)))
    scope_of = np.zeros(size.size, dtype=np.int64)
    target = np.zeros((len(scopes), N_KINDS))
    for number, scope in enumerate(scopes):
        scope_of[scope.rows] = number
        persons = int(size[scope.rows].sum())
        parts = scope.composition
        shares = (parts.infant, parts.kindergarten, parts.primary, parts.middle, parts.student, parts.old)
        target[number, LABOURER] = scope.labourers
        target[number, INFANT:UNABLE] = np.array(shares) * persons
        target[number, UNABLE] = persons - float(np.cumsum(target[number])[-1])
        if target[number, UNABLE] <= 0.0:
            raise ValueError(
                f"composition.{scope.name}: labourers and shares are more than all {persons} persons; lower the shares"
            )
    without_labour = np.array(
        [settings.child_without_labour, settings.old_without_labour, settings.unable_without_labour]
    )
    uniform = stream(seed, "kinds of members").random(int(start[-1]))
    kind = np.zeros(uniform.size, dtype=np.int8)
    member_scope = np.repeat(scope_of, size)
    weight = target.copy()
    for _ in range(SCALINGS):
        _draw_kinds(
            start,
            labourers,
            scope_of,
            weight,
            np.array(settings.next_child),
            np.array(settings.next_student),
            np.array(settings.next_old),
            np.array(settings.next_unable),
            without_labour,
            uniform,
            np.zeros(N_KINDS),
            kind,
        )
        counts = np.bincount(member_scope * N_KINDS + kind, minlength=target.size).reshape(target.shape)
        weight = weight * (target / np.maximum(counts, 1))
    return kind
