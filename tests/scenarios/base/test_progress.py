"""The line of progress: it moves on a terminal; elsewhere a line at the start, at each stage and every minute."""

from __future__ import annotations

import io
import threading

import pytest

from scenarios.base.progress import NOTHING, Progress, duration
from scenarios.base.text import Text
from simulation.foundations.months import month_label

MAKING, RUNNING = Text("making the population", "正在合成人口"), Text("running", "正在运行")
RUNS = Text("runs", "次运行")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


# On a terminal


def test_months_percent_and_time_left(clock: Clock) -> None:
    stream = Terminal()
    progress = Progress("en", stream, clock)
    progress.stage(MAKING)
    for done in range(1, 109):
        clock.now += 0.5
        progress(done, 108)
    progress.clear()
    lines = [line.rstrip() for line in stream.getvalue().split("\r")]
    assert lines[1] == "making the population ..."
    assert f"{month_label(53)}   50 %  about 27 s left" in lines  # 54 of 108 months in 27 s
    assert lines[-1] == ""
    assert "\n" not in stream.getvalue()


def test_short_runs_show_no_time_left(clock: Clock) -> None:
    stream = Terminal()
    progress = Progress("zh", stream, clock)
    progress.stage(MAKING)
    progress(1, 48)
    progress.clear()
    assert "正在合成人口" in stream.getvalue()
    assert "秒" not in stream.getvalue()


def test_counts_stand_behind_their_stage_with_the_time_left(clock: Clock) -> None:
    stream = Terminal()
    progress = Progress("en", stream, clock)
    progress.stage(RUNNING)
    clock.now += 30.0
    progress.count(3, 12, RUNS)  # 10 s each, 9 left
    clock.now += 10.0
    progress.count(9, 12, RUNS, new=1)  # eight were there before: 40 s for one, 3 left
    clock.now += 10.0
    progress.count(10, 12, RUNS, left=7.0, note=Text(", 2 failed", ""))
    clock.now += 10.0
    progress.count(12, 12, RUNS)
    lines = [line.strip() for line in stream.getvalue().split("\r")]
    assert lines[2:] == [
        "running: 3 of 12 runs, about 90 s left",
        "running: 9 of 12 runs, about 2 min left",
        "running: 10 of 12 runs, 2 failed, about 7 s left",
        "running: 12 of 12 runs",
    ]


def test_a_line_of_the_result_takes_the_moving_line_away(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    stream = Terminal()
    progress = Progress("zh", stream, clock)
    progress.stage(MAKING)
    progress.line(Text("done", "完成"))
    assert capsys.readouterr().out == "完成\n"
    assert stream.getvalue().endswith("\r" + " " * 16 + "\r")  # six wide characters and ' ...'


# Where nobody looks


def test_a_line_at_the_start_at_each_stage_and_every_minute(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress("en", stream, clock)
    progress.stage(MAKING)
    progress.stage(RUNNING)
    for done in range(1, 151):
        clock.now += 1.0
        progress.count(done, 200, RUNS)
    progress.stage(RUNNING)  # the same stage is not said again
    progress.clear()
    assert stream.getvalue().splitlines() == [
        "making the population ...",
        "running ...",
        "running: 60 of 200 runs, about 2 min left",
        "running: 120 of 200 runs, about 80 s left",
    ]


def test_months_are_told_every_minute_with_their_stage(clock: Clock) -> None:
    stream = io.StringIO()
    progress = Progress("zh", stream, clock)
    progress.stage(RUNNING)
    for done in range(1, 6):
        clock.now += 20.0
        progress(done, 48)
    progress.clear()
    assert stream.getvalue().splitlines() == ["正在运行 ...", "正在运行：2016-03    6 %  约剩 15 分钟"]


def test_a_stage_that_says_nothing_is_told_every_minute(clock: Clock) -> None:
    written = threading.Event()

    class Noted(io.StringIO):
        def write(self, text: str) -> int:
            if "for" in text:
                written.set()
            return super().write(text)

    stream = Noted()
    progress = Progress("en", stream, clock)
    progress.stage(MAKING)
    clock.now += 61.0  # the work is one long call: the second thread looks at the clock
    assert written.wait(30.0)
    progress.clear()
    assert stream.getvalue().splitlines() == ["making the population ...", "making the population: for 61 s"]
    clock.now += 61.0
    progress.each_minute()  # after the end nothing is said
    assert len(stream.getvalue().splitlines()) == 2


def test_seconds_count_from_the_start(clock: Clock) -> None:
    clock.now = 5.0
    progress = Progress("en", io.StringIO(), clock)
    clock.now = 12.5
    assert progress.seconds == 7.5


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [
        (0.4, "0 s", "0 秒"), (119.0, "119 s", "119 秒"), (120.0, "2 min", "2 分钟"), (7199.0, "120 min", "120 分钟"),
        (7200.0, "2.0 h", "2.0 小时"), (36_000.0, "10 h", "10 小时"),
    ],
)  # fmt: skip
def test_durations(seconds: float, en: str, zh: str) -> None:
    assert duration(seconds) == (en, zh)
    assert NOTHING == ("", "")
