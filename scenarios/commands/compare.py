"""The work of `python -m scenarios`: scenarios compared on every draw, tables, charts and the brief."""

from __future__ import annotations

from scenarios.base.console import ruled
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import label, read_labels
from scenarios.base.output.folders import check_output
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.brief.folder import KIND, write_comparison
from scenarios.brief.source import effect_text, effects_of
from scenarios.compare.assemble import results_of
from scenarios.compare.plan import Plan, plan_comparison
from scenarios.compare.prior_effects import effects_before
from scenarios.compare.runner import run_all
from scenarios.compare.tables import Tables
from scenarios.pages.number_words import chance_text
from scenarios.settings.command import Call
from scenarios.settings.config import DIGEST_SHOWN

SHOWN = ("households_settled", "persons_resident", "net_jobs", "children_without_seat")
RUNNING = Text("running the scenarios", "正在运行各方案")
BEFORE = Text("effects before calibration", "校准前的效果")
DRAWS_AND_SEEDS, DRAWS = Text("draws and seeds", "组参数与种子"), Text("draws", "组参数")


def compare(call: Call) -> None:
    """Compare the scenarios that the words of the command line name."""
    progress, language = call.progress, call.language
    plan = plan_comparison(call)
    digest, replace = plan.digest(), call.own["replace"]
    folder = call.own["output"] or ROOT / "outputs" / "comparisons" / digest[:DIGEST_SHOWN]
    check_output(folder, digest, KIND if replace else "")
    progress.stage(RUNNING)
    outcomes = run_all(plan, lambda runs, of: progress.count(runs, of, DRAWS_AND_SEEDS))
    progress.stage(BEFORE)
    before = effects_before(plan, plan.prior_draws, lambda runs, of: progress.count(runs, of, DRAWS))
    tables = write_comparison(folder, results_of(plan, outcomes), before, progress.stage, replace)
    call.say(summary(tables, plan, language))
    brief = shown_path(folder / f"brief.{language}.html")
    call.say(Text(f"Brief: {brief}", f"简报：{brief}"))
    call.say_time()


def summary(tables: Tables, plan: Plan, language: str) -> str:
    """Return the effects of the last month on what people ask first, aligned for a terminal."""
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
