"""docs/calibration/: the page says what its tables say and what it lacks, and what is committed there holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from calibration.entries import PAGE
from calibration.proof.truths import AGREEMENT, COVERAGE, EVERYTHING
from calibration.upkeep import page as module
from calibration.upkeep import readings_summary
from calibration.upkeep.later_years import ABOUT, FILES
from calibration.upkeep.page import FOLDER, PAGES, files_of, page_text
from calibration.upkeep.rings_section import RINGS_JSON, rings_section
from scenarios.base.labels import LANGUAGES, label
from scenarios.base.output.plain_files import write_json
from scenarios.report.patterns import RINGS
from scenarios.report.readings import alternative_readings, open_readings
from scenarios.runs.parameter_sets import DRAWS_FILE, PARAMETER, TARGET, Draws, read_draws, write_draws
from scenarios.runs.sources import source_hash
from scenarios.runs.targets import TARGETS
from scenarios.settings.config import RunConfig
from tests.calibration.made_page import made_json, write_calibration, write_proof


def say(key: str, language: str) -> str:
    """Return a text of the page up to what it lists."""
    return label(f"calibration_page.{key}", language).partition("{")[0]


# What a calibration and its proof must be like


def fit_faults(folder: Path) -> Iterator[str]:
    """Yield the figures that the calibration does not meet, by its own draws or with other seeds."""
    table = pd.read_csv(folder / "fit.csv")
    if set(table["id"]) != set(TARGETS):
        yield "figures"
    within = table["observed"].between(table["low"], table["high"]) & (table["inside"] == "yes")
    fresh = table["observed"].between(table["fresh_low"], table["fresh_high"])
    fresh &= (table["fresh_median"] - table["observed"]).abs() < table["tolerance"]
    yield from table.loc[~(within & fresh), "id"]


def proof_faults(folder: Path) -> Iterator[str]:
    """Yield where intervals hold known truths less often than they say, or two inferences disagree."""
    table = pd.read_csv(folder / "coverage.csv")
    if tuple(table.columns) != COVERAGE:
        yield "columns"
    own = table[table["level"] == 0.9]
    pooled = own[own["parameter"] == EVERYTHING].set_index("truths")
    single = own[own["parameter"] != EVERYTHING].groupby("truths")["coverage"].min()
    for where, least in (("prior", 200), ("near", 50)):
        if pooled.loc[where, "n_truths"] < least or not 0.85 <= pooled.loc[where, "coverage"] <= 0.95:
            yield where
        if single[where] < 0.8:
            yield f"one parameter, {where}"
    if not pooled.loc["checked", "n_truths"] == pooled.loc["unchecked", "n_truths"] >= 10:
        yield "cities of the last stage"
    # the ranks allow for how few the draws are worth; the bootstrap over cities says how well ten of them tell it
    if not pooled.loc["checked", "low"] <= 0.9 <= pooled.loc["checked", "high"]:
        yield "the last stage"
    agreement = pd.read_csv(folder / "agreement.csv")
    if tuple(agreement.columns) != AGREEMENT:
        yield "columns of agreement"
    # the largest of 75 differences: 4 standard deviations of chance are exceeded once in 200 times
    if not (agreement["difference"] < 4 * agreement["chance"]).all():
        yield "agreement"


# What is committed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_that_of_its_tables(language: str) -> None:
    page = (FOLDER / PAGES[language]).read_text(encoding="utf-8")
    assert page == page_text(FOLDER, language), "write it anew: python -m calibration.page"


def test_the_folder_holds_a_calibration_or_says_that_it_is_missing() -> None:
    found, pages = {path.name for path in FOLDER.iterdir()}, set(PAGES.values())
    if found == pages:
        assert all(say("missing", language) in page_text(FOLDER, language) for language in LANGUAGES)
        return
    scored = set(FILES) if ABOUT in found else set()
    assert found - {RINGS_JSON} == {
        *files_of("proof.json" in found),
        "calibration.json",
        "readings.csv",
        *pages,
        *scored,
    }
    made = json.loads((FOLDER / "calibration.json").read_text(encoding="utf-8"))
    assert made["source"] == source_hash("posterior"), "make restamp"
    assert made == read_draws(DRAWS_FILE).made
    table = pd.read_csv(FOLDER / "parameters.csv").set_index("parameter")["contraction"]
    assert table.to_dict() == pytest.approx(made["contraction"], abs=1e-4)
    assert list(fit_faults(FOLDER)) == []


def test_the_proof_holds_or_the_page_says_that_it_is_missing() -> None:
    if not (FOLDER / "proof.json").is_file():
        for language in LANGUAGES:
            text = page_text(FOLDER, language)
            assert (say("proof_missing", language) in text) != (say("missing", language) in text)
        return
    proof = json.loads((FOLDER / "proof.json").read_text(encoding="utf-8"))
    assert proof["source"] == source_hash("posterior"), "make restamp"
    assert list(proof_faults(FOLDER)) == []


# The command, on a made calibration


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: RunConfig) -> Path:
    """A calibration in `tmp_path/outputs`, with the draws of it; the page goes to the folder returned."""
    output, folder, posterior = tmp_path / "outputs", tmp_path / "docs", tmp_path / "posterior"
    output.mkdir()
    write_calibration(output, config)
    draws = {"draw": [0, 1], "seed": [1, 2], f"{PARAMETER}residence.seat_worth": [0.5, 1.0]}
    draws |= {f"{TARGET}{name}": [9.0, 11.0] for name in TARGETS}
    write_draws(posterior / "default.csv", Draws(pd.DataFrame(draws), made_json(config)))
    for where, name, value in (
        (module, "OUTPUT", output), (module, "FOLDER", folder), (module, "DRAWS_FILE", posterior / "default.csv"),
        (readings_summary, "DRAWS_FILE", posterior / "default.csv"), (readings_summary, "POSTERIOR", posterior),
    ):  # fmt: skip
        monkeypatch.setattr(where, name, value)
    return folder


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_without_a_calibration_the_page_says_so(tmp_path: Path) -> None:
    for language in LANGUAGES:
        text = page_text(tmp_path, language)
        assert say("missing", language) in text
        assert "make calibrate" in text
        assert text.count("#") == 1


def test_without_a_proof_the_page_says_so(made: Path, config: RunConfig) -> None:
    assert PAGE.enter([]) == 0
    assert names_in(made) == {*files_of(proof=False), "calibration.json", "readings.csv", *PAGES.values()}
    for language, page in PAGES.items():
        text = (made / page).read_text(encoding="utf-8")
        assert say("proof_missing", language) in text
        assert say("proof_text", language) not in text
        assert "make calibrate-proof" in say("proof_missing", language)
    write_proof(module.OUTPUT, config)
    assert PAGE.enter([]) == 0
    assert names_in(made) == {*files_of(proof=True), "calibration.json", "readings.csv", *PAGES.values()}
    for language, page in PAGES.items():
        text = (made / page).read_text(encoding="utf-8")
        assert say("proof_missing", language) not in text
        assert say("proof_text", language) in text
        assert text == page_text(made, language)
    assert list(fit_faults(made)) == list(proof_faults(made)) == []


def test_a_proof_of_other_sources_is_none_and_goes(made: Path, config: RunConfig) -> None:
    write_proof(module.OUTPUT, config)
    assert PAGE.enter([]) == 0
    write_proof(module.OUTPUT, config, source="0" * 64)
    assert PAGE.enter([]) == 0
    assert names_in(made) == {*files_of(proof=False), "calibration.json", "readings.csv", *PAGES.values()}
    assert all(say("proof_missing", language) in page_text(made, language) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_readings_that_are_not_calibrated_are_named(made: Path, language: str) -> None:
    assert PAGE.enter([]) == 0
    (line,) = (
        line for line in page_text(made, language).splitlines() if line.startswith(say("readings_missing", language))
    )
    assert "make calibrate-readings" in line
    switches = open_readings()
    for name, switch in switches.items():
        assert all(f"`{name}={value}`" in line for value in switch.values[1:])
        assert f"`{name}={switch.default}`" not in line
    every = [f"{name}-{value}" for name, switch in switches.items() for value in switch.values[1:]]
    assert len(every) == len(alternative_readings(switches))
    table = pd.read_csv(made / "readings.csv")
    others = [table.assign(reading=name) for name in every]
    pd.concat([table, *others]).to_csv(made / "readings.csv", index=False)
    assert say("readings_missing", language) not in page_text(made, language)


def test_a_calibration_that_is_not_there_is_one_line(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (module.OUTPUT / "fit.csv").unlink()
    assert PAGE.enter([]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("make calibrate")
    assert not made.exists()


@pytest.mark.parametrize(
    ("table", "spoil", "fault"),
    [
        ("fit", lambda t: t.assign(low=t["observed"] + 1), "employed"),
        ("fit", lambda t: t.assign(fresh_median=t["observed"] + t["tolerance"]), "employed"),
        ("coverage", lambda t: t.assign(coverage=t["coverage"].where(t["truths"] != "near", 0.84)), "near"),
        ("coverage", lambda t: t.assign(coverage=t["coverage"].where(t["parameter"] == EVERYTHING, 0.79)),
         "one parameter, prior"),
        ("coverage", lambda t: t.assign(n_truths=t["n_truths"].where(t["truths"] != "prior", 199)), "prior"),
        ("coverage", lambda t: t.assign(high=t["high"].where(t["truths"] != "checked", 0.88)), "the last stage"),
        ("agreement", lambda t: t.assign(difference=4 * t["chance"]), "agreement"),
    ],
)  # fmt: skip
def test_a_calibration_that_does_not_hold_is_noticed(
    table: str, spoil: Callable[[pd.DataFrame], pd.DataFrame], fault: str, tmp_path: Path, config: RunConfig
) -> None:
    write_calibration(tmp_path, config)
    write_proof(tmp_path, config)
    path = tmp_path / f"{table}.csv"
    spoil(pd.read_csv(path)).to_csv(path, index=False)
    assert fault in [*fit_faults(tmp_path), *proof_faults(tmp_path)]


# What borrowed evidence adds


def made_rings(enough: bool) -> dict[str, object]:
    """Return what a table of rings came to, with one item of the project."""
    spread = {"mean": 0.5, "low": 0.4, "high": 0.6}
    ring = {
        "effective_draws": 90.0, "enough": enough, "largest_weight": 0.019,
        "parameters": {"jobs.away_network_weight": 0.184, "residence.b_income": -0.05},
        "residence": {"households_settled": spread, "households_returned": spread},
    }  # fmt: skip
    item = {"ring": "China", "kind": "ordering", "unit": "log ratio", "band": "> 0", "weight": 0.25, "source": "M04",
            "median": 2.03, "met": dict.fromkeys(RINGS, 0.97)}  # fmt: skip
    return {"draws": 129, "rings": dict.fromkeys(RINGS, ring), "items": {"income_outweighs_seats": item}}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("enough", [True, False])
def test_the_page_tells_what_each_ring_adds(language: str, enough: bool, tmp_path: Path) -> None:
    def said(key: str, **values: object) -> str:
        return label(f"calibration_page.{key}", language).format(**values)

    assert said("rings_missing") in rings_section(tmp_path, said, language)
    write_json(tmp_path / RINGS_JSON, made_rings(enough))
    text = "\n".join(rings_section(tmp_path, said, language))
    assert said("rings_missing") not in text
    assert "90 / 129" in text
    assert "+0.18" in text
    assert "−0.05" in text
    assert "50.0% [40.0%, 60.0%]" in text
    assert "> 0 log ratio" in text
    assert "97%" in text
    assert (say("rings_few", language) in text) != enough
    assert all(label(f"ring.{ring}", language) in text for ring in RINGS)
    assert said("rings_unchecked") in text
    check = {"moves": 2, "accepted": 0.412, "parameter": "jobs.away_network_weight", "shift": -0.271, "limit": 0.316,
             "of": 150, "beyond": 0}  # fmt: skip
    write_json(tmp_path / RINGS_JSON, {**made_rings(enough), "check": check})
    text = "\n".join(rings_section(tmp_path, said, language))
    assert said("rings_unchecked") not in text
    assert all(part in text for part in ("129", "41%", "150", "0.32", "−0.27"))


def test_rings_of_other_draws_are_not_told(made: Path) -> None:
    made.mkdir()
    write_json(made / RINGS_JSON, made_rings(True))
    assert PAGE.enter([]) == 0
    assert RINGS_JSON not in names_in(made)
