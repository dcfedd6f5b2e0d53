"""Changed tables of the registry, and the errors that a check of them prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.entries.comparing import CHECK


def replace(path: Path, old: str, new: str) -> None:
    """Replace a text that occurs in the file, once."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def failing_lines(capsys: pytest.CaptureFixture[str], conf: Path, *arguments: object) -> list[str]:
    """Return the error lines of a check that must fail with exit code 2."""
    assert CHECK.enter(["--conf", str(conf), *map(str, arguments)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines
    return lines
