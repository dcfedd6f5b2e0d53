"""A small comparison: the town, two draws and one second seed, one measure; run once, its outcomes kept for others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.brief import folder as brief_folder
from scenarios.commands import compare as command
from scenarios.entries.comparing import COMPARE
from scenarios.runs.parameter_sets import write_draws
from tests.scenarios.brief.made_brief import made_draws

TOWN = "population.size=town"
END = "end=2020-12"
TWO = ("scenarios=[baseline,workshops]", "draws=2", "second_seeds=1", "prior_draws=0", "processes=1")
OUTCOMES: dict[str, Any] = {}
TABLES: dict[str, Any] = {}
"""What was made of a plan, by its digest."""


def make_draws(folder: Path) -> Path:
    """Write draws for the town that any run may start from: without what they gave."""
    path = folder / "draws.csv"
    write_draws(path, made_draws(2, [TOWN], reached=False))
    return path


def compare(draws: Path, output: Path, *words: str) -> int:
    """Compare in the town; return the exit code. Later words stand for earlier ones."""
    chosen: dict[str, str] = {}
    for word in (TOWN, END, *TWO, f"draws_file={draws}", f"output={output}", *words):
        chosen[word.partition("=")[0]] = word
    return COMPARE.enter(list(chosen.values()))


def keep_outcomes(patch: pytest.MonkeyPatch) -> list[int]:
    """Let a second run of the same plan take the outcomes of the first; return a list that counts real runs."""
    real: Callable[..., Any] = command.run_all
    counted: list[int] = []

    def run_once(plan: Any, done: Any = None) -> Any:
        digest = plan.digest()
        if digest not in OUTCOMES:
            counted.append(1)
            OUTCOMES[digest] = real(plan, done)
        return OUTCOMES[digest]

    patch.setattr(command, "run_all", run_once)
    return counted


def write_fast(patch: pytest.MonkeyPatch) -> None:
    """Write documents of one word and no charts, and make the tables of a plan once."""
    real = brief_folder.tables_of

    def tables_once(results: Any, before: Any, *known: Any) -> Any:
        digest = results.plan.digest()
        if digest not in TABLES:
            TABLES[digest] = real(results, before, *known)
        return TABLES[digest]

    def touch(path: Path, *_: Any) -> Path:
        path.write_text("document", encoding="utf-8")
        return path

    for name in ("write_html", "write_word", "write_excel", "write_runs"):
        patch.setattr(brief_folder, name, touch)
    patch.setattr(brief_folder, "draw_brief", lambda *_: [])
    patch.setattr(brief_folder, "tables_of", tables_once)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder by its name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
