"""Every measure by name, in the order of --list: subjects, each by every definition that a source could use.

Beyond these, every recorded indicator is a measure, and so is the sum of a monthly one over twelve months
(`<name>_year`).
"""

from __future__ import annotations

from collections.abc import Iterator

from calibration.validate.counts import AWAY, SPENT_AWAY, UNITS_OF_COUNTS
from calibration.validate.measures import (
    ALL_MONTHS,
    REPORT_DATE,
    THE_MONTH,
    THE_YEAR,
    YEAR_BEFORE,
    Measure,
)
from scenarios.runs.series import PUBLIC_CHANNELS
from simulation.foundations.months import LEVELS, MONTHS_PER_YEAR
from simulation.records.indicators import INDICATORS, UNITS

OF_YEAR, A_MONTH, A_YEAR = "_year", "/month", "/year"
TO_RETURNED = tuple(name for name in UNITS if name.startswith("moves_") and name.endswith("_to_returned"))
NEAR = ("employed_workshop", "employed_nearby_public", "employed_nearby_own", "employed_own_business")
"""Work near home, the public posts left out."""
LOCAL = (*NEAR, "employed_public_post")
PUBLIC = tuple(f"employed_{channel}" for channel in PUBLIC_CHANNELS)
HOMES, PEOPLE, LABOUR, LABOUR_HOMES = "households", "persons", "labourers", "labour_households"
PER_1000 = 1000.0
LAB, HOUSE, LABHOUSE = "share of labourers", "share of households", "share of labour households"
PERSON, INCOME = "share of persons", "share of income"
JOB, CHILD, RATIO, GROWTH = "share of employed", "share of school-age children", "ratio to 2019-12", "growth"
A_HEAD, YUAN_MONTH = "yuan/year/person", "yuan/month/person"


def _new(name: str, unit: str, over: str | tuple[str, ...], under: str | tuple[str, ...] = (), months: int = THE_MONTH,
         factor: float = 1.0, against: str = "", nominal: bool = False) -> Measure:  # fmt: skip
    over, under = ((each,) if isinstance(each, str) else each for each in (over, under))
    return Measure(name, unit, f"measure.{name}", over, under, months, factor, against, nominal)


def _employment() -> Iterator[Measure]:
    yield _new("employment_rate", LAB, "employed", LABOUR)
    yield _new("employment_rate_year", LAB, "employed", LABOUR, THE_YEAR)
    yield _new("employment_rate_scope", LAB, "scope_employed", "scope_labourers")
    yield _new("work_or_farm_rate", LAB, ("employed", "farming"), LABOUR)
    yield _new("ever_employment_rate", LAB, "ever_employed", LABOUR)
    yield _new("ever_employment_rate_scope", LAB, "scope_ever_employed", "scope_labourers")
    yield _new("employed_per_person", PERSON, "employed", PEOPLE)
    yield _new("ever_employed_per_person", PERSON, "ever_employed", PEOPLE)
    yield _new("employed_per_household", "persons/household", "employed", HOMES)
    yield _new("ever_employed_per_household", "persons/household", "ever_employed", HOMES)
    per = "persons/labour household"
    yield _new("employed_per_labour_household", per, "employed", LABOUR_HOMES)
    yield _new("employed_per_labour_household_scope", per, "scope_employed", "scope_labour_households")
    idle, scope = "nobody_employed_households", "scope_labour_households"
    yield _new("nobody_employed_share", LABHOUSE, idle, LABOUR_HOMES)
    yield _new("nobody_employed_share_scope", LABHOUSE, f"scope_{idle}", scope)
    yield _new("somebody_employed_share", LABHOUSE, (LABOUR_HOMES, f"-{idle}"), LABOUR_HOMES)
    yield _new("somebody_employed_share_scope", LABHOUSE, (scope, f"-scope_{idle}"), scope)
    yield _new("labour_households_away_share", LABHOUSE, "labour_households_away", LABOUR_HOMES)


def _channels() -> Iterator[Measure]:
    kinds = {"all_away": AWAY, "near": NEAR, "local": LOCAL, "public_channels": PUBLIC}
    for name, channels in kinds.items():
        yield _new(f"employed_{name}", "persons", channels)
    yield _new("all_away_of_labourers", LAB, AWAY, LABOUR)
    yield _new("near_share", JOB, NEAR, "employed")
    yield _new("local_share", JOB, LOCAL, "employed")
    yield _new("local_of_labourers", LAB, LOCAL, LABOUR)
    for channel in ("public_post", "workshop", "own_business", "organised_export"):
        yield _new(f"{channel}_share", JOB, f"employed_{channel}", "employed")
    yield _new("public_channel_share", JOB, PUBLIC, "employed")
    yield _new("all_away_over_2019", RATIO, AWAY, against=REPORT_DATE)
    yield _new("near_over_2019", RATIO, NEAR, against=REPORT_DATE)
    yield _new("employed_over_2019", RATIO, "employed", against=REPORT_DATE)
    yield _new("all_away_growth_year", GROWTH, AWAY, months=THE_YEAR, against=YEAR_BEFORE)
    yield _new("near_growth_year", GROWTH, NEAR, months=THE_YEAR, against=YEAR_BEFORE)


def _places_of_work() -> Iterator[Measure]:
    per_1000 = "per 1000 labour households"
    yield _new("workshops_built_per_1000", per_1000, "workshops_built", LABOUR_HOMES, factor=PER_1000)
    yield _new("workshops_running_per_1000", per_1000, "workshops_running", LABOUR_HOMES, factor=PER_1000)
    yield _new("workshops_running_share", "share of workshops", "workshops_running", "workshops_built")
    yield _new("workshops_built_over_2019", RATIO, "workshops_built", against=REPORT_DATE)
    yield _new("workers_per_workshop", "persons/workshop", "employed_workshop", "workshops_running")
    yield _new("public_posts_over_2019", RATIO, "employed_public_post", against=REPORT_DATE)
    yield _new("public_posts_per_1000", "per 1000 labourers", "employed_public_post", LABOUR, factor=PER_1000)
    yield _new("trained_share_year", LAB, "trained", LABOUR, THE_YEAR, float(MONTHS_PER_YEAR))
    yield _new("fair_matches_share_year", LAB, "fair_matches", LABOUR, THE_YEAR, float(MONTHS_PER_YEAR))


def _income() -> Iterator[Measure]:
    year, all_of_it = float(MONTHS_PER_YEAR), ("household_income", SPENT_AWAY)
    head = "income_per_head"
    yield _new(f"{head}_nominal_year", A_HEAD, head, months=THE_YEAR, nominal=True)
    yield _new(f"{head}_growth_year", GROWTH, head, months=THE_YEAR, against=YEAR_BEFORE)
    yield _new(f"{head}_nominal_growth_year", GROWTH, head, months=THE_YEAR, against=YEAR_BEFORE, nominal=True)
    yield _new("income_gross_per_head_year", A_HEAD, all_of_it, PEOPLE, THE_YEAR, year)
    yield _new("income_gross_per_head_nominal_year", A_HEAD, all_of_it, PEOPLE, THE_YEAR, year, nominal=True)
    yield _new("wage_share_year", INCOME, "wage_income", "household_income", THE_YEAR)
    wages = ("wage_income", SPENT_AWAY)
    yield _new("wage_share_gross_year", INCOME, wages, all_of_it, THE_YEAR)
    yield _new("allowance_share_year", INCOME, "allowance_income", "household_income", THE_YEAR)
    yield _new("wage_per_worker_year", YUAN_MONTH, "wage_income", "employed", THE_YEAR)
    yield _new("wage_gross_per_worker_year", YUAN_MONTH, wages, "employed", THE_YEAR)
    yield _new("wage_gross_per_worker_nominal_year", YUAN_MONTH, wages, "employed", THE_YEAR, nominal=True)
    yield _new("income_per_household_year", "yuan/year/household", "household_income", HOMES, THE_YEAR, year)


def _poverty() -> Iterator[Measure]:
    yield _new("near_poverty_share", PERSON, "persons_near_poor", PEOPLE)
    yield _new("allowance_coverage", PERSON, "dibao", PEOPLE)
    yield _new("allowance_coverage_households", HOUSE, "households_allowance", HOMES)
    yield _new("allowance_per_recipient", YUAN_MONTH, "allowance_income", "dibao")


def _residence() -> Iterator[Measure]:
    flats = (HOMES, "households_died_out")
    yield _new("handed_over_share", HOUSE, flats, against=REPORT_DATE)
    yield _new("flats_kept_share", HOUSE, (HOMES, "-flats_given_up"), HOMES)
    yield _new("flats_given_up_share", HOUSE, "flats_given_up", HOMES)
    for state in ("settled", "both_ends", "away", "returned"):
        yield _new(f"{state}_share", HOUSE, f"households_{state}", HOMES)
    yield _new("at_site_share", HOUSE, ("households_settled", "households_both_ends"), HOMES)
    yield _new("nobody_home_share", HOUSE, "households_nobody_home", HOMES)
    yield _new("resident_share", PERSON, "persons_resident", PEOPLE)
    yield _new("settled_persons_share", PERSON, "persons_settled", PEOPLE)
    yield _new("returned_persons_share", PERSON, "persons_returned", PEOPLE)
    yield _new("returns_year", "households/year", TO_RETURNED, months=THE_YEAR)
    yield _new("returns_so_far", "households", TO_RETURNED, months=ALL_MONTHS)
    yield _new("returns_so_far_per_household", "moves/household", TO_RETURNED, HOMES, ALL_MONTHS)
    yield _new("return_hazard_year", "per household and year", TO_RETURNED, (HOMES, "-households_returned"), THE_YEAR,
               float(MONTHS_PER_YEAR))  # fmt: skip


def _schools() -> Iterator[Measure]:
    yield _new("school_age_share", PERSON, "school_age_children", PEOPLE)
    for level in LEVELS:
        yield _new(f"{level}_share", PERSON, f"children_{level}", PEOPLE)
    yield _new("seated_share", CHILD, "children_seated", "school_age_children")
    for level in LEVELS:
        yield _new(f"seated_share_{level}", "share of children of the level", f"seated_{level}", f"children_{level}")
    yield _new("without_seat_share", CHILD, "children_without_seat", "school_age_children")
    for level in LEVELS:
        yield _new(f"seats_per_child_{level}", "seats/child", f"seats_{level}", f"children_{level}")


def _population() -> Iterator[Measure]:
    yield _new("persons_per_household", "persons/household", PEOPLE, HOMES)
    yield _new("labourers_per_person", PERSON, LABOUR, PEOPLE)
    yield _new("labourers_per_household", "persons/household", LABOUR, HOMES)
    yield _new("labourers_per_labour_household", "persons/labour household", LABOUR, LABOUR_HOMES)
    yield _new("labour_household_share", HOUSE, LABOUR_HOMES, HOMES)
    yield _new("elders_share", PERSON, "elders", PEOPLE)
    rate = (
        "per 1000 persons/year",
        PEOPLE,
        THE_YEAR,
        PER_1000 * MONTHS_PER_YEAR,
    )  # persons of twelve months are summed
    unit, under, months, factor = rate
    yield _new("birth_rate_year", unit, "births", under, months, factor)
    yield _new("death_rate_year", unit, "deaths", under, months, factor)
    yield _new("natural_growth_rate_year", unit, ("births", "-deaths"), under, months, factor)


def _houses() -> Iterator[Measure]:
    flats = (HOMES, "households_died_out")
    yield _new("old_house_standing_share", HOUSE, "old_houses_standing", flats)
    both = ("old_houses_demolished", "old_houses_standing")
    yield _new("old_house_demolished_share", "share of houses", "old_houses_demolished", both)


def _counted() -> Iterator[Measure]:
    """Yield the counts of the state and the recorded indicators as they are, and sums of monthly ones over a year."""
    for name, unit in UNITS_OF_COUNTS.items():
        yield _new(name, unit, name)
    recorded = [Measure(i.name, i.unit, f"indicator.{i.name}", (i.name,)) for i in INDICATORS]
    yield from recorded
    for each in recorded:
        if A_MONTH in each.unit:
            unit = each.unit.replace(A_MONTH, A_YEAR)
            yield Measure(each.name + OF_YEAR, unit, each.text, each.over, (), THE_YEAR)


SUBJECTS = {
    "employment": tuple(_employment()),
    "channels": tuple(_channels()),
    "places_of_work": tuple(_places_of_work()),
    "income": tuple(_income()),
    "poverty": tuple(_poverty()),
    "residence": tuple(_residence()),
    "schools": tuple(_schools()),
    "population": tuple(_population()),
    "houses": tuple(_houses()),
    "counted": tuple(_counted()),
}
"""The measures by subject."""
MEASURES = {measure.name: measure for measures in SUBJECTS.values() for measure in measures}
"""Every measure by name."""
OF_THE_POOR = tuple(
    measure.name
    for subject, measures in SUBJECTS.items()
    for measure in (measures if subject != "counted" else ())
    if not measure.city_alone
)
OF_GROUPS = (
    "employment_rate", "employed_away_share", "income_per_head_year", "poverty_share", "allowance_coverage",
    "occupancy", "settled_share", "returned_share", "resident_share", "seated_share",
)  # fmt: skip
OF_SITES = ("occupancy", "resident_share")
AT_THE_FESTIVAL = ("persons_resident", "resident_share")
"""Measures that a forecast has of the registered poor, of every other group, of every site, and of the city at Spring
Festival; of the city it has all, each December.
"""
