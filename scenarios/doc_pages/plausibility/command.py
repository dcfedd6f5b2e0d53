"""`python -m scenarios.plausibility` writes docs/plausibility.md from baseline runs at prior medians, seed 1.

One run under each of the futures trend, which the first table reads, and as_it_happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import ROOT
from scenarios.base.progress import Progress
from scenarios.doc_pages.page import write_page
from scenarios.doc_pages.plausibility.baseline import Run
from scenarios.doc_pages.plausibility.later import LATER
from scenarios.doc_pages.plausibility.quantities import QUANTITIES
from scenarios.population.load import load_population
from scenarios.runs.model_run import POPULATION, STARTING
from scenarios.runs.sources import source_hash
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run
from simulation.foundations.months import REPORT_MONTH
from simulation.model import Model
from simulation.state.future_names import AS_IT_HAPPENED, TREND

PAGE = ROOT / "docs" / "plausibility.md"
TEXTS = ROOT / "conf" / "plausibility.yaml"
TEXTS_LATER = ROOT / "conf" / "plausibility_later.yaml"
FIELDS = ("quantity", "reference", "source", "sentence")
HEADER = """# Plausibility

What a person who knows the place would check first: the model's own value in the baseline at prior medians (seed 1;
December 2019 unless said otherwise), a reference with its source (ids: docs/evidence.md; S: the report), and a
sentence.
`make plausibility` writes this page from two runs, whose futures are `trend` (the first table) and `as_it_happened`;
source {source}.

| Quantity | Model | Reference | Source | Reading |
|---|---|---|---|---|
"""
HEADER_LATER = """
## 2020 to 2024

The same runs against later sources, by each definition that a source could use. `trend` has the shock of 2020, wages,
private posts near home and old houses as they went (conf/region/liupanshui/history.csv), and no measure after 2019;
`as_it_happened` has the measures that were really taken, too. Prices of the year by Y09.

| Quantity | trend | as it happened | Reference | Source | Reading |
|---|---|---|---|---|---|
"""


def baseline_runs(progress: Progress) -> tuple[Run, Run]:
    """Return the baseline's runs under trend and as_it_happened."""
    return baseline_run(progress, TREND), baseline_run(progress, AS_IT_HAPPENED)


def baseline_run(progress: Progress, future: str) -> Run:
    """Run the baseline under a future and keep what the quantities need."""
    config = compose_run(["scenario=baseline", "seed=1", f"future={future}"])
    progress.stage(POPULATION)
    population = load_population(config)
    progress.stage(STARTING)
    model = Model(population, config.parameters, config.policy, config.seed, config.months, future=config.future)
    states = np.zeros((config.months, len(population.households)), dtype=np.int8)
    kept = {}
    while model.month < config.months:
        model.step()
        progress(model.month, config.months)
        states[model.month - 1] = model.state.households.state
        if model.month == REPORT_MONTH + 1:
            kept = model.final_tables()
    return Run(model, population, kept["households"], kept["persons"], kept["posts"], states)


def page(runs: tuple[Run, Run], source: str) -> str:
    """Return the page of the runs under trend and as_it_happened.

    Raises KeyError for a quantity without its texts, and the other way round.

    source: the first 16 characters of the hash of the sources that made it.
    """
    first, later = _rows(TEXTS, QUANTITIES, runs[:1]), _rows(TEXTS_LATER, LATER, runs)
    return HEADER.format(source=source) + "\n".join(first) + "\n" + HEADER_LATER + "\n".join(later) + "\n"


def _rows(path: Path, quantities: Mapping[str, Callable[[Run], str]], runs: Sequence[Run]) -> Iterator[str]:
    texts = read_yaml(path).tree
    if set(texts) != set(quantities):
        raise KeyError(f"{path.name} and the quantities differ: {sorted(set(texts) ^ set(quantities))}")
    for name, value_of in quantities.items():
        quantity, reference, origin, sentence = (texts[name][field] for field in FIELDS)
        values = " | ".join(value_of(run) for run in runs)
        yield f"| {quantity} | {values} | {reference} | {origin} | {sentence} |"


def write(call: Call) -> None:
    """Make the run and write the page."""
    write_page(call, PAGE, page(baseline_runs(call.progress), source_hash("plausibility")[:16]))
