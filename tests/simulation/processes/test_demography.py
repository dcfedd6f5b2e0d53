"""Lives: rates against their definition, births and deaths in their households, who leaves work and school when."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scenarios.settings.help_text import read_tree
from simulation.foundations.months import NEVER, REPORT_MONTH, month_index
from simulation.model import Model
from simulation.processes.demography import (
    LONG_AGO,
    OLDEST_YEARS,
    Lives,
    add_future_lives,
    birth_probability,
    count_lives,
    death_probabilities,
    find_last_births,
    update_ages,
    update_levels,
)
from simulation.rules.members import (
    BIRTHDAYS,
    OPENNESS_FROM_YEARS,
    OPENNESS_TO_YEARS,
    counts_otherwise,
    only_openness,
)
from simulation.state.entities import (
    AT_HOME,
    NO_SCHOOL,
    NONE,
    NOT_MOVED,
    SEATED,
    WORKSHOP,
)
from simulation.state.parameters import DemographyParameters, Parameters
from simulation.state.population import MEMBERS_MAX, Population
from tests.simulation.made import call, moment


@pytest.fixture
def rates(parameters: Parameters) -> DemographyParameters:
    return parameters.demography._replace(
        births_per_woman_year=0.12,
        birth_spacing_months=24.0,
        death_level_per_year=0.00006,
        death_slope_per_year=0.09,
        infant_deaths_per_birth=0.012,
    )


@pytest.fixture
def everywhere_births(rates: DemographyParameters) -> DemographyParameters:
    """Return rates at which nobody dies and every woman of 18 to 44 has a child every month."""
    return rates._replace(
        death_level_per_year=0.0, infant_deaths_per_birth=0.0, births_per_woman_year=12.0, birth_spacing_months=0.0
    )


@pytest.fixture
def model(dozen: Population, round_numbers: Parameters) -> Model:
    return moment(dozen, round_numbers, "2018-09")


def ages(model: Model, month: str) -> None:
    """Let a month begin."""
    call(update_ages, model, month=month_index(month))
    if month.endswith("-09"):
        call(update_levels, model, month=month_index(month))


def test_death_probabilities_are_gompertz_by_age(rates: DemographyParameters) -> None:
    by_age = np.empty(OLDEST_YEARS)
    death_probabilities(rates, by_age)
    assert by_age[0] == pytest.approx(0.001)  # .012 a birth over twelve months
    for age in (1, 40, 80, 119):
        assert by_age[age] == pytest.approx(min(1.0, 0.00006 * math.exp(0.09 * age) / 12), rel=1e-12)


def test_nothing_is_added_up_to_the_report_month(dozen: Population, rates: DemographyParameters) -> None:
    lives = add_future_lives(dozen.persons, rates, 1, REPORT_MONTH + 1)
    assert {name: lives[name].tolist() for name in lives} == {
        name: dozen.persons[name].tolist() for name in dozen.persons
    }


def test_births_and_deaths_come_at_their_rates(large_town: Population, rates: DemographyParameters) -> None:
    """Sixty months; women of 18 to 44 and everybody's hazards are counted month by month as the rates say."""
    months = 108
    lives = add_future_lives(large_town.persons, rates, 1, months)
    by_age = np.empty(OLDEST_YEARS)
    death_probabilities(rates, by_age)
    birth, death, male = (lives[name].to_numpy() for name in ("birth_month", "death_month", "male"))
    expected_births = expected_deaths = 0.0
    for month in range(REPORT_MONTH + 1, months):
        here = (birth < month) & (death >= month)
        age = np.minimum((month - birth) // 12, OLDEST_YEARS - 1)[here]
        expected_deaths += by_age[age].sum()
        expected_births += ((age >= 18) & (age < 45) & ~male[here]).sum() * 0.01
    born = (birth > REPORT_MONTH).sum()
    died = ((death > REPORT_MONTH) & (death < months)).sum()
    # Poisson: four standard deviations.
    assert born == pytest.approx(expected_births, abs=4 * expected_births**0.5)
    assert died == pytest.approx(expected_deaths, abs=4 * expected_deaths**0.5)
    assert expected_births > 300
    assert expected_deaths > 100


def test_rows_stay_ordered_and_keys_are_used_once(large_town: Population, rates: DemographyParameters) -> None:
    lives = add_future_lives(large_town.persons, rates, 1, 108)
    key = lives["household"].to_numpy(np.int64) * MEMBERS_MAX + lives["member"].to_numpy()
    assert (np.diff(key) > 0).all()
    old = large_town.persons["household"].to_numpy(np.int64) * MEMBERS_MAX + large_town.persons["member"].to_numpy()
    assert np.isin(old, key).all()
    newborn = ~np.isin(key, old)
    assert (lives["birth_month"][newborn] > REPORT_MONTH).all()
    assert (lives["labour_from_month"] - lives["birth_month"])[newborn].min() >= 16 * 12
    numbers = large_town.persons.select_dtypes(exclude=["object", "str"]).dtypes
    assert (lives.dtypes[numbers.index] == numbers).all()


def test_a_longer_run_only_adds_to_a_shorter_one(large_town: Population, rates: DemographyParameters) -> None:
    short, long = (add_future_lives(large_town.persons, rates, 1, months) for months in (80, 108))
    key = lambda lives: lives["household"].to_numpy(np.int64) * MEMBERS_MAX + lives["member"].to_numpy()  # noqa: E731
    place = np.searchsorted(key(long), key(short))
    assert (key(long)[place] == key(short)).all()
    died = short["death_month"].to_numpy()
    assert (died[died < 80] == long["death_month"].to_numpy()[place][died < 80]).all()


def test_mothers_are_women_of_the_same_household(dozen: Population, everywhere_births: DemographyParameters) -> None:
    lives = add_future_lives(dozen.persons, everywhere_births, 1, REPORT_MONTH + 2)
    born = lives[lives["birth_month"] == REPORT_MONTH + 1]
    # A birth is sure: women of 18 to 44 in January 2020 live in households 0 (1982), 1 (1977), 2, 4, 6, 7, 8 and 10.
    assert born["household"].tolist() == [0, 1, 2, 4, 6, 7, 8, 10]
    assert born["member"].tolist() == [4, 3, 3, 5, 3, 2, 4, 4]


def test_a_birth_comes_after_the_spacing_at_a_rate_that_keeps_the_level(rates: DemographyParameters) -> None:
    # A birth every 1 / .12 = 8.33 years: 2 years of spacing, then 6.33 years of waiting, 76 months.
    assert birth_probability(rates) == pytest.approx(1 / 76)
    assert birth_probability(rates._replace(birth_spacing_months=0.0)) == pytest.approx(0.01)
    assert birth_probability(rates._replace(birth_spacing_months=120.0)) == 1.0


def test_the_last_births_of_the_tables_have_likely_mothers(dozen: Population) -> None:
    n = len(dozen.persons)
    lives = Lives(
        **{name: dozen.persons[name].to_numpy() for name in Lives._fields[:-1]}, last_birth=np.zeros(n, np.int16)
    )
    find_last_births(n, REPORT_MONTH + 1, lives)
    mothers = np.flatnonzero(lives.last_birth > LONG_AGO).tolist()
    # Woman 1 has the children of household 0, 6 (born in 1940) the son of 1975 and maybe the wife of 1977, 8 the boy
    # of 2015, 11 the son of 2000, 14 (26 at the last birth) and not 17 (55) the children of household 4, whose
    # parents may be of 17; 21, 26, 29 and 32 have those of households 6, 8, 9 and 10.
    assert mothers == [1, 6, 8, 11, 14, 17, 21, 26, 29, 32]
    assert lives.last_birth[[1, 14, 32]].tolist() == [month_index(m) for m in ("2013-10", "2012-09", "2016-08")]


def test_no_woman_has_children_within_the_spacing(large_town: Population, rates: DemographyParameters) -> None:
    """Households with one woman who can have children in the run: births lie more than two years apart."""
    lives = add_future_lives(large_town.persons, rates, 1, 180)
    fertile = ~lives["male"] & (lives["birth_month"] <= 180 - 18 * 12) & (lives["birth_month"] > 48 - 45 * 12)
    one = fertile.groupby(lives["household"]).sum() == 1
    born = lives[lives["birth_month"].between(REPORT_MONTH - 11, 179) & one.loc[lives["household"]].to_numpy()]
    apart = born.sort_values(["household", "birth_month"]).groupby("household")["birth_month"].diff().dropna()
    apart = apart[born.sort_values(["household", "birth_month"])["birth_month"].loc[apart.index] > REPORT_MONTH]
    assert apart.size > 50
    assert apart.min() > 24


def test_both_ends_of_the_spacing_differ(large_town: Population, parameters: Parameters) -> None:
    entry = read_tree()["parameters"]["demography"]["birth_spacing_months"]
    lives = [
        add_future_lives(large_town.persons, parameters.demography._replace(birth_spacing_months=end), 1, 108)
        for end in (entry["low"], entry["high"])
    ]
    assert lives[0]["birth_month"].tolist() != lives[1]["birth_month"].tolist()
    assert len(lives[0]) == pytest.approx(len(lives[1]), rel=0.01)  # the level stays


def test_more_births_than_expected_take_more_rows(
    large_town: Population, everywhere_births: DemographyParameters
) -> None:
    lives = add_future_lives(large_town.persons, everywhere_births, 1, 60)
    women = ~large_town.persons["male"] & (large_town.persons["birth_month"] > REPORT_MONTH - 40 * 12)
    assert len(lives) - len(large_town.persons) > 5 * women.sum()


def test_children_born_in_the_run_live_like_those_of_the_tables(
    large_town: Population, rates: DemographyParameters
) -> None:
    lives = add_future_lives(large_town.persons, rates, 1, 300)
    born, table = lives[lives["birth_month"] > REPORT_MONTH], large_town.persons
    child = table[(table["birth_month"] > REPORT_MONTH - 15 * 12) & (table["death_month"] == NEVER)]
    for column in ("care_need", "skill"):
        assert born[column].mean() == pytest.approx(child[column].mean(), abs=0.03)
    able = lambda people: people[people["labour_from_month"] != NEVER]  # noqa: E731
    begins, before = (
        (able(people)["labour_from_month"] - able(people)["birth_month"]) / 12 for people in (born, child)
    )
    assert begins.mean() == pytest.approx(before.mean(), abs=0.3)
    assert len(able(born)) / len(born) == pytest.approx(len(able(child)) / len(child), abs=0.03)
    assert (born["school_leave_month"] % 12 == 8).all()


def test_a_run_to_2040_goes_on(town: Population, parameters: Parameters) -> None:
    """Children of the run are labourers by then, and the checks of every December hold."""
    model = Model(town, parameters, months=300, collect=False).run()
    persons = model.state.persons
    young = (persons.birth_month > REPORT_MONTH) & (persons.labour_from < 299)
    assert model.label == "2040-12"
    assert (young & persons.ever_employed).sum() > 5
    assert model.records.value("births", month=290) >= 0


def test_who_dies_or_ages_out_leaves_post_and_seat(model: Model) -> None:
    persons, households = model.state.persons, model.state.households
    persons.channel[[0, 18, 10]] = WORKSHOP
    persons.death_month[0] = month_index("2019-05")
    persons.level[2], persons.place[2], persons.death_month[2] = 1, SEATED, month_index("2019-05")
    ages(model, "2019-05")
    assert persons.channel[[0, 18, 10]].tolist() == [NONE, NONE, WORKSHOP]
    assert (persons.level[2], persons.place[2]) == (-1, NO_SCHOOL)
    assert np.flatnonzero(households.review_due).tolist() == [0, 5]
    ages(model, "2019-06")  # 10 is sixty in June 2019
    assert persons.channel[10] == NONE
    assert np.flatnonzero(households.review_due).tolist() == [0, 3, 5]


def test_children_change_level_in_september_and_apply_anew(model: Model) -> None:
    persons, households = model.state.persons, model.state.households
    ages(model, "2018-09")
    before = persons.level.copy()
    persons.place[before >= 0] = SEATED
    households.review_due[:] = 0
    ages(model, "2019-05")
    assert (persons.level == before).all()
    ages(model, "2019-09")
    changed = np.flatnonzero(persons.level != before).tolist()
    # On 1 September 2019 person 34 (August 2016) is three and begins, 22 (November 2006) is twelve; 3 (October 2013)
    # and 28 (July 2014) are still five, 2 (May 2008) eleven.
    assert changed == [22, 34]
    assert persons.place[changed].tolist() == [AT_HOME, AT_HOME]
    assert np.flatnonzero(households.review_due).tolist() == [6, 10]


@pytest.mark.parametrize(
    ("month", "household"),
    [
        ("2016-08", 10),  # 34 is born
        ("2017-02", 4),  # 17 is sixty, though she has long been unable to work
        ("2017-03", 5),  # 19 is seventy-five
        ("2017-12", 3),  # 11 is fifty-five
        ("2018-08", 3),  # 12 is eighteen
        ("2018-11", 6),  # 22 is twelve
        ("2019-01", 6),  # 20 falls ill
        ("2019-05", 5),  # 18 dies
        ("2019-06", 3),  # 10 is sixty
    ],
)
def test_a_household_is_counted_anew_when_a_member_comes_of_an_age(month: str, household: int, model: Model) -> None:
    model.state.households.changed[:] = False
    ages(model, month)
    changed = np.flatnonzero(model.state.households.changed).tolist()
    # The others are those of a member between 33 and 65, of an age with whom work away closes a little more.
    persons = model.state.persons
    years, months = np.divmod(month_index(month) - persons.birth_month.astype(int), 12)
    birthdays = persons.household[(months == 0) & (years >= 33) & (years < 65)]
    assert changed == sorted({household, *birthdays.tolist()})


def test_a_birthday_without_a_meaning_changes_nothing(model: Model) -> None:
    model.state.households.changed[:] = False
    model.state.persons.birth_month[:] = month_index("2019-03") - 12 * 30
    ages(model, "2019-03")
    assert not model.state.households.changed.any()


def test_births_and_deaths_are_counted_where_a_flat_is_handed_over(model: Model) -> None:
    assert call(count_lives, model, month=month_index("2019-05")) == (0, 1)
    assert call(count_lives, model, month=month_index("2016-08")) == (1, 0)
    model.state.households.state[[5, 10]] = NOT_MOVED
    assert call(count_lives, model, month=month_index("2019-05")) == (0, 0)
    assert call(count_lives, model, month=month_index("2016-08")) == (0, 0)


def test_birthdays_that_count_and_those_that_only_open_or_close_work_away() -> None:
    assert tuple(years for years in range(121) if counts_otherwise(years)) == tuple(sorted(BIRTHDAYS))
    only = [years for years in range(121) if only_openness(years)]
    assert only == [years for years in range(OPENNESS_FROM_YEARS, OPENNESS_TO_YEARS) if years not in (55, 60)]
