"""`python -m scenarios.lever_table` writes docs/levers.md: the report's recommendations, the levers and the scenarios.

Every recommendation is a lever, a lever with an assumed link to where people live, or out of reach of the model for a
reason (recommendations.csv); what a lever costs and where that comes from stands in conf/lever/levers.yaml, and what a
scenario pulls in its own file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.labels import label
from scenarios.base.paths import CONF, DOCS
from scenarios.doc_pages.page import markdown_table, plain_number, write_page
from scenarios.report.recommendations import (
    ASSUMED_LINK,
    LEVER,
    OUT_OF_REACH,
    Recommendation,
    read_recommendations,
)
from scenarios.settings.command import Call
from scenarios.settings.config import compose_run
from scenarios.settings.scenario_files import scenario_paths
from scenarios.settings.schema import RESTS_FIELD, SPREAD_FIELD
from simulation.levers.catalogue import LEVERS
from simulation.state.policy import PLAN

PAGE = "levers.md"
COMMAND = "python -m scenarios.lever_table"
REGION = CONF / "region" / "liupanshui"
STATUSES = {LEVER: "lever", ASSUMED_LINK: "assumed link", OUT_OF_REACH: "out of reach"}
HEADER = """# Levers, recommendations and scenarios

Written by `{command}` from `conf/region/liupanshui/recommendations.csv`,
`conf/lever/levers.yaml` and `conf/scenario/`. Letters with digits (W35) are rows of [evidence.md](evidence.md). The
rules themselves are in [odd.md](odd.md).

A lever has a size, a first month, a phase-in and a rule that spreads it over the sites. At size 0 it does nothing. It
acts through what it is (a post, a seat, a yuan paid), or through a state that households weigh (what they know, how
much they feel at home, what a seat is worth); how much it changes such a state is assumed, and one of its settings. No
effect on settling is written anywhere. Costs are counted where they arise and never change behaviour.

Spread over sites are {spread}: by `need`, by `size`, `showcase` sites
first, `equal`, or as a `plan` says site by site: `plan: FILE.csv` in a scenario file, a table with the columns `site`,
`lever` and `size` beside it, or `levers.bus_lines.plan="3:1 17:1"`. The other levers reach everybody whom they fit, and
have no targeting.

A lever with an **assumed link** acts on where people live through nothing but weights of the residence choice that
nobody has measured (`rests on`): with these at 0 it moves nobody. Its effects are shown as all others are, and never
ranked with them.

"""
RECOMMENDATIONS = """## The report's recommendations

{total} recommendations, by status: {counts}. Each has one mechanism at least; the last column says what is left out.

"""


def levers_page() -> str:
    """Return the page; raises UserError or RegistryError where conf/ is wrong."""
    recommendations = read_recommendations(REGION / "recommendations.csv")
    levers = read_yaml(CONF / "lever" / "levers.yaml").tree
    scenarios = {name: _scenario(name, path) for name, path in scenario_paths().items()}
    found = Counter(item.status for item in recommendations.values())
    counts = ", ".join(f"{found[status]} {text}" for status, text in STATUSES.items())
    *first, last = (f"`{rule.name}`" for rule in LEVERS if rule.spread_over_sites)
    parts = [HEADER.format(command=COMMAND, spread=f"{', '.join(first)} and {last}")]
    parts.append(RECOMMENDATIONS.format(total=len(recommendations), counts=counts))
    heads = ("recommendation", "in Chinese", "report", "status", "levers", "mechanism", "left out")
    rows = [_recommendation_row(item, scenarios) for item in recommendations.values()]
    parts.append(markdown_table(heads, rows) + "\n\n## The levers\n\n")
    parts += [_lever_block(name, lever, scenarios) for name, lever in levers.items()]
    parts.append("## The scenarios\n\nSizes are those of the files; everything else is the lever's default.\n\n")
    rows = [_scenario_row(name, tree, levers) for name, tree in scenarios.items()]
    parts.append(markdown_table(("scenario", "title", "in Chinese", "levers"), rows) + "\n")
    return "".join(parts)


def _scenario(name: str, path: Path) -> dict[str, Any]:
    """Return a scenario's file, with the sizes that its plan comes to if it has one."""
    tree = dict(read_yaml(path).tree)
    if PLAN in tree:
        pulled = compose_run([f"scenario={name}"]).policy.levers
        tree["levers"] = {lever: {"size": own.size} for lever, own in pulled.items()}
    return tree


def _recommendation_row(item: Recommendation, scenarios: Mapping[str, Any]) -> Sequence[str]:
    pulled = scenarios[item.scenario].get("levers") or {} if item.scenario else {}
    names = ", ".join(f"`{name}`" for name in pulled)
    return item.name.en, item.name.zh, item.section, STATUSES[item.status], names, item.mechanism, item.reason


def _lever_block(name: str, lever: Mapping[str, Any], scenarios: Mapping[str, Any]) -> str:
    rows = [
        ("size", "0", str(lever["unit"]), ""),
        ("start", str(lever["start"]), "first month", ""),
        ("phase_in_months", str(lever["phase_in_months"]), "months", ""),
    ]
    if SPREAD_FIELD in lever:
        rows.append(("targeting", str(lever[SPREAD_FIELD]), "rule", ""))
    for setting, entry in lever["settings"].items():
        rows.append((f"settings.{setting}", plain_number(entry["value"]), str(entry["unit"]), str(entry["source"])))
    for cost, entry in lever["costs"].items():
        unit = f"yuan per {entry['per']}, {entry['kind']}"
        rows.append((f"costs.{cost}", plain_number(entry["yuan"]), unit, str(entry["source"])))
    table = markdown_table(("key", "default", "unit", "source"), [(f"`{row[0]}`", *row[1:]) for row in rows])
    pulled = ", ".join(
        f"`{scenario}` ({plain_number(size)})"
        for scenario, tree in scenarios.items()
        for other, size in _sizes(tree)
        if other == name
    )
    title = f"{label(f'lever.{name}', 'en')}, {label(f'lever.{name}', 'zh')}"
    rests = ", ".join(f"`parameters.{path}`" for path in lever.get(RESTS_FIELD, ()))
    link = f" Rests on: {rests}." if rests else ""
    return f"### {name}\n\n{title}. Scenarios (size): {pulled or 'none'}.{link}\n\n{table}\n\n"


def _scenario_row(name: str, tree: Mapping[str, Any], levers: Mapping[str, Any]) -> Sequence[str]:
    sizes = [f"`{lever}` {plain_number(size)} ({levers[lever]['unit']})" for lever, size in _sizes(tree)]
    header = tree["scenario"]
    return f"`{name}`", header["title_en"], header["title_zh"], "; ".join(sizes) or "none"


def _sizes(tree: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for name, changes in (tree.get("levers") or {}).items():
        yield name, changes["size"]


def write(call: Call) -> None:
    """Write the page."""
    write_page(call, DOCS / PAGE, levers_page())
