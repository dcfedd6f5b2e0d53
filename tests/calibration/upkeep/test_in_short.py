"""The opening of the calibration's page, against tables made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calibration.upkeep.in_short import BEYOND_CHANCE, SOME, _borrowed, _later, listed, told_from_chance
from calibration.upkeep.later_years import ABOUT, TOTALS
from calibration.upkeep.rings_section import RINGS_JSON, item_texts
from scenarios.base.labels import LANGUAGES
from scenarios.base.output.plain_files import write_json

HEAD = "rows,n_figures,inside_90,expected_90,skill_as_in_2019,skill_prior\n"
ITEMS = list(item_texts("en"))


def rings(shift: float, met: list[float]) -> dict[str, Any]:
    return {
        "rings": {"world": {"parameters": {"residence.b_income": shift, "jobs.wage_away_yuan": -0.01}}},
        "items": {name: {"met": {"report": share}} for name, share in zip(ITEMS, met, strict=False)},
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_computed_names_its_command(tmp_path: Path, language: str) -> None:
    assert "make rings" in _borrowed(tmp_path, language)
    assert "make score" in _later(tmp_path, language)


def test_borrowed_evidence_that_moves_little_is_said_to_add_hardly_anything(tmp_path: Path) -> None:
    write_json(tmp_path / RINGS_JSON, rings(-0.18, [0.5, 1.0]))
    said = _borrowed(tmp_path, "en")
    assert "Hardly anything: 2 findings" in said
    assert "more than 0.18" in said
    assert "does not reach" not in said
    write_json(tmp_path / RINGS_JSON, rings(-0.31, [0.5, 1.0]))
    assert "Hardly" not in _borrowed(tmp_path, "en")
    assert "by 0.31 of its remaining spread" in _borrowed(tmp_path, "en")


def test_findings_that_no_draw_meets_are_named(tmp_path: Path) -> None:
    write_json(tmp_path / RINGS_JSON, rings(0.1, [0.0, 0.03, 0.02]))
    said = _borrowed(tmp_path, "en")
    assert "does not reach 2 of them" in said
    texts = item_texts("en")
    assert texts[ITEMS[0]] in said
    assert texts[ITEMS[2]] in said
    assert texts[ITEMS[1]] not in said


def test_a_score_says_which_way_it_went(tmp_path: Path) -> None:
    write_json(tmp_path / ABOUT, {})
    (tmp_path / TOTALS).write_text(HEAD + "all,2,0.5,1.8,0.152,-0.343\n", encoding="utf-8")
    said = _later(tmp_path, "en")
    assert "2 published figures" in said
    assert "0.5 of them lie" in said
    assert "1.8 would" in said
    assert "15% better than to say 'as in 2019', and 34% worse than before" in said
    assert "好" in _later(tmp_path, "zh")
    assert "差34%" in _later(tmp_path, "zh")
    (tmp_path / TOTALS).write_text(HEAD + "all,0,0,0,,\n", encoding="utf-8")
    assert "nothing could be scored" in _later(tmp_path, "en")


def test_a_long_list_names_the_first_and_counts_the_others() -> None:
    keys = ["residence.b_income"] * 10
    assert listed(keys, "en").endswith("and 2 others")
    assert listed([], "en") == "none"


def test_what_draws_can_tell_from_chance() -> None:
    # 3 sqrt(0.8 / 500) = 0.12; with a thousand draws a tenth is known well enough
    assert told_from_chance(125.0) == pytest.approx(0.12)
    assert told_from_chance(1000.0) == SOME
    # as the spread of 125 draws of the prior has it: three of its own standard deviations
    spreads = np.random.default_rng(1).random((4000, 125)).std(axis=1, ddof=1) * 12**0.5
    assert BEYOND_CHANCE * spreads.std() == pytest.approx(told_from_chance(125.0), rel=0.05)
    assert (1.0 - spreads >= told_from_chance(125.0)).mean() < 1 / 156
