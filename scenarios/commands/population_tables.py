"""`python -m scenarios.population_tables output=FOLDER` writes the population's tables as Parquet.

They are what `population.tables=FOLDER` reads: write them, change one, and give the folder to a run. Keys: output,
population.seed, population.size, reading.*, region, language; `--config-dir DIR` as for a run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import guarded
from scenarios.settings.command_line import language_of, split_arguments, split_override
from scenarios.settings.generator import choose_generator

KEYS = ("output", "population.", "reading.", "region", "language")
USAGE = Text(
    "Usage: python -m scenarios.population_tables output=FOLDER [population.seed=1] [population.size=city]\n"
    "  [reading.NAME=VALUE] [region=NAME] [language=zh]\n"
    "Writes the synthetic population as Parquet tables, for population.tables=FOLDER of a run.",
    "用法：python -m scenarios.population_tables output=文件夹 [population.seed=1] [population.size=city]\n"
    "  [reading.名称=取值] [region=名称] [language=zh]\n"
    "把合成人口写成 Parquet 表，供运行时的 population.tables=文件夹 使用。",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Write the tables; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    arguments = split_arguments(words)
    language = language_of(words)
    if arguments.help:
        print(USAGE.say(language))
        return
    names = [split_override(word)[0] for word in arguments.overrides]
    for name in names:
        if not name.startswith(KEYS):
            problem = Text(f"'{name}' does not alter the population", f"'{name}' 与人口无关")
            raise UserError(problem, key=name, allowed=", ".join(key.removesuffix(".") for key in KEYS), hint=USAGE)
    if "output" not in names:
        problem = Text("'output' is missing: which folder?", "缺少 output：写到哪个文件夹？")
        raise UserError(problem, key="output", hint=USAGE)
    choose_generator()
    from scenarios.base.folders import write_manifest, written_aside  # noqa: PLC0415
    from scenarios.population.load import load_population  # noqa: PLC0415
    from scenarios.population.tables import write_tables  # noqa: PLC0415
    from scenarios.runs.provenance import provenance  # noqa: PLC0415
    from scenarios.settings.config import compose_run  # noqa: PLC0415 (the model is not for the help)

    config = compose_run(arguments.overrides, arguments.config_dir)
    population = load_population(config)
    made_of = {name: config.resolved[name] for name in ("population", "reading", "region")}
    with written_aside(config.output, config.digest) as folder:
        write_tables(population, folder)
        write_manifest(
            folder, {"kind": "population", "digest": config.digest, "configuration": made_of, **provenance()}
        )
    print(Text("Population: ", "人口：").say(language) + shown_path(config.output))
