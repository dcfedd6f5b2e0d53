"""The work of `python -m simulation`: one run, its folder, and the table 'report against model'."""

from __future__ import annotations

import time
from pathlib import Path

from scenarios.base.beside import Here
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import label
from scenarios.base.output.folders import check_output
from scenarios.base.text import Text
from scenarios.base.text_tables import format_table
from scenarios.runs.run import make_run
from scenarios.settings.command import Call
from scenarios.settings.config import check_baseline, compose_run

TOWN_TEXT = Text(
    "A small town for trials: the report's counts are the city's, so they do not agree.",
    "试用小镇：报告中的数量是全市的，因此不会相符。",
)
TABLE_COLUMNS = ("name", "report", "model", "deviation_percent", "met")


def run(call: Call, other: Here) -> None:
    """Run what the words of the command line say; other: makes charts and page."""
    config = compose_run(call.run_words, call.config_dir)
    check_baseline(config)
    check_output(config.output, config.digest)
    folder, table = make_run(config, call.progress, other)
    language = config.language
    call.say(f"{config.titles[language]} ({config.scenario}), {Text('seed', '种子').say(language)} {config.seed}\n")
    if config.population.size != "city":
        call.say(TOWN_TEXT)
    call.say(label("table.report_against_model", language))
    call.say(format_table(table, TABLE_COLUMNS, language))
    if config.outside_prior:
        call.say(Text("Outside the prior range: ", "超出先验范围：").say(language) + ", ".join(config.outside_prior))
    call.say(Text("Results: ", "结果：").say(language) + shown_path(_page(folder)))
    seconds = time.process_time()
    call.say(Text(f"CPU time: {seconds:.1f} s", f"处理器时间：{seconds:.1f} 秒"))


def _page(folder: Path) -> Path:
    page = folder / "report.html"
    return page if page.is_file() else folder
