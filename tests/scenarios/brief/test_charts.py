"""The six charts of the brief: files, bytes, the numbers in them, and what must not happen to a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from scenarios.base.labels import LANGUAGES, LabelError, label
from scenarios.brief.charts.cost import _line_values
from scenarios.brief.charts.drawing import CHARTS, DRAWERS, draw_brief
from scenarios.compare.tables import COLUMNS, read_tables, write_tables
from scenarios.pages.chart_parts import text_width, wrapped
from scenarios.pages.chart_style import chart_style
from scenarios.pages.number_words import signed
from tests.scenarios.brief.drawn_brief import (
    CASES,
    OWN,
    TEN,
    cheap,
    draw,
    faults,
    shown_texts,
    tables_of,
    titles,
    view_of,
    without_switches,
)
from tests.scenarios.made_tables import LAST, SCENARIOS, made_tables
from tests.scenarios.runs.made_run import KINDS

FILES = [f"{name}.{form}" for name in CHARTS for form in ("svg", "png")]


def test_made_tables_are_as_a_comparison_writes_them(tmp_path: Path) -> None:
    tables = made_tables()
    for name, table in tables._asdict().items():
        assert tuple(table.columns) == COLUMNS[name]
        assert len(table), name
    write_tables(tmp_path, tables)
    again = read_tables(tmp_path)
    assert set(again.effects["scenario"]) == set(SCENARIOS) - {"baseline"}
    for table, low, middle, high in (
        (again.effects, "low", "effect", "high"),
        (again.sites, "low", "effect", "high"),
        (again.cost_effect, "household_years_low", "household_years", "household_years_high"),
    ):
        assert ((table[low] <= table[middle]) & (table[middle] <= table[high])).all()
    costs = again.costs.groupby("scenario")["yuan"].sum()
    np.testing.assert_allclose(costs, again.cost_effect.set_index("scenario")["yuan"].reindex(costs.index))
    for name in CHARTS:
        assert shown_texts(draw(name, view_of("zh", tables=again))) == shown_texts(draw(name, view_of("zh"))), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_files_and_bytes(tmp_path: Path, language: str) -> None:
    tables = tables_of("ten")
    paths = draw_brief(tables, tmp_path / "first", language, titles(SCENARIOS, language), TEN, KINDS)
    assert [path.name for path in paths] == FILES
    assert sorted(path.name for path in (tmp_path / "first").iterdir()) == sorted(FILES)
    for path in draw_brief(tables, tmp_path / "second", language, titles(SCENARIOS, language), TEN, KINDS):
        assert path.read_bytes() == (tmp_path / "first" / path.name).read_bytes(), path.name
    assert "<text" not in (tmp_path / "first" / "cost.svg").read_text(encoding="utf-8")  # letters are outlines


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", CHARTS)
def test_no_text_is_cut_or_covers_another(language: str, case: str, name: str) -> None:
    assert faults(draw(name, view_of(language, case))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_odd_tables_are_drawn_without_faults(language: str) -> None:
    assert faults(draw("cost", view_of(language, tables=cheap()))) == []
    assert faults(draw("flows", view_of(language, tables=without_switches("workshops")))) == []
    nothing = tables_of("ten")._replace(
        switches=tables_of("ten").switches.iloc[:0], sites=tables_of("ten").sites.iloc[:0]
    )
    for name in ("flows", "sites"):
        assert faults(draw(name, view_of(language, tables=nothing))) == []


def test_faults_are_found() -> None:
    view = view_of("en")
    with chart_style():
        figure = DRAWERS["effects"](view)
        figure.text(0.99, 0.5, "cut off")
        figure.text(0.012, 0.98, "covered", va="top")
        figure.canvas.draw()
    assert ("cut off",) in faults(figure)
    assert any("covered" in pair and len(pair) == 2 for pair in faults(figure))


def test_effects_have_their_numbers_in_the_order_of_the_effect() -> None:
    figure = draw("effects", view_of("en"))
    assert {"+1,870 [+880, +2,960]", "+12 [−9, +30]", "+440 [+180, +690]", "−70 [−160, −5]"} <= set(shown_texts(figure))
    assert "Households settled" in shown_texts(figure)
    assert "Persons resident at the sites" in shown_texts(figure)
    rows = {" ".join(text.get_text().split()): text.get_position()[1] for text in figure.texts}
    down = ["Clear title to the flats", "School gap closed", "More workshops", "Guaranteed returns on origin land"]
    assert [rows[name] for name in down] == sorted((rows[name] for name in down), reverse=True)


def dots(figure: Figure, panel: int) -> list[Line2D]:
    return [line for line in figure.axes[panel].lines if line.get_marker() in ("o", "D", "|")]


def test_effects_are_marked_by_what_their_spread_rests_on() -> None:
    figure = draw("effects", view_of("en"))
    settled, resident = dots(figure, 0), dots(figure, 1)  # rows by effect: title first, workshops seventh
    assert (settled[0].get_marker(), to_hex(settled[0].get_markerfacecolor())) == ("o", "#ffffff")  # assumption: hollow
    assert settled[6].get_marker() == "D"  # chance
    assert to_hex(resident[6].get_markerfacecolor()) != "#ffffff"  # data: filled
    assert label("brief_chart.basis_unknown", "en") not in shown_texts(figure)
    tables = tables_of("ten")
    figure = draw("effects", view_of("en", tables=tables._replace(basis=tables.basis.iloc[:0])))
    assert {line.get_marker() for line in dots(figure, 0)} == {"|"}
    assert label("brief_chart.basis_unknown", "en") in shown_texts(figure)


def test_only_the_default_reading_is_drawn() -> None:
    tables = made_tables(readings=("default", "labour_scope=all"))
    figure = draw("effects", view_of("en", tables=tables))
    assert shown_texts(figure) == shown_texts(draw("effects", view_of("en")))
    assert shown_texts(draw("paths", view_of("en", tables=tables))) == shown_texts(draw("paths", view_of("en")))


def test_paths_show_the_level_above_and_the_difference_below() -> None:
    tables = tables_of("ten")
    figure = draw("paths", view_of("en", tables=tables))
    baseline = tables.paths[(tables.paths["scenario"] == "baseline") & (tables.paths["month"] == LAST)]
    last = baseline.set_index("indicator")["mean"]
    assert f"{last['households_settled']:,.0f}" in shown_texts(figure)
    assert f"{last['persons_resident']:,.0f}" in shown_texts(figure)
    assert {"A +1,870", "B +200", "C +12", "A +4,900", "C +440", "C More workshops"} <= set(shown_texts(figure))
    assert {"Report: December 2019", "measures start"} <= set(shown_texts(figure))
    lower = figure.axes[1]
    assert lower.get_ylim()[0] < 0 < lower.get_ylim()[1]
    assert len(lower.collections) == 3  # a band each
    styles = {
        (line.get_linestyle(), line.get_marker()) for line in lower.lines if line.get_marker() not in ("", "None")
    }
    assert len(styles) == 3


def test_the_start_of_measures_is_the_first_month_in_which_scenarios_may_differ() -> None:
    tables = tables_of("ten")
    later = tables.effects[tables.effects["month"] >= "2021-06"]
    for table, start in ((tables, 48), (tables._replace(effects=later), 65)):
        axes = draw("paths", view_of("en", tables=table)).axes[0]
        assert [line.get_xdata()[0] for line in axes.lines if len(set(line.get_xdata())) == 1] == [47, start]


def test_flows_add_up_to_the_totals_at_the_bars() -> None:
    tables = tables_of("ten")
    figure = draw("flows", view_of("en", tables=tables))
    for axes, name in zip(figure.axes, TEN, strict=False):
        rows = tables.switches[tables.switches["scenario"] == name]
        written = [text.get_text() for text in axes.texts]
        for side in ("from_state", "to_state"):
            for total in rows.groupby(side)["households"].sum():
                assert f"{total:,.0f}" in written
    largest = tables.switches[tables.switches["scenario"] == TEN[0]].sort_values("households").iloc[-1]
    number = f"{largest['households']:,.0f} [{largest['low']:,.0f}, {largest['high']:,.0f}]"
    assert number in shown_texts(figure)
    total = tables.switches.loc[tables.switches["scenario"] == TEN[0], "households"].sum()
    assert f"{total:,.0f} households live differently" in shown_texts(figure)


def test_a_household_is_equally_wide_in_every_panel() -> None:
    tables = tables_of("ten")
    figure = draw("flows", view_of("en", tables=tables))
    for axes, name in zip(figure.axes, TEN, strict=False):
        rows = tables.switches[tables.switches["scenario"] == name]
        ribbons = [patch for patch in axes.patches if len(patch.get_path().vertices) == 8 and patch.get_fill()]
        thick = sum(abs(patch.get_path().vertices[0][1] - patch.get_path().vertices[7][1]) for patch in ribbons)
        inches = axes.get_window_extent().height / figure.dpi
        scale = thick / rows["households"].sum() * inches / axes.get_ylim()[1]
        if name == TEN[0]:
            first = scale
        assert scale == pytest.approx(first)


@pytest.mark.parametrize("language", LANGUAGES)
def test_flows_say_in_words_that_there_are_none_or_few(language: str) -> None:
    figure = draw("flows", view_of(language, tables=without_switches("workshops")))
    none = label("brief_chart.no_switch", language)
    assert shown_texts(figure).count(none) == 1
    figure = draw("flows", view_of(language))
    few = label("brief_chart.few_switches", language).format(total="56")  # 9 flows of 4, and 12 * 1.675
    assert few.replace(" ", "") in "".join(shown_texts(figure)).replace(" ", "")  # in lines of their own
    assert none not in shown_texts(figure)


def test_sites_are_where_need_and_effect_say() -> None:
    tables = tables_of("ten")
    figure = draw("sites", view_of("en", tables=tables))
    for axes, name in zip(figure.axes, TEN, strict=True):
        rows = tables.sites[tables.sites["scenario"] == name]
        drawn = np.vstack([points.get_offsets() for points in axes.collections[1:]])
        wanted = np.column_stack([100 * rows["need"], rows["effect"]])
        np.testing.assert_allclose(drawn[np.lexsort(drawn.T)], wanted[np.lexsort(wanted.T)])
        assert len({points.get_paths()[0].vertices.tobytes() for points in axes.collections[1:]}) == 3  # marker by kind
        labelled = {int(text.get_text()) for text in axes.texts}
        assert labelled <= set(rows.loc[rows["effect"].abs().nlargest(4).index, "site"])
        assert len(labelled) >= 2
        assert len(axes.collections[0].get_segments()) == len(rows)  # an interval each


def test_sites_share_a_scale_unless_one_hides_another() -> None:
    figure = draw("sites", view_of("en"))
    assert len({axes.get_ylim() for axes in figure.axes}) == 3
    assert figure.axes[0].get_ylabel().endswith("(scales differ)")
    figure = draw("sites", view_of("en", "two losses"))
    assert len({axes.get_ylim() for axes in figure.axes}) == 1
    assert "differ" not in figure.axes[0].get_ylabel()


def test_sites_may_be_written_as_in_the_records() -> None:
    tables = tables_of("ten")
    named = tables.sites.assign(site=[f"site_{site:02d}" for site in tables.sites["site"]])
    figure = draw("sites", view_of("en", tables=tables._replace(sites=named)))
    assert shown_texts(figure) == shown_texts(draw("sites", view_of("en")))


@pytest.mark.parametrize("case", ["ten", "one", "twelve", "two losses"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scenario_is_labelled_in_the_chart_of_costs(language: str, case: str) -> None:
    view = view_of(language, case)
    figure = draw("cost", view)
    names = [name for name in CASES[case][0] if name != "baseline"]
    for name in names:
        assert any(view.titles[name].replace(" ", "") == word.replace(" ", "") for word in shown_texts(figure)), name
    marks = [line for line in figure.axes[0].lines if line.get_marker() in ("o", "D")]
    sure = view.tables.cost_effect["p_gain"] >= 0.9
    assert [line.get_marker() for line in marks].count("o") == sure.sum()
    assert len(marks) == len(names)
    drawn = sorted((float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in marks)
    table = view.tables.cost_effect
    np.testing.assert_allclose(drawn, sorted(zip(table["yuan"] / 1e6, table["household_years"], strict=True)))


def test_money_that_is_earned_has_a_place() -> None:
    axes = draw("cost", view_of("en", tables=cheap())).axes[0]
    assert axes.get_xscale() == "symlog"
    assert axes.get_xlim()[0] < -26
    assert draw("cost", view_of("en")).axes[0].get_xscale() == "log"


def test_lines_of_equal_cost_have_their_value() -> None:
    figure = draw("cost", view_of("en"))
    values = [
        float(word.removesuffix(" yuan").replace(",", "")) for word in shown_texts(figure) if word.endswith("0 yuan")
    ]
    dotted = [line for line in figure.axes[0].lines if len(line.get_xdata()) == 121]
    assert len(values) == len(dotted) >= 3
    for value, line in zip(values, dotted, strict=True):
        np.testing.assert_allclose(1e6 * np.array(line.get_xdata()) / np.array(line.get_ydata()), value)
    assert _line_values(1.0, 1000.0, 100.0, 10000.0) == [1e3, 1e4, 1e5, 1e6, 1e7]
    # At 1e5 the line leaves at the top before 10 million yuan; two whole tens are too few, so 3e5 and 3e6 join them.
    assert _line_values(10.0, 100.0, 8.0, 100.0) == [3e5, 1e6, 3e6, 1e7]
    assert _line_values(1.0, 1000.0, 1.0, 0.0) == []


def test_wrong_calls_are_errors(tmp_path: Path) -> None:
    tables, named = tables_of("ten"), titles(SCENARIOS, "en")
    with pytest.raises(LabelError, match="allowed: en, zh"):
        draw_brief(tables, tmp_path, "fr", named, TEN, KINDS)
    few = {name: title for name, title in named.items() if name not in ("bus_lines", "public_posts")}
    with pytest.raises(ValueError, match="no title for bus_lines, public_posts"):
        draw_brief(tables, tmp_path, "en", few, TEN, KINDS)
    for shown, found in (
        (("rent",), "shown has rent"),
        (("baseline",), "shown has baseline"),
        ((), "no scenario"),
        (("workshops", "workshops"), "each once"),
        (SCENARIOS[1:5], "one to 3"),
    ):
        with pytest.raises(ValueError, match=found):
            draw_brief(tables, tmp_path, "en", named, shown, KINDS)
    with pytest.raises(ValueError, match="site 77; site_kinds ends at 9"):
        draw_brief(tables, tmp_path, "en", named, TEN, KINDS[:10])


def test_texts_of_numbers_and_lines() -> None:
    assert [signed(value) for value in (1870.4, -9.0, 0.3, -0.3)] == ["+1,870", "−9", "0", "0"]
    with chart_style():
        assert wrapped("Bus lines", 1.5) == "Bus lines"
        lines = wrapped(OWN["night_school"]["en"], 1.5).split("\n")
        assert " ".join(lines) == OWN["night_school"]["en"]
        assert all(text_width(line, 7.0) <= 1.5 for line in lines)
        cut = wrapped("明晰安置房产权" * 6, 1.0).split("\n")
        assert len(cut) == 2
        assert cut[1].endswith("…")
        assert all(text_width(line, 7.0) <= 1.0 for line in cut)
        assert wrapped("x" * 200, 1.0).endswith("…")
