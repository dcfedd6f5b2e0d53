"""`python -m simulation.trace household=123` tells the story of one household, month by month.

The run is that of `python -m simulation` with the same keys; one household is watched (scenarios/households/story/):
who lives where, who works at what, which child learns where, and what each choice of where to live was made of.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.base.console import aligned
from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.labels import label, language_index, read_labels
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.base.whole_files import write_text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import guarded
from scenarios.settings.command_line import Arguments, language_of, split_arguments
from scenarios.settings.generator import choose_generator

if TYPE_CHECKING:
    from scenarios.base.progress import Progress
    from scenarios.households.story.phrases import Block
    from scenarios.households.story.watch import WatchedModel
    from scenarios.settings.config import RunConfig
    from simulation.state.population import Population

OWN = ("household", "from", "to", "all", "output")
"""Keys of this command; all others are those of a run."""
USAGE = Text(
    """Usage: python -m simulation.trace household=NUMBER [from=YYYY-MM] [to=YYYY-MM] [all=true] [output=FILE]
  [language=zh] [scenario=NAME] [seed=1] [any other key of python -m simulation]

Tells the story of one household of a run: who lives where, who works at what, which child learns where, and at each
review what every option was worth. Households are numbered from 0 as in final/households.parquet.
from, to: months to tell; all=true: also months in which nothing happens; output: a file instead of the screen.

  python -m simulation.trace household=123
  python -m simulation.trace household=123 scenario=workshops seed=2 from=2019-06 to=2022-12""",
    """用法：python -m simulation.trace household=编号 [from=YYYY-MM] [to=YYYY-MM] [all=true] [output=文件]
  [language=zh] [scenario=方案] [seed=1] [python -m simulation 的其他键]

讲述一次运行中某一户的经历：住在哪里、谁做什么工作、子女在哪里上学，以及每次选择住处时各选项的得分构成。
户编号从 0 起，与 final/households.parquet 一致。
from、to：讲述的起止月份；all=true：无变化的月份也列出；output：写入文件而不显示在屏幕上。

  python -m simulation.trace household=123 language=zh
  python -m simulation.trace household=123 scenario=workshops seed=2 from=2019-06 to=2022-12 language=zh""",
)
SEE = Text("see python -m simulation.trace --help", "说明见 python -m simulation.trace --help language=zh")
RUNNING = Text("running the model (the first run compiles it)", "正在运行模型（首次运行需编译）")
TRUE, FALSE = ("true", "yes", "1", "on"), ("false", "no", "0", "off", "")


class StoryWords:
    """Texts of conf/story.yaml and names of conf/labels/ in one language."""

    def __init__(self, language: str) -> None:
        self.language, self._index = language, language_index(language)
        self._texts = read_labels(CONF / "story.yaml")

    def say(self, key: str, **fields: object) -> str:
        """Return a text with its fields filled in."""
        return self._texts[key][self._index].format(**fields)

    def name(self, key: str) -> str:
        """Return a name that the whole project uses."""
        return label(key, self.language)

    def known(self, section: str, name: str) -> str:
        """Return the text of a name that a user's own tables may not know; then the name itself."""
        return self._texts[f"{section}.{name}"][self._index] if f"{section}.{name}" in self._texts else name

    def month(self, month: int) -> str:
        """Return a month as people write it: 2019-08, 2019年8月."""
        from simulation.foundations.months import month_label  # noqa: PLC0415 (imports Numba; not for the help)

        year, number = month_label(month).split("-")
        return f"{year}年{int(number)}月" if self.language == "zh" else f"{year}-{number}"


def main(argv: Sequence[str] | None = None) -> int:
    """Tell the story that the words of the command line ask for; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    arguments = split_arguments(words, OWN)
    if arguments.help:
        print(USAGE.say(language_of(words)))
        return
    text = story(arguments)
    if "output" in arguments.own:
        path = Path(arguments.own["output"]).expanduser()
        write_text(path, text)
        print(Text("Story: ", "经历：").say(language_of(words)) + shown_path(path))
    else:
        print(text, end="")


def story(arguments: Arguments) -> str:
    """Return the story; raises UserError before the run for what cannot be told."""
    _check_names(arguments)
    _check_output(arguments.own.get("output"))
    everything = _flag("all", arguments.own.get("all", "false"))
    household = _whole("household", arguments.own.get("household"))
    config = open_config(arguments)
    first, last = _months(arguments, config)
    from scenarios.base.progress import Progress  # noqa: PLC0415 (each command loads what it needs)

    progress = Progress(config.language)
    try:
        population = open_population(config, progress)
        n = len(population.households)
        if not 0 <= household < n:
            problem = Text(f"there is no household {household}", f"没有第{household}号搬迁户")
            raise UserError(problem, key="household", allowed=f"0 .. {n - 1}", hint=SEE)
        progress.stage(RUNNING)
        from scenarios.households.story.watch import WatchedModel  # noqa: PLC0415 (the model is not for the help)

        model = WatchedModel(
            population, config.parameters, config.policy, config.seed, config.months, watched=(household,)
        )
        while model.month <= last:
            model.step()
            progress(model.month, last + 1)
    finally:
        progress.clear()
    words = StoryWords(config.language)
    scenario = words.say("head.scenario", title=config.titles[config.language], name=config.scenario)
    return told(model, household, scenario, words, first, last, everything)


def told(
    model: WatchedModel,
    household: int,
    scenario: str,
    words: StoryWords,
    first: int,
    last: int,
    everything: bool = False,
) -> str:
    """Return the text of a household's story: heading, months from `first` to `last`, summary."""
    from scenarios.households.story.heading import heading_blocks  # noqa: PLC0415
    from scenarios.households.story.tell import legend_lines, story_blocks, summary_blocks  # noqa: PLC0415

    diary = model.diaries[household]
    blocks: list[Block] = [*heading_blocks(words, model, household, scenario), ""]
    if diary.months and diary.months[0].month <= last:
        blocks += story_blocks(words, diary, first, last, everything)
        blocks += summary_blocks(words, diary, first, last)
        blocks += ["", *legend_lines(words)]
    else:
        blocks.append(words.say("head.not_yet", month=words.month(last)))
    return "\n".join(_lines(blocks)) + "\n"


def _lines(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block, str):
            yield block
        elif block.rows:  # nobody may be left
            columns = range(1, len(block.rows[0]) if block.numbers else 1)
            yield aligned(block.rows, indent=4, right=columns)


def open_config(arguments: Arguments) -> RunConfig:
    """Return the configuration of the run that the words of a command describe; raises UserError."""
    from scenarios.settings.config import compose_run  # noqa: PLC0415 (Hydra and the model are not for the help)

    choose_generator(arguments.overrides)
    return compose_run(arguments.overrides, arguments.config_dir)


def open_population(config: RunConfig, progress: Progress | None = None) -> Population:
    """Return the population of a run, as `python -m simulation` makes it; raises UserError."""
    from scenarios.population.load import load_population  # noqa: PLC0415
    from scenarios.runs.run import POPULATION  # noqa: PLC0415

    if progress is not None:
        progress.stage(POPULATION)
    return load_population(config)


def _check_names(arguments: Arguments) -> None:
    """Raise UserError for a misspelt key of this command, which a run could not name, and for a missing household."""
    from scenarios.settings.help_text import read_tree  # noqa: PLC0415
    from scenarios.settings.scenario_files import check_config_dir  # noqa: PLC0415
    from scenarios.settings.schema import keys_of  # noqa: PLC0415

    known = {path.partition(".")[0] for path in keys_of(read_tree(), check_config_dir(arguments.config_dir))}
    for word in arguments.overrides:
        name = word.partition("=")[0].strip()
        near = nearest(name, OWN)
        if near and "." not in name and name not in known and not nearest(name, known):
            problem = Text(f"unknown key '{name}'", f"没有 '{name}' 这个键")
            raise UserError(problem, key=name, allowed=listed(OWN), nearest=near, hint=SEE)
    if "household" not in arguments.own:
        problem = Text("'household' is missing: which household?", "缺少 household：哪一户？")
        raise UserError(problem, key="household", allowed="household=0, household=1, ...", hint=SEE)


def _check_output(text: str | None) -> None:
    if text is None:
        return
    path = Path(text).expanduser()
    above = next((parent for parent in path.absolute().parents if parent.exists()), path)
    if not text or path.is_dir() or not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        problem = Text("the story cannot be written there", "无法写入该文件")
        raise UserError(problem, key="output", found=text, allowed=Text("a file", "文件"), hint=SEE)


def _months(arguments: Arguments, config: RunConfig) -> tuple[int, int]:
    """Return the first and the last month to tell."""
    from simulation.foundations.months import month_index, month_label  # noqa: PLC0415

    end = month_label(config.months - 1)
    found = []
    for key, default in (("from", month_label(0)), ("to", end)):
        text = arguments.own.get(key, default)
        try:
            found.append(month_index(text))
        except ValueError:
            found.append(-1)
        if not 0 <= found[-1] < config.months:
            problem = Text(f"'{key}' is not a month of the run", f"'{key}' 不是本次运行中的月份")
            raise UserError(problem, key=key, found=text, allowed=f"2016-01 .. {end}", hint=SEE)
    if found[0] > found[1]:
        problem = Text("'from' is after 'to'", "'from' 晚于 'to'")
        raise UserError(problem, key="from", found=arguments.own["from"], allowed=f"2016-01 .. {end}", hint=SEE)
    return found[0], found[1]


def _whole(key: str, text: str | None) -> int:
    try:
        return int(str(text))
    except ValueError:
        problem = Text(f"'{key}' is not a whole number", f"'{key}' 应为整数")
        raise UserError(problem, key=key, found=text, allowed=Text("a whole number", "整数"), hint=SEE) from None


def _flag(key: str, text: str) -> bool:
    if text.lower() not in (*TRUE, *FALSE):
        problem = Text(f"'{key}' is neither true nor false", f"'{key}' 应为 true 或 false")
        raise UserError(problem, key=key, found=text, allowed="true, false", hint=SEE)
    return text.lower() in TRUE
