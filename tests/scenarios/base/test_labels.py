"""Every name in both languages, in characters that the font has."""

from __future__ import annotations

import re

import pytest
from fontTools.ttLib import TTFont

from scenarios.base.glyphs import FONT_FILE
from scenarios.base.labels import (
    LANGUAGES,
    LabelError,
    label,
    read_labels,
    scenario_title,
)
from scenarios.base.paths import CONF
from scenarios.report.patterns import UNITS
from scenarios.runs.outcome import INPUTS, OutcomeRow
from scenarios.runs.targets import TARGETS
from scenarios.settings.help_text import read_tree
from simulation.foundations.months import LEVELS
from simulation.records.indicators import CITY_ONLY, DERIVED, GROUPS, SUMS
from simulation.state.entities import CHANNELS, SCHOOL_PLACES, STATES
from simulation.state.parameters import PROCESSES
from simulation.state.policy import TARGETING
from simulation.state.population import KINDS

LEVERS = read_tree()["levers"]
INDICATORS = (*SUMS, *DERIVED, *CITY_ONLY)
KEYS = {
    "indicator": [indicator.name for indicator in INDICATORS],
    "unit": sorted(
        {indicator.unit for indicator in INDICATORS}
        | {lever["unit"] for lever in LEVERS.values()}
        | set(UNITS.values())
        | {"share"}
    ),
    "state": STATES,
    "channel": CHANNELS,
    "group": [*GROUPS, *KINDS],
    "level": LEVELS,
    "school_place": SCHOOL_PLACES,
    "lever": list(LEVERS),
    "targeting": TARGETING,
    "target": list(TARGETS),
    "input": list(INPUTS),
    "column": [*OutcomeRow._fields, "name", "note"],
    "parameter_name": [f"{process}.{name}" for process, entries in PROCESSES.items() for name in entries._fields],
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;()?!]|[,:;()?!][\u4e00-\u9fff]")
FIELD = re.compile(r"\{[^}]*\}")


@pytest.mark.parametrize("section", KEYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_there(section: str, language: str) -> None:
    for name in KEYS[section]:
        assert label(f"{section}.{name}", language)


def test_every_scenario_has_titles() -> None:
    names = [path.stem for path in (CONF / "scenario").glob("*.yaml")]
    assert "baseline" in names
    for name in names:
        assert scenario_title(name, "en") != scenario_title(name, "zh")


def test_chinese_names_are_chinese_and_in_the_font() -> None:
    glyphs = TTFont(FONT_FILE).getBestCmap()
    for key, (english, chinese) in read_labels().items():
        assert not CHINESE.search(english), key
        assert not HALF_WIDTH.search(chinese), key
        missing = [char for char in english + chinese if ord(char) not in glyphs]
        assert not missing, (key, missing)
    plain = {key for key, (_, chinese) in read_labels().items() if not CHINESE.search(chinese)}
    without_words = {
        "brief.mark_data",
        "brief.mark_assumption",
        "brief.mark_chance",
        "brief.mark_unknown",
        "chart.total",
        "chart.with_share",
        "table.percent",
        "unit_word.percent",
        "brief.list_separator",
        "brief.order_reading",
        *(f"sweep_answer.{name}" for name in ("of_group", "key_other", "setting_size", "setting_share", "axis_item")),
        *(f"sweep_answer.{name}_level" for name in ("column", "chart")),
    }
    assert plain <= {*without_words, "brief.finding_basis_item"}


def test_both_languages_fill_in_the_same_fields() -> None:
    for key, (english, chinese) in read_labels().items():
        names = [{re.split("[:}]", field[1:])[0] for field in FIELD.findall(text)} for text in (english, chinese)]
        assert names[0] == names[1], key


def test_a_missing_name_is_an_error() -> None:
    with pytest.raises(LabelError, match=r"indicator\.happiness"):
        label("indicator.happiness", "en")
    with pytest.raises(LabelError, match="allowed: en, zh"):
        label("state.settled", "fr")
    with pytest.raises(LabelError, match="no scenario 'nothing'"):
        scenario_title("nothing", "en")
