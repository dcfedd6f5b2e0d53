"""Whether a page of HTML is sound: tags closed in order, ids unique, nothing from outside, headings in order."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = ("meta", "link", "br", "img", "col", "path", "use")
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


class Checker(HTMLParser):
    """Reads a page: tags left open, ids, references, levels of headings, texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.headings: list[int] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def check(self) -> None:
        """Fail unless the page is sound."""
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids)
        assert {reference.removeprefix("#") for reference in self.references} <= set(self.ids)
        assert not re.search(r"@import|<script|<link|<img|<iframe|<base", self.page)
        assert set(re.findall(r"(?:https?:)?//[\w.-]+\.\w[^\s\"'<)]*", self.page)) <= NAMESPACES
        assert all(here <= before + 1 for before, here in zip([0, *self.headings], self.headings, strict=False))
        assert self.headings.count(1) == 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self._look(attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(attrs)

    def _look(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            elif name in ("href", "src", "xlink:href", "srcset", "data", "action"):
                self.references.append(str(value))
            self.references += re.findall(r"url\(([^)]*)\)", str(value))

    def handle_endtag(self, tag: str) -> None:
        assert tag in VOID or self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
