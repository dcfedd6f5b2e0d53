"""The brief as readers see it: pages of an office program, and the page in a browser, on a desk and on a telephone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PIL import Image

from scenarios.base.glyphs import FONT_FILE
from scenarios.base.labels import LANGUAGES
from scenarios.brief.charts.drawing import CHARTS, draw_brief
from scenarios.brief.content import brief_document
from scenarios.pages.blocks import (
    Document,
    Heading,
    Table,
    plain,
)
from scenarios.pages.html_pages import write_html
from scenarios.pages.word import write_word
from tests import office
from tests.scenarios.brief.made_brief import brief_tables, made_readings, made_source, reading_keys, texts_of
from tests.scenarios.runs.made_run import KINDS

pytestmark = pytest.mark.system
FEWEST, MOST = 9, 16
"""Pages of ten scenarios with a table of readings, and one of what changes the order with its chart."""
HAN = re.compile(r"[\u4e00-\u9fff]")
BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--window-size=1400,1200",
)
SECONDS = 120
MEASURE = """<!DOCTYPE html><meta charset="utf-8"><body>
<iframe width="{width}" height="1200" style="border:0" srcdoc="{page}"></iframe>
<script>window.onload = () => {{
  const page = document.querySelector("iframe").contentDocument, root = page.documentElement;
  const boxes = [...page.querySelectorAll(".wide")];
  const out = [...page.querySelectorAll("body *")].filter(each => !each.closest(".wide, svg") &&
    each.getBoundingClientRect().right > root.clientWidth + 1).map(each => each.tagName + " " + each.className);
  const found = {{scroll: root.scrollWidth, client: root.clientWidth, body: page.body.scrollWidth, out: out,
    boxes: boxes.map(box => [box.clientWidth, box.scrollWidth, page.defaultView.getComputedStyle(box).overflowX])}};
  document.title = JSON.stringify(found);
}};</script>"""


@pytest.fixture(scope="module", params=LANGUAGES)
def document(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Document:
    folder, tables, letters = tmp_path_factory.mktemp("brief"), brief_tables(), reading_keys()
    readings = made_readings(swapped=letters[2:4], short=letters[1])
    source = made_source(request.param, tables, readings=readings)._replace(figures=folder)
    draw_brief(tables, folder, source.language, source.titles, source.shown, KINDS)
    return brief_document(source)


@pytest.fixture(scope="module")
def pdf(document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return office.to_pdf(write_word(tmp_path_factory.mktemp("word") / "brief.docx", document))


@pytest.fixture(scope="module")
def pictures(pdf: Path) -> list[Path]:
    return office.pages(pdf)


@pytest.fixture(scope="module")
def texts(pdf: Path, pictures: list[Path]) -> list[str]:
    return [office.text(pdf, page) for page in range(1, len(pictures) + 1)]


def without_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_pages_are_neither_few_nor_blank(pictures: list[Path], texts: list[str]) -> None:
    assert FEWEST <= len(pictures) <= MOST
    for number, (picture, text) in enumerate(zip(pictures, texts, strict=True), start=1):
        assert without_spaces(text).endswith(f"{number}/{len(pictures)}")
        with Image.open(picture) as image:
            grey = image.convert("L").histogram()
        assert sum(grey[:128]) > 0.002 * sum(grey), f"{picture.name} is blank"


def test_the_finding_is_on_the_first_page(document: Document, texts: list[str]) -> None:
    first = without_spaces(texts[0])
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    assert without_spaces(document.title) in first
    assert without_spaces(headings[0]) in first


def test_every_cell_is_there(document: Document, texts: list[str]) -> None:
    found = without_spaces("".join(texts))
    letters = set(found)
    for block in document.blocks:
        if not isinstance(block, Table):
            continue
        for cell in (*block.head, *(plain(cell) for row in block.rows for cell in row)):
            for piece in cell.split():
                broken = HAN.search(piece) or len(piece) > 12  # may go over a line
                assert piece in found or (broken and set(piece) <= letters), (block.caption, piece)


def test_no_word_is_broken(document: Document, texts: list[str]) -> None:
    """A column too narrow for a word leaves a letter of it alone on the next line."""
    if document.language == "en":
        alone = [line for text in texts for line in text.splitlines() if re.search(r"(?<!\S)[b-z](?!\S)", line)]
        assert alone == []


def test_no_character_is_without_a_glyph(document: Document, pdf: Path, texts: list[str]) -> None:
    found = without_spaces("".join(texts))
    glyphs = TTFont(FONT_FILE).getBestCmap()
    assert {letter for letter in found if ord(letter) not in glyphs} <= {"•"}  # of any western font
    written = "".join(texts_of(document.blocks))
    assert set(HAN.findall(written)) <= set(HAN.findall(found))
    assert any("NotoSansCJK" in name for name in office.fonts(pdf))


def test_no_heading_ends_a_page(document: Document, texts: list[str]) -> None:
    alone = {without_spaces(block.text) for block in document.blocks if isinstance(block, Heading)}
    alone |= {
        without_spaces(caption)
        for block, caption in zip(document.blocks, document.captions(), strict=True)
        if isinstance(block, Table)
    }
    for number, text in enumerate(texts, start=1):
        lines = [without_spaces(line) for line in text.splitlines() if line.strip()]
        assert lines[-2] not in alone, f"page {number} ends with {lines[-2]}"


def test_charts_are_whole(pdf: Path, tmp_path: Path) -> None:
    command = ["pdftohtml", "-xml", "-q", "-fmt", "png", str(pdf), str(tmp_path / "pages")]
    subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    xml = (tmp_path / "pages.xml").read_text(encoding="utf-8")
    shown = 0
    for page in re.findall(r"<page .*?</page>", xml, re.DOTALL):
        size = dict(re.findall(r'(\w+)="(\d+)"', page[: page.index(">")]))
        height, width = int(size["height"]), int(size["width"])
        for image in re.findall(r"<image ([^>]*)/>", page):
            place = {name: int(value) for name, value in re.findall(r'(\w+)="(-?\d+)"', image)}
            assert min(place["left"], place["top"]) >= 0
            assert place["left"] + place["width"] <= width
            assert place["top"] + place["height"] <= height
            assert place["width"] > 0.6 * width
            shown += 1
    assert shown == len(CHARTS)


@pytest.mark.parametrize("width", [1000, 390])
def test_a_browser_has_nothing_to_scroll_sideways(document: Document, tmp_path: Path, width: int) -> None:
    """In a frame of that width, because a browser without a screen has no narrow windows."""
    browser = shutil.which("chromium")
    assert browser, "chromium is missing: make system-packages"
    page = write_html(tmp_path / "brief.html", document).read_text(encoding="utf-8")
    around = tmp_path / "measure.html"
    around.write_text(MEASURE.format(width=width, page=escape(page)), encoding="utf-8")
    command = [browser, *BROWSER_FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", around.as_uri()]
    done = subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
    title = re.search(r"<title>(.*?)</title>", done.stdout.decode("utf-8").partition("<iframe")[0] or "", re.DOTALL)
    assert title, "the page was not measured"
    found = json.loads(unescape(title.group(1)))
    assert width - 20 <= found["client"] <= width
    assert found["out"] == []
    assert found["scroll"] <= found["client"]
    assert found["body"] <= found["client"]
    assert len(found["boxes"]) >= 10
    assert all(inner <= own or overflow in ("auto", "scroll") for own, inner, overflow in found["boxes"])
