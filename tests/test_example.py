"""The chart that the READMEs show comes from a brief of these sources."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scenarios.base.labels import LANGUAGES
from scenarios.brief.copy_example import CHART, EXAMPLE
from scenarios.entries.pages import EXAMPLE as COPY_EXAMPLE
from scenarios.runs.provenance import source_files, text_hash


def test_the_picture_was_made_by_these_sources() -> None:
    made = json.loads((EXAMPLE / "made.json").read_text(encoding="utf-8"))
    assert made["source"] == text_hash(source_files()), "the picture is old: make brief, then make example"
    for language in LANGUAGES:
        assert (EXAMPLE / f"{CHART}.{language}.svg").read_text(encoding="utf-8").count("<svg") == 1


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
