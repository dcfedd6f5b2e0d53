"""Words of the command line that give a sweep's values: Hydra's multirun grammar, names and seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scenarios.base.errors import UserError
from scenarios.base.paths import CONF
from scenarios.settings.config import compose_run
from scenarios.settings.schema import Key
from scenarios.sweep.plan.multirun import sweep_values
from scenarios.sweep.plan.sweep_files import read_sweep

SIZE = "levers.workshops.size"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,2,3", [1, 2, 3]),
        ("range(1,4)", [1, 2, 3]),
        ("choice(0.5, 1)", [0.5, 1]),
        ("7", [7]),
        ("[4,5]", [4, 5]),
        ("2020-01,2021-07", ["2020-01", "2021-07"]),
        ("'a','b'", ["a", "b"]),
        ("sort(range(2,9,2),reverse=true)", [8, 6, 4, 2]),  # by Hydra itself: 7, 5, 3, 1
        ("sort(range(9,2,-2))", [3, 5, 7, 9]),  # by Hydra itself: 4, 6, 8, 10
        ("sort(range(0,1,0.25),reverse=true)", [0.75, 0.5, 0.25, 0.0]),
        ("sort(3,1,2)", [1, 2, 3]),
        ("sort([3,1,2])", [1, 2, 3]),
        ("sort(choice(1,3,2),reverse=true)", [3, 2, 1]),
        ("range(3)", [0, 1, 2]),
        ("range(10,1,-3)", [10, 7, 4]),
        ("range(-2,2)", [-2, -1, 0, 1]),
        ("range(step=2,start=1,stop=6)", [1, 3, 5]),
        ("range(0.1,0.7,0.1)", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]),
        ("range(0,7,0.7)", [0.0, 0.7, 1.4, 2.1, 2.8, 3.5, 4.2, 4.9, 5.6, 6.3]),  # by Hydra itself: 7.0 as well
        ("tag(fast, range(1,3))", [1, 2]),
        ("int(range(1.0,4.0))", [1, 2, 3]),
        ("int('5', 6.0)", [5, 6]),
        ("int('1_0')", ["int('1_0')"]),
        ("float(' ４０ ')", ["float(' ４０ ')"]),
        ("float(range(1,3))", [1.0, 2.0]),
        ("1_000", ["1_000"]),
    ],
)
def test_hydras_words_are_values(text: str, values: list[Any]) -> None:
    assert sweep_values(Key("levers.workshops.size", "number", 0), text) == values


def test_globs_and_names_that_hydra_cannot_read() -> None:
    key = Key("scenario", "text", "")
    assert sweep_values(key, "glob(work*)", ["baseline", "workshops", "workshops_and_school_gap"]) == [
        "workshops", "workshops_and_school_gap",
    ]  # fmt: skip
    assert sweep_values(key, "./我的方案.yaml,workshops") == ["./我的方案.yaml", "workshops"]
    with pytest.raises(UserError, match="sobol"):
        sweep_values(Key("levers.workshops.size", "number", 0), "interval(0, 1)")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("range(10,1)", "range is empty"),
        ("range(5,5)", "range is empty"),
        ("range(1,10,-1)", "range is empty"),
        ("range(1,10,0)", "step of a range is 0"),
        ("range(0,1,0.0)", "step of a range is 0"),
        ("range(1,inf)", "no end"),
        ("range(1,1000000000000)", "too many values"),
        ("sort(range(0,1,1e-300))", "too many values"),
        ("shuffle(1,2,3)", "order of values has no meaning"),
        ("sort(shuffle([3,1]))", "order of values has no meaning"),
        ("interval(0,1)", "is an interval"),
        ("glob(*)", "no names to choose from"),
        ("choice(1,choice(2,3))", "takes single values"),
        ("choice([1,2],[3,4])", "takes single values"),
        ("{a:1}", "takes single values"),
        ("null", "takes single values"),
        ("1,1.0", "a value twice"),
        ("int(1.2,1.8)", "a value twice"),
        ("foo(1)", "not a number"),
        ("range()", "not a number"),
        ("9" * 5000, "not a number"),
        ("(" * 3000, "not a number"),
        ("040,40", "a value twice"),
    ],
)
@pytest.mark.parametrize("many", [True, False], ids=["sweep", "run"])
def test_what_the_grammar_cannot_mean_is_refused_in_a_line(text: str, says: str, many: bool) -> None:
    with pytest.raises(UserError) as caught:
        read_sweep(None, [f"{SIZE}={text}"]) if many else compose_run([f"{SIZE}={text}"])
    assert "\n" not in str(caught.value)
    if many:
        assert says in str(caught.value)


def test_what_looks_like_a_number_is_that_number() -> None:
    assert read_sweep(None, [f"{SIZE}=040,1e2"]).axes[0].rows == [(40.0,), (100.0,)]
    with pytest.raises(UserError, match="is not a number"):
        read_sweep(None, [f"{SIZE}=040,1_000,1e2"])


def test_names_are_taken_as_typed() -> None:
    for word, names in (
        ("scenario=glob(work*,exclude=*gap)", ("workshops",)),
        ("scenario=glob([work*,school*],exclude=[*_and_*])", ("school_gap", "workshops")),
        ("scenario=sort(workshops,bus_lines)", ("bus_lines", "workshops")),
        ("scenario=choice('workshops',\"bus_lines\")", ("workshops", "bus_lines")),
        ("scenarios=['workshops',\"bus_lines\"]", ("workshops", "bus_lines")),
    ):
        assert read_sweep(None, [word]).scenarios == names
    sizes = read_sweep(None, ["population.size=glob(*)"]).axes[0].rows
    assert sizes == [("city",), ("town",)]
    key = Key("scenario", "text", "")
    assert sweep_values(key, "1e3,1_0,007") == ["1e3", "1_0", "007"]
    assert sweep_values(key, "'a,b.yaml',c") == ["a,b.yaml", "c"]
    for word, says in (("scenario=glob(x*)", "no name of 'scenario' fits"), ("scenario=range(1,3)", "single values")):
        with pytest.raises(UserError, match=says):
            read_sweep(None, [word])


@pytest.mark.parametrize(
    ("word", "seeds"),
    [
        ("seeds=3", (1, 2, 3)),
        ("seeds=range(3,4)", (3,)),
        ("seeds=choice(3)", (3,)),
        ("seeds=[3]", (3,)),
        ("seeds=7,3", (7, 3)),
        ("seed=5", (5,)),
    ],
)
def test_seeds_are_how_many_or_which(word: str, seeds: tuple[int, ...]) -> None:
    assert read_sweep(None, [word]).seeds == seeds


@pytest.mark.parametrize("word", ["paired=true,false", "work=model,nothing", "work=[]"])
def test_what_takes_one_value_takes_no_second(word: str) -> None:
    with pytest.raises(UserError, match="takes one value"):
        read_sweep(None, [word])


def test_scenarios_of_one_name_are_refused(tmp_path: Path) -> None:
    files = {}
    for folder, name, size in (("a", "my", 2), ("b", "my", 9), ("c", "MY", 3), ("d", "ｍｙ", 4)):
        files[folder] = tmp_path / folder / f"{name}.yaml"
        files[folder].parent.mkdir()
        files[folder].write_text(f"levers: {{workshops: {{size: {size}}}}}\n", encoding="utf-8")
    copied = tmp_path / "workshops.yaml"
    copied.write_bytes((CONF / "scenario" / "workshops.yaml").read_bytes())
    a, again = files["a"], tmp_path / "b" / ".." / "a" / "my.yaml"
    for pair in ((a, files["b"]), (a, files["c"]), (a, files["d"]), (a, again), ("workshops", copied)):
        with pytest.raises(UserError, match="two scenarios have the name"):
            read_sweep(None, [f"scenario={pair[0]},{pair[1]}"])
    assert read_sweep(None, [f"scenario={a},{copied}"]).scenarios == (str(a), str(copied))
