"""The cells of a workbook, read from its XML: what stands in the file, without a program that could mend it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_book(path: Path) -> dict[str, list[list[Any]]]:
    """Return the cells of every sheet by its tab: numbers, texts, None."""
    with zipfile.ZipFile(path) as package:
        strings = [
            "".join(text.text or "" for text in entry.iter(f"{MAIN}t"))
            for entry in ElementTree.fromstring(package.read("xl/sharedStrings.xml"))
        ]
        tabs = [
            sheet.get("name") for sheet in ElementTree.fromstring(package.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        ]
        sheets = {}
        for number, tab in enumerate(tabs, start=1):
            root = ElementTree.fromstring(package.read(f"xl/worksheets/sheet{number}.xml"))
            rows: list[list[Any]] = []
            for row in root.iter(f"{MAIN}row"):
                cells: dict[int, Any] = {}
                for cell in row.iter(f"{MAIN}c"):
                    value = cell.find(f"{MAIN}v")
                    assert cell.find(f"{MAIN}f") is None
                    if value is not None and value.text is not None:
                        text = cell.get("t") == "s"
                        cells[_column(str(cell.get("r")))] = strings[int(value.text)] if text else float(value.text)
                rows.append([cells.get(place) for place in range(max(cells, default=-1) + 1)])
            sheets[str(tab)] = rows
    return sheets


def _column(reference: str) -> int:
    place = 0
    for letter in re.sub(r"\d", "", reference):
        place = 26 * place + ord(letter) - ord("A") + 1
    return place - 1
