"""Evidence from elsewhere: what was found in other places, as bounds on a quantity of the model.

conf/borrowed_evidence.csv holds one row an item; it belongs to no region. Experiments of patterns.csv whose bound is
not the report's (`ring`) are items as well: `items_of` gives both. An item belongs to a ring: Guizhou, China or the
world. Its weight is a power of its likelihood: 1 counts it as data of this city, 0 leaves it out. How the quantities
are measured is in calibration/rings/; pandas and the model are not loaded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.base.input.rows import TableRow, load_rows, unless
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from scenarios.report.patterns import EXPERIMENT, REPORT, RINGS, Band, Pattern, threshold_spread

FILE = CONF / "borrowed_evidence.csv"
COLUMNS = (
    "id", "ring", "kind", "measure", "unit", "low", "low_sd", "high", "high_sd", "weight", "source", "pattern",
    "pattern_zh", "note",
)  # fmt: skip
ORDERING, CAP, MAGNITUDE, SIGN = KINDS = ("ordering", "cap", "magnitude", "sign")
"""One thing weighs more than another; a soft bound on one side; a size, bounded on both sides; a sign alone."""
BORROWED = RINGS[1:]
"""The rings beyond the report, from the inside out."""


@dataclass(frozen=True)
class Item:
    """One piece of evidence from elsewhere.

    measure: a formula over the quantities of calibration/rings/measures.py; band: its bounds, NaN for none; low_sd,
    high_sd: how uncertain each bound is, 0 where there is none; both in `unit`. weight: power of its likelihood, 0 to
    1. source: ids of conf/evidence.csv.
    """

    id: str
    ring: str
    kind: str
    measure: str
    unit: str
    band: Band
    low_sd: float
    high_sd: float
    weight: float
    source: str
    pattern: Text
    note: str


def read_borrowed(path: Path = FILE) -> dict[str, Item]:
    """Return the items of a table by id; raises RegistryError with every error of the table."""
    items, problems = load_rows(path, COLUMNS, _item)
    return unless(problems, items)


def items_of(patterns: Mapping[str, Pattern], borrowed: Mapping[str, Item]) -> tuple[Item, ...]:
    """Return all evidence from elsewhere: experiments of patterns.csv with such a bound, then the borrowed items.

    Rings from the inside out, within a ring by id, so that the order of the rows plays no part. Raises ValueError for
    an id that both tables have.
    """
    found = {name: _of_pattern(pattern) for name, pattern in patterns.items()
             if pattern.kind == EXPERIMENT and pattern.ring != REPORT}  # fmt: skip
    if twice := sorted(patterns.keys() & borrowed.keys()):
        raise ValueError(f"{', '.join(twice)} stands in patterns.csv and in {FILE.name}")
    return tuple(sorted({**found, **borrowed}.values(), key=lambda item: (RINGS.index(item.ring), item.id)))


def _of_pattern(pattern: Pattern) -> Item:
    kind = CAP if pattern.low is None or pattern.high is None else MAGNITUDE
    return Item(
        pattern.id, pattern.ring, kind, pattern.indicator, pattern.unit, pattern.band, pattern.low_sd, pattern.high_sd,
        pattern.weight, pattern.section, pattern.pattern, pattern.note,
    )  # fmt: skip


def _item(row: TableRow) -> Item:
    cells, kind = row.cells, row.choice("kind", KINDS)
    low, high = (row.number(end, empty=float("nan")) for end in ("low", "high"))
    bounds = [bool(cells[end]) for end in ("low", "high")]
    found = f"{cells['low']!r} to {cells['high']!r}"
    if kind == MAGNITUDE and not (all(bounds) and low <= high):
        row.error("low", found, "low and high in order, of a magnitude", "magnitude 须上下限齐全且不颠倒")
    elif kind != MAGNITUDE and sum(bounds) != 1:
        row.error("low", found, f"low or high, one of them, of a {kind}", f"{kind} 的上下限只填其一")
    weight = row.number("weight")
    if not 0.0 <= weight <= 1.0:
        row.error("weight", repr(cells["weight"]), "0 to 1", "0 至 1")
    return Item(
        id=cells["id"],
        ring=row.choice("ring", BORROWED),
        kind=kind,
        measure=row.text("measure"),
        unit=row.text("unit"),
        band=Band(low, high),
        low_sd=threshold_spread(row, "low"),
        high_sd=threshold_spread(row, "high"),
        weight=weight,
        source=row.text("source"),
        pattern=Text(row.drawn("pattern"), row.drawn("pattern_zh")),
        note=cells["note"],
    )
