"""What the rest of a sweep knows of a launcher, and how one is found by its name."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.input.yaml_files import read_yaml, shown_path
from scenarios.base.paths import CONF
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.entries.sweep import HINT
from scenarios.settings.command_line import checked_value, parsed_value
from scenarios.settings.renamed import check_renamed
from scenarios.settings.schema import Key
from scenarios.sweep.plan.plan import Plan, Whole
from scenarios.sweep.store.claims import Claim
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.store.places import PREFIX
from scenarios.sweep.work.runs import Living, Runs

RUNNING = "running"
DEFAULT = "local"
GROUP = CONF / "launcher"


@dataclass
class ActiveSweep:
    """A sweep whose runs are being made.

    living: answers for a claim, whoever launched it; launched: called once work was handed out, so that settings which
    a cluster refuses are not kept.
    """

    plan: Plan
    folder: SweepFolder
    runs: Runs
    progress: Progress
    living: Living
    launched: Callable[[], None]


class Launcher(Protocol):
    """A launcher. `detached`: its jobs go on when the command has ended."""

    detached: bool

    def launch(self, active: ActiveSweep, numbers: Whole) -> None:
        """Make, or have made, the runs; claims them first. Raises UserError."""

    def living(self, claim: Claim) -> list[int]:
        """Return the chunks of a claim that are waiting or at work; raises UserError where nobody can be asked."""

    def cancelled(self, claim: Claim) -> bool:
        """Return whether somebody cancelled jobs of a claim by the scheduler's own means."""

    def jobs(self, claim: Claim) -> dict[str, int]:
        """Return how many processes or jobs of a claim are RUNNING, and how many wait, by the reason."""

    def wait(self, active: ActiveSweep) -> None:
        """Wait a while for jobs that are at work."""

    def cancel(self, claim: Claim) -> None:
        """Have the jobs of a claim that is marked as cancelled end."""


def names() -> list[str]:
    """Return the launchers there are."""
    return sorted(path.stem for path in GROUP.glob("*.yaml"))


def settings_of(name: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings of a launcher with words of the command line in place; raises UserError.

    given: texts by name, without the prefix.
    """
    if name not in names():
        raise UserError(Text("there is no such launcher", "没有这个启动方式"), key="launcher", found=name,
                        allowed=listed(names()), nearest=nearest(name, names()), hint=HINT)  # fmt: skip
    path = GROUP / f"{name}.yaml"
    settings = dict(read_yaml(path).tree)
    for key, text in given.items():
        if key not in settings:
            check_renamed(PREFIX + key, text)
            raise UserError(Text(f"launcher {name} has no '{key}'", f"启动方式 {name} 没有 '{key}'"),
                            key=PREFIX + key, found=text, allowed=listed(settings), nearest=nearest(key, settings),
                            hint=HINT, place=shown_path(path))  # fmt: skip
        settings[key] = _checked(PREFIX + key, settings[key], text)
    return settings


def _checked(path: str, default: Any, text: str) -> Any:
    if isinstance(default, str):
        return text.strip("'\"")
    kind = "whole" if isinstance(default, int) else "number"
    key = Key(path, kind, default, low=0, high=1e9)
    return checked_value(key, parsed_value(key, text))


def launcher_of(name: str, settings: Mapping[str, Any]) -> Launcher:
    """Return a launcher by its name, with settings of `settings_of`."""
    launcher: Launcher = importlib.import_module(f"scenarios.sweep.launchers.{name}").make_launcher(settings)
    return launcher
