"""A first brief: the baseline against the report, and four single runs side by side.

`python -m scenarios.report` runs the baseline and three scenarios with one seed and writes report.en.html and
report.zh.html into outputs/report/. One run each is an anecdote: the pages say so, and print no difference between
runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from scenarios.charts import draw_run
from scenarios.errors import UserError
from scenarios.labels import LANGUAGES, label
from scenarios.outcome import REPORT_DATE, with_texts
from scenarios.registry import Text
from scenarios.report_page import Page, write_page
from scenarios.series import LOCAL_CHANNELS, city_table, employed_in
from simulation.population import KINDS

if TYPE_CHECKING:
    from scenarios.config import RunConfig

SCENARIOS = ("baseline", "workshops", "school_gap", "workshops_and_school_gap")
SEED = 1
FIXED_KEYS = ("scenario", "seed", "output", "language")
"""Keys that the brief sets itself."""
INDICATORS = {
    "settled": "households_settled",
    "persons_resident": "persons_resident",
    "seats_missing": "seats_missing",
    "children_without_seat": "children_without_seat",
}
MILLION = 1e6
HELP = """python -m scenarios.report [key=value ...]
Runs baseline, workshops, school_gap and workshops_and_school_gap with seed 1 and writes report.en.html and
report.zh.html into outputs/report/.
Keys: those of python -m simulation --help, but for scenario, seed, output and language.
"""


def check_same_history(cities: Mapping[str, pd.DataFrame]) -> None:
    """Raise ValueError unless all runs are equal until the report date, as the page claims."""
    first, *others = cities
    for name in others:
        if not cities[first].loc[:REPORT_DATE].equals(cities[name].loc[:REPORT_DATE]):
            raise ValueError(f"the runs {first} and {name} differ before {REPORT_DATE}: they cannot stand side by side")


def runs_table(
    cities: Mapping[str, pd.DataFrame], money: Mapping[str, pd.DataFrame], titles: Mapping[str, str], language: str
) -> pd.DataFrame:
    """Return single runs side by side: one row a measure and month, one column a run; no differences.

    cities: `series.city_table` by scenario; money: month, lever, kind, yuan by scenario; titles: by scenario.
    """

    def dated(key: str, month: str) -> str:
        return label("run.at", language).format(what=label(f"run.{key}", language), month=month)

    rows = []
    months = (REPORT_DATE, str(next(iter(cities.values())).index[-1]))
    for key in (*INDICATORS, "employed_locally"):
        for month in months:
            values = [
                employed_in(city, LOCAL_CHANNELS)[month]
                if key == "employed_locally"
                else city.loc[month, INDICATORS[key]]
                for city in cities.values()
            ]
            unit = "households" if key == "settled" else "persons"
            rows.append((dated(key, month), unit, *values))
    spent = [round(float(money[name]["yuan"].sum()) / MILLION) for name in cities]
    rows.append((dated("public_money", months[-1]), "million yuan", *spent))
    return pd.DataFrame(rows, columns=["name", "unit", *(titles[name] for name in cities)])


def write_brief(outputs: Mapping[str, Path], configs: Mapping[str, RunConfig], folder: Path) -> list[Path]:
    """Write report.<language>.html and the baseline's charts (<language>/) into `folder`; return the pages.

    outputs: folder of each run, the baseline first; configs: their configurations.
    """
    baseline = next(iter(outputs))
    frame = pd.read_parquet(outputs[baseline] / "indicators.parquet")
    kinds = [KINDS[code] for code in pd.read_parquet(outputs[baseline] / "final" / "sites.parquet")["kind"]]
    table = pd.read_csv(outputs[baseline] / "report_table.csv")
    patterns = pd.read_csv(configs[baseline].region / "patterns.csv")
    cities = {name: city_table(pd.read_csv(path / "indicators_city.csv")) for name, path in outputs.items()}
    money = {name: pd.read_csv(path / "money.csv") for name, path in outputs.items()}
    check_same_history(cities)
    pages = []
    for language in LANGUAGES:
        titles = {name: config.titles[language] for name, config in configs.items()}
        draw_run(frame, folder / language, language, site_kinds=kinds)
        page = Page(
            title=label("report.brief_title", language),
            table=with_texts(table, patterns, configs[baseline].reading, language),
            configuration=brief_facts(configs, language),
            charts=folder / language,
            runs=runs_table(cities, money, titles, language),
        )
        pages.append(write_page(folder / f"report.{language}.html", page, language))
    return pages


def brief_facts(configs: Mapping[str, RunConfig], language: str) -> list[tuple[str, str]]:
    """Return (name, text): for each run its own facts under its title, then the facts that all runs share."""
    from scenarios.config import DIGEST_SHOWN  # noqa: PLC0415 (Hydra is not for the help)
    from scenarios.facts import run_facts  # noqa: PLC0415

    facts = {name: run_facts(config, language) for name, config in configs.items()}
    shared = [fact for fact in next(iter(facts.values())) if all(fact in others for others in facts.values())]
    form = label("run.fact", language)
    rows = []
    for name, config in configs.items():
        known = (config.titles[language], config.digest[:DIGEST_SHOWN])
        own = [fact for fact in facts[name] if fact not in shared and not any(text in fact[1] for text in known)]
        said = [form.format(name=fact[0], text=fact[1]) for fact in own] or [label("run.none", language)]
        rows.append((config.titles[language], label("run.separator", language).join(said)))
    return [*rows, *shared]


def main(argv: Sequence[str] | None = None) -> int:
    """Make the four runs and write the brief; return the exit code."""
    from scenarios.cli import guarded  # noqa: PLC0415 (the command line imports this module's callers)

    return guarded(lambda: _main(sys.argv[1:] if argv is None else argv), "en")


def _main(words: Sequence[str]) -> None:
    from scenarios.config import ROOT, compose_run  # noqa: PLC0415 (Hydra and the model are not for the help)
    from scenarios.overrides import split_arguments  # noqa: PLC0415
    from scenarios.yaml_files import shown_path  # noqa: PLC0415

    arguments = split_arguments(words)
    if arguments.help:
        print(HELP, end="")
        return
    for word in arguments.overrides:
        if word.partition("=")[0].strip() in FIXED_KEYS:
            problem = Text("the brief sets this key itself", "此键由简报自行设定")
            raise UserError(problem, key=word, found=word, hint="see python -m scenarios.report --help")
    from scenarios.progress import Progress  # noqa: PLC0415
    from scenarios.run import run_scenario  # noqa: PLC0415

    configs, outputs = {}, {}
    for name in SCENARIOS:
        fixed = [f"scenario={name}", f"seed={SEED}", "language=en"]
        configs[name] = compose_run([*arguments.overrides, *fixed], arguments.config_dir)
    for name, config in configs.items():
        progress = Progress()
        try:
            outputs[name] = run_scenario(config, progress)
        finally:
            progress.clear()
        print(f"{name}: {shown_path(outputs[name])}")
    for page in write_brief(outputs, configs, ROOT / "outputs" / "report"):
        print(f"Report: {shown_path(page)}")
    print(f"CPU time: {time.process_time():.1f} s")


if __name__ == "__main__":
    sys.exit(main())
