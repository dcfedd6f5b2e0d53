"""From a plan to all of its runs: what is there and what is live is left out, the rest is launched, until none is left.

So a resume, more seeds, and another launcher or size of chunks are one operation, and it may be stopped anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.progress import Progress
from scenarios.base.text import Text
from scenarios.sweep.launchers.base import ActiveSweep, Launcher, launcher_of, settings_of
from scenarios.sweep.plan.plan import Plan
from scenarios.sweep.progress import RUNS_STAGE, jobs_text, show_runs
from scenarios.sweep.store.claims import Claim, read_claims
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.work.runs import Runs, Standing

FRUITLESS = 2
"""Launches in a row after which nothing more was there than before: something is wrong with them."""


class Launchers:
    """The launcher that is asked for, and those of claims that others made before."""

    def __init__(self, name: str, settings: dict[str, Any], abandon: bool = False) -> None:
        """name, settings: of the launcher asked for; abandon: what other launchers have at work counts for nothing."""
        self.name, self.settings, self._abandon = name, settings, abandon
        self._known = {name: launcher_of(name, settings)}

    @property
    def chosen(self) -> Launcher:
        """The launcher that is asked for."""
        return self._known[self.name]

    def of(self, claim: Claim) -> Launcher:
        """Return the launcher of a claim."""
        if claim.launcher not in self._known:
            self._known[claim.launcher] = launcher_of(claim.launcher, settings_of(claim.launcher, {}))
        return self._known[claim.launcher]

    def living(self, claim: Claim) -> list[int]:
        """Return the chunks of a claim that are waiting or at work."""
        return [] if self._abandon and claim.launcher != self.name else self.of(claim).living(claim)

    def jobs(self, folder: SweepFolder) -> Counter[str]:
        """Return how many processes and jobs of a folder run, and how many wait for what."""
        counts = Counter[str]()
        for claim in read_claims(folder.claims):
            if not claim.ended and self.living(claim):
                counts.update(self.of(claim).jobs(claim))
        return counts

    def cancelled(self, claims: Iterable[Claim]) -> bool:
        """Return whether somebody cancelled jobs of some claims by the scheduler's own means."""
        return any(self.chosen.cancelled(claim) for claim in claims if claim.launcher == self.name)

    def ending(self, claim: Claim) -> list[int]:
        """Return the same; a claim with none is marked as ended."""
        chunks = self.living(claim)
        if not chunks:
            claim.end()
        return chunks


def drive(
    plan: Plan, folder: SweepFolder, launchers: Launchers, progress: Progress,
    retry_failed: bool = False, follow: bool = True,
) -> Standing:  # fmt: skip
    """Have all runs of a plan made in its folder, which is open; return how far it is in the end.

    Where somebody cancels jobs, nothing is launched in their place: what still runs is waited for.
    follow: wait for jobs that go on by themselves. Raises UserError where launching brings nothing.
    """
    runs = Runs(plan, folder, retry_failed)
    active = ActiveSweep(plan, folder, runs, progress, launchers.ending,
                         lambda: folder.keep_launcher(launchers.name, launchers.settings))  # fmt: skip
    fruitless, before = 0, -1
    runs.standing(launchers.ending)  # marks what ended before this command, which counts for nothing
    ended, held = {claim.number for claim in read_claims(folder.claims) if claim.ended}, False
    while True:
        standing = runs.standing(launchers.ending)
        _say_damaged(runs, progress)
        remaining = standing.remaining
        since = [claim for claim in read_claims(folder.claims) if claim.number not in ended]
        if any(claim.cancelled for claim in since):
            return standing
        held = held or bool(remaining.size and launchers.cancelled(since))
        if remaining.size and not held:
            n_done = int(standing.done.sum())
            fruitless = fruitless + 1 if n_done == before else 0
            if fruitless >= FRUITLESS:
                raise fruitless_error(folder, int(remaining.size))
            before = n_done
            launchers.chosen.launch(active, remaining)
            if launchers.chosen.detached and not follow:
                return runs.standing(launchers.ending)
            continue
        if not standing.live.any() or (launchers.chosen.detached and not follow):
            return standing
        jobs = jobs_text(launchers.jobs(folder), progress.language)
        progress.stage(RUNS_STAGE)
        show_runs(progress, int(standing.done.sum()), standing.order.size, int(standing.failed.sum()), 0, jobs)
        launchers.chosen.wait(active)


def _say_damaged(runs: Runs, progress: Progress) -> None:
    while runs.present.damaged:
        name = shown_path(runs.present.damaged.pop(0))
        progress.line(Text(f"A part cannot be read and was set aside, its runs are made again: {name}",
                         f"有一个结果文件无法读取，已另放，其运行将重做：{name}"))  # fmt: skip


def fruitless_error(folder: SweepFolder, remaining: int) -> UserError:
    """Return the error of jobs that end without having made anything."""
    problem = Text("jobs end without making their runs", "作业结束却没有完成运行")
    hint = Text(f"look at what they say: {shown_path(folder.logs)}", f"请查看日志：{shown_path(folder.logs)}")
    return UserError(problem, key="launcher", found=f"{remaining} runs left", hint=hint)
