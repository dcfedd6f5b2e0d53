"""`python -m scenarios.diaries` writes the diaries of ten households in the baseline and in one scenario.

The folder holds `diaries.parquet` (one row per scenario, household and month), `households.csv` (who they are),
`scenarios.csv`, the chart and `manifest.json`. The rule that chooses the households is in choice.py.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.base.errors import UserError, nearest
from scenarios.base.labels import label
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import guarded
from scenarios.settings.command_line import Arguments, language_of, split_arguments
from scenarios.settings.generator import choose_generator
from scenarios.settings.schema import BASE, RUN_FIELDS

if TYPE_CHECKING:
    from scenarios.households.diaries.tables import Diaries
    from scenarios.settings.config import RunConfig

OWN = ("households", "output")
"""Keys of this command; all others are those of a run."""
SCENARIO = "workshops_and_school_gap"
MOST = 12
"""Households that a page has room for."""
DIGITS = 9
"""Digits of a household's number, at most."""
FOLDER = CONF.parent / "outputs" / "diaries"
USAGE = Text(
    f"""Usage: python -m scenarios.diaries [households=NUMBER,NUMBER,...] [scenario=NAME] [output=FOLDER]
  [language=zh] [seed=1] [any other key of python -m simulation]

Runs the baseline and one scenario ({SCENARIO}) with the same random numbers, and writes what becomes of
ten households month by month: tables and a chart in outputs/diaries. Levers set on the command line alter the scenario,
other keys both runs; scenario=baseline runs the baseline alone. At most {MOST} households, numbered from 0.
{{rule}}

  python -m scenarios.diaries
  python -m scenarios.diaries households=0,17,123 scenario=workshops output=outputs/three_households""",
    f"""用法：python -m scenarios.diaries [households=编号,编号,...] [scenario=方案] [output=文件夹]
  [language=zh] [seed=1] [python -m simulation 的其他键]

以相同的随机因素运行基准情景和一个方案（{SCENARIO}），逐月记录十户人家的变化，
表和图写入 outputs/diaries。命令行中的政策措施只改变方案，其他键对两次运行都有效；scenario=baseline 只运行基准情景。
至多 {MOST} 户，编号从 0 起。
{{rule}}

  python -m scenarios.diaries language=zh
  python -m scenarios.diaries households=0,17,123 scenario=workshops output=outputs/three_households language=zh""",
)
SEE = Text("see python -m scenarios.diaries --help", "说明见 python -m scenarios.diaries --help language=zh")


def main(argv: Sequence[str] | None = None) -> int:
    """Write the diaries that the words of the command line ask for; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    arguments = split_arguments(words, OWN)
    if arguments.help:
        language = language_of(words)
        print(USAGE.say(language).format(rule=label("diary.rule", language)))
        return
    _check_names(arguments)
    choose_generator(arguments.overrides)
    asked = _asked(arguments.own.get("households"))
    baseline, scenario = open_configs(arguments)
    folder = _folder(arguments.own.get("output"))
    diaries = write_folder(folder, baseline, scenario, asked)
    language = baseline.language
    numbers = ", ".join(str(household) for household in diaries.households["household"])
    print(Text("Households: ", "搬迁户：").say(language) + numbers)
    if not asked:
        print(label("diary.rule", language))
    print(Text("Diaries: ", "日记：").say(language) + shown_path(folder))


def open_configs(arguments: Arguments) -> tuple[RunConfig, RunConfig | None]:
    """Return the configurations of the baseline and of the scenario, None if that is the baseline; raises UserError."""
    from scenarios.settings.config import compose_run  # noqa: PLC0415 (Hydra and the model are not for the help)

    names = [word.partition("=")[0].strip() for word in arguments.overrides]
    default = [] if "scenario" in names else [f"scenario={SCENARIO}"]
    scenario = compose_run([*default, *arguments.overrides], arguments.config_dir)
    shared = [
        word
        for word, name in zip(arguments.overrides, names, strict=True)
        if name != "scenario" and not name.startswith("levers.")
    ]
    baseline = compose_run([f"scenario={BASE}", *shared], arguments.config_dir)
    if scenario.scenario != BASE:
        return baseline, scenario
    if scenario.policy.levers:
        problem = Text("the scenario 'baseline' cannot pull levers here", "此处 'baseline' 不能带政策措施")
        hint = Text("name another scenario: scenario=NAME", "请另选方案：scenario=名称")
        raise UserError(problem, key="scenario", found=", ".join(scenario.policy.levers), hint=hint)
    return baseline, None


def write_folder(folder: Path, baseline: RunConfig, scenario: RunConfig | None, asked: Sequence[int] = ()) -> Diaries:
    """Run, write the folder, and return what it holds; raises UserError before anything is written."""
    from scenarios.base.folders import check_output, write_manifest, written_aside  # noqa: PLC0415
    from scenarios.base.progress import Progress  # noqa: PLC0415
    from scenarios.households.diaries.chart import draw_diaries  # noqa: PLC0415
    from scenarios.households.diaries.runs import make_diaries  # noqa: PLC0415
    from scenarios.households.diaries.tables import KIND, write_diaries  # noqa: PLC0415
    from scenarios.population.load import load_population  # noqa: PLC0415
    from scenarios.runs.provenance import run_manifest  # noqa: PLC0415
    from scenarios.runs.run import POPULATION, STARTING, WRITING  # noqa: PLC0415
    from scenarios.settings.config import canonical_json  # noqa: PLC0415

    runs = [[config.scenario, config.digest] for config in (baseline, scenario) if config is not None]
    digest = hashlib.sha256(canonical_json({"runs": runs, "households": list(asked)}).encode()).hexdigest()
    check_output(folder, digest)
    progress = Progress(baseline.language)
    try:
        progress.stage(POPULATION)
        population = load_population(baseline)
        _check_households(asked, len(population.households))
        progress.stage(STARTING)
        diaries = make_diaries(population, baseline, scenario, asked, progress)
        progress.stage(WRITING)
        with written_aside(folder, digest) as aside:
            write_diaries(aside, diaries)
            draw_diaries(diaries, aside, baseline.language)
            made_of = {"kind": KIND, "digest": digest, "households": list(asked), "runs": runs}
            write_manifest(aside, {**run_manifest(scenario or baseline), **made_of})
    finally:
        progress.clear()
    return diaries


def _check_names(arguments: Arguments) -> None:
    """Raise UserError for a misspelt key of this command, which a run could not name."""
    for word in arguments.overrides:
        name = word.partition("=")[0].strip()
        near = nearest(name, (*OWN, *RUN_FIELDS, "scenario"))
        if "." not in name and near in OWN and name not in RUN_FIELDS:
            problem = Text(f"unknown key '{name}'", f"没有 '{name}' 这个键")
            raise UserError(problem, key=name, allowed=", ".join(OWN), nearest=near, hint=SEE)


def _asked(text: str | None) -> tuple[int, ...]:
    """Return the households of households=0,17,...; none if the key is not there."""
    if text is None:
        return ()
    numbers = [part.strip() for part in text.strip("[] ").replace("，", ",").split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= DIGITS for part in numbers):
        problem = Text("'households' is not a list of numbers", "'households' 应为编号列表")
        raise UserError(problem, key="households", found=text, allowed="households=0,17,123", hint=SEE)
    asked = tuple(dict.fromkeys(int(part) for part in numbers))
    if len(asked) > MOST:
        problem = Text("'households' has too many numbers for a page", "'households' 的户数超出一页")
        allowed = Text(f"at most {MOST}", f"至多 {MOST} 户")
        raise UserError(problem, key="households", found=len(asked), allowed=allowed, hint=SEE)
    return asked


def _check_households(asked: Sequence[int], n: int) -> None:
    for household in asked:
        if household >= n:
            problem = Text(f"there is no household {household}", f"没有第{household}号搬迁户")
            raise UserError(problem, key="households", allowed=f"0 .. {n - 1}", hint=SEE)


def _folder(text: str | None) -> Path:
    if text is None:
        return FOLDER
    if not text.strip("'\" "):
        raise UserError(Text("'output' has an empty value", "'output' 的取值为空"), key="output", hint=SEE)
    return Path(text).expanduser()
