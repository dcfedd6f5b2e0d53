"""`python -m scenarios.population_tables output=FOLDER` writes the population's tables as Parquet.

They are what `population.tables=FOLDER` reads: write them, change one, and give the folder to a run. Keys: output,
population.seed, population.size, reading.*, region, language; `--config-dir DIR` as for a run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scenarios.cli import guarded
from scenarios.errors import UserError
from scenarios.generator import choose_generator
from scenarios.overrides import language_of, split_arguments, split_override
from scenarios.registry import Text
from scenarios.yaml_files import shown_path

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
    """Write the tables; return the exit code of `scenarios.cli`."""
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
    from scenarios.config import compose_run  # noqa: PLC0415 (the model is not for the help)
    from scenarios.figures import read_figures  # noqa: PLC0415
    from scenarios.folders import write_manifest, written_aside  # noqa: PLC0415
    from scenarios.manifest import provenance  # noqa: PLC0415
    from scenarios.population import write_tables  # noqa: PLC0415
    from scenarios.population.load import load_population  # noqa: PLC0415

    config = compose_run(arguments.overrides, arguments.config_dir)
    population = load_population(config, read_figures(config.region / "figures.csv"))
    made_of = {name: config.resolved[name] for name in ("population", "reading", "region")}
    with written_aside(config.output, config.digest) as folder:
        write_tables(population, folder)
        write_manifest(
            folder, {"kind": "population", "digest": config.digest, "configuration": made_of, **provenance()}
        )
    print(Text("Population: ", "人口：").say(language) + shown_path(config.output))


if __name__ == "__main__":
    sys.exit(main())
