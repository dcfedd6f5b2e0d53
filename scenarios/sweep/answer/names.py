"""How a sweep's own things are called on its page: keys, their values, scenarios, indicators."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from scenarios.base.labels import label, read_labels
from scenarios.pages.number_words import UNKNOWN, amount_text, difference_text, one_difference
from scenarios.settings.schema import Key, is_share
from scenarios.settings.units import unit_text
from scenarios.sweep.answer.cells import SCENARIO
from scenarios.sweep.answer.effects import EFFECT
from scenarios.sweep.answer.factors import NOT_SET
from scenarios.sweep.answer.values import END
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.plan.spec import known_keys

LEVERS, PARAMETERS, TARGETING = "levers.", "parameters.", ".targeting"


class Names(NamedTuple):
    """What things are called in one language.

    titles: of the scenarios by name; keys: every key of a run by its path.
    """

    language: str
    titles: Mapping[str, str]
    keys: Mapping[str, Key]

    def say(self, key: str, **fields: object) -> str:
        """Return a text of the page with its fields filled in."""
        return label(f"sweep_answer.{key}", self.language).format(**fields)

    def listed(self, items: Sequence[str]) -> str:
        """Return items as one text."""
        return ("、" if self.language == "zh" else ", ").join(items)

    def scenario(self, name: str) -> str:
        """Return the title of a scenario."""
        return self.titles.get(name, name)

    def axis(self, name: str) -> str:
        """Return the name of an axis: of the scenario, of a key, or of keys that change together."""
        if name == SCENARIO:
            return self.say("scenario")
        return " + ".join(self._key(key) for key in name.split(" + "))

    def _key(self, path: str) -> str:
        if path.startswith(PARAMETERS):
            name = path.removeprefix(PARAMETERS)
            return label(f"parameter_name.{name}", self.language)
        if not path.startswith(LEVERS):
            return path
        _, lever, rest = path.split(".", 2)
        of, unit = label(f"lever.{lever}", self.language), unit_text(self.keys[path].unit, self.language)
        if rest in ("size", "start", "phase_in_months", "targeting", "plan"):
            return self.say(f"key_{rest}", lever=of, unit=unit)
        name = self._setting_name(rest)
        if name == unit.replace("/", " per "):  # the name says its unit
            return self.say("key_named", lever=of, name=name)
        return self.say("key_other", lever=of, name=name, unit=unit)

    def _setting_name(self, path: str) -> str:
        """Return the name of a setting or cost of a lever: in Chinese it is known by its unit, and its key is added."""
        name = path.rpartition(".")[2]
        return name if self.language == "zh" else name.replace("_", " ")

    def value(self, axis: str, value: str) -> str:
        """Return a value of an axis as people read it."""
        if axis == SCENARIO:
            return self.scenario(value)
        if value == NOT_SET:
            return UNKNOWN
        if axis.endswith(TARGETING):
            return label(f"targeting.{value}", self.language)
        if " + " in axis:
            pairs = (pair.partition("=") for pair in value.split(" "))
            return self.listed([self.setting(key, of) for key, _, of in pairs])
        return value.replace(" .. ", "至" if self.language == "zh" else " to ")

    def setting(self, axis: str, value: str) -> str:
        """Return 'name: value' of an axis."""
        shown = self.value(axis, value)
        if not axis.startswith(LEVERS) or " + " in axis:
            return shown if " + " in axis else self.say("setting", axis=self.axis(axis), value=shown)
        _, lever, rest = axis.split(".", 2)
        unit = self.keys[axis].unit
        kind = {"size": "share" if is_share(unit) else "size", "start": "start"}.get(rest, "other")
        fields = {"lever": label(f"lever.{lever}", self.language), "unit": unit_text(unit, self.language)}
        name = fields["unit"] if self.language == "zh" and fields["unit"] else self._setting_name(rest)
        return self.say(f"setting_{kind}", value=shown, name=name, **fields)

    def settings(self, items: Sequence[str]) -> str:
        """Return settings as one text."""
        return ("；" if self.language == "zh" else "; ").join(items)

    def month(self, month: str) -> str:
        """Return a month; in words where each run is measured at its own end."""
        return self.say("own_end") if month == END else month

    def indicator(self, name: str) -> str:
        """Return the name of an output; of a group, with the group."""
        indicator, _, group = name.partition("/")
        section = "indicator" if f"indicator.{indicator}" in read_labels() else "compared"
        text = label(f"{section}.{indicator}", self.language)
        return self.say("of_group", indicator=text, group=label(f"group.{group}", self.language)) if group else text

    def unit(self, unit: str) -> str:
        """Return a unit."""
        return (
            label(f"unit.{unit}", self.language) if f"unit.{unit}" in read_labels() else unit_text(unit, self.language)
        )

    def number(self, quantity: str, unit: str, value: float) -> str:
        """Return an effect with its sign, or a level; a dash where there is none."""
        if math.isnan(value):
            return UNKNOWN
        return one_difference(unit, value) if quantity == EFFECT else amount_text(unit, value)

    def numbers(self, quantity: str, unit: str, value: float, low: float, high: float) -> str:
        """Return an effect or level with its interval, if it has one."""
        if math.isnan(value):
            return UNKNOWN
        if quantity == EFFECT:
            return difference_text(unit, value, low, high)
        if math.isnan(low):
            return amount_text(unit, value)
        return f"{amount_text(unit, value)} [{amount_text(unit, low)}, {amount_text(unit, high)}]"


def names_of(plan: Plan, language: str) -> Names:
    """Return the names of a sweep's things."""
    titles = {base.config.scenario: base.config.titles[language] for base in plan.bases}
    return Names(language, titles, known_keys(plan.sweep.config_dir).keys)
