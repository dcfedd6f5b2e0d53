"""Words of a command line: one grammar of flags, numbers, names and paths; a wrong one is a line that names the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.base.errors import UserError
from scenarios.settings.command_line import own_value, split_arguments
from scenarios.settings.schema import Key

ACCEPTED = Key("accepted", "whole", 100, low=1, high=1000)
CHECK, OUTPUT, NAMES = Key("check", "flag", False), Key("output", "path", None), Key("names", "names", ())


def test_whole_numbers() -> None:
    assert [own_value(ACCEPTED, text) for text in ("1", "30", "1000", "1e2")] == [1, 30, 1000, 100]


@pytest.mark.parametrize("text", ["0", "1001", "-3", "2.5", "many", "true", "", "1,2", "1e9999", "[1]"])
def test_what_is_no_such_number(text: str) -> None:
    with pytest.raises(UserError) as caught:
        own_value(ACCEPTED, text)
    assert caught.value.key == "accepted"
    for language in ("en", "zh"):
        assert "accepted" in caught.value.say(language)
        assert "\n" not in caught.value.say(language)


@pytest.mark.parametrize("text", ["true", "True", "YES", "on", "1", "false", "no", "Off", "0"])
def test_flags(text: str) -> None:
    assert own_value(CHECK, text) is (text.lower() in ("true", "yes", "on", "1"))


@pytest.mark.parametrize("text", ["", "maybe", "2"])
def test_what_is_no_flag(text: str) -> None:
    with pytest.raises(UserError, match=r"'check' is neither true nor false .*allowed here: true, false;") as caught:
        own_value(CHECK, text)
    assert caught.value.key == "check"


def test_paths(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert own_value(OUTPUT, "结果 1/a=b.csv") == Path("结果 1/a=b.csv")
    assert own_value(OUTPUT, "~/mine.csv") == tmp_path / "mine.csv"
    for empty in ("", "  ", "''"):
        with pytest.raises(UserError, match="empty"):
            own_value(OUTPUT, empty)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a", ("a",)),
        ("[a,b]", ("a", "b")),
        ("a，b", ("a", "b")),
        ("['a', \"b c\",]", ("a", "b c")),
        ("[]", ()),
        ("", ()),
    ],
)
def test_names(text: str, names: tuple[str, ...]) -> None:
    assert own_value(NAMES, text) == names


def test_an_empty_name_among_others_is_refused() -> None:
    with pytest.raises(UserError, match="'names' has an empty name"):
        own_value(NAMES, "1,,2")


def test_words_of_the_command_are_kept_apart() -> None:
    words = ["household=12", "seed=3", "--config-dir=here", "-h", "one", "two=2"]
    found = split_arguments(words, [Key("household", "whole", None)], places=1)
    assert (found.own, found.overrides, found.places) == ({"household": "12"}, ["seed=3", "two=2"], ["one"])
    assert (found.config_dir, found.help, found.version) == ("here", True, False)


def test_an_own_key_may_be_an_option() -> None:
    keys = [Key("seed", "whole", 1), CHECK, NAMES]
    words = ["--seed", "3", "--check", "--names", "a=b", "--names=c=d"]
    found = split_arguments(words, keys, dashed=("seed", "check", "names"))
    assert found.own == {"seed": "3", "check": "true", "names": "a=b,c=d"}
    for wrong in (["--seed"], ["--seed", "--check"], ["--seed="]):
        with pytest.raises(UserError, match="--seed needs a value"):
            split_arguments(wrong, keys, dashed=("seed", "check"))
    with pytest.raises(UserError, match=r"unknown option '--sed=3'.*nearest: '--seed'"):
        split_arguments(["--sed=3"], keys, dashed=("seed",))
    with pytest.raises(UserError, match="unknown option '--config-dir=x'"):
        split_arguments(["--config-dir=x"], keys, config_dir=False)
