"""docs/audit.md: its numbers up to the pair of runs are what plain pandas finds in the files of three runs."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.paths import CONF, ROOT
from scenarios.entries.model import RUN

LEVELS = ("kindergarten", "primary", "middle")
RUNS = {"2019": ("end=2019-12",), "baseline": (), "school_gap": ("scenario=school_gap",)}
PAGE = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    for name, words in RUNS.items():
        assert RUN.enter([*words, f"output={folder / name}"]) == 0
    return folder


def final(folder: Path, name: str, table: str) -> pd.DataFrame:
    return pd.read_parquet(folder / name / "final" / f"{table}.parquet")


def children(folder: Path, name: str) -> pd.DataFrame:
    """Return the children of school age with the state of their households."""
    states = final(folder, name, "households").set_index("household")["state"]
    persons = final(folder, name, "persons")
    return persons[persons["level"] >= 0].join(states, on="household")


def printed(first: str) -> list[int]:
    """Return the numbers in the row of the page that begins with `first`."""
    (row,) = re.findall(rf"^\| {first} \|(.*)\|$", PAGE, re.MULTILINE)
    return [int(cell.replace(",", "")) for cell in re.findall(r"[\d,]+", row)]


def test_figures_are_those_of_the_report() -> None:
    figures = pd.read_csv(CONF / "region" / "liupanshui" / "figures.csv", dtype=str).set_index("id")["value"]
    wanted = {"school_gap_schools": 68, "school_gap_sites": 35, "school_gap_pupils": 13754}
    wanted |= {"school_projects_2019": 34, "school_projects_not_started": 12}
    for name, value in wanted.items():
        assert int(figures[name]) == value
        assert f"`{name}`" in PAGE


def test_children_and_seats_of_the_population(runs: Path) -> None:
    sites = final(runs, "2019", "sites")
    total = [0, 0, 0]
    missing = 0
    for level in LEVELS:
        beyond = (sites[f"children_{level}"] - sites[f"seats_{level}"]).clip(lower=0)
        found = [int(sites[f"children_{level}"].sum()), int(sites[f"seats_{level}"].sum()), int(beyond.sum())]
        assert printed(level) == found
        total = [a + b for a, b in zip(total, found, strict=True)]
        missing = missing + (beyond > 0)
    assert printed("all") == total
    assert total[2] == 13754
    assert (missing > 0).sum() == 35


def test_state_of_december_2019(runs: Path) -> None:
    table = children(runs, "2019")
    counts = table.groupby("state").size()
    without = table[table["place"] != "seated"].groupby("state").size()
    assert printed("settled") == [counts["settled"], without["settled"]]
    assert printed("both ends") == [counts["both_ends"], without["both_ends"]]
    assert printed("away") == [counts["away"]]
    assert printed("moved back") == [counts["returned"]]
    assert f"Together {without['settled'] + without['both_ends']:,} of the 13,754" in PAGE
    assert f"{(table['place'] == 'seated').sum():,} children sit in the 10,531 seats" in PAGE


def test_the_pair_of_runs(runs: Path) -> None:
    found = {}
    for name in ("baseline", "school_gap"):
        table, households = children(runs, name), final(runs, name, "households")
        near = table[table["state"].isin(["settled", "both_ends"])]
        settled = households[(households["state"] == "settled") & (households["members"] > 0)]
        sites = final(runs, name, "sites")
        seats = int(sites[[f"seats_{level}" for level in LEVELS]].to_numpy().sum())
        found[name] = [len(table), len(near), int((near["place"] != "seated").sum()), len(settled), seats]
    rows = ("children", "of them in reach of the site", "without a seat there", "households settled")
    for k, row in enumerate(rows):
        assert printed(row) == [found["baseline"][k], found["school_gap"][k]]
    assert [found["baseline"][4], found["school_gap"][4]] == [15339, 24268]
    assert f"{found['school_gap'][2] - found['baseline'][2]:,} children without" in PAGE
    assert f"+{found['school_gap'][3] - found['baseline'][3]} households settled" in PAGE
