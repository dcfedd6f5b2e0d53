"""Mesa's view of the city: sites are agents, households are rows; tables name what codes mean."""

from __future__ import annotations

import mesa
import numpy as np
import pytest

from simulation.model import Model
from simulation.records.collect import CITY_REPORTERS, SITE_REPORTERS
from simulation.records.indicators import COLUMN
from simulation.state.entities import (
    CHANNELS,
    SCHOOL_PLACES,
    STATES,
    Households,
)
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from simulation.views import SiteAgent

MONTHS = 50


@pytest.fixture(scope="module")
def model(dozen: Population, parameters: Parameters) -> Model:
    return Model(dozen, parameters, months=MONTHS).run()


def test_the_model_is_a_mesa_model_whose_agents_are_the_sites(model: Model) -> None:
    assert isinstance(model, mesa.Model)
    assert [type(agent) for agent in model.agents] == [SiteAgent] * 3
    assert [agent.site for agent in model.agents] == [0, 1, 2]
    assert model.agents_by_type[SiteAgent] == model.agents


def test_mesas_own_generator_takes_no_part(dozen: Population, parameters: Parameters) -> None:
    fresh, used = Model(dozen, parameters, months=12), Model(dozen, parameters, months=12)
    used.rng.random(5)
    used.run()
    before = fresh.rng.bit_generator.state
    fresh.run()
    assert np.array_equal(fresh.records.sums, used.records.sums, equal_nan=True)
    assert fresh.rng.bit_generator.state == before


def test_the_data_collector_has_a_row_a_month(model: Model) -> None:
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == MONTHS
    assert list(frame) == list(CITY_REPORTERS)
    assert {"households_settled", "employed", "occupancy", "births"} <= set(frame)
    assert frame["births"].tolist() == [model.records.value("births", 0, month) for month in range(MONTHS)]
    assert frame["employed"].tolist() == model.records.sums[:MONTHS, 0, COLUMN["employed"]].tolist()


def test_the_data_collector_has_a_row_a_month_and_site(model: Model) -> None:
    frame = model.datacollector.get_agent_vars_dataframe()
    assert len(frame) == MONTHS * 3
    assert list(frame) == list(SITE_REPORTERS)
    last = frame.xs(MONTHS, level="Step")
    states = model.state.households.state.reshape(3, 4)  # four households a site
    states = model.state.households.state.reshape(3, 4)  # four households a site
    for n, name in enumerate(STATES[1:], start=1):
        if f"households_{name}" in SITE_REPORTERS:
            assert last[f"households_{name}"].tolist() == (states == n).sum(axis=1).tolist()
    weight = model.parameters.residence.both_ends_weight
    lived = (states == 1).sum(axis=1) + weight * (states == 2).sum(axis=1)
    assert last["occupancy"].tolist() == pytest.approx(lived / 4)


def test_a_household_is_a_view_of_its_columns(model: Model) -> None:
    household = model.household(3)
    for name in Households._fields:
        column = getattr(model.state.households, name)
        assert np.array_equal(getattr(household, name), column[3]), name
    assert household.state_name == STATES[model.state.households.state[3]]
    assert list(household.member_rows()) == [10, 11, 12]
    before = household.trust
    model.state.households.trust[3] += 0.125
    assert household.trust == before + 0.125
    model.state.households.trust[3] = before


@pytest.mark.parametrize("row", [-1, 12])
def test_a_household_that_is_not_there_is_refused(row: int, model: Model) -> None:
    with pytest.raises(ValueError, match=f"no household {row}; allowed: 0 to 11"):
        model.household(row)


def test_what_a_view_does_not_have_is_an_attribute_error(model: Model) -> None:
    for view in (model.household(0), model.sites[0]):
        with pytest.raises(AttributeError, match="nothing"):
            _ = view.nothing


def test_a_site_agent_reads_the_sites_columns(model: Model) -> None:
    site = model.sites[1]
    assert site.distance_town_km == 6.0
    assert site.seats.tolist() == model.state.sites.seats[1].tolist()
    assert site.value("households") == 4.0


def test_final_tables_name_what_codes_mean(model: Model) -> None:
    tables = model.final_tables()
    assert {name: len(table) for name, table in tables.items()} == {
        "households": 12,
        "persons": int(model.state.households.members.sum()),
        "sites": 3,
        "posts": 15,
    }
    assert set(tables["households"]["state"]) <= set(STATES)
    assert tables["households"]["move_year"].tolist() == [2016] * 3 + [2017] * 3 + [2018] * 5 + [2019]
    assert tables["households"]["unit"].tolist() == ["Shuicheng"] * 8 + ["Panzhou"] * 4
    assert set(tables["persons"]["channel"]) <= set(CHANNELS)
    assert set(tables["persons"]["place"]) <= set(SCHOOL_PLACES)
    # Person 18, the old woman of household 5, died in May 2019: her household has one row left.
    assert (tables["persons"]["household"] == 5).sum() == 1
    assert tables["sites"]["seats_middle"].tolist() == [1, 0, 0]
    assert (
        tables["posts"]["unit"].tolist()
        == ["Shuicheng", "Shuicheng", "Panzhou"] * 3 + ["Shuicheng", "Panzhou"] * 2 + [""] * 2
    )
    assert model.label == "2020-02"


def test_tables_are_copies(model: Model) -> None:
    table = model.household_table()
    before = model.state.households.trust.copy()
    table["trust"] = -1.0
    table.loc[0, "knowledge"] = -1.0
    assert (model.state.households.trust == before).all()
    assert (model.state.households.knowledge >= 0.0).all()


def test_the_households_of_the_report_month_are_kept(model: Model, dozen: Population, parameters: Parameters) -> None:
    kept = model.report_snapshot
    assert kept is not None
    then = Model(dozen, parameters, months=48)
    assert then.report_snapshot is None
    assert then.run().household_table().equals(then.report_snapshot)
    # Lives after the month are drawn before the first one and change nothing until then.
    assert kept["state"].tolist() == then.report_snapshot["state"].tolist()
