"""The verbs of a sweep: what each does, and the last line that says how it ended."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.base.door import loaded
from scenarios.base.errors import UserError, listed
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.progress import duration
from scenarios.base.text import Text
from scenarios.entries.sweep import HINT
from scenarios.settings.command import Call
from scenarios.sweep.dry_run import print_plan
from scenarios.sweep.launchers.base import DEFAULT, settings_of
from scenarios.sweep.plan.plan import Plan, plan_sweep
from scenarios.sweep.plan.spec import Sweep
from scenarios.sweep.plan.sweep_files import read_sweep, sweep_paths
from scenarios.sweep.status import print_status
from scenarios.sweep.store.claims import read_claims
from scenarios.sweep.store.folder import SweepFolder, default_folder
from scenarios.sweep.store.parts import FULL, full_disk
from scenarios.sweep.store.places import PREFIX
from scenarios.sweep.store.results import write_results
from scenarios.sweep.work.drive import Launchers, drive
from scenarios.sweep.work.runs import Standing

FOLDER_KEYS = ("sweep", "output", "launcher")
HEEDED = {
    "run": (*FOLDER_KEYS, "follow", "retry_failed", "abandon", "dry_run"),
    "plan": FOLDER_KEYS,
    "status": (*FOLDER_KEYS, "abandon"),
    "resume": (*FOLDER_KEYS, "follow", "retry_failed", "abandon"),
    "collect": FOLDER_KEYS,
    "table": FOLDER_KEYS,
    "cancel": (*FOLDER_KEYS, "abandon"),
}
"""Keys of the command that each verb heeds."""
NAMING = ("run", "plan")
"""Verbs that name a sweep by its keys; the others find it in its folder."""
INCOMPLETE = 1


@dataclass(frozen=True)
class SweepCall:
    """A command line taken apart: the call, settings of the launcher by name, words of the sweep."""

    call: Call
    settings: Mapping[str, str]
    sweep: tuple[str, ...]


def run_verb(call: Call) -> int:
    """Do what the words say; return the exit code. Raises UserError."""
    given = _sweep_call(call)
    actions: Mapping[str, Callable[[SweepCall], int]] = {
        "run": _run, "plan": _plan, "status": _status, "resume": _resume, "collect": _collect, "table": _table,
        "cancel": _cancel,
    }  # fmt: skip
    if call.own["dry_run"]:
        return _plan(given)
    with _ended_by_term():
        return actions[call.own["verb"]](given)


class TerminatedError(KeyboardInterrupt):
    """The command was asked to end (SIGTERM), as schedulers do."""


@contextlib.contextmanager
def _ended_by_term() -> Iterator[None]:
    """Let SIGTERM, and a terminal that is closed, end the command as Ctrl-C does: workers write what they have."""

    def end(*_: Any) -> None:
        raise TerminatedError

    numbers = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
    before = [signal.signal(number, end) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _sweep_call(call: Call) -> SweepCall:
    verb = call.own["verb"]
    settings = {word.partition("=")[0].removeprefix(PREFIX): word.partition("=")[2]
                for word in call.words if word.startswith(PREFIX)}  # fmt: skip
    words = [word for word in call.words if not word.startswith(PREFIX)]
    hydra = [word for word in words if word.startswith("hydra")]
    if hydra:
        raise UserError(Text("Hydra's own settings are not used", "不使用 Hydra 自身的设置"), key="hydra",
                        found=hydra[0], allowed="launcher=NAME, output=FOLDER", hint=HINT)  # fmt: skip
    others = sorted(name for name in call.typed & set(HEEDED["run"]) if name not in HEEDED[verb])
    if others or (words and verb not in NAMING):
        raise UserError(Text(f"'{verb}' takes no key of a sweep: its folder says all",
                             f"'{verb}' 不接受扫描的键：其文件夹已说明一切")
                        if verb not in NAMING else
                        Text(f"'{verb}' does not heed '{others[0]}'", f"'{verb}' 不使用 '{others[0]}'"),
                        key=verb, found=others[0] if others else words[0],
                        allowed=", ".join(f"{name}=" for name in HEEDED[verb]),
                        hint=Text("more of the same: the first command, with that key",
                                  "扩展扫描：请在首个命令中加此键") if verb not in NAMING else HINT)  # fmt: skip
    return SweepCall(call, settings, tuple(words))


def _launcher(given: SweepCall, folder: SweepFolder | None = None) -> tuple[str, dict[str, Any]]:
    """Return launcher and settings that are typed; else those that the folder was last run with; else this machine."""
    kept = folder.launcher() if folder is not None else None
    name = given.call.own["launcher"] or (kept[0] if kept else DEFAULT)
    settings = settings_of(name, given.settings)
    if kept and kept[0] == name:
        settings |= {key: value for key, value in kept[1].items() if key in settings and key not in given.settings}
    return name, settings


def _launchers(given: SweepCall, folder: SweepFolder) -> Launchers:
    """Return the launcher of a folder that is there, and those of its claims."""
    return Launchers(*_launcher(given, folder), given.call.own["abandon"])


def _sweep_of(given: SweepCall) -> Sweep:
    name = given.call.own["sweep"]
    if name is None and not given.sweep:
        raise UserError(Text("no sweep is named", "未指定扫描"), key="sweep", allowed=listed(sweep_paths()), hint=HINT)
    return read_sweep(name, given.sweep, given.call.config_dir)


def _folder(given: SweepCall, sweep: Sweep | None = None) -> SweepFolder:
    path: Path | None = given.call.own["output"]
    return SweepFolder(path or default_folder(sweep if sweep is not None else _sweep_of(given)))


def _run(given: SweepCall) -> int:
    name, settings = _launcher(given)
    sweep = _sweep_of(given)
    folder = _folder(given, sweep)
    return _make(given, plan_sweep(sweep), folder, name, settings)


def _resume(given: SweepCall) -> int:
    folder = _folder(given)
    name, settings = _launcher(given, folder)
    return _make(given, folder.read(), folder, name, settings)


def _make(given: SweepCall, plan: Plan, folder: SweepFolder, name: str, settings: dict[str, Any]) -> int:
    options, progress = given.call.own, given.call.progress
    launchers = Launchers(name, settings, options["abandon"])
    try:
        folder.open(plan)
        standing = drive(plan, folder, launchers, progress, options["retry_failed"], options["follow"])
    except KeyboardInterrupt:
        raise UserError(
            Text("stopped; what was written is kept", "已停止，已写出的均已保存"), key="sweep", hint=_go_on(folder)
        ) from None
    except OSError as error:
        raise _disk(error, folder) from None
    finally:
        progress.clear()
    took = duration(progress.seconds)
    given.call.say(Text(f"Time: {took.en}", f"用时：{took.zh}"))
    if not standing.done.all():
        return _say_remaining(standing, folder, given.call)
    return _write(plan, folder, given.call)


def _disk(error: OSError, folder: SweepFolder) -> Exception:
    """Return what to raise for an error of the disk: one line of its own where it is full."""
    return full_disk(folder.path) if error.errno in FULL else error


def _go_on(folder: SweepFolder) -> Text:
    command = f"python -m scenarios.sweep resume output={shown_path(folder.path)}"
    return Text(f"go on with: {command}", f"继续：{command}")


def _say_remaining(standing: Standing, folder: SweepFolder, call: Call) -> int:
    """Say what is not done: at work elsewhere, or left."""
    live, remaining = int(standing.live.sum()), int(standing.remaining.size)
    done, of = int(standing.done.sum()), standing.order.size
    call.say(Text(f"{done:,} of {of:,} runs done, {live:,} at work, {remaining:,} left",
                  f"{of:,} 次运行中已完成 {done:,} 次，进行中 {live:,} 次，未开始 {remaining:,} 次"))  # fmt: skip
    status = f"python -m scenarios.sweep status output={shown_path(folder.path)}"
    call.say(Text(f"The jobs go on by themselves: {status}", f"作业会自行继续：{status}") if live else _go_on(folder))
    return 0 if live and not remaining else INCOMPLETE


def _write(plan: Plan, folder: SweepFolder, call: Call) -> int:
    """Collect, and say how it ended: the last line."""
    try:
        return int(write_results(plan, folder, call).incomplete)
    except OSError as error:
        raise _disk(error, folder) from None


def _collect(given: SweepCall) -> int:
    folder = _folder(given)
    return _write(_results_of(folder, given.call), folder, given.call)


def _results_of(folder: SweepFolder, call: Call) -> Plan:
    """Return the plan of a folder whose results are read; say so where other sources made them."""
    plan, other = folder.read_results(), folder.other_sources()
    if other is not None:
        call.say(other)
    return plan


def _table(given: SweepCall) -> int:
    """Collect, and write the answer beside the table."""
    folder = _folder(given)
    plan = _results_of(folder, given.call)
    try:
        results = write_results(plan, folder, given.call)
        loaded("scenarios.sweep.answer.folder:write_answer")(plan, folder, results.collected, given.call)
    except OSError as error:
        raise _disk(error, folder) from None
    return int(results.incomplete)


def _plan(given: SweepCall) -> int:
    name, settings = _launcher(given)
    sweep = _sweep_of(given)
    print_plan(plan_sweep(sweep), _folder(given, sweep), name, settings, given.call)
    return 0


def _status(given: SweepCall) -> int:
    folder = _folder(given)
    return int(print_status(_results_of(folder, given.call), folder, _launchers(given, folder), given.call))


def _cancel(given: SweepCall) -> int:
    folder = _folder(given)
    launchers, ended = _launchers(given, folder), 0
    for claim in read_claims(folder.claims):
        if not claim.ended and launchers.living(claim):
            claim.cancel()
            launchers.of(claim).cancel(claim)
            ended += 1
    given.call.say(Text(f"{ended} jobs or processes were told to stop; they write what they have",
                        f"已通知 {ended} 个作业或进程停止；它们会写出已完成的运行"))  # fmt: skip
    given.call.say(_go_on(folder))
    return 0
