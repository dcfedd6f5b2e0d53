"""The work of `python -m scenarios.diaries`: the diaries of ten households in the baseline and in one scenario.

The folder holds `diaries.parquet` (one row per scenario, household and month), `households.csv` (who they are),
`scenarios.csv`, the chart and `manifest.json`. The rule that chooses the households is in choice.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import label
from scenarios.base.output.folders import check_output, write_manifest, written_aside
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.entries.comparing import DIARIES, DIARIES_SCENARIO, MOST_HOUSEHOLDS
from scenarios.households.diaries.chart import draw_diaries
from scenarios.households.diaries.runs import finished_diaries
from scenarios.households.diaries.tables import KIND, Diaries, write_diaries
from scenarios.runs.provenance import run_manifest
from scenarios.runs.run import WRITING
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, canonical_json, check_baseline, compose_run
from scenarios.settings.scenario_files import check_titles
from scenarios.settings.schema import BASE

DIGITS = 9
"""Digits of a household's number, at most."""
SEE = DIARIES.see


def diaries(call: Call) -> None:
    """Write the diaries that the words of the command line ask for."""
    asked, folder = _asked(call), call.own["output"]
    baseline, scenario = open_configs(call)
    made = write_folder(folder, baseline, scenario, call.progress, asked)
    numbers = ", ".join(str(household) for household in made.households["household"])
    call.say(Text(f"Households: {numbers}", f"搬迁户：{numbers}"))
    if not asked:
        call.say(label("diary.rule", call.language))
    call.say(Text(f"Diaries: {shown_path(folder)}", f"日记：{shown_path(folder)}"))


def open_configs(call: Call) -> tuple[RunConfig, RunConfig | None]:
    """Return the configurations of the baseline and of the scenario, None if that is the baseline; raises UserError."""
    names = [word.partition("=")[0].strip() for word in call.words]
    default = [] if "scenario" in names else [f"scenario={DIARIES_SCENARIO}"]
    scenario = compose_run([*default, *call.run_words], call.config_dir)
    shared = [
        word
        for word, name in zip(call.words, names, strict=True)
        if name != "scenario" and not name.startswith("levers.")
    ]
    baseline = compose_run([f"scenario={BASE}", *shared, f"language={scenario.language}"], call.config_dir)
    if scenario.scenario != BASE:
        check_titles({config.scenario: config.titles for config in (baseline, scenario)}, "scenario")
        return baseline, scenario
    check_baseline(scenario)
    return baseline, None


def write_folder(
    folder: Path, baseline: RunConfig, scenario: RunConfig | None, progress: Progress, asked: Sequence[int] = ()
) -> Diaries:
    """Run, write the folder, and return what it holds; raises UserError before anything is written."""
    runs = [[config.scenario, config.digest] for config in (baseline, scenario) if config is not None]
    digest = hashlib.sha256(canonical_json({"runs": runs, "households": list(asked)}).encode()).hexdigest()
    check_output(folder, digest)
    made = finished_diaries(baseline, scenario, asked, progress)
    progress.stage(WRITING)
    with written_aside(folder, digest) as aside:
        write_diaries(aside, made)
        draw_diaries(made, aside, baseline.language)
        made_of = {"kind": KIND, "digest": digest, "households": list(asked), "runs": runs}
        write_manifest(aside, {**run_manifest(scenario or baseline, "diaries"), **made_of})
    return made


def _asked(call: Call) -> tuple[int, ...]:
    """Return the households of households=0,17,...; none if the key is not there."""
    if "households" not in call.typed:
        return ()
    numbers = call.own["households"]
    if not numbers or not all(part.isascii() and part.isdigit() and len(part) <= DIGITS for part in numbers):
        problem, found = Text("'households' is not a list of numbers", "'households' 应为编号列表"), ",".join(numbers)
        raise UserError(problem, key="households", found=found, allowed="households=0,17,123", hint=SEE)
    asked = tuple(dict.fromkeys(int(part) for part in numbers))
    if len(asked) > MOST_HOUSEHOLDS:
        problem = Text("'households' has too many numbers for a page", "'households' 的户数超出一页")
        allowed = Text(f"at most {MOST_HOUSEHOLDS}", f"至多 {MOST_HOUSEHOLDS} 户")
        raise UserError(problem, key="households", found=len(asked), allowed=allowed, hint=SEE)
    return asked
