"""From parts to one table: the same whatever their order and cut; doubles are dropped or refused."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.base.errors import UserError
from scenarios.sweep.plan.plan import Plan, plan_sweep
from scenarios.sweep.plan.sweep_files import read_sweep
from scenarios.sweep.store.claims import Claim, make_claim
from scenarios.sweep.store.collect import Collected, collect
from scenarios.sweep.store.folder import SweepFolder
from scenarios.sweep.store.parts import (
    FAILED_MONTH,
    Present,
    RunRow,
    join_parts,
    paths_of,
    read_part,
    table_of,
    write_part,
)
from scenarios.sweep.work.runs import Runs
from simulation.foundations.months import month_index

OUTPUTS = ("employed", "public_money")
MONTHS = (month_index("2021-12"), month_index("2022-12"))
WORDS = ("scenario=workshops", "levers.workshops.size=0,10,20", "seed=1,2,3", "population.size=town",
         "outputs=[employed,public_money]", "months=[2021-12,2022-12]")  # fmt: skip
PLAN = plan_sweep(read_sweep(None, list(WORDS)))


def run_rows(plan: Plan, number: int, message: str | None = None, shift: float = 0.0) -> list[RunRow]:
    """Return the rows of a run; a value is the run's number and month, and one does not exist."""
    point, position = divmod(number, plan.n_seeds)
    name, seed = plan.points.ids[point].astype(">u8").tobytes(), int(plan.seeds[point, position])
    if message is not None:
        return [RunRow(name, seed, FAILED_MONTH, message, [np.nan, np.nan])]
    return [RunRow(name, seed, month, None, [number + month / 1000 + shift, np.nan]) for month in MONTHS]


def collected(folder: Path, *parts: list[RunRow]) -> tuple[Collected, pd.DataFrame]:
    """Return the table of some parts."""
    place = SweepFolder(folder)
    place.open(PLAN)
    for number, rows in enumerate(parts):
        write_part(place.parts, f"{number:04d}", table_of(rows, OUTPUTS))
    found = collect(Runs(PLAN, place), place)
    return found, pd.read_parquet(found.path)


def all_rows() -> list[RunRow]:
    return [row for number in PLAN.numbers().tolist() for row in run_rows(PLAN, number)]


def test_rows_stand_in_the_order_of_the_plan(tmp_path: Path) -> None:
    found, table = collected(tmp_path, all_rows()[::-1])
    # the baseline, which is also size 0, then sizes 10 and 20; three seeds, two months each
    assert (found.rows, found.runs, found.failed, found.doubled) == (24, 9, 0, 0)
    assert table["levers.workshops.size"].tolist() == [0.0] * 12 + [10.0] * 6 + [20.0] * 6
    assert table["scenario"].tolist() == ["baseline"] * 6 + ["workshops"] * 18
    assert table["seed"].tolist() == [1, 1, 2, 2, 3, 3] * 4
    assert table["month"].tolist() == ["2021-12", "2022-12"] * 12
    assert table["employed"].iloc[0] == MONTHS[0] / 1000
    assert table["employed"].iloc[:6].tolist() == table["employed"].iloc[6:12].tolist()  # one run, two labels
    assert table["public_money"].isna().all()
    assert table["message"].isna().all()


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_neither_order_nor_cut_of_parts_alters_the_table(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = data.draw(st.permutations(all_rows()))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(rows) - 1), max_size=6)))
    parts = [rows[a:b] for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    one, table = collected(tmp_path_factory.mktemp("cut"), *parts)
    whole, wanted = collected(tmp_path_factory.mktemp("whole"), all_rows())
    pd.testing.assert_frame_equal(table, wanted)
    assert one.content == whole.content
    assert one.path.read_bytes() == whole.path.read_bytes()


def test_equal_doubles_are_dropped(tmp_path: Path) -> None:
    found, table = collected(tmp_path, all_rows(), run_rows(PLAN, 0), run_rows(PLAN, 7))
    assert found.doubled == 2
    assert len(table) == 24


def test_doubles_that_differ_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there twice with different numbers") as caught:
        collected(tmp_path, all_rows(), run_rows(PLAN, 7, shift=1e-9))
    assert all(path.name in str(caught.value) for path in paths_of(tmp_path / "parts"))
    assert not (tmp_path / "runs.parquet").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_failed_run_that_was_made_later_gives_way(tmp_path: Path) -> None:
    found, table = collected(tmp_path, run_rows(PLAN, 7, "ValueError: no"), all_rows())
    assert found.failed == 0
    assert len(table) == 24


def test_a_failed_run_is_a_row_without_month(tmp_path: Path) -> None:
    rows = [row for number in PLAN.numbers().tolist() if number != 7 for row in run_rows(PLAN, number)]
    found, table = collected(tmp_path, rows, run_rows(PLAN, 7, "ValueError: no"))
    assert (found.rows, found.runs, found.failed) == (23, 9, 1)
    (failed,) = table[table["message"].notna()].to_dict("records")
    assert failed["message"] == "ValueError: no"
    assert pd.isna(failed["month"])
    assert failed["levers.workshops.size"] == 10.0


def test_other_values_have_another_content(tmp_path: Path) -> None:
    rows = all_rows()
    changed = [*rows[:-1], rows[-1]._replace(values=[rows[-1].values[0] + 1e-12, np.nan])]
    assert collected(tmp_path / "a", rows)[0].content != collected(tmp_path / "b", changed)[0].content


def test_a_changed_part_of_a_sweep_is_refused_and_more_of_it_is_not(tmp_path: Path) -> None:
    place = SweepFolder(tmp_path / "sweep")
    place.open(PLAN)

    def other(*words: str) -> Plan:
        return plan_sweep(read_sweep(None, [*WORDS, *words]))

    place.open(other("seed=1,2,3,4"))
    more = ("seed=1,2,3,4", "levers.workshops.size=0,10,20,30", "scenario=workshops,school_gap")
    place.open(other(*more))
    for words, says in (
        (("seed=1,2",), "seeds: [1,2,3,4] -> [1,2]"),
        (("end=2025-12",), 'set.end: nothing -> "2025-12"'),
        (("outputs=[employed]",), "outputs"),
        (("months=[2021-12]",), "months"),
        (("levers.workshops.size=0,10",), "axes[0].grid.levers.workshops.size: [0,10,20,30] -> [0,10]"),
    ):
        with pytest.raises(UserError, match="holds another sweep") as caught:
            place.open(other(*more, *words))
        assert says in str(caught.value)


def test_a_change_behind_the_configuration_is_refused_by_name(tmp_path: Path) -> None:
    mine, tables = tmp_path / "mine.yaml", tmp_path / "tables"
    tables.mkdir()

    def planned(size: int, row: str) -> Plan:
        mine.write_text(f"levers:\n  workshops: {{size: {size}}}\n", encoding="utf-8")
        (tables / "note.csv").write_text(row)  # whatever it is, a run would read it
        return plan_sweep(read_sweep(None, [f"scenario={mine}", "population.size=town", f"population.tables={tables}"]))

    place = SweepFolder(tmp_path / "sweep")
    place.open(planned(5, "a"))
    place.open(planned(5, "a"))
    for size, row in ((9, "a"), (5, "b")):
        with pytest.raises(UserError, match="what its files hold has changed") as caught:
            place.open(planned(size, row))
        assert str(mine) in str(caught.value) or str(tables) in str(caught.value)
        with pytest.raises(UserError, match="what its files hold has changed"):
            place.read()
    planned(5, "a")
    assert place.read().numbers().size == 2


@pytest.mark.parametrize(("name", "text"), [("claim.json", ""), ("claim.json", "{}"), ("runs.npz", "PK")])
def test_a_spoiled_claim_is_one_line(name: str, text: str, tmp_path: Path) -> None:
    place = SweepFolder(tmp_path / "sweep")
    place.open(PLAN)
    runs = Runs(PLAN, place)
    claim = make_claim(place.claims, "local", [runs.keys(PLAN.numbers())])
    assert runs.standing(lambda _: [0]).live.all()
    (claim.place / name).write_text(text)
    with pytest.raises(UserError, match="a claim cannot be read") as caught:
        runs.standing(lambda _: [0])
    assert "0001" in str(caught.value)


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_a_changed_byte_anywhere_in_a_part_is_found(
    place: float, flip: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("part")
    path = write_part(folder, "a", table_of(all_rows(), OUTPUTS))
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= flip
    path.write_bytes(bytes(content))
    present = Present(folder)
    assert list(present.rows()) == []
    assert present.damaged == [folder / "damaged" / path.name]


def test_whoever_ends_between_two_looks_leaves_nothing_to_do(tmp_path: Path) -> None:
    # A claim lives when it is asked; its runs are all written, and it ends, before the parts are read.
    place = SweepFolder(tmp_path / "sweep")
    place.open(PLAN)
    runs = Runs(PLAN, place)
    claim = make_claim(place.claims, "local", [runs.keys(PLAN.numbers())])

    def living(_: Claim) -> list[int]:
        write_part(place.parts, claim.name, table_of(all_rows(), OUTPUTS))
        claim.end()
        return []

    assert runs.standing(living).remaining.size == 0


def test_foreign_files_and_a_cut_head_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match="no sweep wrote"):
        SweepFolder(tmp_path / "mine").open(PLAN)
    place = SweepFolder(tmp_path / "cut")
    place.open(PLAN)
    place.head.write_text(place.head.read_text()[:40])
    with pytest.raises(UserError, match=r"sweep\.json was not written by this program"):
        place.read()
    with pytest.raises(UserError, match="no sweep in this folder"):
        SweepFolder(tmp_path / "none").read()


def test_a_part_that_cannot_be_written_whole_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: int) -> None:
        raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr(os, "fsync", fails)  # what is written may still be lost
    with pytest.raises(OSError, match="the disk fails"):
        write_part(tmp_path, "a", table_of(all_rows(), OUTPUTS))
    assert list(tmp_path.iterdir()) == []


def test_joined_parts_hold_the_same_rows_up_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scenarios.sweep.store.parts.JOINED_ROWS", 5)
    rows = all_rows()[:14]
    parts = [write_part(tmp_path, "a", table_of(rows[i : i + 2], OUTPUTS)) for i in range(0, 14, 2)]
    join_parts(tmp_path, "a", parts)
    sizes = [len(pd.read_parquet(path)) for path in paths_of(tmp_path)]
    assert sorted(sizes) == [2, 4, 4, 4]


def test_parts_that_are_joined_while_a_table_is_made_are_looked_for_until_all_are_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = all_rows()
    half = len(rows) // 2
    place = SweepFolder(tmp_path)
    place.open(PLAN)
    path = write_part(place.parts, "0000", table_of(rows[:half], OUTPUTS))
    write_part(place.parts, "0001", table_of(rows[half:], OUTPUTS))
    tries = 0

    def joined_meanwhile(part: Path, columns: list[str] | None = None) -> object:
        """Return a part; the first is taken away and written anew ten times between the look for it and the read."""
        nonlocal path, tries
        if part == path and tries < 10:
            tries += 1
            path.unlink()
            path = write_part(place.parts, "0000", table_of(rows[:half], OUTPUTS))
        return read_part(part, columns)

    monkeypatch.setattr("scenarios.sweep.store.collect.read_part", joined_meanwhile)
    monkeypatch.setattr("scenarios.sweep.store.collect.RETRY_SECONDS", 0.001)
    found = collect(Runs(PLAN, place), place)
    assert (tries, found.rows, found.runs) == (10, 24, 9)


def test_a_driver_that_begins_at_the_same_time_is_no_stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = SweepFolder(tmp_path / "sweep")

    def written_meanwhile(folder: Path) -> list[str]:
        """Let another driver open the folder between the look for its head and that for its files."""
        SweepFolder(folder).head.write_text(head, encoding="utf-8")
        return ["sweep.json", "claims/0"]

    place.open(PLAN)
    head = place.head.read_text(encoding="utf-8")
    place.head.unlink()
    (place.path / ".sweep.json.0123456789ab.part").touch()  # a head that another is writing
    assert place.check(PLAN)
    monkeypatch.setattr("scenarios.sweep.store.folder.files_in", written_meanwhile)
    assert not place.check(PLAN)
