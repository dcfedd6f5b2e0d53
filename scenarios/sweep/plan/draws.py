"""Draws of parameters as an axis of a sweep: which table they are of, and what a draw sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.base.user import user_path
from scenarios.entries.sweep import HINT
from scenarios.runs.parameter_sets import (
    PARAMETER,
    PRIOR_COMMAND,
    PRIOR_FILE,
    Draws,
    calibrated_by,
    check_draws,
    posterior_file,
    read_draws,
)
from scenarios.settings.config import RunConfig
from scenarios.sweep.plan.axes import PRIOR, DrawsAxis

NO_DRAW = -1
"""The number of the draw of a point without draws."""


def read_sweep_draws(axis: DrawsAxis, config: RunConfig) -> Draws:
    """Return the table of draws of an axis for a configuration; raises UserError if it holds too few."""
    known = {"posterior": posterior_file(config), PRIOR: PRIOR_FILE}
    path = known[axis.table] if axis.table in known else user_path(axis.table, "axes.draws.table")
    draws = read_draws(path, PRIOR_COMMAND if axis.table == PRIOR else calibrated_by(config))
    if axis.table != PRIOR:  # draws of the prior fit every population and reading
        check_draws(draws, config, path)
    if len(draws.table) < axis.n:
        raise UserError(Text("the table holds fewer draws", "抽样表中的组数不足"), key="axes.draws", found=axis.n,
                        allowed=f"1 .. {len(draws.table)}", hint=HINT)  # fmt: skip
    return draws


def check_drawn(drawn: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Raise UserError for a key that a draw sets and a point sets as well."""
    for key in given:
        if key in drawn:
            raise UserError(Text(f"'{key}' is drawn, and is set as well", f"'{key}' 已在抽样中，又另行设置"), key=key,
                            found=key, hint=HINT)  # fmt: skip


def drawn_values(draws: Draws | None, draw: int) -> dict[str, float]:
    """Return what a draw sets, by key; nothing without draws."""
    if draws is None or draw == NO_DRAW:
        return {}
    values = draws.table.iloc[draw]
    names = [name for name in draws.table.columns if name.startswith(PARAMETER)]
    return {f"parameters.{name.removeprefix(PARAMETER)}": float(values[name]) for name in names}
