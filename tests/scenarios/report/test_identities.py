"""Identities, conflicts, patterns and recommendations: what stands in the tables, and their errors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.base.input.rows import RegistryError
from scenarios.base.paths import ROOT
from scenarios.report.figures import Figure, figure_values
from scenarios.report.identities import read_identities
from scenarios.report.patterns import read_patterns
from scenarios.report.recommendations import ASSUMED_LINK, LEVER, read_recommendations
from scenarios.settings.links import assumed_levers
from tests.scenarios.spoiled import failing_lines, replace

REGION = ROOT / "conf" / "region" / "liupanshui"


def test_identities_hold_and_conflicts_stand(figures: dict[str, Figure]) -> None:
    outcomes = read_identities(REGION / "identities.csv", figure_values(figures))
    assert all(outcome.holds == (outcome.identity.kind == "identity") for outcome in outcomes)
    found = {outcome.identity.id: (outcome.left, outcome.right) for outcome in outcomes}
    assert found["sites_by_size"] == (37 + 41, 78)
    assert found["small_sites_by_facilities"] == (8 + 33, 41)
    assert found["school_gap_levels"] == (28 + 26 + 14, 68)
    assert found["sites_by_branch"] == (38 + 40, 78)
    assert found["school_projects_started"] == (34 - 12, 22)
    assert found["medical_insured_b"] == (64943 + 533, 65476)
    assert found["public_channels"] == (2334 + 2573 + 1700, 40558)
    assert found["medical_insurance"] == (103151 + 11421, 65476)
    assert found["pension"] == (36282 + 18153, 33731)


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("sites_over_200 + sites_under_200,=", "sites_over_200 + sites_under_200 + 1,=", "= 79, expected = 78 = sites"),
        ("party_branches +", "party_branch +", "row sites_by_branch, column left: found unknown id party_branch"),
        (",identity,a site has", ",truth,a site has", "column kind: found 'truth', expected one of identity, conflict"),
        ("=,sites,0", "==,sites,0", "column relation: found '=='"),
        ("=,sites,0", "=,sites,none", "column tolerance: found 'none'"),
        (
            "dibao_persons_a,=,dibao_persons_b",
            "dibao_persons_a,=,20828",
            "row dibao, column kind: found dibao_persons_a",
        ),
        ("large and small sites make up all sites", "", "row sites_by_size, column note: found ''"),
        ("sites_by_branch", "sites_by_size", "'sites_by_size' again"),
    ],
)
def test_errors_of_identities(capsys: pytest.CaptureFixture[str], conf: Path, old: str, new: str, text: str) -> None:
    replace(conf / "region" / "liupanshui" / "identities.csv", old, new)
    lines = failing_lines(capsys, conf)
    assert len(lines) == 1
    assert "identities.csv:" in lines[0]
    assert text in lines[0]


def test_a_mended_conflict_is_an_error(capsys: pytest.CaptureFixture[str], conf: Path) -> None:
    replace(
        conf / "region" / "liupanshui" / "figures.csv", "employed_per_household,2.09,", "employed_per_household,2.10,"
    )
    (line,) = failing_lines(capsys, conf)
    assert "row employed_per_household" in line
    assert "no longer conflicts with employed_per_household = 2.1" in line


def test_patterns() -> None:
    patterns = read_patterns(REGION / "patterns.csv")
    assert len(patterns) == 25
    assert sum(pattern.kind == "experiment" for pattern in patterns.values()) == 14
    elsewhere = {name: pattern.ring for name, pattern in patterns.items() if pattern.ring != "report"}
    assert sorted(elsewhere.values()) == ["China", "China", "Guizhou", "world"]
    assert patterns["few_leave_for_good"].weight == 0.1
    assert (patterns["both_ends_apparent"].low, patterns["both_ends_apparent"].high) == (0.15, 0.45)
    assert patterns["occupancy_not_high"].share_of_seeds == 0.5
    assert all(pattern.month == 47 for pattern in patterns.values() if pattern.kind == "report_date")


def test_recommendations() -> None:
    rows = read_recommendations(REGION / "recommendations.csv")
    assert len(rows) == 27
    for row in rows.values():
        assert (ROOT / "conf" / "scenario" / f"{row.scenario}.yaml").is_file()
        assert row.status == (ASSUMED_LINK if row.scenario in assumed_levers() else LEVER), row.lever
    assert {name for name, row in rows.items() if row.status == ASSUMED_LINK} == {
        "housing_title",
        "dual_benefits",
        "publicity",
        "outreach_visits",
        "services_and_shops",
        "community_governance",
        "culture_and_custom",
        "learning_support",
    }


@pytest.mark.parametrize(
    ("read", "old", "new", "text"),
    [
        (read_patterns, ",0.15,0.04,0.45,", ",0.45,0.04,0.15,", "expected low, high or both in order"),
        (read_patterns, ",0.15,0.04,0.45,0.06,", ",,,,,", "expected low, high or both in order"),
        (read_patterns, ",0.15,0.04,0.45,", ",low,0.04,0.45,", "column low: found 'low'"),
        (read_patterns, ",0.06,47", ",0.06,4.5", "column month: found '4.5', expected a month index"),
        (read_patterns, ",0.015,,,47,0.5", ",0.015,,,47,5", "column share_of_seeds: found '5'"),
        (read_patterns, ",0.15,0.04,0.45,", ",0.15,,0.45,", "expected a number where there is 'low', else empty"),
        (read_patterns, ",report,", ",county,", "expected one of report, Guizhou, China, world"),
        (read_patterns, ",world,0.1,", ",world,1.1,", "column weight: found '1.1'"),
        (read_patterns, "households_both_ends / households", "", "column indicator: found ''"),
        (read_recommendations, ",lever,workshops,", ",lever,,", "column scenario: found ''"),
        (read_recommendations, ",lever,workshops,", ",out_of_reach,workshops,", "column scenario: found 'workshops'"),
        (read_recommendations, ",lever,workshops,", ",out_of_reach,,", "column reason: found ''"),
        (
            read_recommendations,
            ",lever,workshops,",
            ",later,workshops,",
            "one of lever, assumed_link, out_of_reach",
        ),
    ],
)
def test_errors_of_patterns_and_recommendations(
    conf: Path, read: Callable[[Path], Any], old: str, new: str, text: str
) -> None:
    path = conf / "region" / "liupanshui" / f"{read.__name__.removeprefix('read_')}.csv"
    replace(path, old, new)
    with pytest.raises(RegistryError, match=text):
        read(path)
