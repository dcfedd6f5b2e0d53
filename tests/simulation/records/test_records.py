"""Records: folding into places and groups, ratios, the poorest fifth; every sum counted again from the tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simulation.foundations.months import month_index, month_label
from simulation.model import Model
from simulation.records.indicators import (
    AMOUNTS,
    CELLS_PER_SITE,
    CITY_COLUMN,
    CITY_ONLY,
    COLUMN,
    COUNTS,
    DERIVED,
    GROUPS,
    INDICATORS,
    SUM_NAMES,
    UNITS,
)
from simulation.records.observe import fold
from simulation.records.records import Folded, Records
from simulation.state.entities import CHANNELS, STATES
from simulation.state.parameters import Parameters
from simulation.state.population import Population

MONTHS = 60


@pytest.fixture(scope="module")
def model(town: Population, parameters: Parameters) -> Model:
    return Model(town, parameters, months=MONTHS).run()


def frame_row(model: Model, place: str, group: str) -> pd.Series:
    frame = model.records.frame()
    latest = frame[(frame["month"] == model.label) & (frame["place"] == place) & (frame["group"] == group)]
    return latest.set_index("indicator")["value"]


def households_of(model: Model) -> pd.DataFrame:
    table = model.household_table()
    table = table[(table["state"] != "not_moved") & (table["members"] > 0)]
    site = model.population.sites.iloc[table["site"]].reset_index(drop=True)
    size = np.bincount(model.population.households["site"])[table["site"]]
    return table.assign(kind=site["kind"].to_numpy(), size=size)


MEMBERS_OF = {
    "all": lambda t: t["household"] >= 0,
    "registered_poor": lambda t: t["poor"],
    "not_registered_poor": lambda t: ~t["poor"],
    "with_school_age": lambda t: t["school_age"] > 0,
    "without_school_age": lambda t: t["school_age"] == 0,
    "with_labour": lambda t: t["labourers"] > 0,
    "without_labour": lambda t: t["labourers"] == 0,
    "county_town": lambda t: t["kind"] == "county_town",
    "central_town": lambda t: t["kind"] == "central_town",
    "rural": lambda t: t["kind"] == "rural",
    "over_200": lambda t: t["size"] >= 200,
    "under_200": lambda t: t["size"] < 200,
    "moved_2016": lambda t: t["move_year"] == 2016,
    "moved_2017": lambda t: t["move_year"] == 2017,
    "moved_2018": lambda t: t["move_year"] == 2018,
    "moved_2019": lambda t: t["move_year"] == 2019,
}


@pytest.mark.parametrize("group", GROUPS)
def test_each_group_holds_the_households_that_its_name_says(group: str, model: Model) -> None:
    every = households_of(model)
    table = every[MEMBERS_OF[group](every)]
    found = frame_row(model, "city", group)
    assert found["households"] == len(table)
    counts = table["state"].value_counts()
    for state in STATES[1:]:
        assert found[f"households_{state}"] == counts.get(state, 0)
    for indicator, column in (("persons", "members"), ("labourers", "labourers"), ("employed", "employed"),
                              ("dependants", "dependants"), ("school_age_children", "school_age")):  # fmt: skip
        assert found[indicator] == table[column].sum(), indicator
    assert found["flats_given_up"] == (~table["flat_kept"]).sum()
    assert found["knowledge"] == pytest.approx(table["knowledge"].sum())
    believed = table["trust"] + (1.0 - table["trust"]) * table["knowledge"]
    assert found["belief"] == pytest.approx(believed.sum())
    labour = table[table["labourers"] > 0]
    assert found["labour_households"] == len(labour)
    assert found["nobody_employed_households"] == (labour["employed"] == 0).sum()
    scope = labour[labour["in_scope"]]
    assert found["scope_labour_households"] == len(scope)
    assert found["scope_labourers"] == scope["labourers"].sum()
    assert found["scope_employed"] == scope["employed"].sum()
    assert found["household_income"] == pytest.approx((table["income_yuan"] * table["members"]).sum())
    line = model.parameters.income.poverty_line_yuan_year
    assert found["persons_poor"] == table.loc[table["income_yuan"] * 12 < line, "members"].sum()
    if len(table):
        weight = model.parameters.residence.both_ends_weight
        lived = counts.get("settled", 0) + weight * counts.get("both_ends", 0)
        assert found["occupancy"] == pytest.approx(lived / (len(table) + found["households_died_out"]))
        assert found["income_per_head"] == pytest.approx(found["household_income"] / table["members"].sum())
        assert found["mean_belief"] == pytest.approx(believed.mean())


def test_sites_are_recorded_one_by_one(model: Model) -> None:
    by_site = households_of(model).groupby("site")
    for site, table in by_site:
        found = frame_row(model, f"site_{site:02d}", "all")
        assert found["households"] == len(table)
        assert found["households_settled"] == (table["state"] == "settled").sum()
        assert found["persons"] == table["members"].sum()


def test_persons_at_work_and_children_are_counted_person_by_person(model: Model) -> None:
    persons = model.final_tables()["persons"]
    found = frame_row(model, "city", "all")
    labourers = persons[persons["labourer"]]
    assert found["labourers"] == len(labourers)
    channels = labourers["channel"].value_counts()
    for channel in CHANNELS[2:]:
        assert found[f"employed_{channel}"] == channels.get(channel, 0), channel
    assert found["farming"] + found["without_work"] + found["employed"] == len(labourers)
    assert found["farming"] == channels.get("farm", 0)
    assert found["ever_employed"] == labourers["ever_employed"].sum()
    children = persons[persons["level"] >= 0]
    assert found["school_age_children"] == len(children)
    places = children["place"].value_counts()
    for indicator, place in (("children_seated", "seated"), ("children_travelling", "travels"),
                             ("children_boarding", "boards"), ("children_old_school", "old_school"),
                             ("children_away_school", "away_school"), ("children_at_home", "at_home")):  # fmt: skip
        assert found[indicator] == places.get(place, 0), indicator
    state = model.household_table()["state"].to_numpy()[children["household"]]
    reach = np.isin(state, ["settled", "both_ends"])
    assert found["children_without_seat"] == (reach & (children["place"] != "seated").to_numpy()).sum()
    assert found["employed_away_share"] == pytest.approx(
        (channels.get("away", 0) + channels.get("organised_export", 0)) / found["employed"]
    )


def resident(model: Model, persons: pd.DataFrame, festival: bool) -> pd.Series:
    """Whether each person sleeps at the site tonight, as the report would ask: counted from the table of persons."""
    table = model.household_table().set_index("household").loc[persons["household"]].reset_index()
    settled, both_ends = (table["state"] == state for state in ("settled", "both_ends"))
    if festival:  # at home: in the old house if it stands
        return settled | ((table["state"] != "returned") & ~table["house"])
    working_away = persons["channel"].isin(["away", "organised_export"])
    pupil = persons["level"] >= 0
    student = ~pupil & (persons["age_years"] >= 18) & (model.month - 1 < persons["school_leave"])
    boards = pupil & persons["place"].isin(["boards", "old_school"])
    layout, post = model.state.layout, persons["post"]
    tied = (post >= 0) & ~((layout.public_unit <= post) & (post < layout.nearby_public))
    learns = pupil & persons["place"].isin(["seated", "travels"])
    here = (settled & ~working_away & ~student & ~boards) | (both_ends & (tied | learns))
    # With a pupil under twelve one more stays: an able elder, or else the carer, unless she works there or away.
    age = persons["age_years"]
    elder = ~persons["labourer"] & age.between(55, 74) & ~persons["care_need"]
    young = both_ends & learns & (age < 12)
    for household in persons["household"][young].unique():
        own = persons["household"] == household
        stays = own & elder if (own & elder).any() else own & persons["carer"] & persons["labourer"] & ~working_away
        here[np.flatnonzero(stays)[:1]] = True
    return here


@pytest.mark.parametrize("month", ["2019-12", "2020-02", "2020-07"])
def test_residents_are_those_who_sleep_at_the_site(month: str, town: Population, parameters: Parameters) -> None:
    model = Model(town, parameters, months=month_index(month) + 1).run()
    persons = model.final_tables()["persons"]
    here = resident(model, persons, month.endswith("-02"))
    assert model.records.value("persons_resident") == pytest.approx(here.sum())
    assert model.records.value("dependants_resident") == pytest.approx(here[~persons["labourer"]].sum())
    assert model.records.value("pupils_resident") == pytest.approx(here[persons["level"] >= 0].sum())


def test_moves_are_recorded_by_origin_and_goal(town: Population, parameters: Parameters) -> None:
    model = Model(town, parameters, months=MONTHS)
    moves = 0
    for _ in range(MONTHS):
        before = model.state.households.state.copy()
        model.step()
        after = model.state.households.state
        for a, from_state in enumerate(STATES[1:], start=1):
            for b, to_state in enumerate(STATES[1:], start=1):
                if a != b:
                    found = model.records.value(f"moves_{from_state}_to_{to_state}")
                    assert found == ((before == a) & (after == b)).sum()
                    moves += found
    assert moves > 10


def test_wages_are_recorded_net_of_living_away_and_of_days_at_the_origin(model: Model) -> None:
    table, jobs, state = households_of(model), model.parameters.jobs, model.state
    homes, sites = state.households, state.sites
    hours = homes.origin_hours * np.where(sites.bus[homes.site], jobs.bus_time_factor, 1.0)
    kept = np.clip(1 - model.parameters.income.work_lost_per_hour * hours[table["household"]], 0, 1)
    done = np.where(table["state"] == "both_ends", kept, 1.0)
    assert done.min() < 1
    whole = table["local_wages_yuan"] + table["unit_wages_yuan"] + table["away_wages_yuan"]
    wages = done * table["local_wages_yuan"] + table["unit_wages_yuan"] + table["away_wages_yuan"]
    living = jobs.living_away_yuan * table["away_workers"]
    assert model.records.value("wage_income") == pytest.approx((wages - living).sum())
    persons = model.final_tables()["persons"]
    assert whole.sum() == pytest.approx(persons.loc[persons["labourer"], "wage_yuan"].sum())


def test_households_of_which_nobody_is_left_at_home_are_counted_apart(model: Model) -> None:
    table, homes = households_of(model), model.state.households
    nobody = homes.at_home[table["household"]] == 0
    found = model.records.value("households_nobody_home")
    assert found == (nobody & (table["state"] == "away")).sum() > 0
    assert found < model.records.value("households_away")


def test_groups_of_a_partition_add_up_to_the_city(model: Model) -> None:
    sums = np.nan_to_num(model.records.sums)
    row = {group: sums[:, r] for r, (place, group) in enumerate(model.records.rows) if place == "city"}
    partitions = (GROUPS[1:3], GROUPS[3:5], GROUPS[5:7], GROUPS[7:10], GROUPS[10:12], GROUPS[12:16])
    for partition in partitions:
        np.testing.assert_allclose(sum(row[group] for group in partition), row["all"], rtol=1e-12)
    np.testing.assert_allclose(sums[:, len(GROUPS) :].sum(axis=1), row["all"], rtol=1e-12)


def test_who_moves_after_the_report_counts_with_the_last_movers(dozen: Population, parameters: Parameters) -> None:
    """Tables of a user may hold later moves, up to the last household of the last site."""
    moves = dozen.households["move_in_month"].to_numpy(copy=True)
    moves[-1] = month_index("2021-05")
    later = replace(dozen, households=dozen.households.assign(move_in_month=moves))
    lasting = parameters._replace(demography=parameters.demography._replace(death_level_per_year=0.0))
    model = Model(later, lasting, months=72).run()
    groups = {group: model.records.value("households", r) for r, group in enumerate(GROUPS)}
    assert [groups[f"moved_{year}"] for year in range(2016, 2020)] == [3.0, 3.0, 5.0, 1.0]
    assert groups["registered_poor"] + groups["not_registered_poor"] == groups["all"] == 12.0
    assert model.records.value("households", month=50) == 11.0


def test_cells_fold_into_groups() -> None:
    """Random cells of two sites against pandas; cells are ordered by poor, school age, labour, year of the move."""
    rng = np.random.default_rng(5)
    kinds = np.array([[True, False, False, True, False], [False, False, True, False, True]])
    records = Records(1, 2, kinds, 0.5)
    counts = rng.integers(0, 50, (2 * CELLS_PER_SITE, len(COUNTS)), dtype=np.int32)
    amounts = rng.integers(0, 50, (2 * CELLS_PER_SITE, len(AMOUNTS))).astype(np.float64)
    names = ["site", "poor", "school", "labour", "year"]
    index = pd.MultiIndex.from_product([range(2), (0, 1), (0, 1), (0, 1), range(2016, 2020)], names=names)
    assert len(index) == 2 * CELLS_PER_SITE
    of_counts, of_amounts = (
        pd.DataFrame(cells, index, columns) for cells, columns in ((counts, COUNTS), (amounts, AMOUNTS))
    )
    table = pd.concat([of_counts, of_amounts], axis=1).reset_index()
    by_cell, folded = (
        Folded(np.full((n, len(COUNTS)), 7, dtype=np.int32), np.full((n, len(AMOUNTS)), 7.0))
        for n in (CELLS_PER_SITE, len(records.rows))
    )
    fold(counts, records.groups, by_cell.counts, folded.counts)
    fold(amounts, records.groups, by_cell.amounts, folded.amounts)
    records.add(folded, {indicator.name: 0.0 for indicator in CITY_ONLY}, festival=False)
    masks = {
        "all": table["site"] >= 0, "registered_poor": table["poor"] == 1, "not_registered_poor": table["poor"] == 0,
        "with_school_age": table["school"] == 1, "without_school_age": table["school"] == 0,
        "with_labour": table["labour"] == 1, "without_labour": table["labour"] == 0,
        "county_town": table["site"] == 0, "central_town": table["site"] == 9, "rural": table["site"] == 1,
        "over_200": table["site"] == 0, "under_200": table["site"] == 1,
        **{f"moved_{year}": table["year"] == year for year in range(2016, 2020)},
    }  # fmt: skip
    for r, (place, group) in enumerate(records.rows):
        mask = masks[group] if place == "city" else table["site"] == int(place[-2:])
        assert records.sums[0, r].tolist() == table.loc[mask, list(SUM_NAMES)].sum().tolist(), (place, group)


def test_months_beyond_those_that_are_kept_take_the_places_of_the_first() -> None:
    records = Records(2, 1, np.zeros((1, 5), dtype=bool), 0.5)
    city = {indicator.name: 0.0 for indicator in CITY_ONLY}
    rows = len(records.rows)
    for month in range(5):
        folded = Folded(np.full((rows, len(COUNTS)), month, dtype=np.int32), np.full((rows, len(AMOUNTS)), month + 0.5))
        records.add(folded, city | {"births": 10.0 * month}, festival=False)
    assert records.months == 5
    for place, month in ((0, 4), (1, 3)):
        assert (records.sums[place, :, COLUMN["persons"]] == month).all()
        assert (records.sums[place, :, COLUMN["knowledge"]] == month + 0.5).all()
        assert records.city[place, CITY_COLUMN["births"]] == 10.0 * month


def test_february_leaves_out_who_is_out_of_work(model: Model) -> None:
    frame = model.records.frame()
    for name in ("nobody_employed_households", "scope_nobody_employed_households"):
        months = set(frame.loc[frame["indicator"] == name, "month"])
        assert "2019-02" not in months
        assert {"2019-01", "2019-03", "2019-12"} <= months
    assert "2019-02" in set(frame.loc[frame["indicator"] == "employed", "month"])


def test_the_frame_has_each_value_once_in_the_order_of_months_rows_and_indicators(model: Model) -> None:
    records, names = model.records, [indicator.name for indicator in INDICATORS]
    wanted = []
    for of_city in (False, True):
        for month in range(records.months):
            for row, (place, group) in enumerate(records.rows[:1] if of_city else records.rows):
                for name in (name for name in names if (name in CITY_COLUMN) == of_city):
                    value = records.value(name, row, month)
                    if not np.isnan(value):
                        wanted.append((month_label(month), place, group, name, UNITS[name], value))
    assert list(records.frame().itertuples(index=False, name=None)) == wanted


def test_the_frame_holds_every_indicator_with_its_unit(model: Model) -> None:
    frame = model.records.frame()
    assert list(frame) == ["month", "place", "group", "indicator", "unit", "value"]
    assert set(frame["indicator"]) == {indicator.name for indicator in INDICATORS}
    assert (frame["unit"] == frame["indicator"].map(UNITS)).all()
    assert not frame["value"].isna().any()
    assert not frame.duplicated(["month", "place", "group", "indicator"]).any()
    assert frame["month"].nunique() == MONTHS
    assert len(UNITS) == len(SUM_NAMES) + len(DERIVED) + len(CITY_ONLY)


def test_flats_of_households_that_died_out_stay_in_occupancy() -> None:
    records = Records(1, 1, np.zeros((1, 5), dtype=bool), both_ends_weight=0.5)
    sums = np.zeros_like(records.sums[0])
    for name, n in (
        ("households", 8),
        ("households_settled", 6),
        ("households_both_ends", 2),
        ("households_died_out", 2),
    ):
        sums[0, COLUMN[name]] = n
    records.enter(sums, records.city[0])
    assert records.value("occupancy") == pytest.approx((6 + 0.5 * 2) / 10)


def test_a_value_is_found_by_name_row_and_month(model: Model) -> None:
    records = model.records
    assert records.value("employed") == records.sums[MONTHS - 1, 0, COLUMN["employed"]]
    assert records.value("employed", 3, 40) == records.sums[40, 3, COLUMN["employed"]]
    assert records.value("births", month=50) == records.city[50, [i.name for i in CITY_ONLY].index("births")]
    lived = records.value("households_settled", 1, 50)
    lived += model.parameters.residence.both_ends_weight * records.value("households_both_ends", 1, 50)
    flats = records.value("households", 1, 50) + records.value("households_died_out", 1, 50)
    assert records.value("occupancy", 1, 50) == pytest.approx(lived / flats)
    with pytest.raises(KeyError, match="nothing"):
        records.value("nothing")
