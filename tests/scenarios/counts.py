"""The report's inputs counted in the tables of a population, apart from the filters of the registry."""

from __future__ import annotations

import csv
from collections.abc import Callable

from scenarios.base.paths import CONF
from scenarios.population.settings_file import read_settings
from simulation.foundations.months import REPORT_MONTH, school_level
from simulation.state.population import Population

REGION = CONF / "region" / "liupanshui"
SETTINGS = read_settings(REGION / "population.yaml")
with (REGION / "figures.csv").open(encoding="utf-8") as file:
    ROWS = [row for row in csv.DictReader(file) if row["value"]]
VALUES = {row["id"]: float(row["value"]) for row in ROWS}
INPUTS = [row["id"] for row in ROWS if row["role"] == "input" and row["status"] == "reported"]
YEAR = 12


class Tables:
    """The tables of a population with what the counts below need."""

    def __init__(self, population: Population) -> None:
        self.sites, self.schools = population.sites, population.schools
        self.posts, self.fairs, self.trainings = population.public_posts, population.fairs, population.trainings
        self.households = population.households
        persons = population.persons.join(population.households.drop(columns="household"), on="household")
        self.alive = persons[persons["death_month"] > REPORT_MONTH].copy()
        months = {month: school_level(month, REPORT_MONTH) for month in self.alive["birth_month"].unique()}
        self.alive["level"] = self.alive["birth_month"].map(months)
        self.alive["years"] = (REPORT_MONTH - self.alive["birth_month"]) // YEAR
        self.alive["labourer"] = (self.alive["labour_from_month"] <= REPORT_MONTH) & (
            self.alive["labour_to_month"] > REPORT_MONTH
        )
        self.labour = self.alive[self.alive["labourer"] & self.alive["in_labour_scope"]]
        self.early = self.households[self.households["move_in_month"] < 24]
        self.size = self.households.groupby("site").size()
        self.large = self.sites[(self.size > 200).to_numpy()]
        self.small = self.sites[(self.size < 200).to_numpy()]
        self.gap = self.schools[self.schools["in_gap"]]
        self.projects = self.schools[self.schools["project_2019"]]
        self.fairs_2019 = self.fairs[self.fairs["month"].between(36, 47)]


def exact(column: str) -> Callable[[Tables], float]:
    return lambda t: round(float(t.early[column].sum()), 2)


def over_sites(column: str) -> Callable[[Tables], float]:
    return lambda t: t.sites[column].sum()


COUNTS: dict[str, Callable[[Tables], float]] = {
    "sites": lambda t: len(t.sites),
    "households": lambda t: len(t.households),
    "persons": lambda t: len(t.alive),
    "registered_poor_households": lambda t: t.households["registered_poor"].sum(),
    "registered_poor_persons": lambda t: t.alive["registered_poor"].sum(),
    "whole_village_moves": lambda t: t.households.loc[t.households["whole_village"], "hamlet"].nunique(),
    "whole_village_households": lambda t: t.households["whole_village"].sum(),
    "whole_village_persons": lambda t: t.alive["whole_village"].sum(),
    "police_posts_open": over_sites("police_posts_open"),
    "police_posts_building": over_sites("police_posts_building"),
    "police_officers": over_sites("police_officers"),
    "dibao_persons_a": lambda t: (t.alive["dibao"] != "none").sum(),
    "dibao_persons_b": lambda t: (t.alive["dibao"] != "none").sum(),
    "dibao_urban_b": lambda t: (t.alive["dibao"] == "urban").sum(),
    "three_changes_households": lambda t: t.households["three_changes"].sum(),
    "three_changes_dividend": lambda t: t.households.loc[t.households["three_changes"], "dividend_yuan"].mean(),
    "contracted_land_mu": exact("contracted_land_mu"),
    "land_rented_out_mu": exact("land_rented_out_mu"),
    "land_to_forest_mu": exact("land_to_forest_mu"),
    "forest_land_mu": exact("forest_land_mu"),
    "forest_rented_out_mu": exact("forest_rented_out_mu"),
    "forest_subsidy_yuan": exact("forest_subsidy_yuan"),
    "trained_person_times": lambda t: t.trainings["person_times"].sum(),
    "job_fairs_all": lambda t: len(t.fairs),
    "job_fair_posts_all": lambda t: t.fairs["posts"].sum(),
    "job_fairs_2019": lambda t: len(t.fairs_2019),
    "job_fairs_special_2019": lambda t: t.fairs_2019["special"].sum(),
    "job_fair_firms_2019": lambda t: t.fairs_2019["firms"].sum(),
    "job_fair_posts_2019": lambda t: t.fairs_2019["posts"].sum(),
    "startup_base_sites": lambda t: (t.sites["startup_bases"] > 0).sum(),
    "startup_bases": over_sites("startup_bases"),
    "schools_existing": lambda t: t.schools["existing"].sum(),
    "schools_new": lambda t: t.schools["newly_provided"].sum(),
    "special_teachers": over_sites("special_teachers"),
    "clinics_existing": over_sites("clinics_existing"),
    "clinics_new": over_sites("clinics_new"),
    "market_sites": lambda t: (t.sites["market_area_m2"] > 0).sum(),
    "market_area_m2": over_sites("market_area_m2"),
    "market_stalls": over_sites("market_stalls"),
    "market_shops": over_sites("market_shops"),
    "urban_bus_coverage": lambda t: 100.0 * t.sites.loc[t.sites["kind"] == "county_town", "bus"].mean(),
    "new_street_offices": lambda t: t.sites.loc[t.sites["street_office"] != "", "street_office"].nunique(),
    "resident_committees_approved": lambda t: (t.sites["residents_committee"] != "none").sum(),
    "resident_committees_elected": lambda t: (t.sites["residents_committee"] == "elected").sum(),
    "employment_service_windows": over_sites("employment_windows"),
    "sites_over_200": lambda t: len(t.large),
    "sites_over_200_with_facilities": lambda t: (t.large["facilities"] == "full").sum(),
    "sites_under_200": lambda t: len(t.small),
    "sites_under_200_with_facilities": lambda t: (t.small["facilities"] == "own").sum(),
    "sites_under_200_shared": lambda t: (t.small["facilities"] == "shared").sum(),
    "labour_households": lambda t: t.labour["household"].nunique(),
    "labourers": lambda t: len(t.labour),
    "public_welfare_jobs": lambda t: t.posts["posts"].sum(),
    "public_welfare_jobs_at_sites": lambda t: t.posts.loc[t.posts["site"] >= 0, "posts"].sum(),
    "school_gap_sites": lambda t: t.gap["site"].nunique(),
    "school_gap_schools": lambda t: len(t.gap),
    "school_gap_kindergartens": lambda t: (t.gap["level"] == "kindergarten").sum(),
    "school_gap_primary": lambda t: (t.gap["level"] == "primary").sum(),
    "school_gap_middle": lambda t: (t.gap["level"] == "middle").sum(),
    "school_gap_pupils": lambda t: t.alive["school_gap"].sum(),
    "school_projects_2019": lambda t: len(t.projects),
    "school_projects_not_started": lambda t: (t.projects["status"] == "not_started").sum(),
}
