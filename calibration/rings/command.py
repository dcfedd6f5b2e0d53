"""The work of `python -m calibration.rings` (make rings): the posterior's draws under evidence from elsewhere."""

from __future__ import annotations

from typing import Any

import pandas as pd

from calibration.fitting.prior import prior_of
from calibration.rings.measures import Measured
from calibration.rings.moves import WIDEST, check_table, moved, observed_by
from calibration.rings.store import Draw, RingRuns
from calibration.rings.table import rings_of
from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.output.plain_files import SIX_DIGITS, write_csv
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.compare.rings_table import FEWEST_EFFECTIVE, RINGS_FILE, WEIGHT, Rings, write_rings
from scenarios.report.patterns import REPORT
from scenarios.runs.parameter_sets import (
    PARAMETER,
    TARGET,
    Draws,
    calibrated_by,
    check_draws,
    posterior_file,
    read_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, compose_run
from scenarios.settings.parameter_values import rounded

MEASURING, DRAWS = Text("measuring what the draws give", "测量各组参数"), Text("draws", "组参数")
MOVING = Text("moving draws by runs of their own", "以新的运行移动各组参数")
OWN_RUN = ROOT / "outputs" / "calibration" / "rings.csv"
"""Where a table goes that is not of all draws of the committed posterior."""
CHECK = OWN_RUN.with_name("rings_check.csv")
BEYOND = 3.0


def rings(call: Call) -> None:
    """Make the table that the words of the command line ask for; nothing is written before all draws are done."""
    config = compose_run(call.words, call.config_dir)
    path = call.own["draws_file"] or posterior_file(config)
    draws = read_draws(path, calibrated_by(config))
    check_draws(draws, config, path)
    own = call.words or {"draws", "draws_file"} & call.typed
    output = call.own["output"] or (OWN_RUN if own else RINGS_FILE)
    runs = RingRuns(call.words, call.config_dir, call.own["cache"], call.own["processes"])
    asked = draws_of(draws)[: call.own["draws"]]
    call.progress.stage(MEASURING)
    found = runs.measured(asked, lambda done, of: call.progress.count(done, of, DRAWS))
    check_histories(draws, found)
    made = rings_of(draws, runs.items, found)
    write_rings(output, Rings(made.table, {**made.made, "source": source_hash("rings")}))
    say(call, made)
    if call.own["moves"]:
        check = moves_of(call, runs, draws, made, config)
        write_csv(check, CHECK, SIX_DIGITS)
        told = check_of(check, call.own["moves"], made)
        write_rings(output, Rings(made.table, {**made.made, "source": source_hash("rings"), "check": told}))
        name, shift = told["parameter"], told["shift"]
        call.say(
            Text(
                f"Check by runs of their own: {shown_path(CHECK)}; largest shift: {name} by {shift:+.2f} sd",
                f"新运行的检验：{shown_path(CHECK)}；差距最大的参数：{name}，{shift:+.2f} 个标准差",
            )
        )
    call.say(Text(f"Rings of evidence: {shown_path(output)}", f"证据圈：{shown_path(output)}"))
    call.say_time()


def moves_of(call: Call, runs: RingRuns, draws: Draws, made: Rings, config: RunConfig) -> pd.DataFrame:
    """Return how far draws that were moved by runs of their own lie from the widest ring's weights."""
    asked = draws_of(draws)[: call.own["draws"]]
    prior = prior_of(config.resolved["parameters"])
    call.progress.stage(MOVING)
    after = moved(
        runs, asked, prior, observed_by(runs, draws.made["without"]), call.own["moves"], call.own["inference_seed"],
        lambda done, of: call.progress.count(done, of, DRAWS),
    )  # fmt: skip
    return check_table(asked, made.table[f"{WEIGHT}{WIDEST}"].to_numpy(float), after)


def check_of(check: pd.DataFrame, moves: int, made: Rings) -> dict[str, Any]:
    """Return what a check by runs of their own came to.

    beyond: how many parameters' means lie more than BEYOND standard errors of the weighted draws from where the weights
    put them; shift: the largest, of `parameter`, in standard deviations.
    """
    limit = BEYOND / float(made.made["rings"][WIDEST]["effective_draws"]) ** 0.5
    first = check.iloc[0]
    return {"moves": moves, "accepted": round(float(first["accepted"]), 4), "parameter": str(first["parameter"]),
            "shift": round(float(first["shift"]), 4), "limit": round(limit, 4), "of": len(check),
            "beyond": int((check["shift"].abs() > limit).sum())}  # fmt: skip


def draws_of(draws: Draws) -> list[Draw]:
    """Return every row of a table of draws as a draw to measure."""
    return [
        Draw({str(name).removeprefix(PARAMETER): float(value) for name, value in row.items()
              if str(name).startswith(PARAMETER)}, int(row["seed"]))
        for row in draws.table.to_dict("records")
    ]  # fmt: skip


def check_histories(draws: Draws, found: list[Measured]) -> None:
    """Raise UserError if a draw does not give the targets that the table of draws holds."""
    for row, measured in zip(draws.table.to_dict("records"), found, strict=False):
        for name, value in measured.outputs.items():
            if name.startswith(TARGET) and name in row and rounded(value) != float(row[name]):
                problem = Text(
                    f"draw {row['draw']} does not give the {name} of its table", f"抽样的 {name} 与抽样表不符"
                )
                hint = Text("make the draws anew: make calibrate", "请重新运行 make calibrate")
                raise UserError(problem, key=name, found=rounded(value), allowed=str(row[name]), hint=hint)


def say(call: Call, made: Rings) -> None:
    """Print a line for each ring: what its draws are worth, and what it moves most."""
    for ring, own in made.made["rings"].items():
        n, of = own["effective_draws"], made.made["draws"]
        if ring == REPORT:
            continue
        name, shift = next(iter(own["parameters"].items()))
        call.say(
            Text(
                f"{ring}: {n:.0f} effective draws of {of}; most moved: {name} by {shift:+.2f} sd",
                f"{ring}：{of} 组抽样中有效 {n:.0f} 组；变动最大的参数：{name}，{shift:+.2f} 个标准差",
            )
        )
        if not own["enough"]:
            call.say(
                Text(
                    f"{ring}: fewer than {FEWEST_EFFECTIVE:.0f} effective draws; nothing under it is called firm",
                    f"{ring}：有效抽样不足 {FEWEST_EFFECTIVE:.0f} 组，该圈之下不称任何结果为稳固",
                )
            )
