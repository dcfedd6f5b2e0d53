"""The section of docs/calibration/ about later years: what a score says, and that there is none."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from calibration.upkeep.later_years import FILES, copy_score, later_years
from calibration.validate.measure_list import MEASURES
from calibration.validate.places import Place
from calibration.validate.rows import OutsideFigure
from calibration.validate.score import write_score
from calibration.validate.scores import Values, score_rows, totals, words
from scenarios.base.labels import LANGUAGES, label


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the score of two figures, one of them used before."""
    folder = tmp_path_factory.mktemp("score")
    place = Place("Guizhou", 0, 3, 302, larger="Guizhou")
    rows = [
        (OutsideFigure(name, MEASURES["employment_rate"], place, 83, 0.9, math.nan, math.nan, "nobody", "", used),
         Values(np.array([0.8, 0.85]), np.array([0.7]), np.array([0.5, 0.9]), True))
        for name, used in (("scored", ""), ("seen", "prior"))
    ]  # fmt: skip
    table = totals(score_rows(rows))
    about = {"made": "2026-01-31", "content": "0123456789abcdef0123", "n_rows": 2, "n_used": 1, "n_written_down": 2,
             "words": {language: words(table, language) for language in LANGUAGES}}  # fmt: skip
    write_score(folder, score_rows(rows), table, about)
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_section_says_what_the_score_says(scored: Path, language: str) -> None:
    text = "\n\n".join(later_years(scored, language))
    assert "2026-01-31" in text
    assert "0123456789abcdef..." in text
    assert "| `employment_rate`, Guizhou, 2022-12 | 0.9 |" in text
    assert text.count("`employment_rate`") == 1  # the other was used before
    assert label("validation.outside", language) in text
    # errors .1 and .05, half the mean distance of the pair .025; .2; .4 and 0 less .2; over sqrt(.08)
    assert "| 0.18 | 0.71 | 0.00 |" in text
    assert f"](score.{language}.svg)" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_score_it_says_so(tmp_path: Path, language: str) -> None:
    heading, text = later_years(tmp_path, language)
    assert heading == f"## {label('calibration_page.later_title', language)}"
    assert "make score" in text


def test_a_score_is_copied_whole_or_not_at_all(scored: Path, tmp_path: Path) -> None:
    copy_score(scored, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)
    before = (tmp_path / FILES[0]).read_bytes()
    copy_score(tmp_path / "elsewhere", tmp_path)
    assert (tmp_path / FILES[0]).read_bytes() == before
