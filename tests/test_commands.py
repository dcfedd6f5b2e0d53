"""Every command is built in one way: its door, its help, its version, its keys, its errors in both languages."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from scenarios.base.door import loaded
from scenarios.base.errors import UserError
from scenarios.base.input.rows import Problem, RegistryError
from scenarios.base.paths import ROOT
from scenarios.base.text import Text, language_of
from scenarios.base.version import VERSION
from scenarios.settings import command as frame
from scenarios.settings.command import ALL, STOPPED, WRONG, Call, Command
from scenarios.settings.schema import Key
from tests.all_commands import commands, doors, entry_of

COMMANDS = commands()
NAMES = sorted(COMMANDS)
HEAVY = (
    "mesa",
    "numba",
    "numpy",
    "pandas",
    "matplotlib",
    "hydra",
    "omegaconf",
    "pydantic",
    "scipy",
    "simulation.model",
)
CHINESE = re.compile("[\u4e00-\u9fff]")
PLACES = {"scenarios.sweep": []}
"""Words without a key that a command needs before its keys are looked at; by default one number for each."""


def given(name: str, *words: str) -> list[str]:
    """Return words with those that the command cannot be without."""
    return [*PLACES.get(name, ["7"] * len(COMMANDS[name].places)), *words]


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was said on stderr, which is one line, and nothing on stdout."""
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1, said.err
    return said.err


# The table and the doors


def test_every_door_enters_the_command_of_its_name() -> None:
    found = doors()
    assert sorted(found) == NAMES
    for name, path in found.items():
        assert loaded(entry_of(path)) is COMMANDS[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_work_is_there(name: str) -> None:
    assert callable(loaded(COMMANDS[name].work))


def test_no_key_is_also_one_of_a_run_that_is_heeded() -> None:
    for command in COMMANDS.values():
        own = {key.path for key in command.own}
        assert not own & set(command.heeded)
        assert set(command.dashed) <= {*own, "language"}
        if command.heeded == ALL:
            assert own & set(frame.TOP) <= {"output"}


# What is asked of every command


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_help(name: str, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS[name].enter(["--help", f"language={language}"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith(("Usage: python -m ", "用法：python -m ")[language == "zh"] + name)
    assert bool(CHINESE.search(said.out)) == (language == "zh") or name in ("simulation", "scenarios.diaries")
    for key in COMMANDS[name].own:
        assert re.search(rf"(--|\b){re.escape(key.path)}\b", said.out), key.path
    assert "{" not in said.out
    assert COMMANDS[name].enter(["-h", *(["language=zh"] if language == "zh" else [])]) == 0
    assert capsys.readouterr().out == said.out


@pytest.mark.parametrize("name", [name for name in NAMES if name != "simulation"])
def test_the_help_fits_a_terminal(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("en", "zh"):
        COMMANDS[name].enter(["--help", f"language={language}"])
        assert max(len(line.encode("gbk", "replace")) for line in capsys.readouterr().out.splitlines()) <= 125


@pytest.mark.parametrize("name", NAMES)
def test_version(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS[name].enter(["--version"]) == 0
    assert capsys.readouterr().out == f"anju {VERSION}\n"


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_option_is_one_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for language in ("en", "zh"):
        assert COMMANDS[name].enter(["--hlep", f"language={language}"]) == WRONG
        line = one_line(capsys)
        assert "'--hlep'" in line
        assert "'--help'" in line
        assert f"python -m {name} --help" in line
        assert bool(CHINESE.search(line)) == (language == "zh")


@pytest.mark.parametrize("name", NAMES)
def test_an_unknown_key_is_one_line_with_the_nearest_name(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = COMMANDS[name]
    meant = max((key.path for key in command.own), key=len, default="language")
    wrong = meant[:-2] + meant[-1]
    for language in ("en", "zh"):
        assert command.enter(given(name, f"{wrong}=1", f"language={language}")) == WRONG
        line = one_line(capsys)
        assert f"'{wrong}'" in line
        assert f"'{meant}'" in line.partition("nearest:" if language == "en" else "是否想写")[2]
        assert bool(CHINESE.search(line)) == (language == "zh")


@pytest.mark.parametrize("name", NAMES)
def test_a_language_that_there_is_not_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS[name].enter(given(name, "language=fr")) == WRONG
    assert "'language' is not one of the values allowed (found: 'fr'); allowed here: en, zh" in one_line(capsys)


WRONG_VALUES = {"flag": "perhaps", "whole": "many", "path": "", "month": "2019-13"}


@pytest.mark.parametrize(
    ("name", "key"), [(name, key) for name in NAMES for key in COMMANDS[name].own if key.kind in WRONG_VALUES]
)
def test_a_wrong_value_of_an_own_key_is_one_line(name: str, key: Key, capsys: pytest.CaptureFixture[str]) -> None:
    assert COMMANDS[name].enter(given(name, f"{key.path}={WRONG_VALUES[key.kind]}")) == WRONG
    line = one_line(capsys)
    assert f"'{key.path}'" in line
    assert f"see python -m {name} --help" in line or key.path in frame.TOP


def test_help_and_version_load_nothing_heavy() -> None:
    code = "from tests.all_commands import commands\nimport sys\n"
    code += "for command in commands().values():\n"
    code += "    assert [command.enter([word]) for word in ('--help', '--version')] == [0, 0]\n"
    code += f"print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("package", ["yaml", "hydra"])
def test_a_package_that_is_missing_is_one_line(package: str) -> None:
    for words, said in (([], "run 'make setup' once"), (["language=zh"], "请先运行一次 make setup")):
        code = f"import sys; sys.modules[{package!r}] = None; sys.argv = ['', *{words!r}]\n"
        code += "from scenarios.base.door import enter; enter('scenarios.entries.model:RUN')"
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, check=False
        )
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (WRONG, "", 1)
        assert said in done.stderr
        assert f"'{package}'" in done.stderr


# The frame itself, with a command of the test


class Work:
    """A command whose work is set by the test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[Call] = []
        self.does: Callable[[Call], Any] = lambda call: None
        self.command = Command(
            name="simulation.test",
            usage=Text("Usage", "用法"),
            work="tests:work",
            own=(Key("draws", "whole", 100, low=2), Key("file", "path", None)),
            places=(Key("verb", "choice", "run", allowed=("run", "plan")),),
            heeded=("seed", "reading."),
            stopped=Text("ended", "已结束"),
        )
        monkeypatch.setattr(frame, "loaded", lambda name: self.work)

    def work(self, call: Call) -> Any:
        self.calls.append(call)
        return self.does(call)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


def test_the_work_gets_its_words_and_values(work: Work) -> None:
    assert work.command.enter(["plan", "seed=3", "file=a/b", "language='zh'", "reading.x=y"]) == 0
    (call,) = work.calls
    assert call.words == ("seed=3", "reading.x=y")
    assert {name: str(value) for name, value in call.own.items()} == {"draws": "100", "file": "a/b", "verb": "plan"}
    assert (call.typed, call.language) == ({"verb", "file", "language"}, "zh")
    assert call.run_words == ["seed=3", "reading.x=y", "language=zh"]
    assert call.progress.language == "zh"


def test_a_bound_that_is_known_only_later() -> None:
    command = Command("simulation.test", Text("", ""), "", own=(Key("draws", "whole", 100, low=2),))
    assert command.call([]).whole("draws", 30) == 30
    assert command.call([]).whole("draws", 300) == 100
    assert command.call(["draws=7"]).whole("draws", 30) == 7
    with pytest.raises(UserError, match=r"out of range \(found: 31\); allowed here: a whole number from 2 to 30"):
        command.call(["draws=31"]).whole("draws", 30)


def test_the_exit_code_of_the_work_is_that_of_the_command(work: Work) -> None:
    for code, expected in ((None, 0), (0, 0), (1, 1)):
        work.does = lambda call, code=code: code  # type: ignore[misc]
        assert work.command.enter([]) == expected


def raising(error: BaseException) -> Callable[[Call], Any]:
    def fail(call: Call) -> None:
        call.progress.stage(Text("at work", "进行中"))
        raise error

    return fail


PROBLEM = Problem("a.csv", 3, "births", "value", "'x'", Text("a number", "数字"))


@pytest.mark.parametrize(
    ("error", "code", "said", "said_zh"),
    [
        (KeyboardInterrupt(), STOPPED, "ended", "已结束"),
        (UserError(Text("it is wrong", "有误"), key="draws"), WRONG,
         "it is wrong; see python -m simulation.test --help",
         "有误；说明见 python -m simulation.test --help language=zh"),
        (OSError(28, "No space left on device", "a.parquet"), WRONG,
         "cannot read or write a.parquet: No space left on device", "无法读写 a.parquet: No space left on device"),
        (RegistryError([PROBLEM, PROBLEM]), WRONG,
         f"{PROBLEM.say('en')} (and 1 more: python -m scenarios.check)",
         f"{PROBLEM.say('zh')}（另有 1 处：python -m scenarios.check）"),
        (RegistryError([PROBLEM]), WRONG, PROBLEM.say("en"), PROBLEM.say("zh")),
    ],
)  # fmt: skip
def test_what_stops_the_work_is_one_line(
    error: BaseException, code: int, said: str, said_zh: str, work: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    work.does = raising(error)
    assert work.command.enter([]) == code
    assert capsys.readouterr().err == f"at work ...\n{said}\n"
    assert work.command.enter(["language=zh"]) == code
    assert capsys.readouterr().err == f"进行中 ...\n{said_zh}\n"


def test_an_error_of_ours_is_no_line_but_a_traceback(work: Work) -> None:
    work.does = raising(KeyError("a mistake in the program"))
    with pytest.raises(KeyError, match="a mistake"):
        work.command.enter([])


def test_all_errors_of_a_table_are_printed(work: Work, capsys: pytest.CaptureFixture[str]) -> None:
    work.does = lambda call: call.refuse([PROBLEM, PROBLEM])
    assert work.command.enter([]) == WRONG
    assert capsys.readouterr().err.splitlines() == [PROBLEM.say("en")] * 2
    work.does = lambda call: call.refuse([])
    assert work.command.enter([]) == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["paln"], "'verb' is not one of the values allowed (found: 'paln'); allowed here: run, plan"),
        (["run", "plan"], "'plan' is no key of this command"),
        (["scenario=workshops"], "'scenario' is no key of this command"),
        (["--config-dir"], "--config-dir needs a value"),
        (["-m"], "this command makes one run"),
    ],
)
def test_words_that_cannot_be(words: list[str], says: str, work: Work, capsys: pytest.CaptureFixture[str]) -> None:
    assert work.command.enter(words) == WRONG
    assert says in one_line(capsys)
    assert work.calls == []


def test_a_reader_that_has_gone_is_no_error() -> None:
    code = f"{sys.executable} -m scenarios.check | head -n 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert (done.stdout, done.stderr) == ("Figures\n0\n", "")


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ([], "en"), (["language=zh"], "zh"), (["language='zh'"], "zh"), (["--language", "zh"], "zh"),
        (["--language=zh"], "zh"), (["language=zh", "language=en"], "en"), (["language", "zh"], "en"),
    ],
)  # fmt: skip
def test_the_language_of_words(words: list[str], language: str) -> None:
    assert language_of(words) == language
