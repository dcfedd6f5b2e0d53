"""The second process: its answers, its errors, its end; and the same calls in this process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import NoReturn

import pytest

from scenarios.base import beside as module
from scenarios.base.beside import Beside, Here, beside
from scenarios.base.errors import UserError
from scenarios.base.parallel import ONE_THREAD
from scenarios.base.paths import ROOT
from scenarios.base.text import Text

PLACE = "tests.scenarios.base.test_beside"


def squared(number: int) -> tuple[int, int]:
    return number**2, os.getpid()


def threads() -> str:
    return os.environ[ONE_THREAD[0]]


def wrong(number: int) -> NoReturn:
    raise UserError(Text("it is wrong", "不对"), key="number", found=number, hint=Text("mend it", "请修改"))


class OddError(Exception):
    """An error that cannot be sent: it is made of two values."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


def odd() -> NoReturn:
    raise OddError(1, 2)


def interrupted() -> int:
    os.kill(os.getpid(), signal.SIGINT)
    return 7


def killed() -> NoReturn:
    os._exit(9)


def killed_by(*_: object) -> NoReturn:
    killed()


def long() -> None:
    time.sleep(600)


def test_a_second_process_answers_in_order() -> None:
    with beside(f"{PLACE}:squared") as other:
        for number in range(5):
            other.ask(f"{PLACE}:squared", number)
        found = [other.answer() for _ in range(5)]
        other.ask(f"{PLACE}:threads")
        assert other.answer() == "1"
    assert [square for square, _ in found] == [0, 1, 4, 9, 16]
    assert len({process for _, process in found} - {os.getpid()}) == 1


def test_on_one_processor_this_process_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "available_processors", lambda: 1)
    with beside(f"{PLACE}:squared") as other:
        other.ask(f"{PLACE}:squared", 3)
        other.ask(f"{PLACE}:wrong", 2)
        assert other.answer() == (9, os.getpid())
        with pytest.raises(UserError, match="it is wrong"):
            other.answer()


@pytest.mark.parametrize("kind", [Here, Beside])
def test_an_error_is_raised_with_its_answer(kind: type[Here]) -> None:
    other = kind()
    other.ask(f"{PLACE}:wrong", 2)
    other.ask(f"{PLACE}:squared", 2)
    with pytest.raises(UserError) as caught:
        other.answer()
    assert caught.value.say("zh") == "不对（现为：2）；请修改"
    assert other.answer()[0] == 4
    other.close()


def test_an_error_that_cannot_be_sent_is_told() -> None:
    with beside() as other:
        other.ask(f"{PLACE}:odd")
        with pytest.raises(RuntimeError, match="OddError: 1 and 2"):
            other.answer()


def test_what_cannot_be_loaded_is_the_first_answer() -> None:
    with beside("tests.no_such_module:work") as other:
        other.ask(f"{PLACE}:squared", 1)
        with pytest.raises(ModuleNotFoundError) as caught:
            other.answer()
    assert caught.value.name == "tests.no_such_module"
    assert "in the second process" in caught.value.__notes__[0]


def test_a_process_that_was_killed_is_one_line() -> None:
    with beside() as other:
        other.ask(f"{PLACE}:killed")
        with pytest.raises(UserError, match="the second process of the command was killed; memory may be short"):
            other.answer()


def test_ctrl_c_is_not_for_the_second_process() -> None:
    with beside() as other:
        other.ask(f"{PLACE}:interrupted")
        assert other.answer() == 7


def test_the_first_second_process_never_sees_ctrl_c() -> None:
    code = "import os, signal, time; from scenarios.base.beside import Beside\nother = Beside()\n"
    code += f"os.kill(other._process.pid, signal.SIGINT); other.ask('{PLACE}:squared', 3)\nprint(other.answer()[0])"
    guarded = f"if __name__ == '__main__':\n    exec({code!r})"
    done = subprocess.run([sys.executable, "-c", guarded], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.stdout, done.stderr) == ("9\n", "")


def test_the_block_ends_a_process_that_is_at_work() -> None:
    other = Beside()
    other.ask(f"{PLACE}:long")
    process = other._process
    other.close()
    assert not process.is_alive()
