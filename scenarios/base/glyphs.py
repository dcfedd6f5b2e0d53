"""Which characters the charts can draw, so that a text is refused when it is read and not after all runs are made."""

from __future__ import annotations

import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from scenarios.base.text import Text

FONTS = Path(__file__).resolve().parent / "fonts"
FONT_FILE, MORE_FONT_FILE = FONTS / "NotoSansSC-GB2312.otf", FONTS / "NotoSansSC-More.otf"
"""The first has GB 2312, western letters and digits; the other what the first lacks (fonts/README.md)."""
WESTERN = Path("mpl-data", "fonts", "ttf", "DejaVuSans.ttf")
"""The font that comes with matplotlib, for letters of other scripts and for mathematics."""
DRAWABLE = Text("a line of text in characters that the charts' fonts have", "图表字体所含字符组成的一行文字")
NOT_DRAWN = Text("has a character that no chart can show", "含有图表无法显示的字符")


def lacking(text: str) -> str:
    """Return the first character of a text that charts cannot draw, named as an error shows it; or an empty text.

    Control characters and line breaks are among them.
    """
    if text.isascii() and text.isprintable():
        return ""
    for letter in text:
        if unicodedata.category(letter)[0] == "C" or letter in "\u2028\u2029":
            return f"U+{ord(letter):04X}"
    try:
        text.encode("gb2312")  # all of it is in the first font, which need not be opened
    except UnicodeEncodeError:
        found = next((letter for letter in text if ord(letter) not in _drawable()), "")
        return f"{found} U+{ord(found):04X}" if found else ""
    return ""


@cache
def _drawable() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415 (comes with matplotlib; 0.1 s)

    found: set[int] = set()
    matplotlib = find_spec("matplotlib")
    assert matplotlib is not None
    assert matplotlib.origin is not None
    for path in (FONT_FILE, MORE_FONT_FILE, Path(matplotlib.origin).parent / WESTERN):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
