"""The commands of a sweep: what each verb does, and the last line that says how it ended."""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.base.yaml_files import read_yaml, shown_path
from scenarios.settings.command_line import SWEEP_OPTIONS, split_arguments
from scenarios.settings.generator import KEY as GENERATOR
from scenarios.settings.generator import choose_generator
from scenarios.settings.own_keys import own_flag, own_path
from scenarios.sweep.store.places import HEAD, PREFIX, SWEEPS
from scenarios.sweep.usage import HINT
from scenarios.sweep.work.ahead import load_ahead

VERBS = ("run", "plan", "status", "resume", "collect", "cancel")
FOLDER_KEYS = ("sweep", "output", "launcher")
OWN = {
    "run": (*FOLDER_KEYS, "follow", "retry_failed", "abandon", "dry_run"),
    "plan": FOLDER_KEYS,
    "status": (*FOLDER_KEYS, "abandon"),
    "resume": (*FOLDER_KEYS, "follow", "retry_failed", "abandon"),
    "collect": FOLDER_KEYS,
    "cancel": (*FOLDER_KEYS, "abandon"),
}
"""Keys that each verb keeps for itself."""
INCOMPLETE = 1


@dataclass
class Words:
    """A command line taken apart: verb, keys of the command, settings of the launcher, words of the sweep."""

    verb: str
    own: dict[str, str]
    settings: dict[str, str]
    sweep: list[str]
    config_dir: str | None
    language: str
    arguments: Any = field(repr=False, default=None)


def run_command(words: Sequence[str], language: str) -> int:
    """Do what the words say; return the exit code. Raises UserError."""
    given = _split(words, language)
    choose_generator([*_generator(given), *given.sweep], runs_here=False)
    actions: Mapping[str, Callable[[Words], int]] = {
        "run": _run, "plan": _plan, "status": _status, "resume": _resume, "collect": _collect, "cancel": _cancel,
    }  # fmt: skip
    if own_flag(given.arguments, "dry_run"):
        return _plan(given)
    with _ended_by_term():
        return actions[given.verb](given)


def _generator(given: Words) -> list[str]:
    """Return the generator of random numbers that a sweep's file or folder names; the rules are not loaded yet."""
    trees: list[Any] = []
    path = Path(given.own.get("sweep", ""))
    name = path.stem or "none"
    for file in (CONF / "sweep" / f"{path.name}.yaml", path):
        if file.is_file():
            trees.append(read_yaml(file).tree)
            header = trees[0].get("sweep") if isinstance(trees[0], dict) else None
            name = str(header.get("name", name)) if isinstance(header, dict) else name
            break
    head = own_path(given.arguments, "output", SWEEPS / name) / HEAD
    if head.is_file() and given.verb != "run":
        with contextlib.suppress(ValueError, AttributeError):  # a spoiled head is named when it is read
            trees.append(json.loads(head.read_text(encoding="utf-8")).get("tree"))
    found = [
        tree["set"].get(GENERATOR) for tree in trees if isinstance(tree, dict) and isinstance(tree.get("set"), dict)
    ]
    return [f"{GENERATOR}={name}" for name in found if name]


class TerminatedError(KeyboardInterrupt):
    """The command was told to end (SIGTERM), as schedulers do."""


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


def _split(words: Sequence[str], language: str) -> Words:
    rest = [word for word in words if word not in SWEEP_OPTIONS and not word.startswith("language=")]
    verb = rest.pop(0) if rest and "=" not in rest[0] and not rest[0].startswith("-") else "run"
    if verb not in VERBS:
        raise UserError(Text("there is no such command", "没有这个命令"), key=verb, found=verb, allowed=listed(VERBS),
                        nearest=nearest(verb, VERBS), hint=HINT)  # fmt: skip
    settings = {word.partition("=")[0].removeprefix(PREFIX): word.partition("=")[2]
                for word in rest if word.startswith(PREFIX)}  # fmt: skip
    hydra = [word for word in rest if word.startswith("hydra")]
    if hydra:
        raise UserError(Text("Hydra's own settings are not used", "不使用 Hydra 自身的设置"), key="hydra",
                        found=hydra[0], allowed="launcher=NAME, output=FOLDER", hint=HINT)  # fmt: skip
    arguments = split_arguments([word for word in rest if not word.startswith(PREFIX)], OWN[verb])
    if verb not in ("run", "plan") and arguments.overrides:
        word = arguments.overrides[0]
        raise UserError(Text(f"'{verb}' takes no key of a sweep: its folder says all",
                             f"'{verb}' 不接受扫描的键：其文件夹已说明一切"), key=verb, found=word,
                        allowed=", ".join(f"{name}=" for name in OWN[verb]),
                        hint=Text("more of the same: the first command, with that key",
                                  "扩展扫描：请在首个命令中加此键"))  # fmt: skip
    return Words(verb, arguments.own, settings, arguments.overrides, arguments.config_dir, language, arguments)


def _launcher(given: Words, folder: Any = None) -> tuple[str, dict[str, Any]]:
    """Return launcher and settings that are typed; else those that the folder was last run with; else this machine."""
    from scenarios.sweep.launchers.base import DEFAULT, settings_of  # noqa: PLC0415

    kept = folder.launcher() if folder is not None else None
    name = given.own.get("launcher", kept[0] if kept else DEFAULT)
    settings = settings_of(name, given.settings)
    if kept and kept[0] == name:
        settings |= {key: value for key, value in kept[1].items() if key in settings and key not in given.settings}
    return name, settings


def _launchers(given: Words, folder: Any) -> Any:
    """Return the launcher of a folder that is there, and those of its claims."""
    from scenarios.sweep.work.drive import Launchers  # noqa: PLC0415

    return Launchers(*_launcher(given, folder), own_flag(given.arguments, "abandon"))


def _sweep_of(given: Words) -> Any:
    from scenarios.sweep.plan.spec import read_sweep  # noqa: PLC0415

    if "sweep" not in given.own and not given.sweep:
        from scenarios.sweep.plan.spec import sweep_paths  # noqa: PLC0415

        raise UserError(Text("no sweep is named", "未指定扫描"), key="sweep", allowed=listed(sweep_paths()), hint=HINT)
    return read_sweep(given.own.get("sweep"), given.sweep, given.config_dir)


def _folder(given: Words, sweep: Any = None) -> Any:
    from scenarios.sweep.store.folder import SweepFolder, default_folder  # noqa: PLC0415

    if "output" in given.own:
        return SweepFolder(own_path(given.arguments, "output", Path()))
    return SweepFolder(default_folder(sweep if sweep is not None else _sweep_of(given)))


def _run(given: Words) -> int:
    load_ahead()
    from scenarios.sweep.plan.plan import plan_sweep  # noqa: PLC0415

    name, settings = _launcher(given)
    sweep = _sweep_of(given)
    folder = _folder(given, sweep)
    return _make(given, plan_sweep(sweep), folder, name, settings)


def _resume(given: Words) -> int:
    load_ahead()
    folder = _folder(given)
    name, settings = _launcher(given, folder)
    return _make(given, folder.read(), folder, name, settings)


def _make(given: Words, plan: Any, folder: Any, name: str, settings: dict[str, Any]) -> int:
    from scenarios.sweep.telling import Teller, duration  # noqa: PLC0415
    from scenarios.sweep.work.drive import Launchers, drive  # noqa: PLC0415

    teller = Teller(given.language)
    launchers = Launchers(name, settings, own_flag(given.arguments, "abandon"))
    follow = own_flag(given.arguments, "follow") if "follow" in given.own else True
    try:
        folder.open(plan)
        folder.keep_launcher(name, settings)
        standing = drive(plan, folder, launchers, teller, own_flag(given.arguments, "retry_failed"), follow)
    except KeyboardInterrupt:
        teller.clear()
        raise UserError(
            Text("stopped; what was written is kept", "已停止，已写出的均已保存"), key="sweep", hint=_go_on(folder)
        ) from None
    except OSError as error:
        raise _disk(error, folder) from None
    finally:
        teller.clear()
    teller.line(Text(f"Time: {duration(teller.seconds).en}", f"用时：{duration(teller.seconds).zh}"))
    if not standing.done.all():
        return _say_left(standing, folder, launchers, given.language)
    return _write(plan, folder, given.language)


def _disk(error: OSError, folder: Any) -> Exception:
    """Return what to raise for an error of the disk: one line of its own where it is full."""
    from scenarios.sweep.store.parts import FULL, full_disk  # noqa: PLC0415

    return full_disk(folder.path) if error.errno in FULL else error


def _go_on(folder: Any) -> Text:
    command = f"python -m scenarios.sweep resume output={shown_path(folder.path)}"
    return Text(f"go on with: {command}", f"继续：{command}")


def _say_left(standing: Any, folder: Any, launchers: Any, language: str) -> int:
    """Tell of runs that are not done: at work elsewhere, or left."""
    live, left = int(standing.live.sum()), int(standing.left.size)
    done, of = int(standing.done.sum()), standing.order.size
    print(Text(f"{done:,} of {of:,} runs done, {live:,} at work, {left:,} left",
               f"{of:,} 次运行中已完成 {done:,} 次，进行中 {live:,} 次，未开始 {left:,} 次").say(language))  # fmt: skip
    status = f"python -m scenarios.sweep status output={shown_path(folder.path)}"
    if live:
        print(Text(f"The jobs go on by themselves: {status}", f"作业会自行继续：{status}").say(language))
    else:
        print(_go_on(folder).say(language))
    return 0 if live and not left else INCOMPLETE


def _write(plan: Any, folder: Any, language: str) -> int:
    """Collect, and say how it ended: the last line."""
    from scenarios.sweep.store.results import write_results  # noqa: PLC0415

    try:
        return int(write_results(plan, folder, language))
    except OSError as error:
        raise _disk(error, folder) from None


def _collect(given: Words) -> int:
    folder = _folder(given)
    return _write(folder.read(), folder, given.language)


def _plan(given: Words) -> int:
    from scenarios.sweep.dry_run import tell_plan  # noqa: PLC0415
    from scenarios.sweep.plan.plan import plan_sweep  # noqa: PLC0415

    name, settings = _launcher(given)
    sweep = _sweep_of(given)
    tell_plan(plan_sweep(sweep), _folder(given, sweep), name, settings, given.language)
    return 0


def _status(given: Words) -> int:
    from scenarios.sweep.status import tell_status  # noqa: PLC0415

    folder = _folder(given)
    return int(tell_status(folder.read(), folder, _launchers(given, folder), given.language))


def _cancel(given: Words) -> int:
    from scenarios.sweep.store.claims import read_claims  # noqa: PLC0415

    folder = _folder(given)
    launchers, ended = _launchers(given, folder), 0
    for claim in read_claims(folder.claims):
        if not claim.ended and launchers.living(claim):
            claim.cancel()
            launchers.of(claim).cancel(claim)
            ended += 1
    print(Text(f"{ended} jobs or processes were told to stop; they write what they have",
               f"已通知 {ended} 个作业或进程停止；它们会写出已完成的运行").say(given.language))  # fmt: skip
    print(_go_on(folder).say(given.language))
    return 0
