"""A document as one HTML file: everything is inside it, so that it can be mailed, printed and read offline.

Charts stand in it as drawings, not pictures; Chinese comes with the characters it needs for computers that have none.
"""

from __future__ import annotations

import base64
import io
import re
from functools import cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from scenarios.base.glyphs import FONT_FILE, MORE_FONT_FILE
from scenarios.base.labels import label, language_index
from scenarios.base.output.whole_files import write_text
from scenarios.base.text import for_xml
from scenarios.pages.blocks import Document, Figure, spans
from scenarios.pages.widths import KEPT_ROWS, tight, tight_columns

TEMPLATES = Path(__file__).resolve().parent / "templates"
HTML_LANGUAGES = ("en", "zh-CN")
CHINESE = re.compile(r"[\u3400-\u9fff]")


def html_page(document: Document) -> str:
    """Return the document as a page of HTML; raises ValueError if a chart is missing."""
    fields = {
        "document": document,
        "captions": document.captions(),
        "html_language": HTML_LANGUAGES[language_index(document.language)],
        "svg": [
            Markup(inline_svg(block.file(".svg"), block.alt, f"f{number}-{block.stem.name}"))
            if isinstance(block, Figure)
            else ""
            for number, block in enumerate(document.blocks)
        ],
        "short_rows": KEPT_ROWS,
        "table_word": label("document.table", document.language),
    }
    template = _environment().get_template("page.html.j2")
    # The font in the page has only the characters of the page, so the page is first made without it.
    font = embedded_font(for_xml(template.render(fields, font="")))
    return for_xml(template.render(fields, font=Markup(font)))


def write_html(path: Path, document: Document) -> Path:
    """Write the document as one HTML file; return its path. Raises ValueError if a chart is missing."""
    return write_text(path, html_page(document))


def embedded_font(text: str) -> str:
    """Return CSS rules with the characters of `text` of the repository's fonts; empty for a text without Chinese.

    Last in the list of fonts, so that they serve where a computer has no Chinese font. The licence allows it (OFL).
    """
    if not CHINESE.search(text):
        return ""
    fonts = {"Anju Embedded": FONT_FILE, "Anju Embedded More": MORE_FONT_FILE}
    return "".join(_font_rule(name, path, text) for name, path in fonts.items())


def _font_rule(name: str, path: Path, text: str) -> str:
    """Return the CSS rule of one font with the characters of `text` alone; empty if it has none of them."""
    from fontTools import subset  # type: ignore[import-untyped]  # noqa: PLC0415 (comes with matplotlib)

    options = subset.Options(layout_features=[], name_IDs=[], notdef_outline=True)
    font = subset.load_font(str(path), options)
    if not any(ord(letter) in font.getBestCmap() for letter in set(text)):
        return ""
    font.recalcTimestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=text)
    subsetter.subset(font)
    data = io.BytesIO()
    font.save(data)
    code = base64.b64encode(data.getvalue()).decode("ascii")
    return f'@font-face {{ font-family: "{name}"; src: url(data:font/otf;base64,{code}) format("opentype"); }}\n'


def inline_svg(path: Path, title: str, prefix: str) -> str:
    """Return a chart to stand inside a page: no prologue, no metadata, a title for screen readers.

    prefix: of its ids, so that no two charts of a page share one.
    """
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.DOTALL)
    text = re.sub(r'\bid="', f'id="{prefix}-', text)
    text = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{prefix}-", text)
    root = re.sub(r'\s(width|height|version|xmlns(:xlink)?)="[^"]*"', "", text[: text.index(">")])
    namespace = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'{root} {namespace} role="img" aria-label="{escape(title)}">{text[text.index(">") + 1 :].rstrip()}'


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters["spans"] = spans
    environment.filters["tight"] = tight
    environment.filters["tight_columns"] = tight_columns
    return environment
