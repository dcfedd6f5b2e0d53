"""Runs on disk: none made twice, none lost, whatever stops them."""

from __future__ import annotations

import errno
import multiprocessing
from pathlib import Path

import numpy as np
import pytest

from calibration.fitting.history import (
    ALSO,
    history_of,
    outputs_of,
    setting_of,
)
from calibration.fitting.prior import prior_of, space_filling
from calibration.fitting.runs import ConfigArguments, RunStore
from scenarios.base.errors import UserError
from scenarios.settings.config import compose_run
from simulation.state.entities import Float

TOWN = "population.size=town"
NAMES = ("target:employed", "pattern:both_ends_apparent", *ALSO)
N = 6
SEEDS = [1, 2, 3, 4, 5, 6]


def opened(folder: Path, own_folder: bool = False, processes: int = 1, names: tuple[str, ...] = NAMES) -> RunStore:
    config = compose_run([TOWN])
    prior = prior_of(config.resolved["parameters"])
    return RunStore(config, ConfigArguments((TOWN,), None), prior, names, folder, own_folder, processes)


@pytest.fixture(scope="module")
def points() -> Float:
    return space_filling(N, len(prior_of(compose_run([TOWN]).resolved["parameters"]).keys), (1, 2))


@pytest.fixture(scope="module")
def whole(points: Float, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Float]:
    """The file and the outputs of six runs."""
    store = opened(tmp_path_factory.mktemp("runs"))
    return store.path, store.outputs(points, SEEDS)


def copied(whole: tuple[Path, Float], folder: Path, cut: int = 0) -> Path:
    """Copy the file without its last `cut` bytes."""
    text = whole[0].read_bytes()
    path = folder / whole[0].name
    path.write_bytes(text[: len(text) - cut])
    return path


def test_a_run_is_the_model_s(whole: tuple[Path, Float], points: Float) -> None:
    setting = setting_of(compose_run([TOWN]))
    values = prior_of(compose_run([TOWN]).resolved["parameters"]).named(points[2])
    found = outputs_of(history_of(setting, values, SEEDS[2]), setting)
    np.testing.assert_array_equal(whole[1][2], [found[name] for name in NAMES])


def test_runs_on_disk_are_not_made_again(whole: tuple[Path, Float], points: Float, tmp_path: Path) -> None:
    path = copied(whole, tmp_path)
    store, calls = opened(tmp_path), []
    assert store.have(points, SEEDS) == N
    np.testing.assert_array_equal(store.outputs(points, SEEDS, lambda *call: calls.append(call)), whole[1])
    assert (store.made, calls, path.read_bytes()) == (0, [(N, N, N)], whole[0].read_bytes())


def test_another_seed_or_parameter_is_another_run(whole: tuple[Path, Float], points: Float, tmp_path: Path) -> None:
    copied(whole, tmp_path)
    store, aside = opened(tmp_path), points.copy()
    aside[0, 0] = 1 - aside[0, 0]
    assert store.have(points[:1], [SEEDS[1]]) == 0
    assert store.have(aside, SEEDS) == N - 1


def test_order_and_processes_change_no_run(whole: tuple[Path, Float], points: Float, tmp_path: Path) -> None:
    store, order = opened(tmp_path, processes=2), [4, 0, 5, 2, 1, 3]
    found = store.outputs(points[order], [SEEDS[i] for i in order])
    np.testing.assert_array_equal(found, whole[1][order])
    assert sorted(store.path.read_bytes().split(b"\n")) == sorted(whole[0].read_bytes().split(b"\n"))


def test_the_same_run_asked_for_twice_is_made_once(whole: tuple[Path, Float], points: Float, tmp_path: Path) -> None:
    store = opened(tmp_path)
    found = store.outputs(points[[0, 0]], [SEEDS[0]] * 2)
    assert store.made == 1
    np.testing.assert_array_equal(found, whole[1][[0, 0]])


@pytest.mark.parametrize("cut", [1, 2, 30])
def test_a_line_that_was_cut_off_is_made_again(
    whole: tuple[Path, Float], points: Float, tmp_path: Path, cut: int
) -> None:
    path, store = copied(whole, tmp_path, cut), opened(tmp_path)
    lost = 0 if cut == 1 else 1  # a line without its end is whole
    assert store.have(points, SEEDS) == N - lost
    np.testing.assert_array_equal(store.outputs(points, SEEDS), whole[1])
    assert store.made == lost
    again = opened(tmp_path)  # and the file can be read by the next
    assert again.have(points, SEEDS) == N
    assert path.exists()


def test_runs_of_other_sources_are_refused_in_a_folder_of_ones_own(whole: tuple[Path, Float], tmp_path: Path) -> None:
    path = copied(whole, tmp_path)
    other = path.rename(tmp_path / "histories-000000000000.jsonl")
    other.write_bytes(other.read_bytes().replace(b'"source": "', b'"source": "0', 1))
    with pytest.raises(UserError, match="other sources") as caught:
        opened(tmp_path, own_folder=True)
    assert str(caught.value.found).endswith(other.name)
    assert "cache=" in str(caught.value)
    assert opened(tmp_path).path != other  # the usual folder keeps one file for each


def test_a_folder_of_ones_own_holds_every_reading(tmp_path: Path) -> None:
    prior = prior_of(compose_run([TOWN]).resolved["parameters"])
    for reading in ((), ("reading.allowance_count=high",), ("reading.labour_scope=all",), ()):
        arguments = ConfigArguments((TOWN, *reading), None)
        RunStore(compose_run(arguments.words), arguments, prior, NAMES, tmp_path, True, 1)._begin_file()
    assert len(list(tmp_path.glob("*.jsonl"))) == 3


def test_a_file_whose_head_is_another_s_is_refused(whole: tuple[Path, Float], tmp_path: Path) -> None:
    path = copied(whole, tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"source": "', b'"source": "0', 1))
    with pytest.raises(UserError, match="made by other sources"):
        opened(tmp_path)
    assert path.exists()


def test_other_outputs_are_another_file(tmp_path: Path) -> None:
    assert opened(tmp_path).path != opened(tmp_path, names=NAMES[:1]).path


def test_a_killed_worker_loses_no_finished_run(whole: tuple[Path, Float], points: Float, tmp_path: Path) -> None:
    store = opened(tmp_path)

    def kill(number: int, _n: int, _kept: int) -> None:
        if number == 2:
            for process in multiprocessing.active_children():
                process.kill()

    with pytest.raises(UserError, match="killed") as caught:
        store.outputs(points, SEEDS, kill)
    assert "finished runs are kept" in str(caught.value)
    after = opened(tmp_path)
    assert after.have(points, SEEDS) >= 2
    kept = after.have(points, SEEDS)
    np.testing.assert_array_equal(after.outputs(points, SEEDS), whole[1])
    assert after.made == N - kept


def test_a_full_disk_is_told_and_finished_runs_are_kept(
    whole: tuple[Path, Float], points: Float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(whole, tmp_path)
    store, elsewhere = opened(tmp_path), path.read_bytes()
    path.rename(tmp_path / "kept")
    path.symlink_to("/dev/full")  # a device on which every write finds no space
    monkeypatch.setattr(store, "_begin_file", lambda: None)
    with pytest.raises(UserError, match="the disk is full") as caught:
        store.outputs(points[:1], [99])
    assert "finished runs are kept" in str(caught.value)
    assert "\n" not in caught.value.say("zh")
    assert (tmp_path / "kept").read_bytes() == elsewhere


def test_a_disk_full_from_the_start_leaves_nothing_half_written(
    points: Float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(tmp_path / "cache")

    def half(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[:5])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    with pytest.raises(UserError, match="the disk is full"):
        store.outputs(points[:1], [1])
    assert list(tmp_path.rglob("*")) == []
