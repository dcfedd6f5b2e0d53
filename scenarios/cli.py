"""The command `python -m simulation`: help, one run, or one line that says what to mend.

Exit codes: 0 done; 2 what was typed cannot be run (nothing is written); 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scenarios.errors import UserError
from scenarios.generator import choose_generator
from scenarios.labels import label
from scenarios.overrides import SWEEP_OPTIONS, Arguments, language_of, split_arguments
from scenarios.registry import RegistryError, Text
from scenarios.scenario_files import check_config_dir
from scenarios.yaml_files import shown_path

DONE, WRONG, STOPPED = 0, 2, 130
STOPPED_TEXT = Text("stopped; nothing was written", "已停止，未写出任何结果")
RUNS_KEPT_TEXT = Text(
    "stopped; finished runs are kept, the same command goes on",
    "已停止；已完成的运行均已保存，同一命令可继续",
)
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


def guarded(command: Callable[[], None], language: str, stopped: Text = STOPPED_TEXT) -> int:
    """Call `command` and return its exit code: errors of the user and Ctrl-C become one line on stderr.

    stopped: what is said after Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        command()
    except UserError as error:
        return _say(error.say(language), WRONG)
    except RegistryError as error:
        more = len(error.problems) - 1
        rest = Text(f" (and {more} more: python -m scenarios.check)", f"（另有 {more} 处：python -m scenarios.check）")
        return _say(error.problems[0].say(language) + (rest.say(language) if more else ""), WRONG)
    except KeyboardInterrupt:
        return _say(stopped.say(language), STOPPED)
    except BrokenPipeError:  # the reader of our output (head, less) has gone
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        where = Text("cannot read or write", "无法读写").say(language)
        return _say(f"{where} {error.filename or ''}: {error.strerror or error}", WRONG)
    return DONE


def _say(line: str, code: int) -> int:
    print(line, file=sys.stderr)
    return code


def _main(words: Sequence[str]) -> None:
    arguments = split_arguments(words)
    language = language_of(words)
    if arguments.help:
        from scenarios.help_text import help_text  # noqa: PLC0415 (each command loads what it needs)

        print(help_text(language, check_config_dir(arguments.config_dir)))
        return
    _run(arguments)


def _run(arguments: Arguments) -> None:
    choose_generator(arguments.overrides)
    from scenarios.config import compose_run  # noqa: PLC0415 (Hydra and the model are not for the help)

    config = compose_run(arguments.overrides, arguments.config_dir)
    from scenarios.folders import check_output  # noqa: PLC0415

    check_output(config.output, config.digest)
    from scenarios.progress import Progress  # noqa: PLC0415
    from scenarios.run import make_run  # noqa: PLC0415
    from scenarios.tables import format_table  # noqa: PLC0415

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
