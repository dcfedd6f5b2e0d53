"""`python -m scenarios.parameter_table` writes docs/parameters.md: every number of the model, its range and its source.

The numbers are those of conf/parameters/. Constants that stand in the code are listed after them, read off the code.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scenarios.base.errors import UserError
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF, DOCS, ROOT
from scenarios.doc_pages.page import markdown_table, plain_number, write_page
from scenarios.settings.command import Call
from scenarios.settings.schema import FIXED, LOG_UNIFORM, UNIFORM
from simulation.state.parameters import PROCESSES

PAGE = "parameters.md"
COMMAND = "python -m scenarios.parameter_table"
LOG = {UNIFORM: "", LOG_UNIFORM: ", log"}
MEND = "mend CONSTANTS in scenarios/doc_pages/parameter_table.py"
HEADER = """# Parameters

Written by `{command}` from `conf/parameters/`; change a number there, with its source, and
write the page anew. The value is the prior median, which a single run takes; the range is that of the prior: as likely
anywhere in it or, where it says log, as likely in each equal ratio of it (rates of which only the order of magnitude is
known). Letters with digits (W04) are rows of [evidence.md](evidence.md). What each number does: [odd.md](odd.md).

Of {total} numbers:

{counts}

A number from the evidence is a figure of some other place or of a few cases, unless its row says otherwise.

"""
BASES = {
    "evidence": "rest on evidence",
    "both": "rest on evidence and an assumption",
    "set": "are set so that a figure or pattern of the report is met",
    "design": "are choices of the model's design",
    "assumed": "are assumed",
}
MEDIAN_INCOME_YUAN = 1090
"""Income a month and head of the median household in December 2019, rounded, at prior medians."""
WORTH = "_worth"
WORTH_FOR = {
    "seat_worth": "seats in reach for all children instead of none",
    "service_worth": "all services instead of none",
    "origin_worth": "full attachment to the origin instead of none",
    "site_worth": "full attachment to the site instead of none",
    "house_worth": "an old house that stands",
    "title_worth": "title that is clear and believed",
    "rights_worth": "freedom from all doubt about rights at the origin",
    "hamlet_worth": "the whole hamlet living so instead of nobody",
    "network_worth": "all labour of the site away instead of none",
    "remoteness_worth": "an origin that lies an hour nearer",
    "separation_worth": "going away with labourers alone instead of dependants alone",
}
"""What each weight of the residence choice is paid for."""
WORTH_HEADER = """What the weights come to. A weight of w log points is worth y (1 - exp(-w)) yuan a month and head to a
household that lives on y: for so much less income it would have the thing. Here y is {yuan}, what the median household
has. From and to are the ends of the prior range.

"""
CONSTANTS_HEADER = """## Constants in the code

Definitions and conventions that no run changes. Weights that stand as plain numbers in an equation are in odd.md.

"""


CONSTANTS = {
    "FIRST_YEAR": ("year", "month 0 is its January"),
    "REPORT_MONTH": ("month", "December 2019, the date of the report's figures"),
    "POLICY_MONTH": ("month", "January 2020, when levers start unless told otherwise"),
    "FESTIVAL": ("month of the year from 0", "Spring Festival"),
    "AFTER_FESTIVAL": ("month of the year from 0", "return to work after it"),
    "SEPTEMBER": ("month of the year from 0", "start of the school year"),
    "SCHOOL_AGE_FROM": ("years", "first year of kindergarten"),
    "SCHOOL_AGE_TO": ("years", "end of middle school"),
    "FERTILE_FROM_YEARS": ("years", "women who may give birth, from"),
    "FERTILE_TO_YEARS": ("years", "women who may give birth, to before"),
    "OLDEST_YEARS": ("years", "end of the table of deaths"),
    "CARE_UNDER_YEARS": ("years", "a child under this age needs a carer"),
    "ELDER_FROM_YEARS": ("years", "an able elder can care, from"),
    "ELDER_TO_YEARS": ("years", "an able elder can care, to before"),
    "PENSION_YEARS": ("years", "age of the basic pension"),
    "STUDENT_AWAY_YEARS": ("years", "a student of this age or older sleeps elsewhere"),
    "PEER_HAMLET_MIN": ("households", "a smaller hamlet is no neighbourhood of its own: the site is"),
    "REFERENCE_YUAN": ("yuan/month/person", "income whose term is 0: a scale, which shifts all options alike"),
    "BOYS_SHARE": ("share", "of births, as in the population"),
    "SHOWCASE_WEIGHT": ("ratio", "weight of a household at a showcase site"),
}
"""Unit and meaning of the constants that the page lists; their values and files are read off the code."""


def parameters_page() -> str:
    """Return the page; raises UserError or KeyError where conf/ or the code lacks what the page lists."""
    trees = {process: read_yaml(CONF / "parameters" / f"{process}.yaml").tree for process in PROCESSES}
    entries = [entry for tree in trees.values() for entry in tree.values()]
    found = Counter(basis(str(entry["source"])) for entry in entries)
    counts = "\n".join(f"- {found[name]} {text}" for name, text in BASES.items() if found[name])
    parts = [HEADER.format(command=COMMAND, total=len(entries), counts=counts)]
    for process, names in PROCESSES.items():
        summary = (names.__doc__ or "").partition("\n")[0]
        rows = [_row(name, trees[process][name]) for name in getattr(names, "_fields", ())]
        table = markdown_table(("name", "value", "range", "unit", "source"), rows)
        parts.append(f"## {process}\n\n{summary} `conf/parameters/{process}.yaml`\n\n{table}\n\n")
        worth = [_worth_row(name, trees[process][name]) for name in getattr(names, "_fields", ()) if is_worth(name)]
        if worth:
            parts.append(WORTH_HEADER.format(yuan=MEDIAN_INCOME_YUAN))
            parts.append(markdown_table(("name", "yuan a month and head", "from", "to", "for"), worth) + "\n\n")
    known = code_constants()
    rows = []
    for name, (unit, meaning) in CONSTANTS.items():
        if name not in known:
            raise UserError("a constant of docs/parameters.md is not in the code", key=name, found=name, hint=MEND)
        value, file = known[name]
        rows.append((f"`{name}`", plain_number(value), unit, meaning, f"`{file}`"))
    return "".join(parts) + CONSTANTS_HEADER + markdown_table(("name", "value", "unit", "meaning", "file"), rows) + "\n"


def basis(source: str) -> str:
    """Return what a source says that a number rests on: a key of BASES."""
    for word in ("assumed", "set", "design"):
        if source.startswith(word):
            return word
    return "both" if "assumed" in source else "evidence"


def code_constants() -> dict[str, tuple[float, str]]:
    """Return value and file of every number that a module of simulation/ names at its top, by name."""
    found: dict[str, tuple[float, str]] = {}
    for path in sorted((ROOT / "simulation").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign):
                for name, value in _named_numbers(node.targets[0], node.value):
                    found.setdefault(name, (value, path.relative_to(ROOT).as_posix()))
    return found


def _named_numbers(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, float]]:
    """Return names and numbers of an assignment, also of one that names several at once."""
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, number in zip(target.elts, value.elts, strict=True):
            yield from _named_numbers(one, number)
    elif isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, int | float):
        yield target.id, value.value


def _row(name: str, entry: Mapping[str, Any]) -> Sequence[str]:
    low, high = entry["low"], entry["high"]
    between = (
        "fixed" if entry["shape"] == FIXED else f"{plain_number(low)} to {plain_number(high)}{LOG[entry['shape']]}"
    )
    return f"`{name}`", plain_number(entry["value"]), between, str(entry["unit"]), str(entry["source"])


def is_worth(name: str) -> bool:
    """Return whether a parameter is a weight in log points of income."""
    return name.endswith(WORTH)


def worth_yuan(weight: float) -> int:
    """Return what a weight in log points of income is worth at the median income, whole yuan a month and head."""
    return round(MEDIAN_INCOME_YUAN * (1.0 - math.exp(-weight)))


def _worth_row(name: str, entry: Mapping[str, Any]) -> Sequence[str]:
    value, low, high = (str(worth_yuan(float(entry[field]))) for field in ("value", "low", "high"))
    return f"`{name}`", value, low, high, WORTH_FOR[name]


def write(call: Call) -> None:
    """Write the page."""
    write_page(call, DOCS / PAGE, parameters_page())
