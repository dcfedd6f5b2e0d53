"""A site of exactly 200 households, which built populations avoid and a user's own table may have, is large for all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from calibration.validate.places import places_of
from scenarios.population.tables import replace_tables
from scenarios.report.recount import with_helpers
from simulation.model import Model
from simulation.records.indicators import GROUPS
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from simulation.state.site_size import LARGE_SITE_HOUSEHOLDS, is_large

SIZES = (200, 199, 201)


@pytest.fixture(scope="module")
def own(large_town: Population) -> Population:
    """A user's own table of households: three sites get as many as SIZES, the others share the rest."""
    n, n_sites = len(large_town.households), len(large_town.sites)
    rest = np.full(n_sites - len(SIZES), (n - sum(SIZES)) // (n_sites - len(SIZES)))
    rest[-1] += n - sum(SIZES) - rest.sum()
    households = large_town.households.assign(
        site=np.repeat(np.arange(n_sites), [*SIZES, *rest]).astype(np.int16),
        hamlet=np.arange(n, dtype=np.int32),
        whole_village=False,
        move_in_month=np.zeros(n, dtype=np.int16),
    )
    return replace_tables(large_town, {"households": households})


def test_200_households_are_large_and_199_are_not() -> None:
    assert is_large(np.array([0, 199, 200, 201])).tolist() == [False, False, True, True]
    assert is_large(pd.Series([199, 200])).tolist() == [False, True]
    assert LARGE_SITE_HOUSEHOLDS == 200


def test_every_part_gives_a_site_of_exactly_200_households_the_same_answer(
    own: Population, parameters: Parameters
) -> None:
    size = np.bincount(own.households["site"])
    assert size[:3].tolist() == [200, 199, 201]
    large = size[size >= 200].sum()
    model = Model(own, parameters, seed=1, months=1)
    model.step()
    recorded = {
        group: model.records.value("households", row=GROUPS.index(group)) for group in ("over_200", "under_200")
    }
    assert recorded == {"over_200": large, "under_200": len(own.households) - large}
    places = places_of(own)
    assert (places["over_200"].households, places["under_200"].households) == (large, len(own.households) - large)
    sites = with_helpers(own.tables())["sites"]
    assert sites["households"].tolist() == size.tolist()
    assert sites["over_200"].tolist() == (size >= 200).tolist()
