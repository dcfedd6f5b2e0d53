"""The work of `python -m scenarios.population_tables`: the population's tables as Parquet.

They are what `population.tables=FOLDER` reads: write them, change one, and give the folder to a run.
"""

from __future__ import annotations

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.folders import write_manifest, written_aside
from scenarios.base.text import Text
from scenarios.population.load import load_population
from scenarios.population.tables import write_tables
from scenarios.runs.provenance import provenance
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run


def population_tables(call: Call) -> None:
    """Write the tables; raises UserError where no folder is named."""
    output = call.own["output"]
    if output is None:
        problem = Text("'output' is missing: which folder?", "缺少 output：写到哪个文件夹？")
        raise UserError(problem, key="output", hint=call.see)
    config = compose_run(call.words, call.config_dir)
    population = load_population(config)
    made_of = {name: config.resolved[name] for name in ("population", "reading", "region")}
    with written_aside(output, config.digest) as folder:
        write_tables(population, folder)
        write_manifest(
            folder,
            {"kind": "population", "digest": config.digest, "configuration": made_of, **provenance("population")},
        )
    call.say(Text(f"Population: {shown_path(output)}", f"人口：{shown_path(output)}"))
