"""Terminals in Chinese encodings, below folders with Chinese names that UTF-8 wrote: such names are no text there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.base.output.parquet_files import read_parquet
from scenarios.base.paths import ROOT

pytestmark = pytest.mark.system
LEFT_OUT = shutil.ignore_patterns("__pycache__")
TOWN = ("population.size=town", "end=2019-12", "language=zh")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project below a folder with a Chinese name."""
    folder = tmp_path_factory.mktemp("home") / "安居 模型"
    for name in ("simulation", "scenarios", "calibration", "conf", "requirements"):
        shutil.copytree(ROOT / name, folder / name, ignore=LEFT_OUT)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


@pytest.mark.parametrize("encoding", ["GBK", "GB18030"])
def test_commands_run_in_a_chinese_terminal(checkout: Path, encoding: str, tmp_path: Path) -> None:
    locale = tmp_path / f"zh_CN.{encoding}"
    made = subprocess.run(["localedef", "-i", "zh_CN", "-f", encoding, locale], capture_output=True, check=False)
    assert locale.is_dir(), made.stderr or "the package locales is missing: make system-packages"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHON"))}
    environment |= {"LOCPATH": str(tmp_path), "LC_ALL": locale.name, "PYTHONUTF8": "0"}
    output = checkout / "结果" / encoding
    sweep = ("seeds=2", "launcher.processes=1", f"output={output / 'sweep'}")
    for words, said in (
        (("simulation", *TOWN, f"output={output / 'run'}"), "结果："),
        (("scenarios.sweep", *TOWN, *sweep), "2 次运行：完成 2"),
        (("scenarios.check", "--language", "zh"), "口径"),
        (("simulation", "--help", "language=zh"), "用法"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=checkout, env=environment, capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr.decode(encoding, "replace")
        assert said in done.stdout.decode(encoding)
        assert b"Traceback" not in done.stderr
    assert read_parquet(output / "sweep" / "runs.parquet")["seed"].tolist() == [1, 2]
    assert "人" in (output / "run" / "report_table.csv").read_text(encoding="utf-8-sig")
