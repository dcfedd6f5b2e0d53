"""Evidence from elsewhere: the table of the project, and one line for every mistake in a table."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from scenarios.base.errors import UserError
from scenarios.base.input.rows import RegistryError
from scenarios.doc_pages.evidence_table import cited_in, read_evidence
from scenarios.report.borrowed import BORROWED, COLUMNS, FILE, MAGNITUDE, items_of, read_borrowed
from scenarios.report.patterns import read_patterns
from scenarios.settings.config import compose_run


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(path: Path, table: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(table)
    return path


def test_every_item_cites_rows_that_are_there() -> None:
    known = read_evidence()
    for item in read_borrowed().values():
        cited = cited_in(item.source)
        assert cited
        assert set(cited) <= set(known), item.id


def test_an_estimate_without_a_standard_error_counts_from_half_to_one_and_a_half() -> None:
    """The one rule of docs/odd.md, for all rows from Fanjingshan."""
    known = read_evidence()
    for item in read_borrowed().values():
        if item.ring == "Guizhou":
            value = float(known[item.source]["value"])
            assert sorted(item.band) == pytest.approx(sorted((0.5 * value, 1.5 * value)))
            assert item.low_sd == item.high_sd == pytest.approx(abs(value) / 4, rel=0.04)


def test_experiments_with_a_bound_from_elsewhere_are_items_too() -> None:
    patterns, borrowed = read_patterns(compose_run([]).region / "patterns.csv"), read_borrowed()
    items = items_of(patterns, borrowed)
    assert {item.id for item in items} - set(borrowed) == {
        "network_raises_work_away", "local_income_keeps_workers", "whole_families_return", "few_leave_for_good",
    }  # fmt: skip
    assert [item.ring for item in items] == sorted((item.ring for item in items), key=BORROWED.index)
    backwards = dict(reversed(patterns.items())), dict(reversed(borrowed.items()))
    assert items_of(*backwards) == items
    network = next(item for item in items if item.id == "network_raises_work_away")
    assert (network.kind, network.weight, tuple(network.band)) == (MAGNITUDE, 0.25, (0.0727, 0.0918))
    twice = {"few_leave_for_good": next(iter(borrowed.values()))}
    with pytest.raises(ValueError, match="few_leave_for_good stands in"):
        items_of(patterns, twice)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("ring", "report", "one of Guizhou, China, world"),
        ("kind", "hint", "one of ordering, cap, magnitude, sign"),
        ("high", "", "low and high in order, of a magnitude"),
        ("low", "2", "low and high in order"),
        ("low_sd", "0", "above 0"),
        ("high_sd", "", "a number where there is 'high'"),
        ("weight", "1.5", "0 to 1"),
        ("weight", "", "a number"),
        ("measure", "", "a text"),
        ("source", "", "a text"),
    ],
)
def test_every_mistake_is_one_line(column: str, cell: str, said: str, tmp_path: Path) -> None:
    table = rows()
    table[0][column] = cell
    with pytest.raises(RegistryError) as caught:
        read_borrowed(written(tmp_path / "items.csv", table))
    lines = [problem.say() for problem in caught.value.problems]
    assert any(said in line and ":2: row labourers_send, column" in line for line in lines)


def test_an_ordering_has_one_bound(tmp_path: Path) -> None:
    table = [row | {"high": "1", "high_sd": "1"} for row in rows() if row["kind"] == "ordering"]
    with pytest.raises(RegistryError) as caught:
        read_borrowed(written(tmp_path / "items.csv", table))
    assert len(caught.value.problems) == len(table)


def test_a_weight_of_zero_leaves_an_item_out_and_is_allowed(tmp_path: Path) -> None:
    table = [row | {"weight": "0"} for row in rows()]
    assert {item.weight for item in read_borrowed(written(tmp_path / "items.csv", table)).values()} == {0.0}


def test_no_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((RegistryError, UserError)):
        read_borrowed(tmp_path / "none.csv")
