"""The report of one run: one file, nothing from outside, agreement in words, and one picture in a browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from scenarios.base.labels import LANGUAGES, label
from scenarios.base.paths import CONF
from scenarios.report.figures import read_figures
from scenarios.report.patterns import read_patterns
from scenarios.runs.charts import CHARTS, draw_run
from scenarios.runs.outcome import report_table
from scenarios.runs.result_page import write_report
from tests.html_checker import Checker
from tests.scenarios.runs.made_run import (
    KINDS,
    READING,
    made_frame,
    made_snapshot,
)

REGION = CONF / "region" / "liupanshui"
BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1000,2600",
)
BROWSER_SECONDS = 120


def made_table(language: str = "en") -> pd.DataFrame:
    figures, patterns = read_figures(REGION / "figures.csv"), read_patterns(REGION / "patterns.csv")
    return report_table(made_frame(), made_snapshot(), figures, patterns, READING, language)


def made_report(folder: Path, language: str) -> Path:
    draw_run(made_frame(), folder, language, site_kinds=KINDS)
    facts = [("Scenario & <name>", "a < b")]
    return write_report(folder, "No new measure", made_table(language), language, facts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_file_with_everything_in_it(tmp_path: Path, language: str) -> None:
    path = made_report(tmp_path, language)
    assert path == tmp_path / "report.html"
    page = path.read_text(encoding="utf-8")
    checked = Checker(page)
    checked.check()
    assert page.count("<svg") == len(CHARTS)
    texts = " ".join(checked.texts)
    assert "Scenario & <name>" in texts
    for key in ("question", "caption_states", "limit_return", "limit_future", "single"):
        assert label(f"report.{key}", language) in texts
    assert ("<html lang=" + ('"zh-CN"' if language == "zh" else '"en"')) in page


def test_agreement_is_said_in_words(tmp_path: Path) -> None:
    page = made_report(tmp_path, "zh").read_text(encoding="utf-8")
    table = made_table("zh")
    for met in table["met"].unique():
        assert page.count(f'<tr class="{met}">') == int((table["met"] == met).sum())
        word = label(f"met.{met}", "zh")
        assert (f"<strong>{word}</strong>" if met in ("near", "no") else f">{word}</td>") in page


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    pages = [made_report(tmp_path / name, "en").read_bytes() for name in ("first", "second")]
    assert pages[0] == pages[1]


def test_a_missing_chart_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"states\.svg is missing"):
        write_report(tmp_path, "title", made_table(), "en")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.system
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_shows_the_page(tmp_path: Path, language: str) -> None:
    browser = shutil.which("chromium")
    assert browser, "chromium is missing: make system-packages"
    page, picture = made_report(tmp_path / "run", language), tmp_path / "page.png"
    command = [browser, *BROWSER_FLAGS, f"--user-data-dir={tmp_path / 'profile'}", f"--screenshot={picture}"]
    subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=BROWSER_SECONDS)
    from PIL import Image  # noqa: PLC0415 (comes with matplotlib)

    with Image.open(picture) as image:
        assert image.size == (1000, 2600)
        colours = image.convert("RGB").getcolors(1 << 24)
        assert colours is not None
        assert len(colours) > 100  # text and charts, not one colour
        assert max(count for count, _ in colours) < 0.97 * 1000 * 2600
