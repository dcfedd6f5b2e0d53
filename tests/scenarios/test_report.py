"""The pages: one file each, nothing from outside, agreement in words, and one picture in a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from scenarios.charts import CHARTS, draw_run
from scenarios.config import compose_run
from scenarios.figures import read_figures
from scenarios.labels import CONF, LANGUAGES, label
from scenarios.outcome import REPORT_DATE, report_table
from scenarios.report import SCENARIOS, check_same_history, main, runs_table, write_brief
from scenarios.report_page import inline_svg, write_report
from scenarios.series import city_table
from tests.scenarios.made_run import KINDS, READING, made_frame, made_snapshot

REGION = CONF / "region" / "liupanshui"
VOID = ("meta", "link", "br", "img", "path", "use")
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


class Checker(HTMLParser):
    """Collects tags that are not closed in order, ids, references and texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
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


def made_table(language: str = "en") -> pd.DataFrame:
    figures, patterns = read_figures(REGION / "figures.csv"), pd.read_csv(REGION / "patterns.csv")
    return report_table(made_frame(), made_snapshot(), figures, patterns, READING, language)


def made_report(folder: Path, language: str) -> Path:
    draw_run(made_frame(), folder, language, site_kinds=KINDS)
    facts = [("Scenario & <name>", "a < b")]
    return write_report(folder, "No new measure", made_table(language), language, facts)


def made_results(folder: Path, more_workshops: int) -> Path:
    (folder / "final").mkdir(parents=True)
    frame = made_frame(more_workshops=more_workshops)
    frame.to_parquet(folder / "indicators.parquet", index=False)
    frame[frame["place"] == "city"].to_csv(folder / "indicators_city.csv", index=False)
    pd.DataFrame({"kind": [i % 3 for i in range(len(KINDS))]}).to_parquet(folder / "final" / "sites.parquet")
    money = [("2020-01", "workshops", "capital", 1.5e6), ("2024-12", "workshops", "recurrent", 0.25e6)]
    columns = ["month", "lever", "kind", "yuan"]
    pd.DataFrame(money if more_workshops else [], columns=columns).to_csv(folder / "money.csv", index=False)
    made_table().to_csv(folder / "report_table.csv", index=False)
    return folder


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_file_with_everything_in_it(tmp_path: Path, language: str) -> None:
    path = made_report(tmp_path, language)
    assert path == tmp_path / "report.html"
    page = path.read_text(encoding="utf-8")
    checked = Checker(page)
    assert checked.open == []
    assert len(set(checked.ids)) == len(checked.ids)
    assert {reference.removeprefix("#") for reference in checked.references} <= set(checked.ids)
    assert not re.search(r"@import|<script|<link|<img|<iframe", page)
    assert set(re.findall(r"https?://[^\s\"<]+", page)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
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
        assert f'<td class="met">{label(f"met.{met}", "zh")}</td>' in page


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    pages = [made_report(tmp_path / name, "en").read_bytes() for name in ("first", "second")]
    assert pages[0] == pages[1]


def test_a_missing_chart_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"states\.svg is missing"):
        write_report(tmp_path, "title", made_table(), "en")
    assert list(tmp_path.iterdir()) == []


def test_a_chart_inside_a_page(tmp_path: Path) -> None:
    draw_run(made_frame(), tmp_path, "en")
    text = inline_svg(tmp_path / "jobs.svg", 'Jobs "by" channel')
    assert text.startswith("<svg ")
    assert text.endswith("</svg>")
    assert 'aria-label="Jobs &quot;by&quot; channel"' in text
    assert "<metadata>" not in text
    assert set(re.findall(r'id="([a-z]+)-', text)) == {"jobs"}


def test_runs_side_by_side_without_differences() -> None:
    cities = {name: city_table(made_frame(more_workshops=n)) for name, n in (("baseline", 0), ("workshops", 30))}
    money = {"baseline": pd.DataFrame({"yuan": []}), "workshops": pd.DataFrame({"yuan": [1.5e6, 0.25e6]})}
    check_same_history(cities)
    table = runs_table(cities, money, {"baseline": "None", "workshops": "More"}, "en").set_index("name")
    assert list(table.columns) == ["unit", "None", "More"]
    assert table.loc["Public money for the measures so far, 2024-12", "More"] == 2  # 1.75 million
    local = table.loc["Employed locally, 2024-12"]
    assert local["More"] - local["None"] == pytest.approx(30 * 38)
    before = table.loc[f"Employed locally, {REPORT_DATE}"]
    assert before["More"] == before["None"]
    cities["workshops"].loc["2018-05", "employed"] += 1
    with pytest.raises(ValueError, match="baseline and workshops differ before 2019-12"):
        check_same_history(cities)


def test_brief_in_both_languages(tmp_path: Path) -> None:
    configs = {name: compose_run([f"scenario={name}"]) for name in SCENARIOS}
    outputs = {name: made_results(tmp_path / name, 30 * ("workshops" in name)) for name in SCENARIOS}
    pages = write_brief(outputs, configs, tmp_path / "report")
    assert [page.name for page in pages] == ["report.en.html", "report.zh.html"]
    for page, language in zip(pages, LANGUAGES, strict=True):
        text = " ".join(Checker(page.read_text(encoding="utf-8")).texts)
        assert label("report.runs_note", language) in text
        assert label("target.employed", language) in text
        for config in configs.values():
            assert config.titles[language] in text
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == [
        "en",
        "report.en.html",
        "report.zh.html",
        "zh",
    ]


def test_keys_that_the_brief_sets_itself_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed=2"]) == 2
    assert "seed=2" in capsys.readouterr().err
    assert main(["--help"]) == 0


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
