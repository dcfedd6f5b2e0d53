"""Keys that have got another name: an old file, sweep or table of draws is refused in a line that names the new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from calibration.entries import CALIBRATE, VALIDATE
from scenarios.base.errors import UserError
from scenarios.base.paths import CONF
from scenarios.entries.comparing import COMPARE
from scenarios.entries.model import RUN
from scenarios.entries.sweep import SWEEP
from scenarios.population.settings_file import RENAMED_BELOW, read_lines, read_settings
from scenarios.runs.parameter_sets import PARAMETER, Draws, check_draws, read_draws, write_draws
from scenarios.settings import renamed
from scenarios.settings.command import Command
from scenarios.settings.config import compose_run, composed
from scenarios.settings.renamed import RENAMED, check_renamed, read_renamed
from scenarios.settings.schema import keys_of
from scenarios.sweep.command import run_verb
from scenarios.sweep.launchers.base import names as launchers
from scenarios.sweep.launchers.base import settings_of
from scenarios.sweep.plan.spec import sweep_of
from scenarios.sweep.store.places import PREFIX

REGION = CONF / "region" / "liupanshui"

MADE = """
parameters.residence.b_home: {to: parameters.residence.seat_worth, since: 0.9.0}
parameters.jobs.gone: {since: 0.9.0}
levers.factories: {to: levers.workshops, since: 0.8.0}
launcher.jobs: {to: launcher.jobs_at_once, since: 0.8.0}
launcher.patience: {since: 0.9.0}
population.yaml.sites.least: {to: population.yaml.sites.smallest, since: 0.9.0}
population.yaml.hamlets: {since: 0.9.0}
levers.workshops.settings.posts: {to: levers.workshops.settings.posts_per_workshop, since: 0.9.0}
policies: {to: levers, since: 0.8.0}
runs: {to: seeds, since: 0.8.0}
"""


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    path = tmp_path / "renamed.yaml"
    path.write_text(MADE, encoding="utf-8")
    monkeypatch.setattr(renamed, "RENAMED", path)
    yield
    read_renamed.cache_clear()


def refused(call: Callable[[], object], language: str = "en") -> str:
    with pytest.raises(UserError) as caught:
        call()
    said = caught.value.say(language)
    assert "\n" not in said
    return said


def test_the_table_of_the_project_names_keys_that_are_gone_and_keys_that_are_there() -> None:
    keys = [
        *keys_of(composed("baseline")),
        *(f"{PREFIX}{name}" for launcher in launchers() for name in settings_of(launcher, {})),
        *(f"{RENAMED_BELOW}{line.key}" for line in read_lines(REGION / "population.yaml")),
    ]
    for old, row in read_renamed(RENAMED).items():
        assert not any(key == old or key.startswith(f"{old}.") for key in keys), old
        assert not row.to or any(key == row.to or key.startswith(f"{row.to}.") for key in keys), row.to
        assert not any(row.to == other or row.to.startswith(f"{other}.") for other in read_renamed(RENAMED)), old


@pytest.mark.usefixtures("made")
def test_a_word_of_the_command_line_is_refused_with_the_new_key() -> None:
    said = refused(lambda: compose_run(["parameters.residence.b_home=1.5"]))
    assert said == (
        "'parameters.residence.b_home' has been called 'parameters.residence.seat_worth' since version 0.9.0 "
        "(found: 1.5); write the new name"
    )
    said = refused(lambda: compose_run(["levers.factories.size=3"]), "zh")
    assert "'levers.factories.size' 自 0.8.0 版起改名为 'levers.workshops.size'" in said
    said = refused(lambda: compose_run(["parameters.jobs.gone=1"]))
    assert "'parameters.jobs.gone' no longer exists since version 0.9.0" in said
    assert "levers.workshops.settings.posts_per_workshop" in refused(
        lambda: compose_run(["levers.workshops.settings.posts.value=3"])
    )


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("text", "line", "new"),
    [
        ("levers:\n  factories:\n    size: 3\n", 3, "levers.workshops.size"),
        ("levers:\n  factories: {}\n", 2, "levers.workshops"),
        ("levers:\n  workshops:\n    size: 3\n    settings: {posts: 9}\n", 4,
         "levers.workshops.settings.posts_per_workshop"),
        ("policies:\n  workshops: {size: 3}\n", 1, "levers"),
    ],
)  # fmt: skip
def test_a_scenario_file_is_refused_with_line_and_new_key(tmp_path: Path, text: str, line: int, new: str) -> None:
    path = tmp_path / "old.yaml"
    path.write_text(text, encoding="utf-8")
    said = refused(lambda: compose_run([f"scenario={path}"]))
    assert f"old.yaml:{line}: " in said
    assert f"has been called '{new}' since version" in said


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("part", "new"),
    [
        ({"set": {"parameters.residence.b_home": 1.0}}, "parameters.residence.seat_worth"),
        ({"axes": [{"grid": {"levers.factories.size": [1, 2]}}]}, "levers.workshops.size"),
        ({"axes": [{"list": [{"levers.factories.size": 1}]}]}, "levers.workshops.size"),
        ({"axes": [{"sobol": {"n": 4, "keys": {"parameters.residence.b_home": "prior"}}}]},
         "parameters.residence.seat_worth"),
        ({"runs": 3}, "seeds"),
    ],
)  # fmt: skip
def test_a_sweep_is_refused_with_the_new_key(part: dict[str, object], new: str) -> None:
    tree = {"sweep": {"name": "old"}, **part}
    assert f"has been called '{new}' since version" in refused(lambda: sweep_of(tree, None))


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("command", [RUN, COMPARE, CALIBRATE, VALIDATE], ids=lambda command: command.name)
def test_every_command_names_the_new_key(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.enter(["parameters.residence.b_home=1.5"]) == 2
    said = capsys.readouterr().err
    assert "has been called 'parameters.residence.seat_worth' since version 0.9.0" in said
    assert command.enter(["parameters.jobs.gone=1", "language=zh"]) == 2
    assert "'parameters.jobs.gone' 自 0.9.0 版起已取消" in capsys.readouterr().err


@pytest.mark.usefixtures("made")
def test_a_setting_of_a_launcher_is_refused_with_its_new_name() -> None:
    said = refused(lambda: settings_of("slurm", {"jobs": "40"}))
    assert said.startswith("'launcher.jobs' has been called 'launcher.jobs_at_once' since version 0.8.0 (found: 40)")
    assert "'launcher.patience' no longer exists" in refused(lambda: settings_of("local", {"patience": "3"}))
    assert "launcher.jobs_at_once" in refused(
        lambda: run_verb(SWEEP.call(["plan", "launcher=slurm", "launcher.jobs=4"]))
    )


@pytest.mark.usefixtures("made")
def test_a_key_of_a_population_file_is_refused_with_line_and_new_name(tmp_path: Path) -> None:
    path, text = tmp_path / "population.yaml", (REGION / "population.yaml").read_text(encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if row.startswith("  smallest:"))
    path.write_text(text.replace("\n  smallest:", "\n  least:"), encoding="utf-8")
    said = refused(lambda: read_settings(path))
    assert f"population.yaml:{line}: 'population.yaml.sites.least' has been called" in said
    assert "'population.yaml.sites.smallest' since version 0.9.0" in said
    path.write_text(text + "hamlets:\n  least: {value: 1, unit: hamlets, source: 'L01'}\n", encoding="utf-8")
    assert "'population.yaml.hamlets' no longer exists since version 0.9.0" in refused(lambda: read_settings(path))


def draws(**columns: float) -> Draws:
    return Draws(pd.DataFrame([{"draw": 1, "seed": 2, **columns}]), {"source": "abc"})


@pytest.mark.usefixtures("made")
def test_a_table_of_draws_is_refused_with_the_new_key(tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    write_draws(path, draws(**{f"{PARAMETER}residence.b_home": 1.0}))
    said = refused(lambda: read_draws(path))
    assert "old.csv: 'parameters.residence.b_home' has been called 'parameters.residence.seat_worth' since" in said
    write_draws(path, draws(**{f"{PARAMETER}jobs.gone": 1.0}))
    assert "'parameters.jobs.gone' no longer exists since version 0.9.0" in refused(lambda: read_draws(path))


@pytest.mark.parametrize("column", ["parameters:residence.seat_worth", "weight", "target:emploied", "draw.1", "also:x"])
def test_a_column_that_no_table_of_draws_has_is_refused(tmp_path: Path, column: str) -> None:
    path = tmp_path / "draws.csv"
    write_draws(path, draws(**{column: 1.0}))
    said = refused(lambda: read_draws(path))
    assert "wrong columns" in said
    assert column in said


def test_a_pattern_that_the_region_does_not_have_is_refused(tmp_path: Path) -> None:
    config = compose_run([])
    said = refused(lambda: check_draws(draws(**{"pattern:land_tied": 1.0}), config, tmp_path / "draws.csv"))
    assert "pattern:land_tied" in said
    assert "wrong columns" in said


@pytest.mark.parametrize("row", ["a.b: {to: c.d}", "a.b: {since: 0.9}", "a.b: c.d", "a.b: {to: c, since: 0.9.0, x: y}"])
def test_a_row_that_does_not_say_what_became_of_a_key_is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "renamed.yaml"
    path.write_text(row + "\n", encoding="utf-8")
    assert "renamed.yaml:1: 'a.b' does not say what became of it" in refused(lambda: read_renamed(path))


def test_a_key_that_was_never_renamed_is_no_error_here() -> None:
    check_renamed("parameters.residence.seat_worth")
    check_renamed("no.such.key")
