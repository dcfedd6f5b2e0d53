"""The work of `python -m simulation.compile`: every kernel compiled once, so that no run has to wait for it.

A small town goes through all levers with eyes on one household: whatever a run, a story or the making of a population
compiles, is compiled then and kept beside the sources. Kept code of older sources is removed.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.households.household_trace import StoryTexts, story_text
from scenarios.households.story.watch import WatchedModel
from scenarios.runs.model_run import open_population
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run
from simulation.foundations.kernel import STORE
from simulation.levers.catalogue import LEVERS

if TYPE_CHECKING:
    from numba.core.event import Event

COMPILING = Text("compiling the kernels", "正在编译内核")
START, END = "2018-06", "2020-06"
"""The levers start when most of the town has arrived; the run passes the report date, after which lives are drawn."""


def compile_kernels(call: Call) -> None:
    """Compile and say so in one line."""
    if STORE is None:
        call.say(Text("The kernels run as plain Python: nothing to compile.", "内核以纯 Python 运行，无需编译。"))
        return
    call.progress.stage(COMPILING)
    with compiled(call.progress) as names:
        run_everything()
    beside = STORE.places[0]
    removed = remove_older(beside.folder) if beside.writes else 0
    seconds = call.progress.seconds
    call.say(
        Text(
            f"Kernels compiled: {len(names)}, in {seconds:.0f} s; caches of older sources removed: {removed}.",
            f"已编译内核 {len(names)} 个，用时 {seconds:.0f} 秒；清除旧缓存 {removed} 个。",
        )
    )


def run_everything() -> None:
    """Make a small town, run it through all levers, tell a story of it: whatever can be compiled is."""
    levers = [f"levers.{rule.name}.{key}" for rule in LEVERS for key in (f"size={rule.trial_size}", f"start={START}")]
    config = compose_run(["population.size=town", f"end={END}", *levers])
    population = open_population(config)
    model = WatchedModel(population, config.parameters, config.policy, config.seed, config.months, watched=(0,))
    model.run()
    model.final_tables()
    story_text(model, 0, config.scenario, StoryTexts("en"), 0, config.months - 1)


@contextlib.contextmanager
def compiled(progress: Progress | None = None) -> Iterator[list[str]]:
    """Give a list that fills with the kernels compiled within the block; those read from the cache are not compiled."""
    from numba.core import event  # noqa: PLC0415 (optional: the kernels also run without it)

    names: list[str] = []

    class Listener(event.Listener):
        """Writes down each kernel as it is compiled."""

        def on_start(self, event: Event) -> None:
            """A kernel begins to be compiled."""
            if progress is not None:
                progress.where(Text(f"{len(names) + 1}", f"{len(names) + 1}"))

        def on_end(self, event: Event) -> None:
            """A kernel has been compiled."""
            function = event.data["dispatcher"].py_func
            names.append(f"{function.__module__}.{function.__qualname__}{event.data['args']}")

    with event.install_listener("numba:compile", Listener()):
        yield names


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
