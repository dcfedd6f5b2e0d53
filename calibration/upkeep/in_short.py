"""The opening of docs/calibration/: in a few lines, for a person who is no statistician, what was learned and what not.

What the report taught, what borrowed evidence added, what stays assumed, and how wrong the model was about later years.
Each sentence is made from the tables beside the page; what was not computed is said to be missing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from calibration.findings.charts import NARROWED, OPEN_SHOWN, parameter_name
from calibration.upkeep.later_years import ABOUT, TOTALS
from calibration.upkeep.rings_section import RINGS_JSON, item_texts
from scenarios.base.input.csv_files import read_frame
from scenarios.base.labels import label
from scenarios.report.patterns import RINGS

SOME = NARROWED / 2
BEYOND_CHANCE = 3.0
"""Standard errors of a contraction from which it is told: of 156 parameters chance alone then shows none."""
LISTED = 8
HARDLY = 0.25
"""Standard deviations: if no parameter's mean moves further, borrowed evidence is said to change hardly anything."""
NEVER_MET = 0.02
"""An item that so few draws meet is named among those that the model does not reach."""


def in_short(folder: Path, tables: Mapping[str, pd.DataFrame], made: Mapping[str, Any], language: str) -> list[str]:
    """Return the section in `language`; folder: where the page and what rings and scores came to stand."""

    def say(key: str, **values: Any) -> str:
        return label(f"calibration_page.{key}", language).format(**values)

    parameters, ridge = tables["parameters"], tables["ridges"].iloc[0]
    contraction = dict(zip(parameters["parameter"], parameters["contraction"], strict=True))
    known = [key for key, share in contraction.items() if share >= NARROWED]
    least = told_from_chance(float(made["effective_draws"]))
    some = [key for key, share in contraction.items() if least <= share < NARROWED]
    still_open = [key for key in OPEN_SHOWN[:5] if contraction[key] < least]
    returned = tables["unprinted"].set_index("id").loc["returned"].to_dict()
    employed = tables["fit"].set_index("id").loc["employed"]
    texts = (
        say("short_taught", parameters=len(parameters), n=len(known), list=listed(known, language), some=len(some)),
        _borrowed(folder, language),
        say("short_open", list=listed(still_open, language), **{str(k): v for k, v in returned.items()}),
        _later(folder, language),
        say("short_some", least=least, draws=made["effective_draws"], n=len(some), list=listed(some, language)),
        say(
            "short_combinations",
            runs=made["runs"],
            employed_low=employed["low"],
            employed_high=employed["high"],
            a=parameter_name(str(ridge["parameter_a"]), language),
            b=parameter_name(str(ridge["parameter_b"]), language),
            correlation=ridge["correlation"],
            plausible=made["plausible_share"],
        ),
    )
    return [f"## {say('short')}", "\n".join(f"- {text}" for text in texts)]


def told_from_chance(effective_draws: float) -> float:
    """Return from which contraction on a parameter is narrowed a little: a tenth, or more than chance does.

    The standard deviation of n draws that are uniform, as the prior is, has the relative standard error
    sqrt((kurtosis - 1) / (4 n)), with a kurtosis of 1.8.
    """
    return max(SOME, BEYOND_CHANCE * math.sqrt(0.8 / (4.0 * effective_draws)))


def _borrowed(folder: Path, language: str) -> str:
    """Return in a sentence or two what evidence from elsewhere changed, and what the model does not reach of it."""
    if not (folder / RINGS_JSON).is_file():
        return label("calibration_page.short_rings_missing", language)
    made = json.loads((folder / RINGS_JSON).read_text(encoding="utf-8"))
    shifts = made["rings"][RINGS[-1]]["parameters"]
    key = max(shifts, key=lambda each: abs(shifts[each]))
    sizes = {"shift": abs(shifts[key]), "name": parameter_name(key, language), "n": len(made["items"])}
    text = "short_rings_hardly" if sizes["shift"] < HARDLY else "short_rings_some"
    parts = [label(f"calibration_page.{text}", language).format(**sizes)]
    missed = [name for name, own in made["items"].items() if own["met"][RINGS[0]] <= NEVER_MET]
    if missed:
        names = item_texts(language)
        of = (";" if language == "en" else "；").join(f" {names[name]}".rstrip() for name in missed).strip()
        parts.append(label("calibration_page.short_rings_missed", language).format(n=len(missed), list=of))
    return ("" if language == "zh" else " ").join(parts)


def _later(folder: Path, language: str) -> str:
    """Return in a sentence how many figures of later years lay inside the forecast's intervals."""
    if not (folder / ABOUT).is_file():
        return label("calibration_page.short_later_missing", language)
    row = read_frame(folder / TOTALS).set_index("rows").loc["all"].to_dict()
    if not row["n_figures"]:
        return label("calibration_page.short_later_none", language)
    of = {"n": f"{row['n_figures']:.0f}", "inside": f"{row['inside_90']:g}", "right": f"{row['expected_90']:.1f}"}
    for reference in ("as_in_2019", "prior"):
        skill = float(row[f"skill_{reference}"])
        text = "short_later_better" if skill > 0 else "short_later_worse"
        of[reference] = label(f"calibration_page.{text}", language).format(share=abs(skill))
    return label("calibration_page.short_later", language).format(**of)


def listed(keys: Sequence[str], language: str) -> str:
    """Return names of parameters, the first LISTED of them."""
    names = [parameter_name(key, language) for key in keys[:LISTED]]
    if len(keys) > LISTED:
        names.append(label("calibration_page.and_others", language).format(n=len(keys) - LISTED))
    return ("、" if language == "zh" else ", ").join(names) or label("calibration_page.none", language)
