"""The section of docs/calibration/ on evidence from elsewhere: what each ring changes, and what each item says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from calibration.findings.charts import parameter_name
from scenarios.base.labels import label
from scenarios.base.output.plain_files import write_json
from scenarios.compare.rings_table import FEWEST_EFFECTIVE, read_rings, weights_of_draws
from scenarios.doc_pages.page import markdown_table
from scenarios.report.borrowed import items_of, read_borrowed
from scenarios.report.patterns import RINGS, read_patterns
from scenarios.runs.parameter_sets import Draws
from scenarios.settings.config import compose_run

RINGS_JSON = "rings.json"
"""Beside the page: how the table of rings was made and what it came to."""
SETTLED, RETURNED = "households_settled", "households_returned"

Say = Callable[..., str]


def copy_rings(folder: Path, draws: Draws) -> None:
    """Write what the rings came to into `folder`, if these sources made them for all of `draws`; else remove it."""
    rings = read_rings()
    if rings is not None and weights_of_draws(rings, draws, list(range(len(draws.table)))):
        write_json(folder / RINGS_JSON, rings.made)
    else:
        (folder / RINGS_JSON).unlink(missing_ok=True)


def rings_section(folder: Path, say: Say, language: str) -> list[str]:
    """Return the section from the file in `folder`; that it is missing, where it is not there."""
    heading = f"## {say('rings')}"
    if not (folder / RINGS_JSON).is_file():
        return [heading, say("rings_text"), say("rings_missing")]
    made = json.loads((folder / RINGS_JSON).read_text(encoding="utf-8"))
    few = [label(f"ring.{ring}", language) for ring in RINGS if not made["rings"][ring]["enough"]]
    comma = "、" if language == "zh" else ", "
    parts = [heading, say("rings_text"), _rings(made, say, language)]
    if few:
        parts.append(say("rings_few", list=comma.join(few), fewest=FEWEST_EFFECTIVE))
    parts.append(_check(made, say, language))
    return [*parts, say("rings_items"), _items(made, say, language)]


def _check(made: Mapping[str, Any], say: Say, language: str) -> str:
    """Return what a fit of the widest ring by runs of its own came to; that there was none, where there was none."""
    told = made.get("check")
    if told is None:
        return say("rings_unchecked")
    shift = f"{told['shift']:+.2f}".replace("-", "−")
    return say("rings_check", draws=made["draws"], moves=told["moves"], accepted=f"{told['accepted']:.0%}",
               beyond=told["beyond"], of=told["of"], limit=f"{told['limit']:.2f}",
               parameter=parameter_name(told["parameter"], language), shift=shift)  # fmt: skip


def _rings(made: Mapping[str, Any], say: Say, language: str) -> str:
    rows = []
    for ring in RINGS:
        own = made["rings"][ring]
        comma = "、" if language == "zh" else ", "
        moves = [f"{parameter_name(key, language)} {shift:+.2f}".replace("-", "−")
                 for key, shift in own["parameters"].items() if round(shift, 2)]  # fmt: skip
        rows.append(
            [label(f"ring.{ring}", language), f"{own['effective_draws']:.0f} / {made['draws']}",
             f"{own['largest_weight']:.1%}", *(_share(own["residence"][name]) for name in (SETTLED, RETURNED)),
             comma.join(moves) or say("none")]
        )  # fmt: skip
    heads = [say(f"col_{name}") for name in ("ring", "effective", "largest", "settled", "returned", "moved")]
    return markdown_table(heads, rows)


def item_texts(language: str) -> dict[str, str]:
    """Return what each item of evidence from elsewhere says, by its id."""
    patterns = read_patterns(compose_run([]).region / "patterns.csv")
    return {item.id: item.pattern.say(language) for item in items_of(patterns, read_borrowed())}


def _items(made: Mapping[str, Any], say: Say, language: str) -> str:
    texts, rows = item_texts(language), []
    for name, own in made["items"].items():
        median = say("none") if own["median"] is None else f"{own['median']:.3g}".replace("-", "−")
        band = own["band"].replace("-", "−")
        rows.append(
            [texts.get(name, name), label(f"ring.{own['ring']}", language), f"{own['weight']:g}",
             f"{band} {own['unit']}".strip(), median, *(f"{own['met'][ring]:.0%}" for ring in (RINGS[0], RINGS[-1]))]
        )  # fmt: skip
    heads = [say(f"col_{name}") for name in ("finding", "ring", "strength", "bounds", "middle", "met", "met_widest")]
    return markdown_table(heads, rows)


def _share(spread: Mapping[str, float]) -> str:
    return f"{spread['mean']:.1%} [{spread['low']:.1%}, {spread['high']:.1%}]"
