"""Texts of charts: every character that an office in China writes is drawn, any other is refused when it is read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from scenarios.base.errors import UserError
from scenarios.base.glyphs import FONT_FILE, MORE_FONT_FILE, lacking
from scenarios.base.input.rows import TableRow
from scenarios.pages.chart_style import chart_style, new_figure, save
from scenarios.pages.html_pages import embedded_font
from scenarios.settings.config import compose_run

NAMES = "二〇二〇年 镕垚堃喆旸 ㎡ ℃ ① Ⅳ ㈠ 大型安置點扶貧車間 㑇𠅤䶮 かな ₂ é Ж"


def encodable(codec: str) -> list[str]:
    """Return the Chinese characters of Unicode's basic block that a codec has."""
    return [chr(code) for code in range(0x4E00, 0xA000) if chr(code).encode(codec, "ignore")]


def test_the_first_font_has_all_of_gb2312_and_ascii() -> None:
    have = TTFont(FONT_FILE).getBestCmap()
    every = [chr(code) for code in range(0x20, 0x10000) if not 0xD800 <= code < 0xE000]
    assert [c for c in every if c.encode("gb2312", "ignore") and c != "\x7f" and ord(c) not in have] == []


def test_the_fonts_have_what_is_written_in_china_and_share_nothing() -> None:
    first, more = (set(TTFont(path).getBestCmap()) for path in (FONT_FILE, MORE_FONT_FILE))
    assert not first & more
    both = first | more
    for codec in ("gbk", "big5"):
        assert [c for c in encodable(codec) if ord(c) not in both] == []
    assert len([code for code in both if 0x4E00 <= code <= 0x9FFF]) >= 20_976
    assert {c for c in NAMES if ord(c) in more} >= set("〇镕垚堃喆旸㎡點貧車間㑇𠅤䶮")


def test_what_is_drawn_and_what_is_not(tmp_path: Path) -> None:
    assert lacking(NAMES) == ""
    assert lacking("costs $5 and $6, 100 % ≤ x") == ""
    assert lacking("安\U0001fac5居") == "\U0001fac5 U+1FAC5"
    assert lacking("한") == "한 U+D55C"
    for letter in "\v\n\t\u202e\u2028\ue000":  # controls, turns of direction, ends of lines, for private use
        assert lacking(f"a{letter}b") == f"U+{ord(letter):04X}"
    with chart_style():
        paths = save(new_figure(NAMES + " $5 and $6"), tmp_path, "names")
    assert all(path.stat().st_size > 2000 for path in paths)


@pytest.mark.parametrize(
    ("field", "text", "found"),
    [
        ("title_en", '"Workshops\\vand buses"', "U+000B"),
        ("title_zh", "车间\U0001fac5", "\U0001fac5 U+1FAC5"),
        ("title_en", '"two\\nlines"', "U+000A"),
        ("name", "한글", "한 U+D55C"),
    ],
)
def test_titles_are_refused_when_they_are_read(tmp_path: Path, field: str, text: str, found: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(f"scenario:\n  {field}: {text}\n", encoding="utf-8")
    said = f"mine.yaml:2: 'scenario.{field}' has a character that no chart can show (found: {found})"
    with pytest.raises(UserError, match=re.escape(said)):
        compose_run([f"scenario={path}"])


def test_titles_that_were_refused_by_smaller_fonts(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "scenario:\n  title_en: =HYPERLINK(1)\n  title_zh: 二〇二〇年起大型安置點扶貧車間\n", encoding="utf-8"
    )
    assert compose_run([f"scenario={path}"]).titles == {"en": "=HYPERLINK(1)", "zh": "二〇二〇年起大型安置點扶貧車間"}


def test_names_in_tables_are_checked() -> None:
    problems: list[object] = []
    row = TableRow(Path("figures.csv"), 4, {"id": "a", "name": "안", "name_zh": "镕"}, problems)  # type: ignore[arg-type]
    assert row.drawn("name_zh") == "镕"
    assert problems == []
    row.drawn("name")
    assert len(problems) == 1


def test_pages_bring_the_characters_that_they_need() -> None:
    plain, rare = embedded_font("安居"), embedded_font("安居镕")
    assert plain.count("@font-face") == 1
    assert rare.startswith(plain)
    assert rare.count("@font-face") == 2
    assert '"Anju Embedded More"' in rare
    assert len(rare) < 20_000
    assert embedded_font("Anju") == ""
