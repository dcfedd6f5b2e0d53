"""CSV as it is written: marked where Excel would garble it, without a mark where nobody needs one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.input.csv_files import read_csv, read_frame
from scenarios.base.output.plain_files import SIX_DIGITS, csv_text, write_csv
from scenarios.compare.tables import read_titles, write_lists

UTF8_MARK = b"\xef\xbb\xbf"
CHINESE = pd.DataFrame({"名称": ["扶贫车间, 一", "镕"], "value": [0.1, 2.0]})
NUMBERS = pd.DataFrame({"name": ["a", "b"], "value": [1 / 3, 2.0]})


def test_chinese_text_is_marked_as_utf8_and_read_back(tmp_path: Path) -> None:
    path = write_csv(CHINESE, tmp_path / "names.csv")
    assert path.read_bytes() == UTF8_MARK + '名称,value\n"扶贫车间, 一",0.1\n镕,2.0\n'.encode()
    assert read_csv(path).heading == ("名称", "value")
    for read in (read_frame, pd.read_csv):
        pd.testing.assert_frame_equal(read(path), CHINESE)


def test_a_table_of_numbers_has_no_mark(tmp_path: Path) -> None:
    """So committed tables, and hashes of texts, stay what they are."""
    path = write_csv(NUMBERS, tmp_path / "numbers.csv", SIX_DIGITS)
    assert path.read_bytes() == b"name,value\na,0.333333\nb,2\n"
    assert not csv_text(CHINESE).startswith(UTF8_MARK.decode())


@pytest.mark.parametrize("names", [["baseline", "mine"], ["基准", "我的方案"]])
def test_titles_of_a_comparison_come_back(tmp_path: Path, names: list[str]) -> None:
    write_lists(tmp_path, {name: {"en": name, "zh": "大型安置点扶贫车间"} for name in names}, ["rural"])
    assert (tmp_path / "scenarios.csv").read_bytes().startswith(UTF8_MARK)
    assert read_titles(tmp_path, "en") == {name: name for name in names}
    assert read_titles(tmp_path, "zh") == dict.fromkeys(names, "大型安置点扶贫车间")
