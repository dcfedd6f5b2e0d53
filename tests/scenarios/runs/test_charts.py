"""The four charts: files, bytes, languages, and what must not happen to a picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import scenarios.runs.charts
from scenarios.base.labels import LANGUAGES, LabelError
from scenarios.base.paths import CONF
from scenarios.pages.chart_style import (
    MissingGlyphError,
    chart_style,
    new_figure,
    save,
    spread,
)
from scenarios.runs.charts import CHARTS, draw_run
from tests.scenarios.runs.made_run import KINDS, made_frame

FILES = [f"{name}.{form}" for name in CHARTS for form in ("svg", "png")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_and_bytes(tmp_path: Path, language: str) -> None:
    frame = made_frame()
    paths = draw_run(frame, tmp_path / "first", language, ("2020-01", "2021-06"), KINDS)
    assert [path.name for path in paths] == FILES
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == sorted(FILES)
    for path in draw_run(frame, tmp_path / "second", language, ("2020-01", "2021-06"), KINDS):
        assert path.read_bytes() == (tmp_path / "first" / path.name).read_bytes(), path.name
    text = (tmp_path / "first" / "states.svg").read_text(encoding="utf-8")
    assert "<text" not in text  # letters are outlines: no font is needed to look at it
    assert "<dc:date>" not in text


def test_another_process_writes_the_same_bytes(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.scenarios.runs.made_run import made_frame;"
        "from scenarios.runs.charts import draw_run; draw_run(made_frame(), Path(sys.argv[1]), 'zh')"
    )
    draw_run(made_frame(), tmp_path / "here", "zh")
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "there")], check=True, cwd=CONF.parent)
    for name in FILES:
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name


def test_languages_differ(tmp_path: Path) -> None:
    frame = made_frame()
    pictures = [draw_run(frame, tmp_path / language, language)[0].read_bytes() for language in LANGUAGES]
    assert pictures[0] != pictures[1]
    with pytest.raises(LabelError, match="allowed: en, zh"):
        draw_run(frame, tmp_path / "fr", "fr")


def test_a_run_that_ends_at_the_report_date(tmp_path: Path) -> None:
    assert len(draw_run(made_frame(48), tmp_path, "en", ("2020-01",))) == 8


def texts_of(figure: Figure) -> list[Text]:
    texts: list[Text] = list(figure.texts)
    for axes in figure.axes:
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        texts += [*axes.texts, axes._left_title, axes.yaxis.label, axes.xaxis.label]
        texts += [text for text in axes.get_xticklabels() if left <= text.get_position()[0] <= right]
        texts += [text for text in axes.get_yticklabels() if low <= text.get_position()[1] <= high]
        legend = axes.get_legend()
        texts += legend.get_texts() if legend else []
    return [text for text in texts if text.get_text() and text.get_visible()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scale", [1.0, 0.02, 0.0])
def test_no_text_is_cut_or_covers_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, scale: float
) -> None:
    figures = {}
    monkeypatch.setattr(
        scenarios.runs.charts, "save", lambda figure, folder, name: figures.setdefault(name, figure) and []
    )
    frame = made_frame()
    small = frame["indicator"].isin(
        ["households_away", "households_returned", "employed_workshop", "employed_nearby_public"]
    )
    frame.loc[small, "value"] *= scale
    draw_run(frame, tmp_path, language, ("2020-01",), KINDS)
    for name, figure in figures.items():
        with chart_style():
            figure.canvas.draw()
        width, height = figure.get_size_inches() * figure.dpi
        boxes = [(text.get_text(), Text.get_window_extent(text)) for text in texts_of(figure)]
        for text, box in boxes:
            assert min(box.x0, box.y0, width - box.x1, height - box.y1) >= 0, (name, text)
        for i, (text, box) in enumerate(boxes):
            for other, covered in boxes[i + 1 :]:
                overlap_x = min(box.x1, covered.x1) - max(box.x0, covered.x0)
                overlap_y = min(box.y1, covered.y1) - max(box.y0, covered.y0)
                assert overlap_x <= 0.5 or overlap_y <= 1.5, (name, text, other)


def test_a_missing_glyph_is_an_error(tmp_path: Path) -> None:
    with chart_style():
        figure = new_figure("安\U0001fac5居")  # 'pregnant person': in neither font
        with pytest.raises(MissingGlyphError, match="chart odd: Glyph 129733"):
            save(figure, tmp_path, "odd")
    assert list(tmp_path.iterdir()) == []


def test_settings_of_matplotlib_are_left_alone() -> None:
    import matplotlib as mpl  # noqa: PLC0415

    before = dict(mpl.rcParams)
    with chart_style():
        pass
    assert dict(mpl.rcParams) == before


def test_spread_keeps_order_and_gaps() -> None:
    assert spread([1.0, 5.0], 1.0, 0.0, 10.0) == [1.0, 5.0]
    assert spread([5.0, 5.2, 5.4], 1.0, 0.0, 10.0) == [5.0, 6.0, 7.0]
    assert spread([9.0, 9.5, 10.0], 1.0, 0.0, 10.0) == [8.0, 9.0, 10.0]
    assert spread([-1.0, 0.0], 1.0, 0.0, 10.0) == [0.0, 1.0]
