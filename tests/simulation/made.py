"""One household, site or seeker as values, and the twelve households at one moment; a test names what matters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from simulation.foundations.months import month_index
from simulation.model import Model
from simulation.processes.jobs import closed_workshops
from simulation.rules.budget import Home, Place
from simulation.rules.offers import Seeker
from simulation.rules.year_rows import rows_of_year
from simulation.series import Series
from simulation.state.entities import NO_POST, NOT_MOVED, SETTLED
from simulation.state.future import NOTHING_CHANGES
from simulation.state.parameters import Parameters
from simulation.state.policy import PolicyNow
from simulation.state.population import Population

NO_POLICY = PolicyNow(land_return_yuan=0.0, aid_yuan=0.0)


def home(**changes: Any) -> Home:
    """Return a settled household of four with two labourers, neither at work, and nothing else that pays or costs."""
    values: dict[str, Any] = dict.fromkeys(Home._fields, 0)
    for name in ("poor", "land_pooled", "origin_school", "house"):
        values[name] = False
    for name in Home._fields:
        if name.endswith(("_yuan", "_mu", "_km", "_hours")) or name in (
            "openness",
            "expected_seats",
            "attachment_site",
            "attachment_origin",
            "trust",
            "knowledge",
        ):
            values[name] = 0.0
    values |= {"state": SETTLED, "members": 4, "at_home": 4, "labourers": 2, "dependants": 2, "origin_km": 40.0}
    unknown = set(changes) - set(values)
    assert not unknown, unknown
    return Home(**(values | changes))


def place(**changes: Any) -> Place:
    """Return a site without services, bus, chances of work or pull."""
    nothing = dict.fromkeys(Place._fields, 0.0) | {"bus": False}
    return Place(**(nothing | changes))


def seeker(**changes: Any) -> Seeker:
    """Return an idle man of a settled household, of efficiency 1 and skill .5; he works for more than 1,800 yuan."""
    plain = Seeker(
        key=640,
        idle=True,
        carer=False,
        hard_to_place=False,
        near=True,
        state=SETTLED,
        poor=True,
        skill=0.5,
        efficiency=1.0,
        asks_yuan=1800.0,
        away_cost_yuan=2000.0,
        town_km=0.0,
        bus=False,
    )
    return plain._replace(**changes)


def moment(population: Population, parameters: Parameters, month: str, state: int = SETTLED) -> Model:
    """Return a model at the beginning of `month`: every household has its flat and lives in `state`, nobody works."""
    model = Model(population, parameters, months=48)  # no birth to come: rows are those of the table
    model.series = Series(NOTHING_CHANGES, parameters, 108)  # but its tests may go on
    model.month, model.policy_now = month_index(month), NO_POLICY
    households = model.state.households
    households.state[:] = households.previous_state[:] = state
    households.flat_kept[:] = state != NOT_MOVED
    model.state.sites.arrived[:] = model.state.sites.households if state != NOT_MOVED else 0
    recount(model)
    return model


def recount(model: Model) -> None:
    """Count the members of all households."""
    model.state.households.changed[:] = True
    model.count_members()


def numbers(model: Model, process: str, **changes: float) -> None:
    """Give some parameters of a process other values."""
    changed = getattr(model.parameters, process)._replace(**changes)
    model.parameters = model.parameters._replace(**{process: changed})


ROWS_WRITTEN = ("changed_rows", "due_rows", "seeker_rows", "trainees", "applicants", "reviewers")
"""Names of the arrays that rules write rows of persons or households into."""


def call(rule: Callable[..., Any], model: Model, **given: Any) -> Any:
    """Call a rule of simulation/ with what its arguments are called in the model, but for those given here."""
    n, month = model.state.persons.key.size, given.get("month", model.month)
    rows = rows_of_year(model.state.persons, model.state.households, month)
    values = {
        **model.state._asdict(),
        "state": model.state,
        **model.parameters._asdict(),
        "p": model.parameters,
        "seed": model.seed,
        "month": month,
        "first": 0,
        "end": model.state.households.key.size,
        "before": 0,
        "closed": closed_workshops(model.state.posts, model.state.layout),
        "policy": model.policy_now,
        **model.work._asdict(),
        "labour_rows": rows.labour,
        "school_rows": rows.school,
        "ageing_rows": rows.ageing[month % 12],
        **dict.fromkeys(ROWS_WRITTEN, np.zeros(n + 1, dtype=np.uint32)),
        "lots": np.zeros(n, dtype=np.uint64),
        **given,
    }
    names = list(inspect.signature(getattr(rule, "py_func", rule)).parameters)
    assert set(given) <= set(names), (sorted(given), names)
    return rule(*(values[name] for name in names))


def employ(model: Model, person: int, channel: int, post: int = NO_POST, wage_yuan: float = 2000.0) -> None:
    """Put a person to work."""
    persons = model.state.persons
    persons.channel[person], persons.post[person], persons.wage_yuan[person] = channel, post, wage_yuan
    model.state.households.employed[persons.household[person]] += 1
    if post != NO_POST:
        model.state.posts.filled[post] += 1
