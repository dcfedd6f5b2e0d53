"""The table of readings: written and read back, cited only if these sources made it, ranks by reading."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.errors import UserError
from scenarios.compare.readings_table import (
    READINGS_COLUMNS,
    Readings,
    effects_by_reading,
    read_readings_table,
    stored_readings,
    write_readings,
)
from scenarios.runs.sources import source_hash

EFFECTS = {
    # effects on households settled by reading and scenario; 1 is best
    "labour_scope=all": {"workshops": 30.0, "school_gap": 12.0, "baseline": 0.0},
    "default": {"workshops": 20.0, "school_gap": 45.5, "baseline": 0.0},
}


def made() -> Readings:
    rows = []
    for reading, effects in EFFECTS.items():
        for scenario, effect in effects.items():
            rank = 1 + sum(other > effect for other in effects.values())
            for indicator, factor in (("households_settled", 1.0), ("persons_resident", -4.0)):
                mean = factor * effect
                row = (
                    reading,
                    scenario,
                    indicator,
                    "households",
                    mean,
                    mean - 5,
                    mean + 5,
                    0.5,
                    rank,
                    0.5,
                    "baseline",
                    30,
                    1.0,
                    0.9,
                    "employed",
                )
                rows.append(dict(zip(READINGS_COLUMNS, row, strict=True)))
    return Readings(pd.DataFrame(rows), {"program": "anju", "draws": 30, "source": source_hash("readings")})


def test_there_and_back(tmp_path: Path) -> None:
    path, readings = tmp_path / "tables" / "readings.csv", made()
    shuffled = Readings(readings.table[list(reversed(READINGS_COLUMNS))].assign(more=1), readings.made)
    write_readings(path, shuffled)
    found = read_readings_table(path)
    assert found is not None
    assert tuple(found.table.columns) == READINGS_COLUMNS
    pd.testing.assert_frame_equal(found.table, readings.table, check_dtype=False)
    assert found.made == readings.made


def test_a_table_that_is_not_there_or_that_others_made_is_not_cited(tmp_path: Path) -> None:
    path, readings = tmp_path / "readings.csv", made()
    assert read_readings_table(path) is None
    with pytest.raises(UserError, match="make readings"):
        stored_readings(path)
    write_readings(path, Readings(readings.table, {**readings.made, "source": "0" * 64}))
    assert read_readings_table(path) is None
    assert len(stored_readings(path).table) == len(readings.table)


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_a_broken_table_says_make_readings(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "readings.csv"
    write_readings(path, made())
    path.with_suffix(suffix).write_text("" if suffix == ".csv" else "{")
    with pytest.raises(UserError, match="make readings") as caught:
        read_readings_table(path)
    assert "\n" not in caught.value.say("zh")


def test_effects_by_reading_the_default_first_and_the_largest_first() -> None:
    found = effects_by_reading(made(), "households_settled")
    assert found == EFFECTS
    assert list(found) == ["default", "labour_scope=all"]
    assert list(found["default"]) == ["school_gap", "workshops", "baseline"]
    assert list(found["labour_scope=all"]) == ["workshops", "school_gap", "baseline"]
