"""The years after 2019: three futures, their series by month, and what the city does with them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from scenarios.settings.config import RunConfig, compose_run
from simulation.foundations.months import NEVER, POLICY_MONTH, REPORT_MONTH, month_index
from simulation.model import Model
from simulation.rules.labour import works_away
from simulation.state.entities import FARM, NEARBY_OWN, NO_POST, OWN_BUSINESS, RETURNED, WORKSHOP
from simulation.state.future import SERIES, Future, Point, factors_of, future_of
from simulation.state.future_names import AS_IT_HAPPENED, FUTURES, TREND
from simulation.state.parameters import Parameters
from simulation.state.population import Population
from tests.simulation.runs import first_difference, lever, policy, tape

MONTHS = 108
MARCH, APRIL = month_index("2020-03"), month_index("2020-04")


def made(**series: list[tuple[str, float]]) -> Future:
    """Return a future of rows (month, value) without a range."""
    rows = {
        name: tuple(Point(month_index(month), value, value, value) for month, value in points)
        for name, points in series.items()
    }
    return future_of(AS_IT_HAPPENED, rows)


@pytest.fixture(scope="module")
def futures() -> dict[str, Future]:
    """The three futures of conf/."""
    return {name: compose_run([f"future={name}"]).future for name in FUTURES}


def test_a_series_is_level_then_straight_then_level(parameters: Parameters) -> None:
    future = made(wage_away=[("2020-02", 1.2), ("2020-06", 1.0)])
    wages = factors_of(future, parameters.history, 60).wage_away
    assert wages[:48] == (1.0,) * 48
    assert wages[48:54] == pytest.approx((1.1, 1.2, 1.15, 1.1, 1.05, 1.0))
    assert wages[54:] == (1.0,) * 6
    assert len(factors_of(future, parameters.history, 40).wage_away) == 40


def test_a_position_runs_from_low_over_the_value_to_high(parameters: Parameters) -> None:
    point = Point(50, 0.5, 0.2, 0.6)
    assert [point.at(p) for p in (0.0, 0.25, 0.5, 0.75, 1.0)] == pytest.approx([0.2, 0.35, 0.5, 0.55, 0.6])
    future = Future(TREND, {"work_away": (point,)})
    low = factors_of(future, parameters.history._replace(shock_position=0.0), 60).work_away[-1]
    assert low == pytest.approx(0.2)


def test_trend_leaves_out_the_measures(futures: dict[str, Future], parameters: Parameters) -> None:
    trend, happened = (factors_of(futures[name], parameters.history, MONTHS) for name in (TREND, AS_IT_HAPPENED))
    for name, series in SERIES.items():
        of_trend, of_happened = getattr(trend, name), getattr(happened, name)
        assert (of_trend == of_happened) != series.measure, name
        assert (set(of_trend) == {series.base}) == series.measure, name
    assert futures["frozen"].points == {}


def test_a_future_of_ones_is_frozen_to_the_bit(town: Population, parameters: Parameters, town_tape: object) -> None:
    ones = made(**{name: [("2020-02", series.base), ("2023-01", series.base)] for name, series in SERIES.items()})
    level = tape(Model(town, parameters, months=MONTHS, future=ones))
    assert first_difference(level, tape(Model(town, parameters, months=MONTHS))) == ""


def test_runs_to_the_report_are_the_same_under_every_future(
    futures: dict[str, Future], town: Population, parameters: Parameters
) -> None:
    tapes = [tape(Model(town, parameters, months=REPORT_MONTH + 1, future=future)) for future in futures.values()]
    assert first_difference(tapes[0], tapes[1]) == first_difference(tapes[0], tapes[2]) == ""


@pytest.mark.parametrize("name", FUTURES)
@pytest.mark.parametrize("at", [POLICY_MONTH, month_index("2020-03"), month_index("2021-05")])
def test_a_branch_is_a_run_of_its_own(
    name: str, at: int, futures: dict[str, Future], town: Population, parameters: Parameters
) -> None:
    pulled = policy(
        *(
            lever(each, size, start_month=at)
            for each, size in (("workshops", 3.0), ("public_posts", 12.0), ("school_gap", 1.0), ("housing_title", 1.0))
        )
    )
    own = Model(town, parameters, pulled, months=90, future=futures[name])
    own_tape = tape(own)
    trunk = Model(town, parameters, months=90, future=futures[name])
    while trunk.month < at:
        trunk.step()
    branch = trunk.branch(pulled)
    assert first_difference(own_tape[at:], tape(branch)) == ""
    assert own.money_frame().equals(branch.money_frame())


def test_suspended_workers_keep_the_job_and_earn_nothing(town: Population, parameters: Parameters) -> None:
    """One in two of those away cannot leave in March; all can in April."""
    future = made(work_away=[("2020-02", 1.0), ("2020-03", 0.5), ("2020-04", 1.0)])
    model = Model(town, parameters, months=60, future=future)
    while model.month <= MARCH:
        model.step()
    persons, households = model.state.persons, model.state.households
    away = np.array([works_away(int(channel)) for channel in persons.channel])
    held = persons.suspended & away
    assert 0.35 < held.sum() / away.sum() < 0.65
    assert not (persons.suspended & ~away).any()
    assert (persons.wage_yuan[held] > 0.0).all()  # of the job that is kept
    own = np.bincount(persons.household[away & ~held], persons.wage_yuan[away & ~held], households.key.size)
    assert households.away_wages_yuan == pytest.approx(own)
    at_work = (persons.channel > FARM) & ~persons.suspended
    assert (households.employed == np.bincount(persons.household[at_work], minlength=households.key.size)).all()
    assert model.records.value("employed", 0, MARCH) == at_work.sum()
    before = persons.channel[held].copy()
    model.step()
    assert not persons.suspended.any()
    assert (persons.channel[held] == before).mean() > 0.8  # the rest left by the ordinary chances of a month


def test_who_comes_back_first_stays_back(town: Population, parameters: Parameters) -> None:
    future = made(work_away=[("2020-02", 0.2), ("2020-03", 0.5), ("2020-04", 0.8), ("2020-05", 1.0)])
    model = Model(town, parameters, months=60, future=future)
    held = []
    while model.month <= APRIL:
        model.step()
        held.append(model.state.persons.suspended & (model.state.persons.channel > FARM))
    since = model.state.persons.months_in_job > APRIL - POLICY_MONTH  # the same job all the while
    february, march, april = (month & since for month in held[-3:])
    assert february.sum() > march.sum() > april.sum() > 0
    assert not (march & ~february).any()
    assert not (april & ~march).any()


def test_workshops_that_cannot_open_keep_their_workers(city: Population, parameters: Parameters) -> None:
    future = made(workshops_open=[("2020-02", 0.0), ("2020-03", 1.0)])
    model = Model(city, parameters, months=50, future=future)
    while model.month < model.months:
        model.step()
    persons, posts = model.state.persons, model.state.posts
    in_workshop = persons.channel == WORKSHOP
    assert in_workshop.sum() > 500
    assert persons.suspended[in_workshop].all()
    assert posts.filled[model.state.layout.workshops :].sum() == in_workshop.sum()
    assert model.records.value("employed_workshop", 0, 49) == 0


def test_organised_export_is_closed(town: Population, parameters: Parameters) -> None:
    model = Model(town, parameters, months=60, future=made(organised_export=[("2020-01", 0.0)]))
    assert model.series.organised(POLICY_MONTH, 7) == 0
    assert model.series.organised(REPORT_MONTH, 7) == 7


def test_wages_follow_their_series_in_jobs_held_and_offered(town: Population, parameters: Parameters) -> None:
    """Up by a tenth away, by a fifth near home, from one month to the next; public posts pay what they paid."""
    future = made(wage_away=[("2020-01", 1.1)], wage_nearby=[("2020-01", 1.2)])
    one, two = (Model(town, parameters, months=60, future=each) for each in (made(), future))
    while one.month <= POLICY_MONTH:
        one.step()
        two.step()
    a, b = one.state.persons, two.state.persons
    same = (a.channel == b.channel) & (a.post == b.post) & (a.channel > FARM) & (a.months_in_job > 1)
    away = np.array([works_away(int(channel)) for channel in a.channel]) & same
    near = (a.channel == NEARBY_OWN) & same
    assert (b.wage_yuan[away] / a.wage_yuan[away]) == pytest.approx(1.1)
    assert (b.wage_yuan[near] / a.wage_yuan[near]) == pytest.approx(1.2)
    assert two.now.jobs.wage_away_yuan == pytest.approx(1.1 * parameters.jobs.wage_away_yuan)
    private = np.isin(two.state.posts.channel, (NEARBY_OWN, OWN_BUSINESS))
    ratio = two.state.posts.wage_yuan / one.state.posts.wage_yuan
    assert ratio[private] == pytest.approx(1.2)
    assert set(ratio[one.state.layout.public_site : one.state.layout.nearby_public]) == {1.0}


def test_posts_that_go_end_jobs_by_lot(city: Population, parameters: Parameters) -> None:
    """A tenth of the private posts goes in one month; no post is held that is not there, and nobody else loses one."""
    future = made(posts_nearby=[("2020-01", 0.9)])
    model = Model(city, parameters, months=50, future=future)
    while model.month < POLICY_MONTH:
        model.step()
    before, ended = model.state.posts.filled.copy(), model.city["separations"]
    model.step()
    posts, layout = model.state.posts, model.state.layout
    private = slice(layout.nearby_own, layout.public_site)
    assert (posts.filled <= posts.capacity).all()
    assert 0.85 < posts.filled[private].sum() / before[private].sum() < 0.93
    assert model.city["separations"] > ended + 500
    holders = np.bincount(model.state.persons.post[model.state.persons.post != NO_POST], minlength=posts.filled.size)
    assert (holders == posts.filled).all()


def test_old_houses_that_are_due_come_down_and_joint_ones_never(city: Population, parameters: Parameters) -> None:
    history = parameters.history._replace(joint_house_share=0.4)
    future = made(demolition=[("2020-06", 1.0)])
    model = Model(city, parameters._replace(history=history), months=60, future=future)
    while model.month <= REPORT_MONTH:
        model.step()
    stood = model.state.households.house.copy()
    model.run()
    households = model.state.households
    free = stood & (households.state != RETURNED) & (households.previous_state != RETURNED)
    assert households.house[free].mean() == pytest.approx(0.4, abs=0.02)
    fell = stood & ~households.house
    assert ((households.demolished_month[fell] >= POLICY_MONTH) & (households.demolished_month[fell] < 60)).all()
    assert (households.demolished_month[households.house] == NEVER).all()
    assert not households.house[~stood].any()


def test_measures_act_through_levers_and_their_columns(
    futures: dict[str, Future], city: Population, parameters: Parameters
) -> None:
    trend, happened = (Model(city, parameters, months=MONTHS, future=futures[name]) for name in (TREND, AS_IT_HAPPENED))
    factors = happened.series.factors
    own = len(city.workshops)
    built = happened.state.workshops.open_month[own:]
    assert built.size == int(own * (max(factors.workshops) - 1.0) + 1e-9)
    assert (built > REPORT_MONTH).all()
    assert (np.diff(built) >= 0).all()
    assert np.unique(happened.state.workshops.key).size == happened.state.workshops.key.size
    for model in (trend, happened):
        model.run()

    def public(model: Model) -> int:
        layout = model.state.layout
        return int(model.state.posts.capacity[layout.public_site : layout.nearby_public].sum())

    assert public(happened) - public(trend) == pytest.approx(public(trend) * (factors.public_posts[-1] - 1.0), abs=60)
    assert happened.state.sites.title_clarity == pytest.approx(factors.title[-1])
    assert happened.state.sites.seats.sum() > trend.state.sites.seats.sum()
    assert happened.money_frame().empty


def test_missing_schools_that_were_built_are_no_longer_missing(city: Population, parameters: Parameters) -> None:
    """A lever that funds all missing schools pays for those that nobody has built."""
    half = made(seats=[("2020-08", 0.0), ("2020-09", 0.5)])
    pulled = policy(lever("school_gap", 1.0))
    alone, beside = (Model(city, parameters, pulled, months=MONTHS, future=each) for each in (made(), half))
    missing = [model.levers.acting["school_gap"].missing.size for model in (alone, beside)]  # type: ignore[attr-defined]
    assert missing[1] == missing[0] - round(0.5 * missing[0])
    built = set(np.flatnonzero(beside.school_openings != alone.school_openings))
    assert len(built) == round(0.5 * missing[0])
    for model in (alone, beside):
        model.run()
    assert beside.state.sites.seats.sum() == alone.state.sites.seats.sum()


POSITIONS = {
    "shock_position": ("employed", MARCH),
    "wages_position": ("household_income", MONTHS - 1),
    "nearby_posts_position": ("posts_nearby_own", MONTHS - 1),
    "demolition_position": ("households_both_ends", month_index("2021-06")),
    "joint_house_share": ("households_both_ends", MONTHS - 1),
    "public_posts_position": ("posts_public_post", MONTHS - 1),
    "workshops_position": ("posts_workshop", MONTHS - 1),
    "title_position": ("households_settled", MONTHS - 1),
    "seats_position": ("seats", MONTHS - 1),
}


@pytest.mark.parametrize("name", POSITIONS)
def test_each_position_moves_something(
    name: str, futures: dict[str, Future], city: Population, config: RunConfig
) -> None:
    indicator, month = POSITIONS[name]
    entry = config.resolved["parameters"]["history"][name]
    found = []
    for end in ("low", "high"):
        history = config.parameters.history._replace(**{name: float(entry[end])})
        numbers = config.parameters._replace(history=history)
        model = Model(city, numbers, months=month + 1, collect=False, future=futures[AS_IT_HAPPENED]).run()
        seats = float(model.state.sites.seats.sum())
        found.append(seats if indicator == "seats" else model.records.value(indicator, 0, month))
    assert found[0] != found[1]


def test_both_the_name_and_the_numbers_are_part_of_a_run(config: RunConfig) -> None:
    assert config.future.name == TREND
    digests = {compose_run([f"future={name}"]).digest for name in FUTURES}
    assert len(digests) == 3
    assert replace(config).resolved["future"] == TREND
