"""A few draws of the table of rings, run again: are they still what is stored, to the bit? See reruns.py."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from calibration.rings.command import draws_of
from calibration.rings.store import measure_draw, start_measuring
from calibration.upkeep.reruns import DRAWS, Missing, Rerun
from scenarios.compare.rings_table import KEY, RINGS_COMMAND, RINGS_FILE, VALUE, draw_keys, stored_rings, write_rings
from scenarios.runs.parameter_sets import read_draws
from scenarios.runs.sources import source_hash
from scenarios.settings.parameter_values import rounded


def rings() -> Iterator[Rerun | Missing]:
    """Check what the first draws give for each item of evidence."""
    if not RINGS_FILE.is_file():
        yield Missing(RINGS_FILE, RINGS_COMMAND)
        return
    stored, source = stored_rings(RINGS_FILE), source_hash("rings")
    if stored.made.get("source") == source:
        return
    draws, differs = read_draws(), ""
    if draw_keys(draws)[: len(stored.table)] != list(stored.table[KEY]):
        differs = "the draws are other ones"
    else:
        start_measuring((), None)
        for row, draw in zip(stored.table.to_dict("records"), draws_of(draws)[:DRAWS], strict=False):
            for name, value in measure_draw(draw).values.items():
                if not differs and rounded(value) != row.get(f"{VALUE}{name}"):
                    differs = f"draw {row['draw']}: {name} {rounded(value)}, stored {row.get(f'{VALUE}{name}')}"
    renewed = stored._replace(made={**stored.made, "source": source})
    yield Rerun(RINGS_FILE, DRAWS, differs, partial(write_rings, RINGS_FILE, renewed))
