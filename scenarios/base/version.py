"""The version of the project, as pyproject.toml has it: the project is run where it lies and is not installed."""

from __future__ import annotations

import tomllib

from scenarios.base.paths import ROOT

VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
