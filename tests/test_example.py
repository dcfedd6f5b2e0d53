"""The chart that the READMEs show comes from a brief of these sources."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.labels import LANGUAGES
from scenarios.brief.copy_example import CHART, EXAMPLE, brief_probes
from scenarios.compare.tables import RUNS_COLUMNS, RUNS_FILE
from scenarios.doc_pages.plausibility.command import PAGE
from scenarios.entries.pages import EXAMPLE as COPY_EXAMPLE
from scenarios.runs.sources import source_hash


def test_the_picture_was_made_by_these_sources() -> None:
    made = json.loads((EXAMPLE / "made.json").read_text(encoding="utf-8"))
    assert made["source"] == source_hash("comparison"), "make restamp"
    for language in LANGUAGES:
        assert (EXAMPLE / f"{CHART}.{language}.svg").read_text(encoding="utf-8").count("<svg") == 1


def test_the_page_of_plausible_numbers_was_made_by_these_sources() -> None:
    assert f"source {source_hash('plausibility')[:16]}." in PAGE.read_text(encoding="utf-8"), "make restamp"


def test_the_first_draws_of_a_brief_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Differences of the first three draws in the last month: workshops 110 - 100, 90 - 100, 105 - 100."""
    rows = [
        (scenario, "default", draw, seed, indicator, group, month, value + (1 if month == "2024-11" else 0))
        for scenario, values in (("baseline", [100.0] * 4), ("workshops", [110.0, 90.0, 105.0, 500.0]))
        for draw, (seed, value) in enumerate(zip((7, 8, 9, 7_000), values, strict=True))
        for indicator in ("households_settled", "persons_resident", "employed")
        for group in ("all", "poor")
        for month in ("2024-11", "2024-12")
    ]
    (tmp_path / "tables").mkdir()
    pd.DataFrame(rows, columns=list(RUNS_COLUMNS)).to_parquet(tmp_path / "tables" / RUNS_FILE)
    monkeypatch.setattr("scenarios.brief.copy_example.BRIEF", tmp_path)
    assert brief_probes() == {
        "workshops.households_settled": [10.0, -10.0, 5.0], "workshops.persons_resident": [10.0, -10.0, 5.0],
    }  # fmt: skip


def test_each_readme_shows_the_picture_in_its_language() -> None:
    for page, language in (("README.md", "en"), ("README.zh.md", "zh")):
        shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (EXAMPLE.parents[1] / page).read_text(encoding="utf-8"))
        assert shown == [f"docs/example/{CHART}.{language}.svg"]


def test_without_a_brief_there_is_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scenarios.brief.copy_example.BRIEF", tmp_path)
    monkeypatch.setattr("scenarios.brief.copy_example.EXAMPLE", tmp_path / "example")
    assert COPY_EXAMPLE.enter([]) == 2
    assert "make brief" in capsys.readouterr().err
    assert not (tmp_path / "example").exists()
