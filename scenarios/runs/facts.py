"""What was run, in words: the lines that head a report of one run."""

from __future__ import annotations

from scenarios.base.labels import label
from scenarios.base.text import Text
from scenarios.report.readings import open_readings, open_structures
from scenarios.settings.config import DIGEST_SHOWN, SET_BY_USER, RunConfig
from scenarios.settings.schema import is_share, number_text
from scenarios.settings.units import unit_text
from simulation.foundations.generator import GENERATORS
from simulation.foundations.months import month_label
from simulation.state.future_names import FUTURES

POPULATIONS = {
    "city": Text("synthetic city, seed {seed}", "全市合成人口，种子 {seed}"),
    "town": Text("small town for trials, seed {seed}", "试用小镇，种子 {seed}"),
}

FUTURE_WORDS = {name: (label(f"future.{name}", "en"), label(f"future.{name}", "zh")) for name in FUTURES}
"""What happens around the city after 2019, by the value of the key `future`."""


def run_facts(config: RunConfig, language: str) -> list[tuple[str, str]]:
    """Return (name, text) of scenario, seed, months, population, readings, levers and of numbers that were changed."""

    def say(en: str, zh: str) -> str:
        return Text(en, zh).say(language)

    choice = config.population
    population = POPULATIONS[choice.size].say(language).format(seed=choice.seed)
    if choice.tables is not None:
        population += say("; tables of the user: ", "；自备表格：") + ", ".join(config.resolved["population"]["tables"])
    facts = [
        (say("Scenario", "方案"), f"{config.titles[language]} ({config.scenario})"),
        (say("Seed", "种子"), str(config.seed)),
        (say("Months", "月份"), f"{month_label(0)} .. {month_label(config.months - 1)}"),
        (say("After 2019", "2019 年以后"), say(*FUTURE_WORDS[config.future.name])),
        (say("Region", "地区"), config.region.name),
        (say("Population", "人口"), population),
    ]
    for name, switch in open_readings().items():
        meaning = next(option.meaning for option in switch.options if option.value == config.reading[name])
        kind = say("Rule", "规则") if name in open_structures() else say("Reading", "口径")
        facts.append((kind, f"{switch.question.say(language)} {meaning.say(language)}"))
    facts += [(label(f"lever.{name}", language), lever_text(config, name, language)) for name in config.policy.levers]
    if config.generator != GENERATORS[0]:
        facts.append((say("Generator of random numbers", "随机数生成器"), config.generator))
    changed = [f"{key} = {value}" for key, value in changed_numbers(config)]
    if changed:
        facts.append((say("Numbers changed", "改动的参数"), "; ".join(changed)))
    if config.outside_prior:
        facts.append((say("Outside the prior range", "超出先验范围"), ", ".join(config.outside_prior)))
    return [*facts, (say("Digest", "配置摘要"), config.digest[:DIGEST_SHOWN])]


def lever_text(config: RunConfig, name: str, language: str) -> str:
    """Return size, start, phase-in and targeting of a lever that a scenario pulls, in words."""
    lever = config.policy.levers[name]
    own_unit = config.resolved["levers"][name]["unit"]
    unit = unit_text(own_unit, language)
    size = f"{number_text(lever.size)} {unit}"
    if is_share(own_unit):
        size = Text(f"{unit}: {number_text(lever.size)}", f"{unit}：{number_text(lever.size)}").say(language)
    start, phase = month_label(lever.start_month), lever.phase_in_months
    english, chinese = f"{size}, from {start}, over {phase} months", f"{size}，{start} 起，{phase} 个月到位"
    if lever.targeting:  # else it reaches everybody whom it fits
        rule = label(f"targeting.{lever.targeting}", language)
        english, chinese = f"{english}, {rule}", f"{chinese}，{rule}"
    return Text(english, chinese).say(language)


def measure_text(config: RunConfig, language: str) -> str:
    """Return what a scenario does, lever by lever, in words."""
    levers = config.policy.levers
    if len(levers) == 1:
        return lever_text(config, next(iter(levers)), language)
    texts = [
        Text(f"{label(f'lever.{name}', 'en')}: {lever_text(config, name, 'en')}",
             f"{label(f'lever.{name}', 'zh')}：{lever_text(config, name, 'zh')}").say(language)
        for name in levers
    ]  # fmt: skip
    return Text("; ", "；").say(language).join(texts)


def changed_numbers(config: RunConfig) -> list[tuple[str, str]]:
    """Return key and value of every parameter, setting and cost that was set on the command line."""
    found = []
    for process, entries in config.resolved["parameters"].items():
        for name, entry in entries.items():
            if entry["source"] == SET_BY_USER:
                found.append((f"parameters.{process}.{name}", number_text(entry["value"])))
    for name in config.policy.levers:
        for part, value in (("settings", "value"), ("costs", "yuan")):
            for entry_name, entry in config.resolved["levers"][name][part].items():
                if entry["source"] == SET_BY_USER:
                    found.append((f"levers.{name}.{part}.{entry_name}", number_text(entry[value])))
    return found
