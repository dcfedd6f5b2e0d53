"""The story of a household: its numbers are those of the run, and both languages tell all of it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from scenarios.base.labels import LANGUAGES, read_labels
from scenarios.base.paths import CONF
from scenarios.entries.model import TRACE
from scenarios.households.household_trace import RUNNING, StoryTexts, story_text
from scenarios.households.story.blocks import AFTER_CHOICE, JOB_BEGINS
from scenarios.households.story.diary import (
    Diary,
    Happening,
    Member,
    Month,
    Standing,
    job_change,
    reasons_in,
)
from scenarios.households.story.reviews import Review, check_review
from scenarios.households.story.watch import WatchedModel
from scenarios.runs.model_run import POPULATION
from simulation.foundations.months import LEVELS, month_label
from simulation.foundations.numerics import log
from simulation.levers.catalogue import lever_names
from simulation.model import Model
from simulation.rules.choice import REFERENCE_YUAN, TERMS
from simulation.state.entities import (
    AT_HOME,
    AWAY,
    AWAY_JOB,
    CHANNELS,
    FARM,
    NEARBY_OWN,
    NONE,
    NOT_MOVED,
    SCHOOL_PLACES,
    SEATED,
    STATES,
    TRAVELS,
    WORKSHOP,
)
from simulation.state.parameters import Parameters
from simulation.state.policy import Policy
from simulation.state.population import FACILITIES, KINDS, Population
from tests.simulation.runs import lever, policy, tape

MONTHS = 108
TOWN = "population.size=town"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;()?!]|[,:;()?!][\u4e00-\u9fff]")
FIELD = re.compile(r"\{(\w+)[^}]*\}")
HEADING = re.compile(r"^(\d{4})(?:-(\d\d)|年(\d+)月)  ", re.MULTILINE)


def all_levers() -> Policy:
    return policy(*(lever(name) for name in lever_names()))


@pytest.fixture(scope="module")
def watched(town: Population, parameters: Parameters) -> WatchedModel:
    """The town through all levers with eyes on every fifteenth household."""
    every = range(0, len(town.households), 15)
    model = WatchedModel(town, parameters, all_levers(), seed=1, months=MONTHS, watched=every)
    model.run()
    return model


def reviews(model: WatchedModel) -> Iterator[tuple[int, Month, Review]]:
    for h, diary in model.diaries.items():
        for month in diary.months:
            if month.review is not None and month.review.takes_place:
                yield h, month, month.review


# The numbers are those of the run


def test_eyes_change_nothing(town: Population, parameters: Parameters) -> None:
    plain = tape(Model(town, parameters, all_levers(), 1, MONTHS))
    assert tape(WatchedModel(town, parameters, all_levers(), 1, MONTHS, watched=[0, 5, 9])) == plain


def test_every_choice_is_that_of_the_run(watched: WatchedModel, town: Population, parameters: Parameters) -> None:
    assert len(watched.diaries) >= 20
    plain = Model(town, parameters, all_levers(), 1, MONTHS)
    states = []
    while plain.month < MONTHS:
        plain.step()
        states.append(plain.state.households.state.copy())
    for h, diary in watched.diaries.items():
        assert [month.month for month in diary.months] == list(range(diary.months[0].month, MONTHS))
        before = NOT_MOVED
        for month in diary.months:
            review = month.review
            assert review is not None
            assert review.state == before
            expected = review.chosen + 1 if review.takes_place else before
            assert expected == states[month.month][h]
            before = expected
    assert sum(1 for _ in reviews(watched)) > 100


def test_the_terms_add_up_and_income_is_the_income(watched: WatchedModel, parameters: Parameters) -> None:
    income, residence = parameters.income, parameters.residence
    for _, _, review in reviews(watched):
        assert review.terms.shape == (len(STATES) - 1, len(TERMS))
        np.testing.assert_allclose(review.terms.sum(axis=1) + review.noise, review.total, rtol=0, atol=1e-12)
        for yuan, term in zip(review.income_yuan, review.terms[:, TERMS.index("income")], strict=True):
            floored = max(yuan, income.income_floor_yuan)
            assert term == residence.b_income * log(floored / REFERENCE_YUAN)
        switching = review.terms[:, TERMS.index("switching")]
        stays = [option + 1 == review.state for option in range(len(STATES) - 1)]
        expected = 0.0 if review.arriving else -residence.switching_cost
        assert [value == 0.0 for value in switching] == [stay or expected == 0.0 for stay in stays]


def test_a_review_comes_when_its_draw_is_below_its_probability(watched: WatchedModel) -> None:
    for diary in watched.diaries.values():
        for month in diary.months:
            review = month.review
            assert review is not None
            if review.arriving:
                assert review.takes_place
            else:
                left = review.open == (AWAY - 1,) and review.state != AWAY  # nobody is at home any more
                assert review.takes_place == (review.drawn < review.probability or left)
            assert bool(month.reasons) == review.due or review.arriving


def test_a_choice_that_the_run_did_not_make_is_an_error(watched: WatchedModel) -> None:
    h, _, review = next(reviews(watched))
    wrong = dataclasses.replace(review, noise=np.array([0.0, 0.0, 0.0, 0.0]) + 1e9 * np.eye(4)[review.chosen - 1])
    watched_state = watched.state.households.state
    kept = watched_state[h]
    try:
        watched_state[h] = review.chosen + 1
        check_review(review, watched, h)
        with pytest.raises(RuntimeError, match=rf"household {h}.*must follow"):
            check_review(wrong, watched, h)
    finally:
        watched_state[h] = kept


def test_lead_names_the_second_and_the_margin() -> None:
    terms = np.zeros((4, len(TERMS)))
    terms[:, 0] = (1.0, 0.5, 0.0, -1.0)
    noise = np.array([0.0, 0.75, 0.0, 0.0])
    review = Review(50, 1, False, False, 0.05, 0.01, True, (0, 1, 2, 3), terms, noise, np.zeros(4))
    assert review.chosen == 1
    assert review.lead() == (1, 0, 0.25)  # 0.5 + 0.75 - 1.0
    assert review.lead(noise=False) == (0, 1, 0.5)
    assert not review.festival
    assert dataclasses.replace(review, month=49).festival


# What has happened

WORKER = Member(1, True, 30, True, NEARBY_OWN, True, 1.0, 2000.0, 5, False, -1, 0, 0)
IDLE = WORKER._replace(channel=NONE, wage_yuan=0.0, months=0)
CHILD = Member(2, False, 7, False, NONE, False, 1.0, 0.0, 0, False, 1, SEATED, 0)


def standing(*members: Member, **changes: object) -> Standing:
    return Standing(1, 3, True, False, 500.0, dict(enumerate(members)), False, (0, 9, 9))._replace(**changes)


@pytest.mark.parametrize(
    ("step", "cause", "was", "now", "kind"),
    [
        ("jobs", None, IDLE, WORKER._replace(months=0), "finds_job"),
        ("jobs", "", WORKER, IDLE, "loses_job"),
        ("jobs", "closure", WORKER._replace(channel=WORKSHOP), IDLE, "loses_job_closure"),
        ("jobs", "festival", WORKER._replace(channel=AWAY_JOB), IDLE, "loses_job_festival"),
        ("jobs", None, WORKER, WORKER._replace(months=6), ""),
        ("jobs", None, WORKER, WORKER._replace(months=0), "changes_job"),
        ("jobs", "", WORKER, WORKER._replace(months=0), "loses_and_finds"),
        ("age", None, WORKER, IDLE, "ages_out"),
        ("residence", None, WORKER, IDLE, "gives_up_job"),
        ("residence", None, IDLE, WORKER._replace(channel=AWAY_JOB), "finds_job_by_move"),
        ("residence", None, WORKER, WORKER._replace(channel=AWAY_JOB), "changes_job_by_move"),
        ("income", None, IDLE, IDLE._replace(channel=FARM), "farms"),
        ("income", None, IDLE._replace(channel=FARM), IDLE, "stops_farming"),
        ("income", None, IDLE, IDLE, ""),
    ],
)
def test_what_became_of_a_job(step: str, cause: str | None, was: Member, now: Member, kind: str) -> None:
    assert job_change(step, cause, was, now) == kind


def happenings_by(*steps: tuple[str, Standing]) -> list[str]:
    diary = Diary(0, [Month(50)])
    for step, now in steps:
        diary.see(step, now, False, ())
    return [happening.kind for happening in diary.months[-1].happenings]


def test_a_diary_begins_with_the_jobs_that_were_brought() -> None:
    assert happenings_by(("arrival", standing(WORKER, CHILD))) == ["arrives", "brings_job"]


def test_children_are_told_once_and_when_they_change() -> None:
    begun = ("arrival", standing(CHILD))
    assert happenings_by(begun, ("school", standing(CHILD))) == ["arrives", "learns"]
    again = ("school", standing(CHILD))
    assert happenings_by(begun, again, again) == ["arrives", "learns"]
    moved = ("school", standing(CHILD._replace(place=TRAVELS)))
    assert happenings_by(begun, again, moved)[2:] == ["school_place"]
    older = ("school", standing(CHILD._replace(level=2)))
    assert happenings_by(begun, again, older)[2:] == ["starts_school"]
    grown = ("school", standing(CHILD._replace(level=-1, place=0)))
    assert happenings_by(begun, again, grown)[2:] == ["ends_school"]


def test_births_deaths_and_coming_of_age() -> None:
    baby = Member(3, True, 0, False, NONE, False, 1.0, 0.0, 0, False, -1, 0, 0)
    begun = ("arrival", standing(IDLE, CHILD))
    assert happenings_by(begun, ("age", standing(IDLE, CHILD, baby)))[1:] == ["born"]
    assert happenings_by(begun, ("age", standing(IDLE)))[1:] == ["dies"]
    assert happenings_by(begun, ("age", standing(IDLE._replace(labourer=False), CHILD)))[1:] == ["leaves_labour"]
    assert happenings_by(begun, ("age", standing(IDLE, CHILD._replace(labourer=True))))[1:] == ["comes_of_age"]


def test_seats_are_told_to_households_with_children() -> None:
    more = {"seats": (40, 9, 9)}
    assert happenings_by(("arrival", standing(CHILD)), ("open", standing(CHILD, **more)))[1:] == ["seats"]
    assert happenings_by(("arrival", standing(IDLE)), ("open", standing(IDLE, **more)))[1:] == []
    gone = standing(CHILD, flat_kept=False, **more)
    assert happenings_by(("arrival", standing(CHILD, flat_kept=False)), ("open", gone))[1:] == []


def test_reasons_for_a_review() -> None:
    was, level = standing(IDLE, CHILD), standing(IDLE, CHILD._replace(level=2, place=AT_HOME))
    assert reasons_in("age", was, level, []) == ["school"]
    assert reasons_in("age", was, was, [Happening("dies", WORKER, WORKER)]) == ["member"]
    assert reasons_in("age", was, was, [Happening("dies", IDLE, IDLE)]) == []
    assert reasons_in("jobs", was, was, [Happening("finds_job", WORKER, IDLE)]) == ["work"]
    assert reasons_in("jobs", was, was, [Happening("trained", IDLE, IDLE)]) == []
    assert reasons_in("school", was, was, [Happening("school_place", CHILD, CHILD, {"old": TRAVELS})]) == ["school"]
    bus = CHILD._replace(place=TRAVELS)
    assert reasons_in("school", was, was, [Happening("school_place", bus, CHILD, {"old": AT_HOME})]) == []
    assert reasons_in("land", was, was, [Happening("land_pooled")]) == ["land"]


def test_the_town_tells_of_everything_but_what_is_rare(watched: WatchedModel) -> None:
    kinds = {h.kind for diary in watched.diaries.values() for month in diary.months for h in month.happenings}
    assert kinds >= {
        "arrives", "brings_job", "finds_job", "loses_job", "learns", "starts_school", "school_place", "measure", "born",
    }  # fmt: skip


# The text


def text(model: WatchedModel, household: int, language: str = "en", first: int = 0, last: int = MONTHS - 1,
         everything: bool = False) -> str:  # fmt: skip
    return story_text(model, household, "S", StoryTexts(language), first, last, everything)


def headings(story: str) -> list[str]:
    return [f"{year}-{int(a or b):02d}" for year, a, b in HEADING.findall(story)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_in_which_something_happens_are_told_and_the_others_folded(watched: WatchedModel, language: str) -> None:
    folded = {"en": "... ", "zh": "…… "}[language]
    for h, diary in watched.diaries.items():
        story = text(watched, h, language)
        assert headings(story) == [month_label(month.month) for month in diary.months if month.eventful]
        quiet = [not month.eventful for month in diary.months]
        gaps = sum(now and not before for before, now in zip([False, *quiet], quiet, strict=False))
        assert story.count("\n" + folded) == gaps
        assert headings(text(watched, h, language, everything=True)) == [month_label(m.month) for m in diary.months]


def test_both_languages_tell_the_same(watched: WatchedModel) -> None:
    for h in watched.diaries:
        english, chinese = text(watched, h), text(watched, h, "zh")
        assert not CHINESE.search(english)
        assert len(english.splitlines()) == len(chinese.splitlines())
        assert not HALF_WIDTH.search(chinese.replace("S, ", ""))
        assert not re.search(r"[{}]|None|\bnan\b", english + chinese)


def test_a_table_shows_the_numbers_of_the_review(watched: WatchedModel) -> None:
    h, month, review = next(found for found in reviews(watched) if not found[2].arriving)
    story = text(watched, h, first=month.month, last=month.month)
    row = next(line for line in story.splitlines() if line.strip().startswith("both ends "))
    cells = row.replace("both ends", "").split()
    assert cells[0] == f"{review.income_yuan[1]:,.0f}"
    assert cells[-1] == f"{review.total[1]:.2f}"
    assert [float(cell) for cell in cells[1:-2]] == [round(float(term), 2) for term in review.terms[1]]


def test_a_story_may_begin_and_end_in_between(watched: WatchedModel) -> None:
    h = next(h for h, diary in watched.diaries.items() if diary.months[0].month < 40)
    story = text(watched, h, first=45, last=60)
    assert headings(story)[0] == "2019-10"
    assert "The story is told from here on" in story
    assert headings(story)[-1] <= "2021-01"
    assert "In all, 2019-10 to 2021-01 (16 months)" in story


def test_a_household_that_has_not_moved_has_no_story(watched: WatchedModel) -> None:
    h = next(h for h, diary in watched.diaries.items() if diary.months[0].month > 3)
    story = text(watched, h, last=2)
    assert headings(story) == []
    assert "not handed over by 2016-03" in story


def test_every_text_is_there_in_both_languages() -> None:
    texts = read_labels(CONF / "story.yaml")
    for key, (english, chinese) in texts.items():
        assert set(FIELD.findall(english)) == set(FIELD.findall(chinese)), key
        assert not CHINESE.search(english), key
        assert not HALF_WIDTH.search(chinese), key
    posts = {"public_post_site", "public_post_unit"} | set(CHANNELS) - {"public_post"}
    needed = {
        "job": posts, "kind_of_work": CHANNELS, "month": STATES[1:], "option": STATES[1:], "site_kind": KINDS,
        "facilities": FACILITIES, "column": ("option", "yuan", *TERMS, "noise", "total"),
        "happens": (*AFTER_CHOICE, *JOB_BEGINS),
    }  # fmt: skip
    for section, names in needed.items():
        assert {f"{section}.{name}" for name in names} <= set(texts)
    labels = read_labels()
    assert {f"school_place.{name}" for name in SCHOOL_PLACES} | {f"level.{name}" for name in LEVELS} <= set(labels)


# The command


def test_the_command_prints_a_story(capsys: pytest.CaptureFixture[str]) -> None:
    assert TRACE.enter(["household=3", TOWN, "to=2018-12", "language=zh", "scenario=workshops"]) == 0
    said = capsys.readouterr()
    assert said.err == f"{POPULATION.zh} ...\n{RUNNING.zh} ...\n"
    assert said.out.startswith("第3号搬迁户：增设扶贫车间（workshops），种子1\n")
    assert headings(said.out)[-1] <= "2018-12"


def test_a_file_is_written_aside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "stories" / "three.txt"
    assert TRACE.enter(["household=3", TOWN, "to=2017-06", f"output={file}"]) == 0
    assert str(file.name) in capsys.readouterr().out
    assert file.read_text(encoding="utf-8").startswith("Household 3: ")
    assert TRACE.enter(["household=4", TOWN, "to=2017-06", f"output={file}"]) == 0
    assert file.read_text(encoding="utf-8").startswith("Household 4: ")
    assert [path.name for path in file.parent.iterdir()] == ["three.txt"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], "'household' is missing"),
        (["household=x"], "whole number"),
        (["household=99999"], "no household 99999; allowed here: 0 .. "),
        (["household=-1"], "'household' is out of range (found: -1)"),
        (["houshold=3"], "nearest: 'household'"),
        (["household=3", "form=2019-01"], "nearest: 'from'"),
        (["household=3", "seeed=2"], "nearest: 'seed'"),
        (["household=3", "from=2019-13"], "'from' is not a month (found: '2019-13')"),
        (["household=3", "to=2031-01"], "'to' is not a month of the run"),
        (["household=3", "from=2019-05", "to=2019-04"], "'from' is after 'to'"),
        (["household=3", "all=perhaps"], "neither true nor false"),
        (["household=3", "scenario=nothing"], "unknown scenario"),
        (["household=3", "--every"], "unknown option"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert TRACE.enter([TOWN, *words]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    *stages, error = said.err.splitlines()
    assert all(line.endswith(" ...") for line in stages)
    assert expected in error


def test_a_folder_is_no_place_for_a_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert TRACE.enter([TOWN, "household=3", f"output={tmp_path}"]) == 2
    assert "cannot be written there" in capsys.readouterr().err
