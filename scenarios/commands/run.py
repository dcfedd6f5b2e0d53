"""The command `python -m simulation`: help, one run, or one line that says what to mend.

Exit codes: 0 done; 2 what was typed cannot be run (nothing is written); 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scenarios.base.labels import label
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import guarded
from scenarios.settings.command_line import (
    SWEEP_OPTIONS,
    Arguments,
    language_of,
    split_arguments,
)
from scenarios.settings.generator import choose_generator
from scenarios.settings.scenario_files import check_config_dir

TOWN_TEXT = Text(
    "A small town for trials: the report's counts are the city's, so they do not agree.",
    "试用小镇：报告中的数量是全市的，因此不会相符。",
)
TABLE_COLUMNS = ("name", "report", "model", "deviation_percent", "met")


def main(argv: Sequence[str] | None = None) -> int:
    """Run what the words of the command line say; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    if set(SWEEP_OPTIONS) & set(words):  # Hydra's way to say that there are many runs
        from scenarios.sweep.__main__ import main as sweep  # noqa: PLC0415

        return sweep(words)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    arguments = split_arguments(words)
    language = language_of(words)
    if arguments.help:
        from scenarios.settings.help_text import help_text  # noqa: PLC0415 (each command loads what it needs)

        print(help_text(language, check_config_dir(arguments.config_dir)))
        return
    _run(arguments)


def _run(arguments: Arguments) -> None:
    choose_generator(arguments.overrides)
    from scenarios.settings.config import compose_run  # noqa: PLC0415 (Hydra and the model are not for the help)

    config = compose_run(arguments.overrides, arguments.config_dir)
    from scenarios.base.folders import check_output  # noqa: PLC0415

    check_output(config.output, config.digest)
    from scenarios.base.progress import Progress  # noqa: PLC0415
    from scenarios.base.text_tables import format_table  # noqa: PLC0415
    from scenarios.runs.run import make_run  # noqa: PLC0415

    language = config.language
    progress = Progress(language)
    try:
        folder, table = make_run(config, progress)
    finally:
        progress.clear()
    print(f"{config.titles[language]} ({config.scenario}), {Text('seed', '种子').say(language)} {config.seed}\n")
    if config.population.size != "city":
        print(TOWN_TEXT.say(language))
    print(label("table.report_against_model", language))
    print(format_table(table, TABLE_COLUMNS, language))
    if config.outside_prior:
        print(Text("Outside the prior range: ", "超出先验范围：").say(language) + ", ".join(config.outside_prior))
    print(Text("Results: ", "结果：").say(language) + shown_path(_page(folder)))
    print(Text(f"CPU time: {time.process_time():.1f} s", f"处理器时间：{time.process_time():.1f} 秒").say(language))


def _page(folder: Path) -> Path:
    page = folder / "report.html"
    return page if page.is_file() else folder
