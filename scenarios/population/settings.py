"""The numbers that the synthetic population takes from elsewhere than the report.

They stand in `conf/region/<region>/population.yaml`, each on its line with value, unit and source: a row of the
evidence ('G15: ...') or the words 'assumed because ...'. A number without a source, a misspelt key and a value
out of range are refused by name. No number has a default here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
NotNegative = Annotated[float, Field(ge=0.0)]
Count = Annotated[int, Field(ge=0)]
Range = tuple[float, float]
Weights = tuple[NotNegative, ...]
Weights10 = Annotated[tuple[NotNegative, ...], Field(min_length=10, max_length=10)]
Weights7 = Annotated[tuple[NotNegative, ...], Field(min_length=7, max_length=7)]
Shares5 = Annotated[tuple[Share, ...], Field(min_length=5, max_length=5)]

_SOURCE = re.compile(r"[A-Z]\d{2}[a-z]?\b|.*\bassumed because .+")


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
    old_house_standing: Share
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
    dibao_without_labour: Positive
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


class Line(NamedTuple):
    """One number of the file: its key ('sites.smallest'), value, unit and source."""

    key: str
    value: Any
    unit: str
    source: str


def read_lines(path: str | Path) -> list[Line]:
    """Return every line of a population file, for tables of sources.

    Raises ValueError with the file and key of a line that is not {value, unit, source} or names no source.
    """
    with open(path, encoding="utf-8") as file:
        return list(_lines(path, "", yaml.safe_load(file)))


def _lines(path: str | Path, prefix: str, node: Any) -> Iterator[Line]:
    if not isinstance(node, Mapping):
        raise ValueError(
            f"{path}: {prefix or 'the file'}: found {node!r}; write {{value: ..., unit: ..., source: ...}}"
        )
    if "value" not in node:
        for key, child in node.items():
            yield from _lines(path, f"{prefix}.{key}" if prefix else str(key), child)
        return
    if set(node) != {"value", "unit", "source"}:
        raise ValueError(f"{path}: {prefix}: found the keys {sorted(node)}; allowed are value, unit and source")
    if not _SOURCE.match(str(node["source"])):
        found = node["source"]
        raise ValueError(f"{path}: {prefix}: source {found!r} is neither an evidence id nor 'assumed because ...'")
    yield Line(prefix, node["value"], str(node["unit"]), str(node["source"]))


def read_settings(path: str | Path) -> PopulationSettings:
    """Return the settings of a population file.

    Raises ValueError, one line naming file, key, what was found and what is allowed.
    """
    tree: dict[str, Any] = {}
    for line in read_lines(path):
        branch = tree
        *groups, name = line.key.split(".")
        for group in groups:
            branch = branch.setdefault(group, {})
        branch[name] = line.value
    try:
        return PopulationSettings.model_validate(tree)
    except ValidationError as error:
        raise ValueError(f"{path}: " + "; ".join(_problem(entry) for entry in error.errors())) from None


def _problem(error: Any) -> str:
    key = ".".join(str(part) for part in error["loc"])
    if error["type"] == "missing":
        return f"{key}: missing"
    if error["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(error["loc"][-1]), _names(PopulationSettings), n=1)
        return f"{key}: unknown key" + (f"; did you mean {near[0]}?" if near else "")
    return f"{key}: found {error['input']!r}; {error['msg']}"


def _names(model: type[BaseModel]) -> list[str]:
    names: list[str] = []
    for name, field in model.model_fields.items():
        names.append(name)
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += _names(field.annotation)
    return names
