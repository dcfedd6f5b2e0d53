"""The six charts of the brief: effects, paths, switches of residence, sites, money, and what changes the order.

They draw the tables of a comparison and compute nothing that is not in them. Each is written as SVG and PNG, about half
an A4 page, in English or Chinese; markers, hatches, line styles and letters tell things apart without colour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from scenarios.base.labels import language_index
from scenarios.brief.charts.cost import cost_chart
from scenarios.brief.charts.effects import effects_chart
from scenarios.brief.charts.flows import flows_chart
from scenarios.brief.charts.order import order_chart
from scenarios.brief.charts.parts import MOST_SHOWN, View
from scenarios.brief.charts.paths import paths_chart
from scenarios.brief.charts.sites import sites_chart
from scenarios.compare.tables import Tables
from scenarios.pages.chart_style import chart_style, save
from scenarios.settings.schema import BASE

DRAWERS = {
    "effects": effects_chart,
    "paths": paths_chart,
    "flows": flows_chart,
    "sites": sites_chart,
    "cost": cost_chart,
    "order": order_chart,
}
CHARTS = tuple(DRAWERS)


def draw_brief(
    tables: Tables,
    folder: Path,
    language: str,
    titles: Mapping[str, str],
    shown: Sequence[str],
    site_kinds: Sequence[str],
) -> list[Path]:
    """Write the six charts into `folder`; return the paths, SVG before PNG.

    titles: scenario -> title in `language`; shown: one to three scenarios that paths, flows and sites detail;
    site_kinds: kind of each site by its number. Raises LabelError for an unknown language and ValueError for a scenario
    without title, a scenario in detail that is not in the tables, or a site without kind.
    """
    language_index(language)
    view = checked_view(tables, language, titles, shown, site_kinds)
    with chart_style():
        return [path for name, draw in DRAWERS.items() for path in save(draw(view), folder, name)]


def checked_view(
    tables: Tables, language: str, titles: Mapping[str, str], shown: Sequence[str], site_kinds: Sequence[str]
) -> View:
    """Return what the charts draw; raises ValueError as `draw_brief` says."""
    found = [str(name) for name in tables.effects["scenario"].unique() if name != BASE]
    untitled = sorted({*found, *tables.cost_effect["scenario"]} - {BASE} - set(titles))
    if untitled:
        raise ValueError(f"no title for {', '.join(untitled)}; expected one for each scenario of the tables")
    unknown = [name for name in shown if name not in found]
    if unknown:
        raise ValueError(f"shown has {', '.join(unknown)}; allowed: {', '.join(found)}")
    if not 1 <= len(shown) <= MOST_SHOWN or len(set(shown)) < len(shown):
        raise ValueError(f"shown has {', '.join(shown) or 'no scenario'}; expected one to {MOST_SHOWN}, each once")
    return View(tables, language, titles, tuple(shown), tuple(site_kinds))
