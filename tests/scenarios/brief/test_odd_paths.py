"""Paths with characters that no document can hold: what a comparison has run is not lost for them."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from tests.scenarios.brief.town import compare, make_draws

ODD = {os.fsdecode("安居".encode("gbk")): r"\udcb0\udcb2\udcbe\udcd3", "a\vb": r"a\u000bb"}


@pytest.mark.parametrize("name", ODD)
def test_the_command_stands_in_every_document(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    mine, out = tmp_path / name / "mine.yaml", tmp_path / "out"
    mine.write_text("levers: {workshops: {size: 2}}\n", encoding="utf-8")
    assert compare(make_draws(tmp_path), out, f"scenarios=[baseline,{mine}]") == 0
    for document, part in (("brief.en.docx", "word/document.xml"), ("tables/tables.zh.xlsx", "xl/sharedStrings.xml")):
        with zipfile.ZipFile(out / document) as package:
            assert f"{ODD[name]}/mine.yaml" in package.read(part).decode()
    page = (out / "brief.zh.html").read_text(encoding="utf-8")
    assert f"{ODD[name]}/mine.yaml" in page
