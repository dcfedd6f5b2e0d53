"""Fixtures that the tests of the figures and of the population share; a city is built once per reading and session."""

from __future__ import annotations

import functools
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scenarios.base.paths import ROOT
from scenarios.report.figures import Figure, figure_values, read_figures
from scenarios.report.readings import default_reading, read_readings
from scenarios.report.recount import with_helpers

REGION = ROOT / "conf" / "region" / "liupanshui"
READINGS = ROOT / "conf" / "reading" / "readings.yaml"
SEED = 1


@pytest.fixture(scope="session")
def figures() -> dict[str, Figure]:
    """Every figure of the region, by id."""
    return read_figures(REGION / "figures.csv")


@pytest.fixture(scope="session")
def city(figures: dict[str, Figure]) -> Callable[..., Any]:
    """Return the population of a reading: city(), city({"labour_scope": "poor"}) or city(labour_scope="poor").

    Built once per reading from the region's figures and settings, with seed 1. Tests must not change it.
    """
    default = default_reading(read_readings(READINGS))

    @functools.cache
    def built(reading: tuple[tuple[str, str], ...]) -> Any:
        from scenarios.population.build import build_population  # noqa: PLC0415 (only for who asks)
        from scenarios.population.settings_file import read_settings  # noqa: PLC0415 (only for who asks)

        return build_population(figure_values(figures), read_settings(REGION / "population.yaml"), dict(reading), SEED)

    def population(reading: Mapping[str, str] | None = None, **changes: str) -> Any:
        return built(tuple(sorted({**default, **(reading or {}), **changes}.items())))

    return population


@pytest.fixture(scope="session")
def city_tables(city: Callable[..., Any]) -> Callable[..., Any]:
    """Return the tables of `city` with the helper columns of the figures' filters."""

    @functools.cache
    def counted(reading: tuple[tuple[str, str], ...]) -> Any:
        return with_helpers(city(dict(reading)).tables())

    return lambda reading=None: counted(tuple(sorted((reading or {}).items())))


@pytest.fixture
def conf(tmp_path: Path) -> Path:
    """Return a copy of the region's tables and of the readings, for a test to spoil."""
    shutil.copytree(REGION, tmp_path / "conf" / "region" / "liupanshui")
    shutil.copytree(READINGS.parent, tmp_path / "conf" / "reading")
    return tmp_path / "conf"
