"""What every Word document has before its first block: A4, our own styles and list, fonts, language, page numbers.

python-docx begins with a template of its own. Its styles are replaced by those of templates/, in which every style has
a Chinese font beside the western one; its picture of an empty page and its leftovers of another program are dropped.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from scenarios.base.text import for_xml
from scenarios.pages.packages import FIXED_DATE

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

TEMPLATES = Path(__file__).resolve().parent / "templates"
WESTERN, CHINESE = "Calibri", "Microsoft YaHei"
"""Fonts of nearly every office computer; Word and LibreOffice put another in the place of one that is missing."""
PAGE_CM, MARGIN_CM = (21.0, 29.7), 2.2
TEXT_CM = PAGE_CM[0] - 2 * MARGIN_CM
LANGUAGES = {"en": "en-US", "zh": "zh-CN"}
DROPPED = ("thumbnail", "customXml", "stylesWithEffects", "extended-properties")
FIRST_LINE = "200"
"""Hundredths of a character: Chinese paragraphs begin two characters in."""
BODY_POINTS = 10.5


def new_word(title: str, language: str) -> WordDocument:
    """Return an empty document with its styles, page, page numbers and properties."""
    word = docx.Document()
    for part in (word.part.package, word.part):
        for name, relation in list(part.rels.items()):
            if relation.reltype.rsplit("/", 1)[-1] in DROPPED:
                part.rels.pop(name)
    _replace(word.styles.element, "styles.xml")
    _replace(word.part.numbering_part.element, "numbering.xml")
    for relation in word.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            relation.target_part._blob = (TEMPLATES / "fonts.xml").read_bytes()
    _set_up(word, language)
    section = word.sections[0]
    section.page_width, section.page_height = (Cm(length) for length in PAGE_CM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    section.header_distance = section.footer_distance = Cm(1.1)
    footer = section.footer.paragraphs[0]
    footer.style = word.styles["footer"]
    add_field(footer, "PAGE", language)
    add_run(footer, " / ", language)
    add_field(footer, "NUMPAGES", language)
    properties = word.core_properties
    properties.title, properties.language = title, LANGUAGES[language]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = FIXED_DATE.replace(tzinfo=None)
    return word


def add_run(paragraph: Paragraph, text: str, language: str, bold: bool = False) -> Run:
    """Add a piece of text with both fonts named on it; return it.

    In Chinese, what stands in both fonts (quotation marks, dashes) is taken from the Chinese one.
    """
    run = paragraph.add_run(for_xml(text))
    run.font.name = WESTERN
    fonts = run.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), CHINESE)
    if language == "zh":
        fonts.set(qn("w:hint"), "eastAsia")
    if bold:
        run.bold = True
    return run


def add_field(paragraph: Paragraph, code: str, language: str) -> None:
    """Add a field that the office program fills in, such as PAGE."""
    for kind in ("begin", "code", "separate", "result", "end"):
        run = add_run(paragraph, "1" if kind == "result" else "", language)
        if kind == "code":
            instruction = OxmlElement("w:instrText")
            instruction.text = code
            run.element.append(instruction)
        elif kind != "result":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.element.append(mark)


def _set_up(word: WordDocument, language: str) -> None:
    """Set today's layout rules, the language of the theme, and first lines of Chinese paragraphs."""
    settings = word.settings.element
    for element in list(settings):
        if element.tag in (qn("w:savePreviewPicture"), qn("w:proofState"), qn("w:rsids")):
            settings.remove(element)
    for element in settings.iter(qn("w:useFELayout"), qn("w:compatSetting"), qn("w:themeFontLang")):
        if element.get(qn("w:name")) == "compatibilityMode":
            element.set(qn("w:val"), "15")
        elif element.tag == qn("w:themeFontLang"):
            element.set(qn("w:eastAsia"), "zh-CN")
    zoom = settings.find(qn("w:zoom"))
    if zoom is not None:
        zoom.set(qn("w:percent"), "100")
    if language == "zh":
        for name, points in (("Body Text", BODY_POINTS), ("Lead", 12.0)):
            form = word.styles[name].paragraph_format
            form.first_line_indent = Pt(2 * points)  # for programs that don't know the attribute below
            form.element.pPr.ind.set(qn("w:firstLineChars"), FIRST_LINE)


def _replace(element: Any, template: str) -> None:
    """Put the children of a template in the place of an element's own."""
    for child in list(element):
        element.remove(child)
    element.extend(list(parse_xml((TEMPLATES / template).read_bytes())))
