"""The tables of the diaries: names and columns, how they are written and read, and how people read them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from scenarios.base.errors import UserError
from scenarios.base.input.csv_files import read_frame
from scenarios.base.labels import label, language_index
from scenarios.base.output.folders import read_manifest
from scenarios.base.output.parquet_files import read_parquet, write_parquet
from scenarios.base.output.plain_files import write_csv
from scenarios.base.text import Text

KIND = "diaries"
COMMAND = "python -m scenarios.diaries"
KEPT = (
    "members", "labourers", "employed", "local_workers", "away_workers", "seated", "school_age", "farms", "house",
    "income_yuan", "attachment_site", "attachment_origin", "knowledge", "trust", "months_in_state",
)  # fmt: skip
"""Columns of `simulation.state.Households` that a diary keeps, besides the residence state."""
COMPARED = ("state", "members", "employed", "local_workers", "away_workers", "school_age", "seated", "farms", "house")
"""What makes a month one of change."""
DRAWN = ("state", "employed", "seated")
"""What the chart shows."""


class Diaries(NamedTuple):
    """What a folder of diaries holds.

    months: one row per scenario, household and month: `state` by name and the columns `KEPT`, at the end of the month;
    before the move they are those that the model starts with. households: who they are, in the order to show them
    (`choice.WHO_COLUMNS`). scenarios: name, titles and first month of the levers ('' for the
    baseline, which comes first).
    """

    months: pd.DataFrame
    households: pd.DataFrame
    scenarios: pd.DataFrame

    def of(self, scenario: str, household: int) -> pd.DataFrame:
        """Return the diary of a household in one scenario, one row a month."""
        table = self.months
        of_household = table[(table["scenario"] == scenario) & (table["household"] == household)]
        return of_household.reset_index(drop=True)

    def other_scenario(self) -> str | None:
        """Return the name of the scenario beside the baseline, None if there is none."""
        names = self.scenarios["scenario"]
        return str(names.iloc[1]) if len(names) > 1 else None

    def first_difference(self, household: int, columns: tuple[str, ...] = DRAWN) -> int | None:
        """Return the first month in which the scenario differs from the baseline in `columns`, None if none does."""
        other = self.other_scenario()
        if other is None:
            return None
        ours, theirs = (self.of(name, household)[list(columns)] for name in (self.scenarios["scenario"].iloc[0], other))
        differs = (ours != theirs).any(axis=1).to_numpy()
        return int(differs.argmax()) if differs.any() else None


def write_diaries(folder: Path, diaries: Diaries) -> None:
    """Write the tables into `folder`: `diaries.parquet`, `households.csv`, `scenarios.csv`."""
    write_parquet(diaries.months, folder / "diaries.parquet")
    write_csv(diaries.households, folder / "households.csv")
    write_csv(diaries.scenarios, folder / "scenarios.csv")


def read_diaries(folder: Path) -> Diaries:
    """Return the diaries of a folder; raises UserError, naming the command that makes one, if there are none."""
    manifest = read_manifest(folder)
    if manifest is None or manifest.get("kind") != KIND:
        problem = Text("there are no diaries in this folder", "该文件夹中没有搬迁户日记")
        hint = Text(f"make them with {COMMAND}", f"请先运行 {COMMAND}")
        raise UserError(problem, key="folder", found=folder, hint=hint)
    return Diaries(
        read_parquet(folder / "diaries.parquet"),
        read_frame(folder / "households.csv"),
        read_frame(folder / "scenarios.csv", dtype=str, keep_default_na=False),
    )


def who_table(diaries: Diaries, language: str) -> pd.DataFrame:
    """Return who the households are, with names in `language`."""
    who = diaries.households.copy()
    who["chosen"] = [label(f"diary.chosen_{reason}", language) for reason in who["chosen"]]
    who["site_kind"] = [label(f"diary.kind_{kind}", language) for kind in who["site_kind"]]
    who["registered_poor"] = _yes_no(who["registered_poor"], language)
    who["origin_km"], who["land_mu"] = who["origin_km"].round().astype(int), who["land_mu"].round(1)
    return who.rename(columns={name: label(f"diary.{name}", language) for name in who})


def change_table(diaries: Diaries, household: int, scenario: str, language: str) -> pd.DataFrame:
    """Return the months in which something changes for a household in one scenario, with names in `language`.

    Only what `COMPARED` names counts as a change; the first row is the month of the move. Raises ValueError for a
    household without a diary.
    """
    language_index(language)
    diary = diaries.of(scenario, household)
    if diary.empty:
        diarists = ", ".join(str(number) for number in diaries.households["household"])
        raise ValueError(f"no diary of household {household} in {scenario!r}; there are: {diarists}")
    compared = diary[list(COMPARED)]
    changed = (compared != compared.shift()).any(axis=1) & (diary["state"] != "not_moved")
    table = diary.loc[changed, ["month", *COMPARED, "income_yuan"]].copy()
    table["state"] = [label(f"state.{state}", language) for state in table["state"]]
    for name in ("farms", "house"):
        table[name] = _yes_no(table[name], language)
    table["income_yuan"] = table["income_yuan"].round().astype(int)
    names = {name: label(f"diary.{name}", language) for name in table if name != "month"}
    return table.rename(columns={"month": label("column.month", language), **names}).reset_index(drop=True)


def _yes_no(values: pd.Series[bool], language: str) -> list[str]:
    return [label("answer.yes" if value else "answer.no", language) for value in values]
