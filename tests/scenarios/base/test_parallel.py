"""Work spread over processes: results in order, errors in the caller, a process prepared once, an early stop."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from scenarios.base.errors import UserError
from scenarios.base.parallel import (
    ONE_THREAD,
    WAITING_PER_PROCESS,
    available_processors,
    in_processes,
)
from scenarios.base.text import Text


class Prepared:
    """What `prepare` leaves in a process."""

    times = 0
    words: tuple[str, ...] = ()


def prepare(*words: str) -> None:
    Prepared.times += 1
    Prepared.words = words


def squared(number: int) -> tuple[int, int, int, tuple[str, ...], str]:
    time.sleep(0.3 if number == 0 else 0.0)  # the first is the last to finish
    return number**2, os.getpid(), Prepared.times, Prepared.words, os.environ[ONE_THREAD[0]]


def wrong_at_two(number: int) -> int:
    if number == 2:
        problem = Text("two is wrong", "二不对")
        raise UserError(problem, key="number", found=number, allowed="others", hint=Text("mend it", "请修改"))
    return number


def test_order_is_kept_and_each_process_is_prepared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ONE_THREAD[0], raising=False)
    found = list(in_processes(squared, range(8), 2, prepare, ("a", "b")))
    assert [square for square, *_ in found] == [number**2 for number in range(8)]
    assert {times for _, _, times, _, _ in found} == {1}
    assert {words for *_, words, _ in found} == {("a", "b")}
    assert {threads for *_, threads in found} == {"1"}
    processes = {pid for _, pid, *_ in found}
    assert len(processes) in (1, 2)  # the second may be up too late
    assert os.getpid() not in processes
    assert Prepared.times == 0  # nothing is prepared here


def killed(number: int) -> int:
    os._exit(9)


def test_a_killed_process_is_one_line() -> None:
    with pytest.raises(UserError, match="killed") as caught:
        list(in_processes(killed, range(3), 1))
    assert caught.value.key == "processes"
    assert "\n" not in caught.value.say("zh")


def test_an_error_is_raised_here_after_what_came_before() -> None:
    results = in_processes(wrong_at_two, range(5), 1)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(UserError) as caught:
        next(results)
    assert caught.value.say("en") == "two is wrong (found: 2); allowed here: others; mend it"
    assert caught.value.say("zh") == "二不对（现为：2）；可用：others；请修改"


def test_a_caller_may_stop_early() -> None:
    taken = []

    def numbers() -> Iterator[int]:
        for number in range(10_000):
            taken.append(number)
            yield number

    results = in_processes(abs, numbers(), 1)
    assert next(results) == 0
    results.close()
    assert len(taken) == WAITING_PER_PROCESS


def test_no_items_are_no_work() -> None:
    assert list(in_processes(abs, [], 1)) == []
    assert available_processors() >= 1
