"""The door: what is loaded, and that the garbage collector waits meanwhile."""

from __future__ import annotations

import gc
import sys
from pathlib import Path

import pytest

from scenarios.base.door import loaded


def made(folder: Path, name: str, text: str) -> str:
    (folder / f"{name}.py").write_text(f"import gc\ncollects = gc.isenabled()\n{text}\n", encoding="utf-8")
    return f"{name}:collects"


def test_the_collector_waits_while_a_module_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    before = gc.get_freeze_count()
    name = made(tmp_path, "loaded_once", "kept = [[] for _ in range(1000)]")
    assert loaded(name) is False
    frozen = gc.get_freeze_count()
    assert frozen >= before + 1000
    assert gc.isenabled()
    others = [[] for _ in range(1000)]  # what came since stays with the collector: the module is there already
    assert loaded(name) is False
    assert gc.get_freeze_count() < frozen + len(others)
    gc.unfreeze()


def test_the_collector_goes_on_if_a_module_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ZeroDivisionError):
        loaded(made(tmp_path, "loaded_never", "1 / 0"))
    assert gc.isenabled()
    assert "loaded_never" not in sys.modules
