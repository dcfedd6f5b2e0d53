"""The chart of the README: one of the last brief, copied into docs/example/ (make example).

With it goes the hash of the sources that can alter results, so that an old picture is seen to be old.
"""

from __future__ import annotations

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import LANGUAGES
from scenarios.base.output.folders import read_manifest
from scenarios.base.output.parquet_files import read_parquet
from scenarios.base.output.plain_files import write_json
from scenarios.base.output.whole_files import write_text
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.compare.indicators import HEADLINES
from scenarios.compare.measure import ALL
from scenarios.compare.tables import RUNS_FILE
from scenarios.settings.command import Call
from scenarios.settings.schema import BASE

BRIEF, EXAMPLE = ROOT / "outputs" / "brief", ROOT / "docs" / "example"
CHART, MADE = "effects", "made.json"
EXAMPLE_DRAWS = 3
"""Draws whose effects are kept one by one, so that the picture can be checked without being made anew."""


def copy_example(call: Call) -> None:
    """Copy the chart in both languages, and say where it comes from; raises UserError where there is no brief."""
    manifest = read_manifest(BRIEF)
    if manifest is None or manifest.get("kind") != "comparison":
        problem = Text("there is no brief to take a chart from", "没有可供取图的简报")
        hint = Text("write it: make brief", "请先运行 make brief")
        raise UserError(problem, key="outputs/brief", found=shown_path(BRIEF), hint=hint)
    for language in LANGUAGES:
        chart = (BRIEF / "figures" / language / f"{CHART}.svg").read_text(encoding="utf-8")
        write_text(EXAMPLE / f"{CHART}.{language}.svg", chart)
    made = {"source": manifest["code"]["source"], "digest": manifest["digest"], "probes": brief_probes()}
    write_json(EXAMPLE / MADE, made)
    call.say(Text(f"{shown_path(EXAMPLE)} written", f"已写出 {shown_path(EXAMPLE)}"))


def brief_probes() -> dict[str, list[float]]:
    """Return the effects of the brief's first draws on the headlines in its last month, by 'scenario.indicator'."""
    runs = read_parquet(BRIEF / "tables" / RUNS_FILE)
    first = runs[["draw", "seed"]].drop_duplicates().head(EXAMPLE_DRAWS)
    runs = runs[(runs["group"] == ALL) & (runs["month"] == runs["month"].astype(str).max())].merge(first)
    values = {(str(s), str(i)): table["value"] for (s, i), table in runs.groupby(["scenario", "indicator"])}
    return {
        f"{scenario}.{indicator}": [
            float(own - base) for own, base in zip(values[scenario, indicator], values[BASE, indicator], strict=True)
        ]
        for scenario in dict.fromkeys(scenario for scenario, _ in values)
        for indicator in HEADLINES
        if scenario != BASE
    }
