"""`python -m scenarios.plausibility` writes docs/plausibility.md from one baseline run at prior medians, seed 1."""

from __future__ import annotations

import numpy as np

from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import ROOT
from scenarios.base.progress import Progress
from scenarios.doc_pages.page import write_page
from scenarios.doc_pages.plausibility.baseline import Run
from scenarios.doc_pages.plausibility.quantities import QUANTITIES
from scenarios.population.load import load_population
from scenarios.runs.model_run import POPULATION, STARTING
from scenarios.runs.sources import source_hash
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run
from simulation.foundations.months import REPORT_MONTH
from simulation.model import Model

PAGE = ROOT / "docs" / "plausibility.md"
TEXTS = ROOT / "conf" / "plausibility.yaml"
FIELDS = ("quantity", "reference", "source", "sentence")
HEADER = """# Plausibility

What a person who knows the place would check first: the model's own value in the baseline at prior medians (seed 1;
December 2019 unless said otherwise), a reference with its source (ids: docs/evidence.md; S: the report), and a
sentence.
`make plausibility` writes this page from one run; source {source}.

| Quantity | Model | Reference | Source | Reading |
|---|---|---|---|---|
"""


def baseline_run(progress: Progress) -> Run:
    """Run the baseline and keep what the quantities need."""
    config = compose_run(["scenario=baseline", "seed=1"])
    progress.stage(POPULATION)
    population = load_population(config)
    progress.stage(STARTING)
    model = Model(population, config.parameters, config.policy, config.seed, config.months)
    states = np.zeros((config.months, len(population.households)), dtype=np.int8)
    kept = {}
    while model.month < config.months:
        model.step()
        progress(model.month, config.months)
        states[model.month - 1] = model.state.households.state
        if model.month == REPORT_MONTH + 1:
            kept = model.final_tables()
    return Run(model, population, kept["households"], kept["persons"], kept["posts"], states)


def page(run: Run, source: str) -> str:
    """Return the page; raises KeyError for a quantity without its texts, and the other way round.

    source: the first 16 characters of the hash of the sources that made it.
    """
    texts = read_yaml(TEXTS).tree
    if set(texts) != set(QUANTITIES):
        raise KeyError(f"{TEXTS.name} and quantities.py differ: {sorted(set(texts) ^ set(QUANTITIES))}")
    rows = []
    for name, value_of in QUANTITIES.items():
        quantity, reference, origin, sentence = (texts[name][field] for field in FIELDS)
        rows.append(f"| {quantity} | {value_of(run)} | {reference} | {origin} | {sentence} |")
    return HEADER.format(source=source) + "\n".join(rows) + "\n"


def write(call: Call) -> None:
    """Make the run and write the page."""
    write_page(call, PAGE, page(baseline_run(call.progress), source_hash("plausibility")[:16]))
