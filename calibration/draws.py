"""`python -m calibration.draws` (make draws): draws from the prior, rates solved, those kept that fit the report.

Until there is a posterior, this table is what a brief's runs stand on. It is a rejection sample, not a posterior: the
report cuts the prior where a pattern or target is missed, and leaves it as it is elsewhere. `check=true` runs the
table's draws again and renews only its hash if every target and pattern comes out as stored.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from calibration.accept import ACCEPTED, FATES, HOPELESS, Candidate, Held, held_again, try_draw
from calibration.prior import SOLVED, free_parameters, prior_deviations, ranges
from calibration.solve import Report
from scenarios.cli import guarded
from scenarios.compare.draws import (
    DRAWS_FILE,
    PARAMETER,
    Draws,
    read_draws,
    setting,
    source_hash,
    write_draws,
)
from scenarios.compare.plan import SECOND_SEED
from scenarios.config import RunConfig, compose_run
from scenarios.errors import UserError
from scenarios.figures import read_figures
from scenarios.generator import choose_generator
from scenarios.outcome import POISSON_DEVIATIONS, TARGETS, TOLERANCE_PERCENT, target_tolerance
from scenarios.overrides import Arguments, language_of, split_arguments
from scenarios.own_keys import check_words, own_flag, own_path, own_whole
from scenarios.parallel import in_processes
from scenarios.progress import Progress
from scenarios.registry import Text
from scenarios.run import load_population
from scenarios.yaml_files import shown_path

OWN = ("accepted", "candidates", "prior_seed", "processes", "output", "check")
HEEDED = ("language", "region", "generator", "population.", "reading.")
"""Keys of a run that draws belong to; parameters and levers are not among them."""
ANEW = Text("make the table anew: make draws", "请重新运行 make draws")
USAGE = Text(
    """Usage: python -m calibration.draws [accepted=100] [candidates=5000] [prior_seed=1] [processes=0] [output=FILE]
  [check=true] [any other key of python -m simulation: reading.*, population.*, region, generator]

Draws parameters from the prior, solves the rates that targets fix inside each draw, keeps draws that meet every pattern
and come near every target, and writes the table of draws that a comparison of scenarios runs on.
accepted: draws to keep; candidates: draws to try at most; processes: 0 for one a processor.
check=true: runs the draws of the table again; if all is as stored, only the hash of the sources is renewed.""",
    """用法：python -m calibration.draws [accepted=100] [candidates=5000] [prior_seed=1] [processes=0] [output=文件]
  [check=true] [python -m simulation 的其他键：reading.*、population.*、region、generator]

从先验抽取参数，在每次抽样内求解由目标确定的比率，保留符合全部定性特征且接近全部目标的抽样，写成情景比较所用的抽样表。
accepted：保留的抽样数；candidates：最多尝试数；processes：0 表示每个处理器一个进程。
check=true：重新运行表中的抽样；若结果与所存一致，只更新代码校验值。""",
)


class _Worker:
    """What a process holds: the report, its population, and the parameters that are not drawn."""

    config: RunConfig
    report: Report
    prior_seed: int


def main(argv: Sequence[str] | None = None) -> int:
    """Make the table that the words of the command line ask for; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    arguments = split_arguments(words, OWN)
    language = language_of(words)
    if arguments.help:
        print(USAGE.say(language))
        return
    check_words(arguments, HEEDED)
    choose_generator(arguments.overrides, runs_here=False)
    output = own_path(arguments, "output", DRAWS_FILE)
    config = compose_run(arguments.overrides, arguments.config_dir)
    prior_seed = own_whole(arguments, "prior_seed", 1, 0, 2**32)
    processes = own_whole(arguments, "processes", 0, 0, 1024)
    start = (list(arguments.overrides), arguments.config_dir, prior_seed)
    progress = Progress(language)
    try:
        if own_flag(arguments, "check"):
            draws = _checked(read_draws(output), processes, start, progress)
        else:
            draws = _made(arguments, config, processes, start, progress)
    finally:
        progress.clear()
    write_draws(output, draws)
    made = draws.made
    rate = f"{100 * made['acceptance_rate']:.1f} %"
    accepted = len(draws.table)
    tried = made["candidates"]
    kept = Text(f"{accepted} draws of {tried} kept ({rate}): ", f"{tried} 次抽样保留 {accepted} 次（{rate}）：")
    print(kept.say(language) + shown_path(output))


def _made(arguments: Arguments, config: RunConfig, processes: int, start: tuple[Any, ...], progress: Progress) -> Draws:
    wanted = own_whole(arguments, "accepted", 100, 1, 100_000)
    most = own_whole(arguments, "candidates", 5000, 1, SECOND_SEED - 1)
    kept: list[Candidate] = []
    fates: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    runs = 0
    for candidate in in_processes(_try, range(most), processes, _start, start):
        fates[candidate.fate] += 1
        missed.update(candidate.missed)
        runs += candidate.runs
        if candidate.fate == ACCEPTED:
            kept.append(candidate)
            done = len(kept)
            progress.stage(Text(f"{done} of {wanted} draws kept", f"已保留 {done} / {wanted}"))
        if len(kept) == wanted:
            break
    if len(kept) < wanted:
        problem = Text(f"only {len(kept)} of {most} draws fit the report", f"{most} 次抽样中仅 {len(kept)} 次符合报告")
        hint = Text("allow more candidates, or widen ranges in conf/parameters/", "请增加 candidates 或放宽参数范围")
        raise UserError(problem, key="candidates", found=most, hint=hint)
    tried = sum(fates.values())
    table = pd.DataFrame([candidate.row for candidate in kept])
    return Draws(table, {
        **_how(config, start[2]),
        "candidates": tried,
        "accepted": len(kept),
        "acceptance_rate": round(len(kept) / tried, 4),
        "fates": {fate: fates[fate] for fate in FATES},
        "patterns_missed": dict(sorted(missed.items())),
        "history_runs": runs,
    })  # fmt: skip


def _how(config: RunConfig, prior_seed: int) -> dict[str, Any]:
    """Return how draws are made: prior, solved rates, tolerances, screen, setting, source."""
    entries = config.resolved["parameters"]
    figures = read_figures(config.region / "figures.csv")
    return {
        "program": "anju",
        "kind": "draws",
        "prior_seed": prior_seed,
        "prior": {key: [p.low, p.high] for key, p in free_parameters(entries).items()},
        "prior_sd": prior_deviations(free_parameters(entries), prior_seed),
        "solved": {target: {"rate": key, "range": list(ranges(entries)[key][1:3])} for target, key in SOLVED.items()},
        "tolerances": {target: round(target_tolerance(target, figures[target].value), 3) for target in TARGETS},
        "tolerance_rule": {"percent": TOLERANCE_PERCENT, "poisson_deviations": POISSON_DEVIATIONS},
        "screen": {name: list(band) for name, band in HOPELESS.items()},
        "setting": setting(config),
        "source": source_hash(),
    }


def _config(start: tuple[Any, ...]) -> RunConfig:
    return compose_run(start[0], start[1])


def _checked(draws: Draws, processes: int, start: tuple[Any, ...], progress: Progress) -> Draws:
    """Return the draws with the present hash; raises UserError if one comes out otherwise than stored."""
    present = _how(_config(start), draws.made["prior_seed"])
    for name in ("prior", "solved", "tolerances", "setting"):
        if present[name] != draws.made.get(name):
            problem = Text(f"'{name}' is not what the draws were made with", f"'{name}' 与抽样时不同")
            raise UserError(problem, key="check", found=name, hint=ANEW)
    rows = [{str(name): value for name, value in row.items()} for row in draws.table.to_dict("records")]
    again = in_processes(_again, rows, processes, _start, start)
    for number, (stored, found) in enumerate(zip(rows, again, strict=True)):
        progress.stage(Text(f"{number + 1} of {len(rows)} draws run again", f"已重跑 {number + 1} / {len(rows)}"))
        differs = [name for name, value in found.values.items() if value != stored.get(name)]
        if differs or not found.fits:
            differs = differs or list(found.values)[:1]
            problem = Text(f"draw {stored['draw']} gives other results", f"第 {stored['draw']} 次抽样结果不同")
            if not found.fits:
                problem = Text(
                    f"draw {stored['draw']} does not fit the report", f"第 {stored['draw']} 次抽样与报告不符"
                )
            found_text = f"{differs[0]} = {found.values[differs[0]]}"
            raise UserError(problem, key="check", found=found_text, allowed=str(stored.get(differs[0])), hint=ANEW)
    return Draws(draws.table, {**draws.made, "source": source_hash()})


def _start(overrides: list[str], config_dir: str | None, prior_seed: int) -> None:
    """Prepare a process: read the report and make the population once."""
    config = compose_run(overrides, config_dir)
    figures = read_figures(config.region / "figures.csv")
    patterns = pd.read_csv(config.region / "patterns.csv")
    _Worker.config, _Worker.prior_seed = config, prior_seed
    _Worker.report = Report(load_population(config, figures), figures, patterns, config.reading)


def _try(number: int) -> Candidate:
    worker = _Worker
    return try_draw(
        number, worker.prior_seed, worker.config.resolved["parameters"], worker.report, worker.config.parameters
    )


def _again(row: dict[str, Any]) -> Held:
    values = {name.removeprefix(PARAMETER): value for name, value in row.items() if name.startswith(PARAMETER)}
    return held_again(int(row["seed"]), values, _Worker.report, _Worker.config.parameters)


if __name__ == "__main__":
    sys.exit(main())
