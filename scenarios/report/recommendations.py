"""The report's recommendations as levers: which of them a scenario can try, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.base.input.rows import TableRow, load_rows, unless
from scenarios.base.text import Text

LEVER_STATUSES = ("lever", "planned", "out_of_reach")
RECOMMENDATION_COLUMNS = (
    "lever", "section", "name", "name_zh", "status", "scenario", "mechanism", "reason",
)  # fmt: skip


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


def _recommendation(row: TableRow) -> Recommendation:
    cells = row.cells
    status = row.choice("status", LEVER_STATUSES)
    for column, owner in (("scenario", "lever"), ("reason", "out_of_reach")):
        if bool(cells[column]) != (status == owner):
            wanted = f"a text with status {owner}, and only then"
            row.error(column, repr(cells[column]), wanted, f"仅在状态为 {owner} 时填写")
    return Recommendation(
        cells["lever"],
        row.text("section"),
        Text(row.text("name"), row.text("name_zh")),
        status,
        cells["scenario"],
        row.text("mechanism"),
        cells["reason"],
    )


def read_recommendations(path: Path) -> dict[str, Recommendation]:
    """Return the recommendations by lever; raises RegistryError with every error of the table."""
    recommendations, problems = load_rows(path, RECOMMENDATION_COLUMNS, _recommendation)
    return unless(problems, recommendations)
