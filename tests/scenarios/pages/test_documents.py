"""Documents of blocks: what HTML and Word make of each, equal bytes, and pages as an office program shows them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pandas as pd
import pytest
from docx.oxml.ns import qn
from fontTools.ttLib import TTFont

from scenarios.base.glyphs import FONT_FILE
from scenarios.base.labels import LANGUAGES
from scenarios.pages.blocks import (
    Block,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Span,
    Table,
    frame_table,
)
from scenarios.pages.html_pages import html_page, inline_svg, write_html
from scenarios.pages.widths import least_widths, shares
from scenarios.pages.word import write_word
from scenarios.pages.word_frame import CHINESE, WESTERN
from tests import office
from tests.html_checker import Checker
from tests.scenarios.pages.made_document import LONG_ROWS, TEXTS, made_document

WRITERS: dict[str, Callable[[Path, Document], Path]] = {"page.html": write_html, "page.docx": write_word}
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module", params=LANGUAGES)
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Document:
    return made_document(tmp_path_factory.mktemp("charts"), request.param)


@pytest.fixture(scope="module")
def word_file(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_word(tmp_path_factory.mktemp("word") / "document.docx", document)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Heading(4, "x"), "level is 4"),
        (lambda: Paragraph("x", "loud"), "'loud'; allowed: normal, lead"),  # type: ignore[arg-type]
        (lambda: Table(["a", "b"], [["1", "2"], ["3"]], caption="t"), r"row 2 of the table 't' has 1 cells"),
        (lambda: Table(["a"], [], right={1}), "right is"),
        (lambda: Table(["a"], [["1"]], row_classes=["red"]), r"row classes \['red'\]"),
        (lambda: Figure(Path("x"), "caption", ""), "no alt text"),
        (lambda: Document("t", "en", [Heading(1, "a"), Heading(3, "b")]), "'b' leaves out level 2"),
        (lambda: Document("t", "fr", []), "allowed: en, zh"),
    ],
)
def test_what_would_give_a_wrong_document_is_an_error(make: Callable[[], object], message: str) -> None:
    with pytest.raises((ValueError, KeyError), match=message):
        make()


@pytest.mark.parametrize("name", WRITERS)
def test_equal_documents_give_equal_bytes(document: Document, tmp_path: Path, name: str) -> None:
    written = [WRITERS[name](tmp_path / folder / name, document).read_bytes() for folder in ("first", "second")]
    assert written[0] == written[1]
    assert str(document.blocks[-5].stem.parent).encode() not in written[0]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", WRITERS)
def test_a_missing_chart_leaves_nothing_behind(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"the chart no\.chart\.(svg|png) is missing"):
        WRITERS[name](tmp_path / name, Document("t", "en", [Figure(tmp_path / "no.chart", "", "alt")]))
    assert list(tmp_path.iterdir()) == []


def test_a_page_is_sound_and_whole(document: Document) -> None:
    page = html_page(document)
    checked = Checker(page)
    checked.check()
    expected = TEXTS[document.language]
    texts = " ".join(checked.texts)
    for key in ("title", "lead", "warning", "normal", "bold", "after", "item", "note", "fact_text", "remark"):
        assert expected[key] in texts, key
    assert "a < b & c" in texts
    assert not re.search("<(limits|局限)>", page)
    assert f'aria-label="{expected["alt"]}"' in page
    assert page.count('<th scope="col"') == page.count("<th ") == 5 + 5 + 10
    assert ("font/otf;base64" in page) == (document.language == "zh")
    assert f'lang="{ {"en": "en", "zh": "zh-CN"}[document.language] }"' in page


def test_captions_are_numbered_if_asked(document: Document) -> None:
    captions = [caption for caption in document.captions() if caption]
    form = ("Table {}. ", "Figure {}. ") if document.language == "en" else ("表{}　", "图{}　")
    starts = [form[0].format(1), form[0].format(2), form[1].format(1), form[1].format(2), form[0].format(3)]
    assert all(caption.startswith(start) for caption, start in zip(captions, starts, strict=True))
    expected = TEXTS[document.language]
    plain = [caption for caption in replace(document, numbered=False).captions() if caption]
    assert set(plain) == {expected["caption"], expected["figure"]}


def test_a_chart_inside_a_page(document: Document) -> None:
    figure = next(block for block in document.blocks if isinstance(block, Figure))
    text = inline_svg(figure.file(".svg"), 'Jobs "by" channel', "f7")
    assert text.startswith("<svg ")
    assert text.endswith("</svg>")
    assert 'aria-label="Jobs &quot;by&quot; channel"' in text
    assert "<metadata>" not in text
    assert {found.partition("-")[0] for found in re.findall(r'\bid="([^"]*)', text)} == {"f7"}


def test_every_run_names_a_chinese_font(word_file: Path) -> None:
    with zipfile.ZipFile(word_file) as package:
        assert package.namelist() == sorted(package.namelist())
        assert package.namelist()[0] == "[Content_Types].xml"
        assert not [name for name in package.namelist() if "thumbnail" in name or "customXml" in name]
        parts = {name: package.read(name).decode() for name in ("word/document.xml", "word/footer1.xml")}
        styles = package.read("word/styles.xml").decode()
    for name, part in parts.items():
        runs = re.findall(r"<w:r>.*?</w:r>", part, re.DOTALL)
        assert runs, name
        assert all(f'w:eastAsia="{CHINESE}"' in run and f'w:ascii="{WESTERN}"' in run for run in runs)
    assert "Theme=" not in styles
    assert 'w:eastAsia="zh-CN"' in styles
    assert re.findall(r"<w:instrText[^>]*>(\w+)<", parts["word/footer1.xml"]) == ["PAGE", "NUMPAGES"]


def test_word_has_real_headings_lists_and_tables(document: Document, word_file: Path) -> None:
    word, expected = docx.Document(str(word_file)), TEXTS[document.language]
    assert word.core_properties.title == document.title
    assert word.core_properties.author == ""
    assert word.core_properties.created is not None
    assert word.core_properties.created.isoformat()[:10] == "2020-01-01"
    styled = [(paragraph.style.name, paragraph.text) for paragraph in word.paragraphs if paragraph.style is not None]
    assert styled[:3] == [("Title", expected["title"]), ("Lead", expected["lead"]), ("Warning", expected["warning"])]
    headings = [(f"Heading {block.level}", block.text) for block in document.blocks if isinstance(block, Heading)]
    assert [pair for pair in styled if pair[0].startswith("Heading")] == headings
    assert [text for style, text in styled if style == "List Bullet"] == [
        expected["item"],
        expected["bold"] + expected["after"],
    ]
    assert [paragraph.text for paragraph in word.paragraphs if paragraph.paragraph_format.page_break_before] == [
        expected["deeper"]
    ]
    facts, effects, long, wide = word.tables
    assert [cell.text for cell in facts.rows[0].cells] == [expected["fact"], expected["fact_text"]]
    assert len(long.rows) == LONG_ROWS + 1
    for table in (effects, long, wide):
        heads = [row for row in table._tbl.tr_lst if row.find(f".//{qn('w:tblHeader')}") is not None]
        assert heads == [table._tbl.tr_lst[0]]
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in table._tbl.tr_lst)
    alts = [element.get("descr") for element in word.element.iter(qn("wp:docPr"))]
    assert alts == [expected["alt"]] * 2
    section = word.sections[0]
    assert [round(length.cm, 1) for length in (section.page_width, section.page_height, section.left_margin)] == [
        21.0,
        29.7,
        2.2,
    ]
    assert section.page_width is not None
    text_width = section.page_width - section.left_margin - section.right_margin
    for table in word.tables:
        assert sum(column.width for column in table.columns) == pytest.approx(text_width, rel=0.002)
    assert all(shape.width == pytest.approx(text_width, rel=0.002) for shape in word.inline_shapes)


def test_emphasis_and_rows_that_stand_out(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": ["x", "y", "z"], "met": ["yes", "no", "near"], "model": [1.0, 0.5, float("nan")]})
    table = frame_table(frame, ["name", "met", "model"], "en", row_classes=list(frame["met"]), bold=["met"])
    assert table.right == frozenset({2})
    assert [row[2] for row in table.rows] == ["1", "0.500", "–"]
    assert table.rows[1][1] == (Span("no", bold=True),)
    document = Document("t", "en", [table, table, PageBreak(), table])
    assert '<tr class="no"><td class="tight">y</td><td class="tight"><strong>no</strong></td>' in html_page(document)
    word = docx.Document(str(write_word(tmp_path / "t.docx", document)))
    assert len(word.tables) == 3  # two in a row stay two
    run = word.tables[0].rows[2].cells[1].paragraphs[0].runs[0]
    assert run.bold
    assert str(run.font.color.rgb) == "A33F00"
    assert [paragraph.paragraph_format.page_break_before for paragraph in word.paragraphs][-2:] == [True, None]


def test_widths_leave_words_whole() -> None:
    long = "a remark of many words that may be broken at each of its spaces"
    table = Table(["Site", "n", "Remark"], [["Site 1", "1,234,567", long], ["Site 2", "12", long]], {1})
    least = least_widths(table)
    assert least == [len("Site") + 1, len("1,234,567") + 1, len("Remark") + 1]
    room = 50.0
    widths = [share * room for share in shares(table, room)]
    assert sum(widths) == pytest.approx(room)
    assert all(width >= narrow - 1e-9 for width, narrow in zip(widths, least, strict=True))
    assert widths[2] > 30  # all that is left
    assert shares(replace(table, widths=(1, 1, 2)), room) == [0.25, 0.25, 0.5]
    chinese = Table(["安置点", "说明"], [["搬迁安置点一号", "小于种子之间的离散程度，单就该安置点不能下结论"]])
    assert least_widths(chinese) == [9, 9]
    assert least_widths(chinese, whole=14) == [15, 9]


@pytest.mark.system
def test_pages_of_an_office_program(document: Document, word_file: Path) -> None:
    pdf = office.to_pdf(word_file)
    pages = office.pages(pdf)
    assert 4 <= len(pages) <= 8
    expected = TEXTS[document.language]
    texts = [office.text(pdf, page) for page in range(1, len(pages) + 1)]
    found = _without_spaces("".join(texts))
    for block in document.blocks:
        for text in _texts(block):
            assert _without_spaces(text) in found or len(text) > 30, text
    shown = "".join(text for key, text in expected.items() if key != "alt")
    assert set(HAN.findall(shown)) <= set(HAN.findall(found))
    glyphs = TTFont(FONT_FILE).getBestCmap()
    assert {letter for letter in found if ord(letter) not in glyphs} <= {"•"}  # of any western font
    second = _without_spaces(texts[1])
    assert second.startswith(_without_spaces(expected["site"] + expected["town"] + "n%" + expected["deeper"]))
    for number, text in enumerate(texts, start=1):
        assert _without_spaces(text).endswith(f"{number}/{len(pages)}")
    assert any("NotoSansCJK" in name for name in office.fonts(pdf))
    from PIL import Image  # noqa: PLC0415 (comes with matplotlib)

    for page in pages:
        with Image.open(page) as image:
            grey = image.convert("L").histogram()
        assert sum(grey[:128]) > 0.002 * sum(grey), f"{page.name} is blank"


def _texts(block: Block) -> list[str]:
    if isinstance(block, Heading):
        return [block.text]
    if isinstance(block, Table):
        return [block.caption, *(str(cell) for row in block.rows for cell in row)]
    return []


def _without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)
