"""The table of rings is held against what its first draws give; stand-ins give what is stored, or something else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from calibration.upkeep import rings_rerun
from scenarios.compare.rings_table import RINGS_FILE, VALUE, stored_rings
from scenarios.runs.sources import source_hash

OLD = "0" * 64


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the committed table that other sources made; its draws give what it holds."""
    path = tmp_path / RINGS_FILE.name
    for suffix in (".csv", ".json"):
        shutil.copy(RINGS_FILE.with_suffix(suffix), path.with_suffix(suffix))
    made = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    path.with_suffix(".json").write_text(json.dumps({**made, "source": OLD}), encoding="utf-8")
    gives(monkeypatch, path, {})
    monkeypatch.setattr(rings_rerun, "RINGS_FILE", path)
    monkeypatch.setattr(rings_rerun, "start_measuring", lambda *_: None)
    return path


def gives(monkeypatch: pytest.MonkeyPatch, path: Path, otherwise: dict[str, float]) -> None:
    rows: Iterator[dict[str, Any]] = iter(stored_rings(path).table.to_dict("records"))

    def measured(_: object) -> SimpleNamespace:
        stored = {name.removeprefix(VALUE): v for name, v in next(rows).items() if name.startswith(VALUE)}
        return SimpleNamespace(values={**stored, **otherwise})

    monkeypatch.setattr(rings_rerun, "measure_draw", measured)


def test_a_table_whose_draws_give_the_same_gets_a_new_hash(copied: Path) -> None:
    (rerun,) = rings_rerun.rings()
    assert not rerun.differs
    rerun.renew()
    assert stored_rings(copied).made["source"] == source_hash("rings")
    assert copied.read_bytes() == RINGS_FILE.read_bytes()
    assert list(rings_rerun.rings()) == []


def test_what_differs_is_named(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gives(monkeypatch, copied, {"ties_recover": 99.0})
    (rerun,) = rings_rerun.rings()
    assert "ties_recover 99.0, stored" in rerun.differs


def test_a_table_of_other_draws_or_none_is_said(copied: Path) -> None:
    text = copied.read_text(encoding="utf-8").splitlines()
    copied.write_text("\n".join([text[0], *text[2:], text[1]]) + "\n", encoding="utf-8")
    (rerun,) = rings_rerun.rings()
    assert rerun.differs == "the draws are other ones"
    copied.unlink()
    (missing,) = rings_rerun.rings()
    assert missing.makes == "make rings"
