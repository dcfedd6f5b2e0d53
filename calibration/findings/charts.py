"""Charts of a calibration, in both languages: how it fits, what it taught of each parameter, what informs what."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from calibration.findings.lessons import NOTICEABLE
from scenarios.base.labels import LANGUAGES, label
from scenarios.pages.chart_style import (
    BLUE,
    FAINT,
    GREEN,
    HALF_A4,
    INK,
    NOTE_SIZE,
    ORANGE,
    SKY,
    chart_style,
    new_figure,
    save,
)
from scenarios.report.patterns import Pattern, at_report_date

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW = 0.185
"""Inches of a row."""
OPEN_SHOWN = (
    "residence.b_income", "residence.c_returned", "residence.title_worth", "residence.title_settled_share",
    "residence.seat_worth", "residence.service_worth", "residence.hamlet_worth", "residence.site_worth",
    "residence.switching_cost", "residence.review_probability", "knowledge.trust_mean", "jobs.wage_workshop_yuan",
)  # fmt: skip
"""Parameters that decide what measures do and are shown whether the report informs them or not."""
NARROWED = 0.2
LEGEND = (0.012, 0.21, 0.50)
"""Places of the three marks of the chart of fit, shares of its width."""


class Strip(NamedTuple):
    """A row of the chart of fit: prior and posterior are low, median, high; allowed: by the report, NaN for no end."""

    name: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    allowed: tuple[float, float]
    decimals: int


def write_calibration_charts(folder: Path, tables: Mapping[str, pd.DataFrame], patterns: Mapping[str, Pattern]) -> None:
    """Write fit, parameters and informs as .svg and .png in each language; patterns: by id, for their texts."""
    for language in LANGUAGES:
        texts = {pattern.id: pattern.pattern.say(language) for pattern in at_report_date(patterns)}
        with chart_style():
            _fit_chart(folder, tables, texts, language)
            _parameter_chart(folder, tables["parameters"], texts, language)
            _informs_chart(folder, tables["informs"], texts, language)


def parameter_name(key: str, language: str) -> str:
    """Return the name of a parameter."""
    return label(f"parameter_name.{key}", language)


def figure_name(name: str, texts: Mapping[str, str], language: str) -> str:
    """Return the name of a target or pattern by its id."""
    return str(texts[name]) if name in texts else label(f"target.{name}", language)


def _fit_chart(folder: Path, tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str], language: str) -> None:
    strips = _strips(tables, texts, language)
    height = ROW * 1.55 * len(strips) + 0.8
    figure = new_figure(label("calibration.fit_title", language), height)
    top, step = 1 - 0.65 / height, ROW * 1.55 / height
    keys = (("fit_prior", FAINT), ("fit_posterior", BLUE), ("fit_allowed", GREEN))
    for i, (name, colour) in enumerate(keys):
        text = label(f"calibration.{name}", language)
        figure.text(LEGEND[i], 1 - 0.36 / height, "■", color=colour, fontsize=NOTE_SIZE, va="top")
        figure.text(LEGEND[i] + 0.02, 1 - 0.36 / height, text, fontsize=NOTE_SIZE, va="top")
    for i, strip in enumerate(strips):
        axes = figure.add_axes((0.50, top - (i + 1) * step, 0.30, step * 0.8))
        _paint_strip(axes, strip)
        figure.text(
            0.49, top - (i + 0.6) * step, _wrapped(strip.name, language), ha="right", va="center", fontsize=NOTE_SIZE
        )
        low, middle, high = (f"{v:,.{strip.decimals}f}" for v in strip.posterior)
        figure.text(0.815, top - (i + 0.6) * step, f"{middle} [{low}, {high}]".replace("-", "−"), va="center",
                    fontsize=NOTE_SIZE)  # fmt: skip
    save(figure, folder, f"fit.{language}")


def _strips(tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str], language: str) -> list[Strip]:
    """Return targets, patterns that a single run shows, and what the report does not print."""
    strips = []
    for row in _records(tables["fit"]):
        ends = row["observed"] - row["tolerance"], row["observed"] + row["tolerance"]
        strips.append(_strip(label(f"target.{row['id']}", language), row, ends, 0))
    for row in _records(tables["patterns"]):
        if row["id"] in texts:
            strips.append(_strip(texts[row["id"]], row, (row["bound_low"], row["bound_high"]), 3))
    for row in _records(tables["unprinted"]):
        name, beside = label("unprinted." + row["id"], language), label("calibration.fit_unprinted", language)
        strips.append(_strip(f"{name} ({beside})", row, (math.nan, math.nan), 3))
    return strips


def _strip(name: str, row: Mapping[str, Any], allowed: tuple[float, float], decimals: int) -> Strip:
    prior = row["prior_low"], row["prior_median"], row["prior_high"]
    return Strip(name, prior, (row["low"], row["median"], row["high"]), allowed, decimals)


def _paint_strip(axes: Axes, strip: Strip) -> None:
    ends = [*strip.prior, *strip.posterior, *(v for v in strip.allowed if not math.isnan(v))]
    low, high = min(ends), max(ends)
    margin = 0.06 * (high - low or 1.0)
    axes.set(xlim=(low - margin, high + margin), ylim=(-1, 1))
    axes.axis("off")
    if not all(math.isnan(v) for v in strip.allowed):
        left, right = (low - margin if math.isnan(strip.allowed[0]) else strip.allowed[0],
                       high + margin if math.isnan(strip.allowed[1]) else strip.allowed[1])  # fmt: skip
        axes.axvspan(left, right, color=GREEN, alpha=0.25, linewidth=0)
    axes.plot([strip.prior[0], strip.prior[2]], [0, 0], color=FAINT, linewidth=1.2)
    axes.plot([strip.posterior[0], strip.posterior[2]], [0, 0], color=BLUE, linewidth=4, solid_capstyle="butt")
    axes.plot([strip.posterior[1]] * 2, [-0.8, 0.8], color=INK, linewidth=1.2)


def shown_parameters(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that the chart and the page show: fitted ones and those that decide what measures do."""
    return table[(table["screening"] == "free") | table["parameter"].isin(OPEN_SHOWN)]


def _parameter_chart(folder: Path, table: pd.DataFrame, texts: Mapping[str, str], language: str) -> None:
    rows = _records(shown_parameters(table))
    height = ROW * len(rows) + 1.0
    figure = new_figure(label("calibration.parameters_title", language), height)
    figure.text(0.012, 1 - 0.36 / height, label("calibration.parameters_note", language), fontsize=NOTE_SIZE, va="top")
    axes = figure.add_axes((0.355, 0.35 / height, 0.29, ROW * len(rows) / height))
    for y, row in enumerate(rows):
        narrowed = row["contraction"] >= NARROWED
        colour = BLUE if narrowed else SKY if row["contraction"] >= NARROWED / 2 else FAINT
        axes.plot(
            [row["quantile_low"], row["quantile_high"]], [y, y], color=colour, linewidth=4.5, solid_capstyle="butt"
        )
        axes.plot([row["quantile_median"]] * 2, [y - 0.32, y + 0.32], color=INK, linewidth=1.1)
        note = f"{max(0.0, row['contraction']):.0%}".replace("%", " %")
        if row["contraction"] < NARROWED / 2:
            note += f"  {label('calibration.parameters_left', language)}"
        elif isinstance(row["informed_by"], str) and row["informed_by"]:
            note += f"  {figure_name(row['informed_by'].split(';')[0], texts, language)}"
        axes.text(1.03, y, _cut(note, 44), va="center", fontsize=NOTE_SIZE)
    axes.set(xlim=(0, 1), ylim=(len(rows) - 0.4, -0.6), xticks=(0, 0.5, 1))
    axes.set_yticks(range(len(rows)), [parameter_name(row["parameter"], language) for row in rows], fontsize=NOTE_SIZE)
    axes.set_xticklabels(["0", "50 %", "100 %"], fontsize=NOTE_SIZE)
    axes.set_xlabel(label("calibration.parameters_axis", language), fontsize=NOTE_SIZE)
    axes.grid(axis="x")
    axes.tick_params(axis="y", length=0)
    save(figure, folder, f"parameters.{language}")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _informs_chart(folder: Path, table: pd.DataFrame, texts: Mapping[str, str], language: str) -> None:
    """Draw figures as rows and, as columns, the parameters that would be noticeably wider without one of them."""
    ids = [str(name) for name in table.columns if name != "parameter"]
    growth = np.nan_to_num(table[ids].to_numpy(float), nan=1.0).T
    strongest = growth.max(axis=0)
    order = np.argsort(-strongest, kind="stable")[: max(1, int((strongest >= NOTICEABLE).sum()))]
    height = ROW * len(ids) + 1.9
    figure = new_figure(label("calibration.informs_title", language), height)
    axes = figure.add_axes((0.47, 0.1 / height, 0.36, ROW * len(ids) / height))
    axes.imshow(np.clip(growth[:, order], 1.0, 1.5), aspect="auto", cmap="Blues", vmin=1.0, vmax=1.5)
    for y in range(len(ids)):
        for x, column in enumerate(order):
            if growth[y, column] >= NOTICEABLE:
                colour = "white" if growth[y, column] > 1.3 else INK
                axes.text(x, y, f"{growth[y, column]:.2f}", ha="center", va="center", fontsize=5.5, color=colour)
    names = [_wrapped(figure_name(name, texts, language), language) for name in ids]
    axes.set_yticks(range(len(ids)), names, fontsize=NOTE_SIZE - 1)
    columns = [parameter_name(str(table["parameter"].iloc[column]), language) for column in order]
    axes.set_xticks(range(len(order)), columns, rotation=35, ha="left", fontsize=NOTE_SIZE)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    save(figure, folder, f"informs.{language}")


def _wrapped(text: str, language: str) -> str:
    """Return a text on two lines where it is long; Chinese characters are twice as wide."""
    most = 52 if language == "en" else 26
    if len(text) <= most:
        return text
    if language == "en":
        return "\n".join(textwrap.wrap(text, 1 + len(text) // 2 + 6)[:2])
    half = (len(text) + 1) // 2
    return f"{text[:half]}\n{text[half:]}"


def write_rank_charts(folder: Path, ranks: Mapping[str, Sequence[float]], n_truths: Mapping[str, int]) -> None:
    """Write the rank histograms of known truths: `ranks` (0 to 1, all parameters together) by where truths were drawn.

    The band holds 99 % of histograms of as many ranks that are flat; ranks of one truth go together, so that it is a
    little too narrow.
    """
    for language in LANGUAGES:
        with chart_style():
            figure = new_figure(label("calibration.ranks_title", language), HALF_A4[1] * 0.62)
            for i, (where, values) in enumerate(ranks.items()):
                share = 0.95 / len(ranks)
                axes = figure.add_axes((0.06 + share * i, 0.2, share - 0.06, 0.55))
                _histogram(axes, values)
                text = partial(label(f"calibration.ranks_{where}", language).format, n=n_truths[where])
                axes.set_title(text())
                axes.set_xlabel(label("calibration.ranks_axis", language), fontsize=NOTE_SIZE)
            figure.text(0.08, 0.02, label("calibration.ranks_expected", language), fontsize=NOTE_SIZE)
            save(figure, folder, f"ranks.{language}")


def _histogram(axes: Axes, values: Sequence[float], bins: int = 20) -> None:
    counts, edges = np.histogram(values, bins=bins, range=(0, 1))
    expected = len(values) / bins
    spread = 2.58 * math.sqrt(expected * (1 - 1 / bins))
    axes.axhspan(expected - spread, expected + spread, color=FAINT, alpha=0.25, linewidth=0)
    axes.bar(edges[:-1], counts, width=1 / bins, align="edge", color=ORANGE, edgecolor="white", linewidth=0.4)
    axes.set(xlim=(0, 1))
