"""Units of settings and figures as people read them; their Chinese words are those of conf/labels/units.yaml."""

from __future__ import annotations

import re

from scenarios.base.labels import label, read_labels

COST = re.compile(r"yuan per (.+), (capital|recurrent)")
COST_KINDS_ZH = {"capital": "一次性", "recurrent": "经常性"}


def unit_text(unit: str, language: str) -> str:
    """Return a unit in `language`: a whole one, or put together from its parts (yuan/household).

    A part that has no Chinese word stays as it is.
    """
    if language == "en" or not unit:
        return unit
    if f"unit.{unit}" in read_labels():
        return label(f"unit.{unit}", language)
    cost = COST.fullmatch(unit)
    if cost:
        return f"元/{_word(cost[1], language)}（{COST_KINDS_ZH[cost[2]]}）"
    return "/".join(_word(part, language) for part in unit.split("/"))


def _word(part: str, language: str) -> str:
    """Return the word of a part of a unit, which may be a whole unit as well."""
    known = next((key for key in (f"unit_word.{part}", f"unit.{part}") if key in read_labels()), "")
    return label(known, language) if known else part
