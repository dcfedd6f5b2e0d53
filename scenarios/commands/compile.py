"""`python -m simulation.compile` compiles every kernel once, so that no run has to wait for it (`make setup` calls it).

A small town goes through all levers with eyes on one household: whatever a run, a story or the making of a population
compiles, is compiled then and kept beside the sources. Kept code of older sources is removed.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.base.errors import UserError
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.households.trace import (
    StoryWords,
    open_config,
    open_population,
    told,
)
from scenarios.settings.command import guarded
from scenarios.settings.command_line import Arguments, language_of, split_arguments
from scenarios.settings.generator import choose_generator

if TYPE_CHECKING:
    from numba.core.event import Event

USAGE = "Usage: python -m simulation.compile\n\nCompiles the kernels, so that no run has to wait for it."
START, END = "2018-06", "2020-06"
"""The levers start when most of the town has arrived; the run passes the report date, after which lives are drawn."""


def main(argv: Sequence[str] | None = None) -> int:
    """Compile and say so in one line; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), language_of(words))


def _main(words: Sequence[str]) -> None:
    arguments = split_arguments(words, ("language",))
    language = language_of(words)
    if arguments.help:
        print(USAGE)
        return
    for word in arguments.overrides:
        problem = Text("this command takes no keys", "本命令不接受键")
        raise UserError(problem, key=word, found=word, hint=USAGE.partition("\n")[0])
    choose_generator()
    from simulation.foundations.kernel import COMPILED  # noqa: PLC0415 (imports Numba)

    if not COMPILED:
        plain = Text("The kernels run as plain Python: nothing to compile.", "内核以纯 Python 运行，无需编译。")
        print(plain.say(language))
        return
    started, progress = time.monotonic(), Progress(language)
    try:
        with compiled(progress) as names:
            run_everything()
    finally:
        progress.clear()
    removed = remove_older(cache_folder())
    seconds = time.monotonic() - started
    line = Text(
        f"Kernels compiled: {len(names)}, in {seconds:.0f} s; caches of older sources removed: {removed}.",
        f"已编译内核 {len(names)} 个，用时 {seconds:.0f} 秒；清除旧缓存 {removed} 个。",
    )
    print(line.say(language))


def run_everything() -> None:
    """Make a small town, run it through all levers, tell a story of it: whatever can be compiled is."""
    from simulation.levers.catalogue import LEVERS  # noqa: PLC0415 (imports Numba)

    levers = [f"levers.{rule.name}.{key}" for rule in LEVERS for key in (f"size={rule.trial_size}", f"start={START}")]
    config = open_config(Arguments(["population.size=town", f"end={END}", *levers]))
    population = open_population(config)
    from scenarios.households.story.watch import WatchedModel  # noqa: PLC0415

    model = WatchedModel(population, config.parameters, config.policy, config.seed, config.months, watched=(0,))
    model.run()
    model.final_tables()
    told(model, 0, config.scenario, StoryWords("en"), 0, config.months - 1)


@contextlib.contextmanager
def compiled(progress: Progress | None = None) -> Iterator[list[str]]:
    """Give a list that fills with the kernels compiled within the block; those read from the cache are not compiled."""
    from numba.core import event  # noqa: PLC0415

    names: list[str] = []

    class Listener(event.Listener):
        """Writes down each kernel as it is compiled."""

        def on_start(self, event: Event) -> None:
            """A kernel begins to be compiled."""
            if progress is not None:
                progress.stage(Text(f"compiling the kernels: {len(names) + 1}", f"正在编译内核：{len(names) + 1}"))

        def on_end(self, event: Event) -> None:
            """A kernel has been compiled."""
            function = event.data["dispatcher"].py_func
            names.append(f"{function.__module__}.{function.__qualname__}{event.data['args']}")

    with event.install_listener("numba:compile", Listener()):
        yield names


def cache_folder() -> Path:
    """Return the folder of the kernels that belong to the present sources."""
    import numba  # noqa: PLC0415

    import simulation.foundations.kernel  # noqa: F401, PLC0415 (it sets the folder)

    settings: Any = numba.config
    return Path(settings.CACHE_DIR)


def _sources(folder: Path) -> str:
    """Return the hash of the sources in the name of a folder: kernels-<generator>-<hash>."""
    return folder.name.rpartition("-")[2]


def remove_older(current: Path) -> int:
    """Remove the folders beside `current` that hold kernels of older sources, of any generator; return how many."""
    sources = _sources(current)
    older = [path for path in current.parent.glob("kernels-*") if path.is_dir() and _sources(path) != sources]
    for path in older:
        shutil.rmtree(path, ignore_errors=True)
    return len(older)
