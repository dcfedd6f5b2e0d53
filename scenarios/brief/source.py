"""What a brief is written from: the tables of a comparison, titles and facts, and the words for probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from scenarios.base.labels import label, read_labels
from scenarios.compare.indicators import COMPARED
from scenarios.compare.readings_table import Readings
from scenarios.compare.tables import Tables
from scenarios.pages.number_words import amount_text, difference_text, unsigned

MILLION = 1e6


class Effect(NamedTuple):
    """A row of the table of effects."""

    effect: float
    low: float
    high: float
    p_better: float
    baseline: float
    sd_chance: float
    sd_parameters: float


def effects_of(effects: pd.DataFrame, indicator: str, group: str = "all", month: str = "") -> dict[str, Effect]:
    """Return the effects on an indicator by scenario, in `month` or the last one."""
    month = month or str(effects["month"].max())
    rows = effects[(effects["indicator"] == indicator) & (effects["group"] == group) & (effects["month"] == month)]
    numbers = (rows[name].astype(float).tolist() for name in Effect._fields)
    return {str(name): Effect(*values) for name, *values in zip(rows["scenario"], *numbers, strict=True)}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as mappings."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


class Source(NamedTuple):
    """Everything that a brief says comes from here.

    titles, measures: title, and sentences on size, start and rule, by scenario, in `language`; shown: the scenarios
    looked at in detail; figures: folder of the charts in `language`; made: how the draws were made; narrowed:
    contraction by parameter; readings: the table, or None if these sources did not make it; proof: whether it was
    tried that the calibration finds known parameters; reading_names, reading_meanings: a letter and what it stands for,
    by reading; conflicts: sentences on the report's own contradictions; names: of targets and patterns by id; facts: of
    the comparison (digest, command, runs).
    """

    tables: Tables
    language: str
    titles: Mapping[str, str]
    measures: Mapping[str, str]
    shown: Sequence[str]
    figures: Path
    made: Mapping[str, Any]
    narrowed: Mapping[str, float]
    readings: Readings | None
    proof: bool
    reading_names: Mapping[str, str]
    reading_meanings: Mapping[str, str]
    conflicts: Sequence[str]
    names: Mapping[str, str]
    facts: Mapping[str, str]

    def say(self, key: str, **fields: object) -> str:
        """Return a text of the brief with its fields filled in."""
        return label(f"brief.{key}", self.language).format(**fields)

    def name(self, indicator: str) -> str:
        """Return the name of an indicator of the comparison."""
        section = "indicator" if f"indicator.{indicator}" in read_labels() else "compared"
        return label(f"{section}.{indicator}", self.language)

    def parameter(self, key: str) -> str:
        """Return the name of a parameter with its key."""
        form = "{} ({})" if self.language == "en" else "{}（{}）"
        return form.format(label(f"parameter_name.{key}", self.language), key)

    def listed(self, items: Sequence[str]) -> str:
        """Return items as one text."""
        return self.say("list_separator").join(items)

    @property
    def last(self) -> str:
        """The last month, YYYY-MM."""
        return str(self.tables.effects["month"].max())

    @property
    def ranked(self) -> list[str]:
        """The scenarios that are ranked, the baseline among them."""
        return list(dict.fromkeys(self.tables.ranks["scenario"]))

    @property
    def scenarios(self) -> list[str]:
        """The scenarios but the baseline: those that are ranked by their mean effect on households settled, the largest
        first, then the others likewise.
        """
        rows, ranked = self.at_end("households_settled"), self.ranked
        return sorted(rows, key=lambda name: (name not in ranked, -rows[name].effect))

    def at_end(self, indicator: str, group: str = "all") -> dict[str, Effect]:
        """Return the effects on an indicator in the last month, by scenario."""
        return effects_of(self.tables.effects, indicator, group)


def rounded_yuan(value: float) -> str:
    """Return an amount with three digits that count, and separators: more would be a pretence."""
    return unsigned(float(f"{value:.3g}"))


def effect_text(indicator: str, row: Effect) -> str:
    """Return an effect with its interval in the way of its unit."""
    return difference_text(COMPARED[indicator].unit, row.effect, row.low, row.high)


def level_text(indicator: str, value: float) -> str:
    """Return a level in the way of its unit."""
    return amount_text(COMPARED[indicator].unit, value)
