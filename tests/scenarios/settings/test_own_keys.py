"""Keys that a command keeps for itself: a wrong one is one line that names the key and what may stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.base.errors import UserError
from scenarios.settings.command_line import Arguments, split_arguments
from scenarios.settings.own_keys import own_flag, own_path, own_whole

OWN = ("accepted", "check", "output")


def given(*words: str) -> Arguments:
    return split_arguments(words, OWN)


def test_whole_numbers() -> None:
    assert own_whole(given(), "accepted", 100, 1, 1000) == 100
    assert own_whole(given("seed=3"), "accepted", -1, 1, 1000) == -1  # a default may say 'not given'
    assert [own_whole(given(f"accepted={n}"), "accepted", 100, 1, 1000) for n in (1, 30, 1000)] == [1, 30, 1000]


@pytest.mark.parametrize("text", ["0", "1001", "-3", "2.5", "many", "true", "", "1,2", "1e9999", "[1]"])
def test_what_is_no_such_number(text: str) -> None:
    with pytest.raises(UserError) as caught:
        own_whole(given(f"accepted={text}"), "accepted", 100, 1, 1000)
    assert caught.value.key == "accepted"
    for language in ("en", "zh"):
        assert "accepted" in caught.value.say(language)
        assert "\n" not in caught.value.say(language)


@pytest.mark.parametrize(
    ("text", "value"),
    [("true", True), ("True", True), ("yes", True), ("1", True), ("false", False), ("no", False), ("0", False)],
)
def test_flags(text: str, value: bool) -> None:
    assert own_flag(given(f"check={text}"), "check") is value
    assert own_flag(given(), "check") is False


@pytest.mark.parametrize("text", ["", "maybe", "2"])
def test_what_is_no_flag(text: str) -> None:
    with pytest.raises(UserError, match="neither true nor false") as caught:
        own_flag(given(f"check={text}"), "check")
    assert (caught.value.key, caught.value.allowed) == ("check", "true, false")


def test_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert own_path(given(), "output", Path("there.csv")) == Path("there.csv")
    assert own_path(given("output=结果 1/a=b.csv"), "output", Path("there.csv")) == Path("结果 1/a=b.csv")
    assert own_path(given("output=~/mine.csv"), "output", Path("there.csv")) == tmp_path / "mine.csv"
    for empty in ("output=", "output=  "):
        with pytest.raises(UserError, match="empty"):
            own_path(given(empty), "output", Path("there.csv"))
