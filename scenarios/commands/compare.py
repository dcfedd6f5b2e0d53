"""`python -m scenarios 'scenarios=[baseline,workshops,school_gap]'` compares scenarios; `make brief` compares all."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scenarios.base.labels import label
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import guarded
from scenarios.settings.command_line import language_of, split_arguments
from scenarios.settings.generator import choose_generator

if TYPE_CHECKING:
    from scenarios.compare.plan import Plan
    from scenarios.compare.tables import Tables

USAGE = Text(
    """Usage: python -m scenarios ['scenarios=[baseline,NAME,...]'] [draws=100] [second_seeds=20] [prior_draws=40]
  [output=FOLDER] [replace=true] [draws_file=FILE] [processes=0] [language=zh] [--config-dir DIR]
  [any lever, end=YYYY-MM, reading.*]

Runs every scenario on every parameter set (draw), with common random numbers, and writes differences from the baseline
with their intervals, charts, and a brief in English and Chinese (HTML and Word). Without scenarios=: all of
conf/scenario/.

  python -m scenarios 'scenarios=[baseline,workshops,school_gap]'
  python -m scenarios scenarios=workshops levers.workshops.size=60 draws=30 output=outputs/sixty

scenarios: names, files or both; the baseline is always among them. draws: how many of the calibrated draws of the
reading (make calibrate). second_seeds: how many of them run with a second seed, too, to tell chance from parameters.
prior_draws: how many draws from before calibration a scenario of your own is run on, to tell what its effect rests on.
Levers set on the command line alter every scenario that pulls them. output: a folder; replace=true: in place of another
comparison's. processes: 0 for one a processor.""",
    """用法：python -m scenarios ['scenarios=[baseline,方案,...]'] [draws=100] [second_seeds=20] [prior_draws=40]
  [output=文件夹] [replace=true] [draws_file=文件] [processes=0] [language=zh] [--config-dir 目录]
  [措施各键、end=YYYY-MM、reading.*]

在每组参数上以相同的随机数运行各方案，写出与基准情景之差及其区间、图表，以及中英文简报（网页与 Word）。
不写 scenarios= 时比较 conf/scenario/ 的全部方案。

  python -m scenarios 'scenarios=[baseline,workshops,school_gap]' language=zh
  python -m scenarios scenarios=workshops levers.workshops.size=60 draws=30 output=outputs/sixty

scenarios：名称或文件；总含基准情景。draws：取该口径校准后抽样（make calibrate）的前若干组；
second_seeds：其中多少组另用第二个种子，以区分偶然与参数；prior_draws：自定方案另用多少组校准前的抽样，以判断效果取决于什么。
命令行中的措施键改变采用该措施的每个方案。output：文件夹；replace=true：取代另一次比较的结果。
processes：0 表示每个处理器一个进程。""",
)
SHOWN = ("households_settled", "persons_resident", "net_jobs", "children_without_seat")


def main(argv: Sequence[str] | None = None) -> int:
    """Compare the scenarios that the words of the command line name; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    language = language_of(words)
    if {"-h", "--help"} & set(words):
        print(USAGE.say(language))
        return
    choose_generator(words)
    from scenarios.compare.plan import OWN, plan_comparison  # noqa: PLC0415 (the model is not for the help)

    own_words = [word for word in words if not word.startswith("language=")]
    arguments = split_arguments(own_words, (*OWN, "replace"))
    plan = plan_comparison(arguments)
    from scenarios.base.folders import check_output  # noqa: PLC0415
    from scenarios.base.paths import ROOT  # noqa: PLC0415
    from scenarios.base.progress import Progress  # noqa: PLC0415
    from scenarios.brief.folder import KIND, write_comparison  # noqa: PLC0415
    from scenarios.compare.assemble import results_of  # noqa: PLC0415
    from scenarios.compare.prior_effects import effects_before  # noqa: PLC0415
    from scenarios.compare.runner import run_all  # noqa: PLC0415
    from scenarios.settings.config import DIGEST_SHOWN  # noqa: PLC0415
    from scenarios.settings.own_keys import own_flag, own_path  # noqa: PLC0415

    digest = plan.digest()
    folder = own_path(arguments, "output", ROOT / "outputs" / "comparisons" / digest[:DIGEST_SHOWN])
    replace = own_flag(arguments, "replace")
    check_output(folder, digest, KIND if replace else "")
    progress = Progress(language)
    started = time.monotonic()

    def done(runs: int, of: int) -> None:
        left = (time.monotonic() - started) / runs * (of - runs)
        progress.stage(Text(f"{runs} of {of} draws and seeds, about {left:.0f} s left",
                            f"已完成 {runs} / {of}，约剩 {left:.0f} 秒"))  # fmt: skip

    progress.stage(Text("starting the runs", "正在启动运行"))
    try:
        outcomes = run_all(plan, done)
        before = effects_before(plan, plan.prior_draws, lambda runs, of: progress.stage(
            Text(f"before calibration: {runs} of {of} draws", f"校准前：{runs} / {of}")))  # fmt: skip
        tables = write_comparison(folder, results_of(plan, outcomes), before, progress.stage, replace)
    finally:
        progress.clear()
    print(summary(tables, plan, language))
    print(Text("Brief: ", "简报：").say(language) + shown_path(folder / f"brief.{language}.html"))
    print(Text(f"Time: {time.monotonic() - started:.0f} s", f"用时：{time.monotonic() - started:.0f} 秒").say(language))


def summary(tables: Tables, plan: Plan, language: str) -> str:
    """Return the effects of the last month on what people ask first, aligned for a terminal."""
    from scenarios.base.console import ruled  # noqa: PLC0415
    from scenarios.base.labels import read_labels  # noqa: PLC0415
    from scenarios.brief.source import chance_text, effect_text, effects_of  # noqa: PLC0415

    effects = tables.effects
    last = str(effects["month"].max())
    found = {name: effects_of(effects, name) for name in SHOWN}
    names = [f"indicator.{name}" if f"indicator.{name}" in read_labels() else f"compared.{name}" for name in SHOWN]
    better = label("brief.column_better", language)
    cells = [[label("brief.column_scenario", language), *(label(n, language) for n in names[:1]), better,
              *(label(n, language) for n in names[1:])]]  # fmt: skip
    for scenario in plan.scenarios[1:]:
        texts = [effect_text(name, found[name][scenario]) for name in SHOWN]
        sure = chance_text(found[SHOWN[0]][scenario].p_better)
        cells.append([plan.configs[scenario].titles[language], texts[0], sure, *texts[1:]])
    draws, runs = len({run.draw for run in plan.runs}), len(plan.runs)
    heading = Text(
        f"Difference from the baseline in {last}, mean [90 % interval] over {draws} draws, {runs} runs",
        f"{last} 与基准情景之差：{draws} 组参数、{runs} 次运行的平均值［90% 区间］",
    )
    return f"{heading.say(language)}\n{ruled(cells, range(1, len(cells[0])))}"
