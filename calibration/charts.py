"""Charts of a calibration, in both languages: how it fits, what it taught of each parameter, what informs what."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from scenarios.chart_style import (
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
from scenarios.labels import LANGUAGES, label, language_index, read_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW = 0.185
"""Inches of a row."""
OPEN_SHOWN = (
    "residence.c_returned", "residence.b_title", "residence.b_school", "residence.b_service", "residence.b_peer",
    "residence.b_site", "residence.switching_cost", "residence.review_probability", "knowledge.belief_base",
    "jobs.wage_workshop_yuan",
)  # fmt: skip
"""Parameters that decide what measures do and are shown whether the report informs them or not."""
NARROWED = 0.2


class Strip(NamedTuple):
    """A row of the chart of fit: prior and posterior are low, median, high; allowed: by the report, NaN for no end."""

    name: str
    prior: tuple[float, float, float]
    posterior: tuple[float, float, float]
    allowed: tuple[float, float]
    decimals: int


def draw_calibration(folder: Path, tables: Mapping[str, pd.DataFrame], patterns: pd.DataFrame) -> None:
    """Write fit, parameters and informs as .svg and .png in each language; patterns: patterns.csv, for its texts."""
    for language in LANGUAGES:
        column = ("pattern", "pattern_zh")[language_index(language)]
        texts = dict(zip(map(str, patterns["id"]), map(str, patterns[column]), strict=True))
        with chart_style():
            _fit_chart(folder, tables, texts, language)
            _parameter_chart(folder, tables["parameters"], texts, language)
            _informs_chart(folder, tables["informs"], texts, language)


def parameter_name(key: str, language: str) -> str:
    """Return the name of a parameter; its key where it has none."""
    name = f"parameter_name.{key}"
    return label(name, language) if name in read_labels() else key


def figure_name(name: str, texts: Mapping[str, str], language: str) -> str:
    """Return the name of a target or pattern by its id."""
    return str(texts[name]) if name in texts else label(f"target.{name}", language)


def _fit_chart(folder: Path, tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str], language: str) -> None:
    strips = _strips(tables, texts, language)
    height = ROW * 1.55 * (len(strips) + 2) + 0.9
    figure = new_figure(label("calibration.fit_title", language), height)
    top, step = 1 - 0.75 / height, ROW * 1.55 / height
    keys = (("fit_prior", FAINT), ("fit_posterior", BLUE), ("fit_allowed", GREEN))
    for i, (name, colour) in enumerate(keys):
        figure.text(0.012 + 0.33 * i, 1 - 0.36 / height, "■", color=colour, fontsize=NOTE_SIZE, va="top")
        figure.text(0.032 + 0.33 * i, 1 - 0.36 / height, label(f"calibration.{name}", language), fontsize=NOTE_SIZE,
                    va="top")  # fmt: skip
    for i, strip in enumerate(strips):
        axes = figure.add_axes((0.50, top - (i + 1) * step, 0.30, step * 0.8))
        _draw_strip(axes, strip)
        figure.text(0.49, top - (i + 0.6) * step, strip.name, ha="right", va="center", fontsize=NOTE_SIZE)
        low, middle, high = (f"{v:,.{strip.decimals}f}" for v in strip.posterior)
        figure.text(0.815, top - (i + 0.6) * step, f"{middle} [{low}, {high}]".replace("-", "−"), va="center",
                    fontsize=NOTE_SIZE)  # fmt: skip
    save(figure, folder, f"fit.{language}")


def _strips(tables: Mapping[str, pd.DataFrame], texts: Mapping[str, str], language: str) -> list[Strip]:
    found = []
    for row in _records(tables["fit"]):
        allowed = row["observed"] - row["tolerance"], row["observed"] + row["tolerance"]
        prior, own = (
            (row["prior_low"], row["prior_median"], row["prior_high"]),
            (row["low"], row["median"], row["high"]),
        )
        found.append(Strip(label(f"target.{row['id']}", language), prior, own, allowed, 0))
    for row in _records(tables["patterns"].dropna(subset=["bound_low", "bound_high"], how="all")):
        prior, own = (
            (row["prior_low"], row["prior_median"], row["prior_high"]),
            (row["low"], row["median"], row["high"]),
        )
        found.append(Strip(str(texts[row["id"]]), prior, own, (row["bound_low"], row["bound_high"]), 3))
    for row in _records(tables["unprinted"]):
        own_name, beside = label("unprinted." + row["id"], language), label("calibration.fit_unprinted", language)
        name = f"{own_name} ({beside})"
        prior, own = (
            (row["prior_low"], row["prior_median"], row["prior_high"]),
            (row["low"], row["median"], row["high"]),
        )
        found.append(Strip(name, prior, own, (math.nan, math.nan), 3))
    return found


def _draw_strip(axes: Axes, strip: Strip) -> None:
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
    axes = figure.add_axes((0.40, 0.35 / height, 0.34, ROW * len(rows) / height))
    for y, row in enumerate(rows):
        known = row["contraction"] >= NARROWED
        colour = BLUE if known else SKY if row["contraction"] >= NARROWED / 2 else FAINT
        axes.plot(
            [row["quantile_low"], row["quantile_high"]], [y, y], color=colour, linewidth=4.5, solid_capstyle="butt"
        )
        axes.plot([row["quantile_median"]] * 2, [y - 0.32, y + 0.32], color=INK, linewidth=1.1)
        told = f"{max(0.0, row['contraction']):.0%}".replace("%", " %")
        if row["contraction"] < NARROWED / 2:
            told += f"  {label('calibration.parameters_left', language)}"
        elif isinstance(row["informed_by"], str) and row["informed_by"]:
            told += f"  {figure_name(row['informed_by'].split(';')[0], texts, language)}"
        axes.text(1.03, y, _cut(told, 46), va="center", fontsize=NOTE_SIZE)
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
    ids = [str(name) for name in table.columns if name != "parameter"]
    growth = table[ids].to_numpy(float)
    moving = np.flatnonzero(np.nanmax(np.nan_to_num(growth, nan=1.0), axis=1) >= 1.05)
    order = moving[np.argsort(-np.nanmax(growth[moving], axis=1))]
    height = ROW * (len(order) + 1) + 2.6
    figure = new_figure(label("calibration.informs_title", language), height)
    axes = figure.add_axes((0.36, 0.2 / height, 0.62, ROW * len(order) / height))
    axes.imshow(np.clip(growth[order], 1.0, 1.5), aspect="auto", cmap="Blues", vmin=1.0, vmax=1.5)
    for y, row in enumerate(order):
        for x in range(len(ids)):
            if growth[row, x] >= 1.05:
                axes.text(x, y, f"{growth[row, x]:.2f}", ha="center", va="center", fontsize=5.5,
                          color="white" if growth[row, x] > 1.3 else INK)  # fmt: skip
    names = [parameter_name(str(table["parameter"].iloc[row]), language) for row in order]
    axes.set_yticks(range(len(order)), names, fontsize=NOTE_SIZE)
    axes.set_xticks(range(len(ids)), [_cut(figure_name(name, texts, language), 40) for name in ids], rotation=40,
                    ha="left", fontsize=NOTE_SIZE)  # fmt: skip
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    save(figure, folder, f"informs.{language}")


def draw_ranks(folder: Path, ranks: Mapping[str, Sequence[float]], n_truths: Mapping[str, int]) -> None:
    """Write the rank histograms of known truths: `ranks` (0 to 1, all parameters together) by where truths were drawn.

    The band holds 99 % of histograms of as many ranks that are flat; ranks of one truth go together, so that it is a
    little too narrow.
    """
    for language in LANGUAGES:
        with chart_style():
            figure = new_figure(label("calibration.ranks_title", language), HALF_A4[1] * 0.62)
            for i, (where, values) in enumerate(ranks.items()):
                axes = figure.add_axes((0.08 + 0.48 * i, 0.2, 0.4, 0.55))
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
