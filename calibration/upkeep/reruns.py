"""A few draws of each committed result, run again: are they still what is stored, to the bit?

One function a kind of result, named in scenarios/runs/sources.py and called by `make restamp`. Each yields a `Rerun`
for every committed file that other sources made than these, and a `Missing` for every one that is not there; it writes
nothing. The runs are few and made in this process: starting others takes longer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from calibration.fitting.history import history_of, outputs_of, setting_of
from calibration.fitting.prior import prior_of
from calibration.fitting.prior_draws import prior_draws
from calibration.upkeep.page import FOLDER
from calibration.upkeep.prior_effects import PROBED, plan_prior, probes
from calibration.upkeep.readings import every_reading, plan_reading, probe
from scenarios.base.output.plain_files import write_json
from scenarios.base.output.whole_files import write_text
from scenarios.base.progress import Progress
from scenarios.brief.copy_example import EXAMPLE, EXAMPLE_DRAWS, MADE
from scenarios.compare.assemble import results_of
from scenarios.compare.plan import make_plan
from scenarios.compare.prior_effects import EFFECTS_FILE, stored_prior_effects, write_prior_effects
from scenarios.compare.proof_table import PROOF_FILE
from scenarios.compare.readings_table import READINGS_FILE, stored_readings, write_readings
from scenarios.compare.runner import run_here
from scenarios.doc_pages.plausibility.command import PAGE, baseline_runs, page
from scenarios.entries.comparing import COMPARE
from scenarios.report.readings import reading_name, switch_words
from scenarios.runs.parameter_sets import (
    DRAWS_FILE,
    PARAMETER,
    PATTERN,
    PRIOR_COMMAND,
    PRIOR_FILE,
    TARGET,
    Draws,
    calibrated_by,
    posterior_file,
    read_draws,
    setting,
    write_draws,
)
from scenarios.runs.sources import source_hash
from scenarios.settings.config import compose_run
from scenarios.settings.parameter_values import rounded
from scenarios.settings.schema import BASE

DRAWS = 4
"""Draws of each posterior that are run again."""


class Rerun(NamedTuple):
    """A committed file, checked.

    draws: how many were run again; differs: the first thing that is not as stored, empty if all is; renew: writes the
    file with the hash of these sources; processes can hand it on.
    """

    path: Path
    draws: int
    differs: str
    renew: Callable[[], object]


class Missing(NamedTuple):
    """A result that is not there, and what makes it."""

    path: Path
    makes: str


def posterior() -> Iterator[Rerun | Missing]:
    """Check the posterior draws of every reading, and the calibration and the proof that docs/calibration/ is about."""
    source = source_hash("posterior")
    for reading in every_reading():
        config = compose_run(switch_words(reading))
        path = posterior_file(config)
        if not path.is_file():
            yield Missing(path, calibrated_by(config))
        elif (draws := read_draws(path)).made["source"] != source:
            renewed = Draws(draws.table, {**draws.made, "source": source})
            differs = next(iter(differences(draws, DRAWS)), "")
            yield Rerun(path, DRAWS, differs, partial(write_draws, path, renewed))
    path, proof = FOLDER / "calibration.json", FOLDER / PROOF_FILE.name
    if not path.is_file():
        yield Missing(path, "make calibrate, then python -m calibration.page")
    elif (committed := _read(path))["source"] != source:
        made = read_draws(DRAWS_FILE).made
        differs = "" if {**committed, "source": ""} == {**made, "source": ""} else f"not of {DRAWS_FILE.name}"
        yield Rerun(path, DRAWS, differs, partial(write_json, path, {**committed, "source": source}))
    if not proof.is_file():
        yield Missing(proof, "make calibrate-proof, then python -m calibration.page")
    elif (tried := _read(proof))["source"] != source:
        same = path.is_file() and _read(path)["source"] in (tried["source"], source)
        differs = "" if same else f"not of {path.name}"
        yield Rerun(proof, DRAWS, differs, partial(write_json, proof, {**tried, "source": source}))


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def differences(draws: Draws, n: int) -> Iterator[str]:
    """Yield what the first `n` draws give otherwise than is stored: 'draw 3: target:employed 40560, stored 40558'."""
    made = draws.made
    chosen = made["setting"]["reading"] | made["setting"].get("structure", {})
    config = compose_run(switch_words(chosen))
    prior = prior_of(config.resolved["parameters"])
    now = {"prior": {each.key: [each.low, each.high, each.shape] for each in prior.ranged}, "setting": setting(config)}
    other = [name for name, value in now.items() if value != made[name]]
    if other:
        yield f"the {other[0]} is another one"
        return
    shared = setting_of(config)
    for row in draws.table.head(n).to_dict("records"):
        values = {
            str(name).removeprefix(PARAMETER): float(v) for name, v in row.items() if str(name).startswith(PARAMETER)
        }
        outputs = outputs_of(history_of(shared, values, int(row["seed"])), shared)
        stored = {str(name): float(v) for name, v in row.items() if str(name).startswith((TARGET, PATTERN))}
        for name, value in stored.items():
            if rounded(outputs[name]) != value:
                yield f"draw {row['draw']}: {name} {rounded(outputs[name])}, stored {value}"


def prior_effects() -> Iterator[Rerun | Missing]:
    """Check the draws from the prior and the effects of the first of them."""
    table, made = stored_prior_effects()
    if not made:
        yield Missing(EFFECTS_FILE, PRIOR_COMMAND)
        return
    if made["source"] == source_hash("prior_effects"):
        return
    stored = read_draws(PRIOR_FILE)
    if prior_draws(compose_run([]), len(stored.table)).table.equals(stored.table):
        plan = plan_prior(PROBED)
        differs = first_difference(made["probes"], probes(results_of(plan, run_here(plan))))
    else:
        differs = f"the draws of {PRIOR_FILE.name}"
    yield Rerun(EFFECTS_FILE, PROBED, differs, partial(write_prior_effects, EFFECTS_FILE, table, made))


def readings() -> Iterator[Rerun | Missing]:
    """Check the effects of the first draws of every reading."""
    if not READINGS_FILE.is_file():
        yield Missing(READINGS_FILE, "make readings")
        return
    stored, source = stored_readings(READINGS_FILE), source_hash("readings")
    if stored.made.get("source") == source:
        return
    plans = [plan_reading(reading, PROBED, checked=False) for reading in every_reading()]
    probes_now = {reading_name(plan.base.reading): probe(results_of(plan, run_here(plan))) for plan in plans}
    renewed = stored._replace(made={**stored.made, "source": source})
    differs = first_difference(stored.made["probes"], probes_now)
    yield Rerun(READINGS_FILE, PROBED * len(probes_now), differs, partial(write_readings, READINGS_FILE, renewed))


def plausibility() -> Iterator[Rerun | Missing]:
    """Check the page of docs/plausibility.md, which comes of two runs."""
    if not PAGE.is_file():
        yield Missing(PAGE, "make plausibility")
        return
    before = PAGE.read_text(encoding="utf-8")
    stored_source = re.search(r"source ([0-9a-f]{16})", before)
    source = source_hash("plausibility")[:16]
    if stored_source and stored_source[1] == source:
        return
    runs = baseline_runs(Progress(stream=StringIO()))
    again = page(runs, stored_source[1] if stored_source else source)
    lines = zip_longest(again.splitlines(), before.splitlines(), fillvalue="(no line)")
    differs = next((f"{new!r}, stored {old!r}" for new, old in lines if new != old), "")
    yield Rerun(PAGE, 1, differs, partial(write_text, PAGE, page(runs, source)))


def example() -> Iterator[Rerun | Missing]:
    """Check the first draws of the brief whose chart docs/example/ shows."""
    path, source = EXAMPLE / MADE, source_hash("comparison")
    if not path.is_file():
        yield Missing(path, "make brief, then make example")
        return
    made = json.loads(path.read_text(encoding="utf-8"))
    if made["source"] == source:
        return
    names = dict.fromkeys((BASE, *(key.partition(".")[0] for key in made["probes"])))
    configs = {name: compose_run([f"scenario={name}"]) for name in names}
    draws = read_draws(DRAWS_FILE)
    given: dict[str, Any] = {"draws_file": DRAWS_FILE, "prior_draws": COMPARE.default("prior_draws")}
    if make_plan(configs, draws, min(COMPARE.default("draws"), len(draws.table)), **given).digest() != made["digest"]:
        differs = "the scenarios or the draws"
    else:
        plan = make_plan(configs, draws, EXAMPLE_DRAWS, 0, **given)
        differs = first_difference(made["probes"], probes(results_of(plan, run_here(plan)), EXAMPLE_DRAWS))
    yield Rerun(path, EXAMPLE_DRAWS, differs, partial(write_json, path, {**made, "source": source}))


def first_difference(stored: dict[str, Any], fresh: dict[str, Any]) -> str:
    """Return the first name under which two mappings differ, with both values; empty if they are equal."""
    for name in dict.fromkeys((*stored, *fresh)):
        old, new = stored.get(name), fresh.get(name)
        if old != new and isinstance(old, dict) and isinstance(new, dict):
            return f"{name}: {first_difference(old, new)}"
        if old != new:
            return f"{name} {new}, stored {old}"
    return ""
