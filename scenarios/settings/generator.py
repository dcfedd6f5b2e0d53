"""The key `generator`: which generator makes the random numbers of a run, put into effect before kernels are loaded.

What is typed comes before the environment variable, and that before conf/config.yaml. Kernels are compiled with their
generator, so a process has one; those that it starts get the same through the environment.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF
from scenarios.base.text import Text
from simulation.foundations.generator import GENERATORS, VARIABLE, chosen_generator

KEY = "generator"


def choose_generator(words: Sequence[str] = (), runs_here: bool = True) -> None:
    """Ask for the generator that the words of a command, the environment or conf/ name; a command's first act.

    runs_here: False where other processes do all runs. Raises UserError where the rules of this one are loaded with
    another generator, or the environment names none; a wrong name elsewhere is left to `compose_run`.
    """
    typed = [word.partition("=")[2].strip("'\" ") for word in words if word.partition("=")[0].strip() == KEY]
    name = typed[-1] if typed else default_generator(str(read_yaml(CONF / "config.yaml").tree.get(KEY)))
    if name not in GENERATORS:
        return
    if runs_here:
        check_generator(name)
    if name != chosen_generator():
        os.environ[VARIABLE] = name


def default_generator(in_conf: str) -> str:
    """Return the generator where none is typed; in_conf: that of conf/config.yaml. Raises UserError."""
    name = os.environ.get(VARIABLE) or in_conf
    if name not in GENERATORS and name != in_conf:  # conf/ is checked like any other key
        raise UserError(
            Text(f"the environment's {VARIABLE} names no generator", f"环境变量 {VARIABLE} 不是随机数生成器的名称"),
            key=KEY,
            found=name,
            allowed=listed(GENERATORS),
            nearest=nearest(name, GENERATORS),
            hint=Text("unset it, or set it to one of these", "请取消该变量，或改为其中之一"),
        )
    return name


def check_generator(name: str) -> None:
    """Raise UserError if the kernels of this process were loaded with another generator than a run's."""
    kernels = sys.modules.get("simulation.foundations.kernel")
    loaded = getattr(kernels, "GENERATOR", name)
    if loaded != name:
        raise UserError(
            Text("the rules are already loaded with another generator", "模型规则已用另一种随机数生成器加载"),
            key=KEY,
            found=loaded,
            allowed=name,
            hint=Text(f"start Python anew with {VARIABLE}={name}", f"请以 {VARIABLE}={name} 重新启动 Python"),
        )
