"""The report's recommendations as levers: which of them a scenario can try, and why not the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.base.input.rows import TableRow, load_rows, unless
from scenarios.base.text import Text

LEVER, ASSUMED_LINK, OUT_OF_REACH = "lever", "assumed_link", "out_of_reach"
STATUSES = (LEVER, ASSUMED_LINK, OUT_OF_REACH)
RECOMMENDATION_COLUMNS = (
    "lever", "section", "name", "name_zh", "status", "scenario", "mechanism", "reason",
)  # fmt: skip


@dataclass(frozen=True)
class Recommendation:
    """One proposal of the report: a `lever` (see `scenario`), one with an `assumed_link` to where people live, or
    `out_of_reach`.

    reason: why it is out of reach, or what of it is left out.
    """

    lever: str
    section: str
    name: Text
    status: str
    scenario: str
    mechanism: str
    reason: str


def _recommendation(row: TableRow) -> Recommendation:
    cells = row.cells
    status = row.choice("status", STATUSES)
    if bool(cells["scenario"]) != (status != OUT_OF_REACH):
        en, zh = ("no text", "不得填写") if status == OUT_OF_REACH else ("a text", "须填写")
        row.error("scenario", repr(cells["scenario"]), f"{en} with status {status}", f"状态为 {status} 时{zh}")
    if status == OUT_OF_REACH and not cells["reason"]:
        row.error("reason", "''", f"a text with status {status}", f"状态为 {status} 时须填写")
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
