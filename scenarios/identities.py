"""What the report's numbers must satisfy, where they contradict one another, and how they can be read.

An identity must hold: sites by size add up to all sites. A conflict is the report's own and is kept: it is
printed with both numbers, is mended nowhere, and is an error once it no longer conflicts, because its note
is then out of date. Readings are the switches that conflicts and open scopes leave to the reader; patterns
are the report's findings as bounds on the model's indicators; recommendations are its proposals as levers.
Each reader raises RegistryError with all errors of its table.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml

from scenarios.figures import (
    FLOAT_NOISE,
    MEND_SUM,
    Figure,
    Problem,
    RegistryError,
    Text,
    formula_value,
    read_rows,
)

Result = TypeVar("Result")
RELATIONS = ("=", "<=", ">=")
KINDS = ("identity", "conflict")
PATTERN_KINDS = ("report_date", "experiment")
LEVER_STATUSES = ("lever", "planned", "out_of_reach")
IDENTITY_COLUMNS = ("id", "left", "relation", "right", "tolerance", "kind", "note", "note_zh")
PATTERN_COLUMNS = (
    "id", "section", "kind", "indicator", "low", "high", "month", "share_of_seeds", "pattern", "pattern_zh",
    "measure", "note",
)  # fmt: skip
RECOMMENDATION_COLUMNS = (
    "lever", "section", "name", "name_zh", "status", "scenario", "mechanism", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """Two expressions over figure ids that must agree (`identity`) or are known not to (`conflict`)."""

    id: str
    left: str
    relation: str
    right: str
    tolerance: float
    kind: str
    note: Text
    line: int


class Outcome(NamedTuple):
    """An identity with the values of both sides; `holds` says whether the relation is true."""

    identity: Identity
    left: float
    right: float
    holds: bool


@dataclass(frozen=True)
class Pattern:
    """One finding of the report as bounds on an indicator of the model.

    `low` and `high` bound the indicator (None: no bound) in `month`, at that share of the seeds or more.
    A `report_date` pattern is read off one run, an `experiment` off two that differ in one thing.
    """

    id: str
    section: str
    kind: str
    indicator: str
    low: float | None
    high: float | None
    month: int
    share_of_seeds: float
    pattern: Text
    measure: str
    note: str


@dataclass(frozen=True)
class Recommendation:
    """One proposal of the report: a `lever` (see `scenario`), `planned`, or `out_of_reach` for a `reason`."""

    lever: str
    section: str
    name: Text
    status: str
    scenario: str
    mechanism: str
    reason: str


class Option(NamedTuple):
    """One way to read the report, and what follows from it."""

    value: str
    meaning: Text
    consequence: Text


@dataclass(frozen=True)
class Switch:
    """An open reading: its question and its options, the default first."""

    name: str
    question: Text
    options: tuple[Option, ...]

    @property
    def default(self) -> str:
        """The value that a run takes unless told otherwise."""
        return self.options[0].value

    @property
    def values(self) -> tuple[str, ...]:
        """The allowed values, the default first."""
        return tuple(option.value for option in self.options)


def load_identities(path: Path, values: Mapping[str, float]) -> tuple[list[Outcome], list[Problem]]:
    """Read identities.csv and compute both sides over `values`; return the outcomes and all errors.

    An identity that does not hold is an error, and so is a conflict that does.
    """
    rows, problems = read_rows(path, IDENTITY_COLUMNS)
    outcomes = []
    for row in rows:
        before = len(problems)
        cells = row.cells
        relation, kind = row.choice("relation", RELATIONS), row.choice("kind", KINDS)
        note, tolerance = Text(row.text("note"), row.text("note_zh")), row.number("tolerance")
        sides = []
        for side in ("left", "right"):
            try:
                sides.append(formula_value(cells[side], values))
            except ValueError as error:
                row.error(side, str(error), "a formula over figure ids", "由 figures.csv 编号组成的算式")
        if len(problems) > before:
            continue
        left, right = sides
        slack = tolerance + FLOAT_NOISE * max(1.0, abs(left), abs(right))
        fits, covers = left <= right + slack, left >= right - slack
        holds = {"=": fits and covers, "<=": fits, ">=": covers}[relation]
        found = f"{cells['left']} = {left:.12g}"
        if kind == "identity" and not holds:
            wanted = f"{relation} {right:.12g} = {cells['right']} (± {tolerance:g})"
            row.error("left", found, wanted, f" {wanted}", MEND_SUM)
        if kind == "conflict" and holds:
            row.error(
                "kind",
                f"{found}, which no longer conflicts with {cells['right']} = {right:.12g}",
                "a conflict, or kind identity",
                "仍存在的矛盾,否则类别应为 identity",
                MEND_SUM,
            )
        identity = Identity(cells["id"], cells["left"], relation, cells["right"], tolerance, kind, note, row.line)
        outcomes.append(Outcome(identity, left, right, holds))
    return outcomes, problems


def read_identities(path: Path, values: Mapping[str, float]) -> list[Outcome]:
    """Return the outcome of every identity and conflict; raises RegistryError with every error."""
    outcomes, problems = load_identities(path, values)
    return _unless(problems, outcomes)


def read_patterns(path: Path) -> dict[str, Pattern]:
    """Return the patterns by id; raises RegistryError with every error of the table."""
    rows, problems = read_rows(path, PATTERN_COLUMNS)
    patterns = {}
    for row in rows:
        cells = row.cells
        low, high = (row.number(end) if cells[end] else None for end in ("low", "high"))
        if (low is None and high is None) or (low is not None and high is not None and low > high):
            found = f"{cells['low']!r} to {cells['high']!r}"
            row.error("low", found, "low, high or both in order", "上下限至少其一")
        month, share = row.number("month"), row.number("share_of_seeds", empty=1.0)
        if not (month >= 0 and month.is_integer()):
            row.error("month", repr(cells["month"]), "a month index", "月份序号")
        if not 0.0 <= share <= 1.0:
            row.error("share_of_seeds", repr(cells["share_of_seeds"]), "0 to 1, or empty for 1", "0 至 1")
        patterns[cells["id"]] = Pattern(
            id=cells["id"],
            section=row.text("section"),
            kind=row.choice("kind", PATTERN_KINDS),
            indicator=row.text("indicator"),
            low=low,
            high=high,
            month=int(month) if month.is_integer() else -1,
            share_of_seeds=share,
            pattern=Text(row.text("pattern"), row.text("pattern_zh")),
            measure=row.text("measure"),
            note=cells["note"],
        )
    return _unless(problems, patterns)


def read_recommendations(path: Path) -> dict[str, Recommendation]:
    """Return the recommendations by lever; raises RegistryError with every error of the table."""
    rows, problems = read_rows(path, RECOMMENDATION_COLUMNS)
    recommendations = {}
    for row in rows:
        cells = row.cells
        status = row.choice("status", LEVER_STATUSES)
        for column, owner in (("scenario", "lever"), ("reason", "out_of_reach")):
            if bool(cells[column]) != (status == owner):
                wanted = f"a text with status {owner}, and only then"
                row.error(column, repr(cells[column]), wanted, f"仅在状态为 {owner} 时填写")
        recommendations[cells["lever"]] = Recommendation(
            cells["lever"],
            row.text("section"),
            Text(row.text("name"), row.text("name_zh")),
            status,
            cells["scenario"],
            row.text("mechanism"),
            cells["reason"],
        )
    return _unless(problems, recommendations)


def read_readings(path: Path) -> dict[str, Switch]:
    """Return the open readings by name, the default first; raises RegistryError with every error."""
    problems: list[Problem] = []

    def error(row: str, column: str, found: str, en: str, zh: str) -> None:
        problems.append(Problem(path.as_posix(), 0, row, column, found, Text(en, zh)))

    def text(row: str, column: str, node: Any) -> Text:
        parts = [node.get(language) if isinstance(node, dict) else None for language in ("en", "zh")]
        if not all(isinstance(part, str) and part for part in parts):
            error(row, column, repr(node), "texts en and zh", "中英文文字 en 与 zh")
        return Text(str(parts[0]), str(parts[1]))

    try:
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as failure:
        error("", "", str(failure), "a YAML file", "YAML 文件")
        raise RegistryError(problems) from None
    switches = {}
    for name, node in tree.items() if isinstance(tree, dict) else [("*", None)]:
        body = node if isinstance(node, dict) else {}
        values = body.get("values")
        if not isinstance(values, dict) or len(values) < 2:
            error(str(name), "values", repr(values), "two values or more", "两个以上的取值")
            continue
        options = []
        for value, parts in values.items():
            row = f"{name}.{value}"
            if not isinstance(value, str):
                error(row, "values", repr(value), "a name", "名称")
            meaning, consequence = (
                text(row, part, parts.get(part) if isinstance(parts, dict) else None)
                for part in ("meaning", "consequence")
            )
            options.append(Option(str(value), meaning, consequence))
        question = text(str(name), "question", body.get("question"))
        switches[str(name)] = Switch(str(name), question, tuple(options))
    return _unless(problems, switches)


def default_reading(switches: Mapping[str, Switch]) -> dict[str, str]:
    """Return the default choice of every switch."""
    return {name: switch.default for name, switch in switches.items()}


def alternative_readings(switches: Mapping[str, Switch]) -> list[dict[str, str]]:
    """Return the readings that differ from the default in one switch each."""
    default = default_reading(switches)
    changes = itertools.chain.from_iterable(
        ((name, value) for value in switch.values[1:]) for name, switch in switches.items()
    )
    return [{**default, name: value} for name, value in changes]


def reading_problems(path: Path, figures: Iterable[Figure], switches: Mapping[str, Switch]) -> list[Problem]:
    """Return an error for each figure of `path` whose `reading` names no existing switch and value."""
    problems = []
    allowed = ", ".join(f"{switch.name}={'|'.join(switch.values)}" for switch in switches.values())
    for figure in figures:
        for name, value in figure.reading:
            if name not in switches or value not in switches[name].values:
                where = path.as_posix(), figure.line, figure.id, "reading"
                problems.append(Problem(*where, f"{name}={value}", Text(allowed, f" {allowed}")))
    return problems


def _unless(problems: list[Problem], result: Result) -> Result:
    if problems:
        raise RegistryError(problems)
    return result
