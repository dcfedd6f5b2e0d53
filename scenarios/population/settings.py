"""The numbers that the synthetic population takes from elsewhere than the report; none has a default here.

They stand in `conf/region/<region>/population.yaml`, which settings_file.py reads.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]
Count = Annotated[int, Field(ge=0)]
Range = tuple[float, float]
Weights = tuple[NotNegative, ...]
Ages3 = Annotated[tuple[Positive, ...], Field(min_length=3, max_length=3)]
Weights10 = Annotated[tuple[NotNegative, ...], Field(min_length=10, max_length=10)]
Weights7 = Annotated[tuple[NotNegative, ...], Field(min_length=7, max_length=7)]
Shares5 = Annotated[tuple[Share, ...], Field(min_length=5, max_length=5)]


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SiteSettings(_Group):
    """Sites by unit, size and kind, and what they were given first."""

    shuicheng_unit: str
    shuicheng_sites: Count
    shuicheng_sites_over_200: Count
    shuicheng_households: Count
    shuicheng_persons: Count
    shuicheng_poor_households: Count
    shuicheng_poor_persons: Count
    other_units: dict[str, Positive]
    high_tech_unit: str
    high_tech_rank: Count
    mean_size_under_200: Positive
    smallest: Count
    largest: Count
    size_sigma_over_200: NotNegative
    size_sigma_under_200: NotNegative
    county_towns: Count
    rural_share_over_200: Share
    rural_share_own: Share
    rural_share_shared: Share
    distance_central_km: Positive
    distance_rural_km: Positive
    distance_sigma: NotNegative
    industry_sigma: NotNegative
    street_offices: tuple[str, ...]
    sites_per_street_office: Count
    showcase_over_200: Count
    showcase_under_200: Count
    bus_share_central: Share
    showcase_first: Positive
    ranking_noise: NotNegative


class HouseholdSettings(_Group):
    """Households: sizes, hamlets, moves, origins and old houses."""

    poor_odds_whole: Positive
    size_weights: Weights10
    whole_share_sigma: NotNegative
    sites_without_whole: Share
    whole_hamlet_smallest: Count
    whole_hamlet_sigma: NotNegative
    partial_hamlet_mean: Positive
    partial_hamlet_sigma: NotNegative
    poor_hamlet_weight: Share
    move_months: Annotated[tuple[int, ...], Field(min_length=5, max_length=5)]
    move_shares: Annotated[tuple[Share, ...], Field(min_length=4, max_length=4)]
    move_width: Range
    move_window: Count
    rural_earlier: Share
    origin_km: Positive
    origin_km_sigma: NotNegative
    origin_km_range: Range
    origin_km_by_kind: dict[str, Positive]
    origin_hours_fixed: NotNegative
    origin_hours_per_km: NotNegative
    origin_hours_sigma: NotNegative
    origin_school_open: Share
    old_house_standing: dict[str, Share]
    old_house_standing_whole: Positive
    demolition_delay: tuple[int, int]


class LandSettings(_Group):
    """Farm land, forest land and the share reform."""

    without_land: Share
    land_sigma: NotNegative
    land_largest_mu: Positive
    land_by_size: Share
    return_share: Range
    rent_share: Range
    rent_hamlet_weight: Share
    with_forest: Share
    forest_sigma: NotNegative
    forest_largest_mu: Positive
    return_subsidy: NotNegative
    three_changes_hamlet_weight: Share
    dividend_sigma: NotNegative
    dividend_range: tuple[int, int]


class CompositionSettings(_Group):
    """Shares of persons who are no labourers, by what keeps them; the rest are unable to work."""

    infant: Share
    kindergarten: Share
    primary: Share
    middle: Share
    student: Share
    old: Share


class CompositionsSettings(_Group):
    """Composition by the households that the labour figures cover."""

    all: CompositionSettings
    poor: CompositionSettings
    others: CompositionSettings


class FamilySettings(_Group):
    """Ages and sexes within a household."""

    parent_older: Range
    couple_with_children: Share
    couple_without_children: Share
    husband_older: Range
    young_couple: Share
    young_couple_age: Range
    older_couple_age: Range
    with_old_age: Range
    alone_age: Range
    wife_of_old: Share
    grown_child_oldest: Positive
    at_work_under_18: Share
    at_work_under_22: Share
    unable_child: Share
    elder_youngest: Positive
    relative_age: Range
    men_further: Share
    men_alone: Share
    men_old: Share
    alone_with_children_oldest: Positive
    women_leave_labour: Ages3


class PersonSettings(_Group):
    """Persons: labour, ages, schooling, illness, deaths, allowance."""

    other_labour: Share
    other_labour_households: Share
    without_labour_by_size: Weights10
    labour_weights: Annotated[Weights, Field(min_length=5, max_length=5)]
    next_child: Weights
    child_without_labour: NotNegative
    next_student: Weights
    next_old: Weights
    old_without_labour: NotNegative
    next_unable: Weights
    unable_without_labour: NotNegative
    old_ages: Weights7
    boys: Share
    senior_school: Share
    college: Share
    adult_senior: Shares5
    adult_primary: Shares5
    able_children: Share
    able_before_sixty: Share
    once_able: Share
    illness_per_year: Positive
    care_by_age: Weights7
    skill_mean: float
    skill_per_school_year: float
    skill_per_age_year: float
    skill_sigma: NotNegative
    deaths_per_year: NotNegative
    death_spread: NotNegative
    death_slope: NotNegative
    dibao_poor: Positive
    dibao_by_labourers: Annotated[tuple[Positive, ...], Field(min_length=6, max_length=6)]
    dibao_care: Positive


class SchoolSettings(_Group):
    """Schools: where they are missing, spare seats, when those under way open."""

    gap_noise: NotNegative
    gap_showcase: Positive
    short_unit: str
    gap_short_unit: Positive
    gap_cover: Range
    gap_largest_share: Share
    spare: Range
    extra_schools_largest: Count
    crowded_share: Share
    primary_with_middle: Share
    opens_first: Share


class JobSettings(_Group):
    """Workshops, public posts, job fairs and courses."""

    workshops: Count
    workshop_posts: Positive
    workshop_posts_range: tuple[int, int]
    workshop_months: tuple[int, int]
    public_post_months: tuple[int, ...]
    fairs_before_months: tuple[int, int]
    fair_firms: Positive
    fair_sigma: NotNegative
    training_months: tuple[int, int]
    training_courses: Count


class PopulationSettings(_Group):
    """All settings of the synthetic population, in the order of the file."""

    sites: SiteSettings
    households: HouseholdSettings
    land: LandSettings
    composition: CompositionsSettings
    families: FamilySettings
    persons: PersonSettings
    schools: SchoolSettings
    jobs: JobSettings
