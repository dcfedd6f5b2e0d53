"""Patterns: their bands and units, and that patterns.csv is read through its reader alone."""

from __future__ import annotations

import math
import re

import pandas as pd
import pytest

from scenarios.base.paths import CONF, ROOT
from scenarios.report.patterns import AT_REPORT_DATE, Band, at_report_date, read_patterns

PATH = CONF / "region" / "liupanshui" / "patterns.csv"


def test_a_band_holds_what_lies_in_it() -> None:
    below, above, between = Band(math.nan, 0.0), Band(0.0, math.nan), Band(-0.1, 0.1)
    values = (-0.2, -0.1, 0.0, 0.1, 0.2, math.nan)
    assert [below.holds(value) for value in values] == [True, True, False, False, False, False]
    assert [above.holds(value) for value in values] == [False, False, False, True, True, False]
    assert [between.holds(value) for value in values] == [False, True, True, True, False, False]


def test_bounds_are_the_numbers_of_the_file_to_the_bit() -> None:
    table, patterns = pd.read_csv(PATH).set_index("id"), read_patterns(PATH)
    assert list(patterns) == list(table.index)
    for name, pattern in patterns.items():
        stated = table.loc[name]
        assert list(pattern.band) == pytest.approx([stated["low"], stated["high"]], rel=0, abs=0, nan_ok=True)
        assert pattern.month == stated["month"]
    assert [pattern.id for pattern in at_report_date(patterns)] == list(table.index[table["kind"] == AT_REPORT_DATE])


def test_an_experiment_has_a_unit_only_where_one_is_named() -> None:
    patterns = read_patterns(PATH)
    assert patterns["land_ties"].unit == "log-odds/mu"
    assert {pattern.unit for pattern in patterns.values() if pattern.kind != AT_REPORT_DATE} == {""}


def test_no_table_of_a_region_is_read_past_its_reader() -> None:
    raw = re.compile(r"read_(csv|frame)\([^)]*(patterns|figures|identities|recommendations)\.csv")
    code = [path for package in ("simulation", "scenarios", "calibration") for path in (ROOT / package).rglob("*.py")]
    assert [path.name for path in code if raw.search(path.read_text(encoding="utf-8"))] == []
