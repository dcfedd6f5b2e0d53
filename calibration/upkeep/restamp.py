"""`python -m calibration.restamp`: are the committed posterior draws still what these sources give?

A change of the sources that alters no number leaves the draws right and their hash wrong. This runs the first draws of
every committed posterior again; where all is as stored, it renews the hash. Otherwise it says what differs, and the
posterior has to be fitted again.
"""

from __future__ import annotations

from calibration.fitting.history import history_of, outputs_of, setting_of
from calibration.fitting.prior import prior_of
from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.base.yaml_files import shown_path
from scenarios.runs.parameter_sets import (
    PARAMETER,
    PATTERN,
    POSTERIOR,
    TARGET,
    Draws,
    read_draws,
    setting,
    source_hash,
    write_draws,
)
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run
from scenarios.settings.parameter_values import rounded

RECHECKED = 20
CHECKING = Text("running draws of every committed posterior again", "正在重新运行已提交后验的抽样")
REFIT = Text(
    "fit it again: make calibrate, make calibrate-readings", "请重新运行 make calibrate、make calibrate-readings"
)


def restamp(call: Call) -> None:
    """Check and renew every committed posterior."""
    call.progress.stage(CHECKING)
    for path in sorted(POSTERIOR.glob("*.csv")):
        draws = read_draws(path)
        differing = differences(draws, RECHECKED)
        if differing:
            problem = Text("a draw gives other results than are stored", "某次抽样的结果与所存不同")
            raise UserError(problem, key=path.stem, found=differing[0], hint=REFIT, place=shown_path(path))
        write_draws(path, Draws(draws.table, {**draws.made, "source": source_hash()}))
        n = min(RECHECKED, len(draws.table))
        call.say(Text(f"{shown_path(path)}: {n} draws as stored, hash renewed",
                      f"{shown_path(path)}：{n} 组抽样与所存一致，校验值已更新"))  # fmt: skip


def differences(draws: Draws, n: int) -> list[str]:
    """Return what the first `n` draws give otherwise than is stored: 'draw 3: target:employed 40560, stored 40558'.

    Raises UserError where the prior or the setting is not what they were made with.
    """
    made = draws.made
    config = compose_run([f"reading.{name}={value}" for name, value in made["setting"]["reading"].items()])
    prior = prior_of(config.resolved["parameters"])
    now = {"prior": {each.key: [each.low, each.high, each.shape] for each in prior.ranged}, "setting": setting(config)}
    for name, value in now.items():
        if value != made[name]:
            problem = Text(f"'{name}' is not what the draws were made with", f"'{name}' 与抽样时不同")
            raise UserError(problem, key=name, found=name, hint=REFIT)
    shared, found = setting_of(config), []
    for row in draws.table.head(n).to_dict("records"):
        values = {
            str(name).removeprefix(PARAMETER): float(v) for name, v in row.items() if str(name).startswith(PARAMETER)
        }
        outputs = outputs_of(history_of(shared, values, int(row["seed"])), shared)
        stored = {str(name): float(v) for name, v in row.items() if str(name).startswith((TARGET, PATTERN))}
        found += [
            f"draw {row['draw']}: {name} {rounded(outputs[name])}, stored {value}"
            for name, value in stored.items()
            if rounded(outputs[name]) != value
        ]
    return found
