"""One history: what is read of it is what the model's own tables say."""

from __future__ import annotations

from calibration.fitting.history import history_of, setting_of, snapshot_of
from scenarios.population.load import load_population
from scenarios.report.pattern_measures import SNAPSHOT_COLUMNS, land_tie, old_house_tie
from scenarios.settings.config import compose_run
from simulation.views import household_table


def test_the_snapshot_is_the_table_of_households() -> None:
    setting = setting_of(compose_run(["population.size=town"]))
    city = history_of(setting, {}, 1)
    whole, ours = household_table(city.state, city.fixed), snapshot_of(city.state.households)
    assert tuple(ours.columns) == SNAPSHOT_COLUMNS
    for name in SNAPSHOT_COLUMNS:
        assert ours[name].tolist() == whole[name].tolist(), name
    assert ours["state"].nunique() > 2
    assert land_tie(ours) == land_tie(whole)  # to the bit, though one has categories and the other texts
    assert old_house_tie(ours) == old_house_tie(whole)


def test_a_setting_s_population_says_what_the_tables_say() -> None:
    config = compose_run(["population.size=town"])
    ours, whole = setting_of(config).population, load_population(config)
    assert ours.persons["dibao"].tolist() == whole.persons["dibao"].tolist()
    assert ours.persons.drop(columns="dibao").equals(whole.persons.drop(columns="dibao"))
    assert ours.households.equals(whole.households)
