"""Cells as people read them, columns that stand under each other."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from scenarios.base.console import ruled, width
from scenarios.base.labels import LabelError
from scenarios.base.text_tables import cell_text, format_table, table_cells


@pytest.mark.parametrize(
    ("value", "column", "text"),
    [
        (40558.0, "model", "40,558"),
        (1234.56, "model", "1,235"),
        (0.1634, "model", "0.163"),
        (-0.04, "model", "-0.040"),
        (2.0, "model", "2"),
        (math.nan, "model", "–"),
        (math.inf, "high", "–"),
        (-1.26, "deviation_percent", "-1.3 %"),
        (0.004, "deviation_percent", "0.0 %"),
        ("near", "met", "near"),
        ("> 0.5", "report", "> 0.5"),
    ],
)
def test_cells(value: object, column: str, text: str) -> None:
    assert cell_text(value, column, "en") == text


def test_names_are_translated_and_texts_are_not() -> None:
    table = pd.DataFrame({"met": ["no"], "unit": ["persons"], "两种措施": [3.0]})
    assert table_cells(table, list(table), "zh") == [["是否符合", "单位", "两种措施"], ["不符", "人", "3"]]
    with pytest.raises(LabelError):
        table_cells(pd.DataFrame({"strange": [1.0]}), ["strange"], "en")


def test_wide_characters_take_two_places() -> None:
    table = pd.DataFrame({"name": ["稳定入住", "two"], "model": [1.0, 20000.0]})
    lines = format_table(table, ["name", "model"], "zh").splitlines()
    # widths: name 8 (four characters), two spaces, model 6 ("20,000")
    assert lines[0] == "指标      " + "  模型"
    assert lines[1] == "--------  ------"
    assert lines[2] == "稳定入住       1"
    assert lines[3] == "two       20,000"
    assert {width(line) for line in lines} == {16}


def test_a_chinese_character_is_two_columns_wide() -> None:
    assert ruled([["id", "值"], ["安置", "1"], ["b", "22"]], right=(1,)) == "id    值\n----  --\n安置   1\nb     22"
