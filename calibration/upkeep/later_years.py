"""How wrong the model was about later years: the section of docs/calibration/ about a score, if there is one."""

from __future__ import annotations

import json
from pathlib import Path

from scenarios.base.input.csv_files import read_frame
from scenarios.base.labels import LANGUAGES, label
from scenarios.base.output.whole_files import write_bytes
from scenarios.doc_pages.page import markdown_table

ABOUT, ROWS, TOTALS = "score.json", "score.csv", "score_totals.csv"
FILES = (ABOUT, ROWS, TOTALS, *(f"score.{language}.svg" for language in LANGUAGES))
"""What `make score` leaves and the page shows."""
HEADS = ("figure", "value", "interval", "verdict", "crps", "crps_2019", "crps_prior")


def copy_score(output: Path, folder: Path) -> None:
    """Copy the last score from `output`; without one there the page keeps what it has."""
    if all((output / name).is_file() for name in FILES):
        for name in FILES:
            write_bytes(folder / name, (output / name).read_bytes())


def later_years(folder: Path, language: str) -> list[str]:
    """Return the section in `language` from the score in `folder`, or that nothing was scored."""

    def say(key: str, **values: object) -> str:
        return label(f"calibration_page.later_{key}", language).format(**values)

    if not (folder / ABOUT).is_file():
        return [f"## {say('title')}", say("nothing")]
    about, table = json.loads((folder / ABOUT).read_text(encoding="utf-8")), read_frame(folder / ROWS)
    rows = []
    for row in table[table["weight"] > 0].to_dict("records"):
        scores = [f"{row[name] / row['scale']:.2f}" for name in ("crps", "crps_as_in_2019", "crps_prior")]
        name = f"`{row['measure']}`, {row['place']}, {row['month']}"
        between = f"{row['median']:.4g} [{row['low_90']:.4g}, {row['high_90']:.4g}]"
        verdict = label(f"validation.{row['verdict']}", language)
        rows.append([name, f"{row['value']:.6g}", between, verdict, *scores])
    heads = [say(f"col_{name}") for name in HEADS]
    told = say("text", day=about["made"], hash=about["content"][:16], rows=about["n_rows"], used=about["n_used"],
               now=about["n_rows"] - about["n_written_down"])  # fmt: skip
    return [
        f"## {say('title')}",
        told,
        about["words"][language],
        *([markdown_table(heads, rows)] if rows else []),
        f"![{say('title')}](score.{language}.svg)",
    ]
