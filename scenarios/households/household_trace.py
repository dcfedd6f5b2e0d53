"""The work of `python -m simulation.trace`: the story of one household, month by month.

The run is that of `python -m simulation` with the same keys; one household is watched (scenarios/households/story/):
who lives where, who works at what, which child learns where, and what each choice of where to live was made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scenarios.base.console import aligned
from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import label, language_index, read_labels
from scenarios.base.output.folders import takes_files
from scenarios.base.output.whole_files import write_text
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.entries.model import TRACE
from scenarios.households.story.blocks import legend_lines, story_blocks, summary_blocks
from scenarios.households.story.heading import heading_blocks
from scenarios.households.story.phrases import Block
from scenarios.households.story.watch import WatchedModel
from scenarios.runs.model_run import open_population
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, check_baseline, compose_run
from simulation.foundations.months import month_index, month_label

RUNNING = Text("running the model", "正在运行模型")
SEE = TRACE.see


class StoryTexts:
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
        year, number = month_label(month).split("-")
        return f"{year}年{int(number)}月" if self.language == "zh" else f"{year}-{number}"


def trace(call: Call) -> None:
    """Tell the story that the words of the command line ask for."""
    text, path = story(call), call.own["output"]
    if path is None:
        call.say(text.removesuffix("\n"))
        return
    write_text(path, text)
    call.say(Text(f"Story: {shown_path(path)}", f"经历：{shown_path(path)}"))


def story(call: Call) -> str:
    """Return the story; raises UserError before the run for what cannot be told."""
    household, progress = call.own["household"], call.progress
    if household is None:
        problem = Text("'household' is missing: which household?", "缺少 household：哪一户？")
        raise UserError(problem, key="household", allowed="household=0, household=1, ...", hint=SEE)
    _check_output(call.own["output"])
    config = compose_run(call.run_words, call.config_dir)
    check_baseline(config)
    first, last = _months(call, config)
    population = open_population(config, progress)
    n = len(population.households)
    if household >= n:
        problem = Text(f"there is no household {household}", f"没有第{household}号搬迁户")
        raise UserError(problem, key="household", allowed=f"0 .. {n - 1}", hint=SEE)
    progress.stage(RUNNING)
    model = WatchedModel(
        population,
        config.parameters,
        config.policy,
        config.seed,
        config.months,
        watched=(household,),
        future=config.future,
    )
    while model.month <= last:
        model.step()
        progress(model.month, last + 1)
    texts = StoryTexts(config.language)
    scenario = texts.say("head.scenario", title=config.titles[config.language], name=config.scenario)
    return story_text(model, household, scenario, texts, first, last, call.own["all"])


def story_text(
    model: WatchedModel,
    household: int,
    scenario: str,
    texts: StoryTexts,
    first: int,
    last: int,
    everything: bool = False,
) -> str:
    """Return the text of a household's story: heading, months from `first` to `last`, summary."""
    diary = model.diaries[household]
    blocks: list[Block] = [*heading_blocks(texts, model, household, scenario), ""]
    if diary.months and diary.months[0].month <= last:
        blocks += story_blocks(texts, diary, first, last, everything)
        blocks += summary_blocks(texts, diary, first, last)
        blocks += ["", *legend_lines(texts)]
    else:
        blocks.append(texts.say("head.not_yet", month=texts.month(last)))
    return "\n".join(_lines(blocks)) + "\n"


def _lines(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        if isinstance(block, str):
            yield block
        elif block.rows:  # nobody may be left
            columns = range(1, len(block.rows[0]) if block.numbers else 1)
            yield aligned(block.rows, indent=4, right=columns)


def _check_output(path: Path | None) -> None:
    if path is None:
        return
    above = next((parent for parent in path.absolute().parents if parent.exists()), path)
    if path.is_dir() or not takes_files(above):
        problem = Text("the story cannot be written there", "无法写入该文件")
        raise UserError(problem, key="output", found=path, allowed=Text("a file", "文件"), hint=SEE)


def _months(call: Call, config: RunConfig) -> tuple[int, int]:
    """Return the first and the last month to tell."""
    end = month_label(config.months - 1)
    first, last = (month_index(call.own[key] or default) for key, default in (("from", month_label(0)), ("to", end)))
    for key, month in (("from", first), ("to", last)):
        if month >= config.months:
            problem = Text(f"'{key}' is not a month of the run", f"'{key}' 不是本次运行中的月份")
            raise UserError(problem, key=key, found=call.own[key], allowed=f"{month_label(0)} .. {end}", hint=SEE)
    if first > last:
        problem = Text("'from' is after 'to'", "'from' 晚于 'to'")
        raise UserError(problem, key="from", found=call.own["from"], allowed=f"{month_label(0)} .. {end}", hint=SEE)
    return first, last
