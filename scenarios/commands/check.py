"""The work of `python -m scenarios.check`: every figure, identity, conflict and reading of the report, printed.

Derived figures are computed anew; with --tables or --population, every input is counted anew in the tables of a
population. Each error is one line on stderr that says where to mend it, all of them are listed, and the exit code
is then 2. pandas is loaded only where tables are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from scenarios.base.console import ruled
from scenarios.base.errors import UserError
from scenarios.base.input.rows import MEND_FILE, Problem, RegistryError
from scenarios.base.text import Text
from scenarios.report.figures import (
    TABLES,
    Figure,
    figure_values,
    formula_problems,
    load_figures,
)
from scenarios.report.identities import KINDS, Outcome, load_identities
from scenarios.report.patterns import read_patterns
from scenarios.report.readings import (
    Switch,
    allowed_readings,
    default_reading,
    read_readings,
    reading_problems,
)
from scenarios.report.recommendations import read_recommendations
from scenarios.report.recount import recompute, with_helpers
from scenarios.settings.command import Call
from scenarios.settings.units import unit_text

if TYPE_CHECKING:
    import pandas as pd

Table = TypeVar("Table")
NAMES_ZH = {
    "reported": "报告", "derived": "推算", "calibrated": "校准", "assumed": "假设", "input": "输入", "target": "目标",
    "check": "核对", "pattern": "规律", "context": "背景",
}  # fmt: skip
HEADINGS = {
    "figures": Text("Figures", "数字"),
    "identities": Text("Identities (must hold)", "恒等关系(必须成立)"),
    "conflicts": Text("Conflicts (the report's own; not mended)", "矛盾(报告自身所有,不予修改)"),
    "readings": Text("Readings (* default)", "口径(* 为默认)"),
}
COLUMNS = (
    Text("id", "编号"),
    Text("value", "数值"),
    Text("unit", "单位"),
    Text("status, role", "状态、用途"),
    Text("name", "名称"),
    Text("from", "来源"),
)
COUNTED = Text("counted", "重计")
REPORT = Text("report", "报告")


def number(value: float) -> str:
    """Return a number for people: thousands apart, no needless decimals."""
    return f"{value:,.10g}"


def figures_table(figures: Iterable[Figure], counted: Mapping[str, float] | None, language: str) -> str:
    """Return every figure with value, unit, status, name and origin, and the value `counted` in tables."""
    heads = [column.say(language) for column in COLUMNS]
    rows = [heads if counted is None else [*heads[:2], COUNTED.say(language), *heads[2:]]]
    for figure in figures:
        kind = (figure.status, figure.role)
        origin = [] if figure.status == "derived" else [f"{REPORT.say(language)} {figure.section}"]
        origin += [f"= {figure.formula}"] if figure.formula else []
        origin += [f"[{name}={value}]" for name, value in figure.reading]
        row = [figure.id, number(figure.value), unit_text(figure.unit, language)]
        row += ["、".join(NAMES_ZH[name] for name in kind) if language == "zh" else ", ".join(kind)]
        row += [figure.name.say(language), " ".join(origin)]
        if counted is not None:
            row.insert(2, number(counted[figure.id]) if figure.id in counted else "")
        rows.append(row)
    return ruled(rows, right=(1, 2) if counted is not None else (1,))


def identities_table(outcomes: Iterable[Outcome], language: str) -> str:
    """Return identities with the values of both sides, what they say and the rule."""
    heads = (Text("left", "左"), Text("", ""), Text("right", "右"), Text("meaning", "含义"), Text("rule", "算式"))
    rows = [[COLUMNS[0].say(language), *(head.say(language) for head in heads)]]
    for identity, left, right, holds in outcomes:
        relation = identity.relation if holds else f"not {identity.relation}"
        rule = f"{identity.left} {identity.relation} {identity.right}"
        rule += f" (± {identity.tolerance:g})" if identity.tolerance else ""
        rows.append([identity.id, number(left), relation, number(right), identity.note.say(language), rule])
    return ruled(rows, right=(1, 3))


def conflicts_text(outcomes: Iterable[Outcome], language: str) -> str:
    """Return every conflict: its two numbers, and below them what is found and what follows."""
    lines = []
    for identity, left, right, _ in outcomes:
        lines.append(f"{identity.id}: {number(left)} ≠ {number(right)}  ({identity.left} ≠ {identity.right})")
        lines.append(f"    {identity.note.say(language)}")
    return "\n".join(lines)


def readings_text(switches: Iterable[Switch], language: str) -> str:
    """Return every open reading with its values, what they mean and what follows from them."""
    lines = []
    for switch in switches:
        lines.append(f"{switch.name}: {switch.question.say(language)}")
        for option in switch.options:
            mark = "*" if option.value == switch.default else " "
            lines.append(f"  {mark} {option.value}: {option.meaning.say(language)}")
            lines.append(f"      {option.consequence.say(language)}")
    return "\n".join(lines)


def counted_figures(
    figures: Mapping[str, Figure],
    tables: Mapping[str, pd.DataFrame],
    reading: Mapping[str, str],
    path: Path,
) -> tuple[dict[str, float], list[Problem]]:
    """Count every figure that holds under `reading` in the population's tables; return values by id, and errors."""
    counted = {}
    problems = []
    wanted = Text("a column of the population's tables", "人口表中的列")
    try:
        tables = with_helpers(tables)
    except KeyError as error:
        return {}, [Problem(path.as_posix(), 0, "", "", f"no column {error} in the tables", wanted, MEND_FILE)]
    for figure in figures.values():
        if figure.source_kind == "none" or not figure.holds(reading):
            continue
        where = path.as_posix(), figure.line, figure.id
        try:
            value = counted[figure.id] = recompute(figure, tables)
        except (ValueError, KeyError) as error:
            problems.append(Problem(*where, "filter", str(error), wanted))
            continue
        if not figure.agrees(value):
            printed = f"{number(figure.value)} ± {figure.tolerance:g}"
            mend = Text(f"mend the table {figure.table} or this row", f"请改表 {figure.table} 或本行")
            found = f"{number(value)} in the table {figure.table}"
            problems.append(Problem(*where, "value", found, Text(printed, f" {printed}"), mend))
    return counted, problems


def chosen_reading(changes: Sequence[str], switches: Mapping[str, Switch]) -> tuple[dict[str, str], list[Problem]]:
    """Return the default reading with the `changes` ('switch=value'), and an error for each that does not exist."""
    reading = default_reading(switches)
    problems = []
    for change in changes:
        name, _, value = change.partition("=")
        if name in switches and value in switches[name].values:
            reading[name] = value
        else:
            problems.append(Problem("--reading", 0, "", "", repr(change), allowed_readings(switches), MEND_FILE))
    return reading, problems


def population_tables(
    folder: Path | None, seed: int, figures: Mapping[str, Figure], reading: Mapping[str, str], region: Path
) -> Mapping[str, pd.DataFrame]:
    """Return the tables of a folder, those that it lacks drawn anew; without a folder, all drawn."""
    from scenarios.population.build import build_population  # noqa: PLC0415 (pandas only where tables are counted)
    from scenarios.population.settings_file import read_settings  # noqa: PLC0415
    from scenarios.population.tables import read_tables, replace_tables  # noqa: PLC0415

    given = {} if folder is None else read_tables(folder)
    if folder is not None and not given:
        raise ValueError(f"no table: {', '.join(f'{name}.parquet' for name in TABLES)}")
    if set(given) == set(TABLES):
        return given
    settings = read_settings(region / "population.yaml")
    drawn = build_population(figure_values(figures), settings, reading, seed)
    return replace_tables(drawn, given).tables()


@dataclass
class Registry:
    """What was read of the report, and every error found in it.

    usable: whether the figures can be printed and counted.
    """

    figures: dict[str, Figure]
    usable: bool
    switches: dict[str, Switch]
    outcomes: list[Outcome]
    patterns: int
    statuses: Counter[str]
    problems: list[Problem]


def read_registry(conf: Path, region: Path) -> Registry:
    """Return the tables of a region and the readings, with the errors of all of them."""
    problems: list[Problem] = []

    def read(reader: Callable[[Path], dict[str, Table]], path: Path) -> dict[str, Table]:
        try:
            return reader(path)
        except RegistryError as error:
            problems.extend(error.problems)
            return {}

    path = region / "figures.csv"
    figures, found = load_figures(path)
    found += [] if found else formula_problems(path, figures)
    usable = not any(problem.column != "value" or problem.row not in figures for problem in found)
    problems += found
    switches = read(read_readings, conf / "reading" / "readings.yaml")
    problems += reading_problems(path, figures.values(), switches) if switches else []
    outcomes: list[Outcome] = []
    if usable:
        outcomes, found = load_identities(region / "identities.csv", figure_values(figures))
        problems += found
    patterns = read(read_patterns, region / "patterns.csv")
    recommendations = read(read_recommendations, region / "recommendations.csv")
    levers = Counter(recommendation.status for recommendation in recommendations.values())
    return Registry(figures, usable, switches, outcomes, len(patterns), levers, problems)


def registry_text(registry: Registry, counted: Mapping[str, float] | None, language: str) -> str:
    """Return everything that was read, and the numbers of each kind in the last line."""
    figures, switches = registry.figures, registry.switches
    by_kind = {kind: [outcome for outcome in registry.outcomes if outcome.identity.kind == kind] for kind in KINDS}
    sections = {
        "figures": figures_table(figures.values(), counted, language),
        "identities": identities_table(by_kind["identity"], language),
        "conflicts": conflicts_text(by_kind["conflict"], language),
        "readings": readings_text(switches.values(), language),
    }
    statuses, levers = Counter(figure.status for figure in figures.values()), registry.statuses
    last = Text(
        f"{len(figures)} figures ({statuses['reported']} reported, {statuses['derived']} derived), "
        f"{len(by_kind['identity'])} identities, {len(by_kind['conflict'])} conflicts, "
        f"{len(switches)} readings, {registry.patterns} patterns, {sum(levers.values())} recommendations "
        f"({levers['lever']} levers), {len(registry.problems)} errors",
        f"数字 {len(figures)} 项(报告 {statuses['reported']},推算 {statuses['derived']}),"
        f"恒等关系 {len(by_kind['identity'])},矛盾 {len(by_kind['conflict'])},口径 {len(switches)},"
        f"定性规律 {registry.patterns},建议 {sum(levers.values())}(其中政策工具 {levers['lever']}),"
        f"错误 {len(registry.problems)}",
    )
    parts = [f"{HEADINGS[name].say(language)}\n\n{body}" for name, body in sections.items()]
    return "\n\n".join([*parts, last.say(language)])


def check(call: Call) -> int:
    """Check and print; return 2 where there are errors, all of which are printed."""
    own, region = call.own, call.own["conf"] / "region" / call.own["region"]
    if own["tables"] is not None and own["population"]:
        problem = Text("the inputs are counted in one place", "只能在一处计数")
        raise UserError(problem, key="tables", found="--tables, --population", allowed="--tables, --population")
    registry = read_registry(own["conf"], region)
    reading, found = chosen_reading(own["reading"], registry.switches)
    registry.problems += found
    counted: dict[str, float] | None = None
    if (own["tables"] or own["population"]) and registry.usable and not found:
        try:
            tables = population_tables(own["tables"], own["seed"], registry.figures, reading, region)
            counted, found = counted_figures(registry.figures, tables, reading, region / "figures.csv")
            registry.problems += found
        except (OSError, ValueError, UserError) as error:
            place = (own["tables"] or region / "population.yaml").as_posix()
            expected = Text("tables that can be read", "可读的表")
            registry.problems.append(Problem(place, 0, "", "", str(error), expected, MEND_FILE))
    if registry.usable:
        call.say(registry_text(registry, counted, call.language))
    return call.refuse(registry.problems)
