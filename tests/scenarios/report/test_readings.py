"""The open readings of the report: their values, the default first, and the errors of their file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from scenarios.base.paths import ROOT
from scenarios.report.readings import (
    alternative_readings,
    default_reading,
    open_readings,
    read_readings,
    reading_changes,
    reading_name,
)
from tests.scenarios.spoiled import failing_lines


def test_readings_default_first() -> None:
    switches = read_readings(ROOT / "conf" / "reading" / "readings.yaml")
    assert {name: switch.values for name, switch in switches.items()} == {
        "labour_scope": ("poor", "all"),
        "employment_meaning": ("stock", "cumulative"),
        "allowance_count": ("low", "high"),
        "school_gap_meaning": ("without_seat", "to_be_served"),
        "school_projects_meaning": ("under_way", "open"),
        "school_projects_scope": ("inside", "beside"),
        "old_house_standing": ("high", "middle", "low"),
    }
    default = default_reading(switches)
    alternatives = alternative_readings(switches)
    assert len(alternatives) == 8
    assert all(sum(reading[name] != default[name] for name in default) == 1 for reading in alternatives)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda tree: tree.pop("allowance_count"), "column reading: found allowance_count=high"),
        (lambda tree: tree["labour_scope"].pop("question"), "row labour_scope, column question: found None"),
        (lambda tree: tree["labour_scope"]["values"].pop("poor"), "row labour_scope, column values"),
        (lambda tree: tree["labour_scope"]["values"]["poor"].pop("meaning"), "row labour_scope.poor, column meaning"),
        (lambda tree: tree["labour_scope"]["values"]["poor"]["meaning"].pop("zh"), "expected texts en and zh"),
        (lambda tree: tree["labour_scope"]["values"].update({True: {}}), "row labour_scope.true, column meaning"),
        (lambda tree: tree["labour_scope"]["values"].update({"poor": "x"}), "row labour_scope.poor, column meaning"),
        (lambda tree: tree.update({"x": None}), "row x, column values: found None"),
    ],
)
def test_errors_of_readings(
    capsys: pytest.CaptureFixture[str], conf: Path, change: Callable[[Any], None], text: str
) -> None:
    path = conf / "reading" / "readings.yaml"
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(tree)
    path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert any(text in line for line in failing_lines(capsys, conf))


def test_readings_that_are_no_yaml(capsys: pytest.CaptureFixture[str], conf: Path) -> None:
    path = conf / "reading" / "readings.yaml"
    for text in ("a: [", "- a", ""):
        path.write_text(text, encoding="utf-8")
        assert len(failing_lines(capsys, conf)) == 1
    path.unlink()
    assert len(failing_lines(capsys, conf)) == 1


def test_a_reading_is_named_by_the_choices_that_are_not_the_default() -> None:
    default = default_reading(open_readings())
    assert (reading_changes(default), reading_name(default)) == ({}, "default")
    other = {**default, "labour_scope": "all", "school_projects_scope": "beside"}
    assert reading_changes(other) == {"labour_scope": "all", "school_projects_scope": "beside"}
    assert reading_name(other) == "labour_scope=all;school_projects_scope=beside"
