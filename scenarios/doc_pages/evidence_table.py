"""`python -m scenarios.evidence_table` writes docs/evidence.md: the rows of evidence that conf/ cites, and where.

conf/evidence.csv holds facts with their places, years and sources; a source in conf/ names them by id (W04, or R01 to
R04 for a run of them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_csv
from scenarios.base.input.yaml_files import read_yaml, shown_path
from scenarios.base.paths import CONF, DOCS
from scenarios.doc_pages.page import markdown_table, write_page
from scenarios.report.borrowed import FILE as BORROWED_FILE
from scenarios.report.borrowed import read_borrowed
from scenarios.report.patterns import REPORT, read_patterns
from scenarios.settings.command import Call

PAGE = "evidence.md"
COMMAND = "python -m scenarios.evidence_table"
FILE = CONF / "evidence.csv"
COLUMNS = ("id", "topic", "parameter", "value", "low", "high", "unit", "place", "year", "source", "note")
CITED = re.compile(r"\b([A-Z])(\d{2}[a-z]?)(?:\s?(?:to|-)\s?\1(\d{2})\b)?(?![\w.])")
GAP = re.compile(r"\bevidence (\d+(?:, \d+)*)")
GAPS = {
    1: (
        "Going back",
        "No source gives a rate of moving back, or of wishing to, for movers of this programme. Abstracts give signs:"
        " what raises the wish and what lowers it. How many are `returned` rests on `c_returned`, which is assumed.",
    ),
    3: (
        "Jobs",
        "How long jobs last, how long a search takes and for how little people would work is not known for such movers;"
        " there is one tenure of one worker. Official numbers of the employed come from those who report them.",
    ),
    12: (
        "Sizes of effects",
        "No study measures what a school seat, a clear title, income, distance or an old house does to staying."
        " Turnover and survival of workshops, the net effect of training, the pay of teachers, the cost of buses and of"
        " fee waivers, and anything in Liupanshui after 2020 are missing as well.",
    ),
}
HEADER = """# Evidence

Written by `{command}` from `conf/evidence.csv`: the {total} rows that are cited for what the report
does not say. Rows that no number rests on serve [plausibility.md](plausibility.md) or
[validation.md](validation.md). The report's own figures are in [data.md](data.md). Units as printed; low and high as
the source has them.

How far to trust them: most pages could be read only in their openings, and most papers only as abstracts, which give
signs and no sizes. Many are reposts. Official figures are claims of the side that carries the programme out. Hardly
anything is about households in Liupanshui; the rest is borrowed from other places.

"""


def evidence_page() -> str:
    """Return the page; raises UserError for a cited row that the table lacks."""
    rows, cited = read_evidence(), citations()
    for name, keys in cited.items():
        if name not in rows:
            problem, found = "a row of evidence is cited that is not there", f"{name} in {', '.join(keys)}"
            raise UserError(problem, key=name, found=found, hint=f"add the row to {shown_path(FILE)}")
    parts = [HEADER.format(command=COMMAND, total=len(rows))]
    heads = ("id", "what", "value", "low to high", "unit", "place, year", "source", "note", "cited by")
    for topic in dict.fromkeys(row["topic"] for row in rows.values()):
        lines = [_line(row, cited.get(name, [])) for name, row in rows.items() if row["topic"] == topic]
        parts.append(f"## {topic[0].upper()}{topic[1:]}\n\n{markdown_table(heads, lines)}\n\n")
    parts.append("## What the evidence does not say\n\nA source 'evidence 12' in `conf/` is the gap of that number.\n")
    parts += [f"\n- **evidence {number}, {title}.** {text}\n" for number, (title, text) in GAPS.items()]
    return "".join(parts)


def read_evidence(path: Path = FILE) -> dict[str, dict[str, str]]:
    """Return the rows by id; raises UserError for other columns, an empty fact or an id that stands there twice."""
    table = read_csv(path)
    if table.heading != COLUMNS:
        found = ", ".join(table.heading)
        raise UserError("unexpected columns", found=found, allowed=", ".join(COLUMNS), place=shown_path(path))
    lines = [dict(zip(COLUMNS, row.cells, strict=True)) for row in table.rows]
    rows = {line["id"]: line for line in lines}
    for line in lines:
        if rows[line["id"]] is not line or not all(line[name] for name in ("topic", "parameter", "value", "source")):
            problem = "a row that stands there twice or lacks a fact"
            raise UserError(problem, key=line["id"], found=line["id"], hint="mend the row", place=shown_path(path))
    return rows


def citations() -> dict[str, list[str]]:
    """Return, by id of evidence, the keys in conf/ whose source cites it."""
    found: dict[str, list[str]] = {}
    for key, source in sources():
        for name in cited_in(source):
            if key not in found.setdefault(name, []):
                found[name].append(key)
    return found


def cited_in(source: str) -> list[str]:
    """Return the ids that a source names, runs of ids (R01 to R04) spelt out."""
    names = []
    for match in CITED.finditer(source):
        letter, first, last = match.groups()
        numbers = range(int(first), int(last) + 1) if last else ()
        names += [f"{letter}{number:02d}" for number in numbers] or [f"{letter}{first}"]
    return names


def gaps_in(source: str) -> list[int]:
    """Return the gaps that a source names ('evidence 1, 12')."""
    return [int(number) for match in GAP.finditer(source) for number in match[1].split(", ")]


def sources() -> Iterator[tuple[str, str]]:
    """Return key and source of every parameter, setting and cost, number of the population and row after 2019."""
    for path in sorted((CONF / "parameters").glob("*.yaml")):
        yield from _sources(read_yaml(path).tree, f"parameters.{path.stem}")
    yield from _elsewhere()
    yield from _sources(read_yaml(CONF / "lever" / "levers.yaml").tree, "levers")
    for path in sorted((CONF / "region").glob("*/population.yaml")):
        yield from _sources(read_yaml(path).tree, "population")
    for path in sorted((CONF / "region").glob("*/history.csv")):
        table = read_csv(path)
        series, source = table.heading.index("series"), table.heading.index("source")
        yield from ((f"history.csv {row.cells[series]}", row.cells[source]) for row in table.rows)


def _sources(tree: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for name, below in tree.items():
        if name == "source":
            yield path, str(below)
        elif isinstance(below, Mapping):
            yield from _sources(below, f"{path}.{name}")


def _elsewhere() -> Iterator[tuple[str, str]]:
    """Return key and source of every pattern whose bound is not the report's, and of every item from elsewhere."""
    yield from ((f"{BORROWED_FILE.name} {name}", item.source) for name, item in read_borrowed().items())
    for path in sorted((CONF / "region").glob("*/patterns.csv")):
        for pattern in read_patterns(path).values():
            if pattern.ring != REPORT:
                yield f"patterns.{pattern.id}", pattern.section


def _line(row: Mapping[str, str], keys: Sequence[str]) -> Sequence[str]:
    between = " to ".join(text for text in (row["low"], row["high"]) if text)
    where = ", ".join(text for text in (row["place"], row["year"]) if text)
    used = ", ".join(f"`{key}`" for key in keys)
    return row["id"], row["parameter"], row["value"], between, row["unit"], where, row["source"], row["note"], used


def write(call: Call) -> None:
    """Write the page."""
    write_page(call, DOCS / PAGE, evidence_page())
