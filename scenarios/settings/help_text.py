"""The help: every key that can be set, with unit, default, range and allowed values, read off conf/ without Hydra.

Nothing here imports the model, NumPy or pandas, so that the help appears at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scenarios.base.console import aligned
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.labels import label
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.report.readings import open_readings, switch_key
from scenarios.settings.scenario_files import read_scenario, scenario_paths
from scenarios.settings.schema import Key, keys_of, number_text
from scenarios.settings.units import unit_text
from simulation.state.parameters import PROCESSES

USAGE = Text(
    """Usage: python -m simulation [key=value ...] [--config-dir DIR] [--help]

Runs one scenario and writes a folder of results. Without any key: the baseline, seed 1, to December 2024.

  python -m simulation scenario=workshops seed=1
  python -m simulation scenario=workshops levers.workshops.size=60 reading.labour_scope=all
  python -m simulation parameters.residence.seat_worth=0.3 end=2029-12
  python -m simulation scenario=./my_scenario.yaml language=zh output=my/folder

scenario=FILE.yaml runs a file of your own, written like conf/scenario/workshops.yaml; it may pull several levers.
--config-dir DIR adds DIR/scenario/NAME.yaml (and DIR/region/NAME/) to the names below.""",
    """用法：python -m simulation [键=值 ...] [--config-dir 目录] [--help]

运行一个方案，并写出结果文件夹。不写任何键时：基准方案，种子 1，至 2024 年 12 月。

  python -m simulation scenario=workshops seed=1 language=zh
  python -m simulation scenario=workshops levers.workshops.size=60 reading.labour_scope=all
  python -m simulation parameters.residence.seat_worth=0.3 end=2029-12
  python -m simulation scenario=./my_scenario.yaml language=zh output=my/folder

scenario=文件.yaml 运行自己的方案文件，写法同 conf/scenario/workshops.yaml，可同时采用多项措施。
--config-dir 目录 把 目录/scenario/名称.yaml（及 目录/region/名称/）加入以下名单。""",
)
HEADINGS = {
    "run": Text("The run", "本次运行"),
    "scenarios": Text("Scenarios (scenario=NAME)", "方案（scenario=名称）"),
    "readings": Text("Readings of the report, and rules of the model", "报告口径与模型规则"),
    "levers": Text("Levers (size 0 does nothing)", "政策措施（规模为 0 即不采用）"),
    "parameters": Text(
        "Parameters (the prior range informs calibration; values outside it are listed in the results)",
        "模型参数（先验范围用于校准；超出者在结果中列明）",
    ),
}
COLUMNS = {
    "key": Text("key", "键"),
    "default": Text("default", "默认"),
    "allowed": Text("allowed", "可用值"),
    "unit": Text("unit", "单位"),
    "prior": Text("prior", "先验范围"),
    "meaning": Text("meaning", "含义"),
    "title": Text("title", "名称"),
}
MEANINGS = {
    "scenario": Text("what is done: a name below or a file", "采取什么措施：下列名称或文件"),
    "seed": Text("chance in the run", "模拟的随机种子"),
    "generator": Text("generator of random numbers (philox: a check)", "随机数生成器（philox 用于核对）"),
    "end": Text("last month of the run", "最后一个月份"),
    "future": Text("what happens around the city after 2019", "2019 年以后的外部变化"),
    "language": Text("of the report, charts and messages", "报告、图表和提示的语言"),
    "output": Text("where results go", "结果文件夹"),
    "region": Text("folder in conf/region/", "conf/region/ 下的文件夹"),
    "population.seed": Text("chance in making the population", "合成人口的随机种子"),
    "population.size": Text("the city, or a small town for trials", "全市，或试用的小镇"),
    "population.tables": Text("your own tables instead of synthetic ones", "以自备表格替代合成人口表"),
}
DEFAULT_OUTPUT = "outputs/runs/..."


def help_text(language: str, config_dir: Path | None = None) -> str:
    """Return the whole help in `language`, 'en' or 'zh'."""
    keys = keys_of(read_tree(), config_dir)
    parts = [USAGE.say(language)]
    for name, section in (
        ("run", _run_rows(keys, language)),
        ("scenarios", _scenario_rows(keys, config_dir, language)),
        ("readings", _reading_rows(keys, language)),
    ):
        parts.append(f"{HEADINGS[name].say(language)}\n{aligned(list(section))}")
    parts.append(HEADINGS["levers"].say(language) + "\n" + "\n".join(_lever_blocks(keys, language)))
    parts.append(HEADINGS["parameters"].say(language) + "\n" + "\n".join(_parameter_blocks(keys, language)))
    return "\n\n".join(parts)


def read_tree() -> dict[str, Any]:
    """Return what Hydra composes of conf/ for the baseline, without Hydra."""
    tree = read_yaml(CONF / "config.yaml").tree
    tree["parameters"] = {process: read_yaml(CONF / "parameters" / f"{process}.yaml").tree for process in PROCESSES}
    tree["levers"] = read_yaml(CONF / "lever" / "levers.yaml").tree
    return tree


def _head(names: Iterable[str], language: str) -> list[str]:
    return [COLUMNS[name].say(language) for name in names]


def _default(key: Key) -> str:
    if key.path == "output":
        return DEFAULT_OUTPUT
    return number_text(key.default) if isinstance(key.default, int | float) else key.default or "-"


def _run_rows(keys: Mapping[str, Key], language: str) -> Iterator[list[str]]:
    yield _head(("key", "default", "allowed", "meaning"), language)
    for path, meaning in MEANINGS.items():
        yield [path, _default(keys[path]), keys[path].range_short(), meaning.say(language)]


def _scenario_rows(keys: Mapping[str, Key], config_dir: Path | None, language: str) -> Iterator[list[str]]:
    yield _head(("key", "title"), language)
    for name, path in scenario_paths(config_dir).items():
        yield [name, read_scenario(path, keys).header[f"title_{language}"]]


def _reading_rows(keys: Mapping[str, Key], language: str) -> Iterator[list[str]]:
    yield _head(("key", "default", "allowed", "meaning"), language)
    for name, switch in open_readings().items():
        key = keys[switch_key(name)]
        yield [key.path, key.default, "", switch.question.say(language)]
        for option in switch.options:
            yield ["", "", option.value, option.meaning.say(language)]


def _lever_blocks(keys: Mapping[str, Key], language: str) -> Iterator[str]:
    levers: dict[str, list[Key]] = {}
    for key in keys.values():
        if key.path.startswith("levers."):
            levers.setdefault(key.path.split(".")[1], []).append(key)
    for name, below in levers.items():
        rows = [_head(("key", "default", "unit", "allowed"), language)]
        for key in below:
            rows.append([key.path, _default(key), unit_text(key.unit, language), key.range_short()])
        yield f" {name}: {label(f'lever.{name}', language)}\n{aligned(rows, indent=3)}"


def _parameter_blocks(keys: Mapping[str, Key], language: str) -> Iterator[str]:
    for process in PROCESSES:
        rows = [_head(("key", "default", "prior", "unit", "allowed"), language)]
        for key in (key for key in keys.values() if key.path.startswith(f"parameters.{process}.")):
            low, high = key.prior or (key.default, key.default)
            prior = f"{number_text(low)} .. {number_text(high)}"
            rows.append([key.path, _default(key), prior, unit_text(key.unit, language), key.range_short()])
        yield f" {process}\n{aligned(rows, indent=3)}"
