"""The model is its plain twin, household by household and month by month; and a twin that is not is found out."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from scenarios.settings.config import compose_run
from simulation.foundations.months import REPORT_MONTH, month_index
from simulation.levers.catalogue import lever_names
from simulation.model import Model
from simulation.state.entities import (
    AWAY,
    BOARDS,
    CHANNELS,
    NOT_MOVED,
    RETURNED,
    SCHOOL_PLACES,
    SETTLED,
    STATES,
    TRAVELS,
    WORKSHOP,
)
from simulation.state.future import Future, Point
from simulation.state.future_names import AS_IT_HAPPENED, TREND
from simulation.state.parameters import Parameters, Structure
from simulation.state.policy import BASELINE, Policy
from simulation.state.population import Population
from tests.reference import twin_choice, twin_household, twin_work
from tests.reference.beside import Beside
from tests.reference.compare import TwinDiffersError
from tests.reference.twin import Twin
from tests.reference.twin_objects import Person
from tests.simulation.runs import lever, policy

MONTHS = 108
"""History and projection: January 2016 to December 2024."""
ASKED = ("workshops", "school_gap", "public_posts", "targeted_training", "bus_lines", "housing_title")
POLICIES = {
    "baseline": BASELINE,
    "package": policy(*(lever(name) for name in ASKED)),
    "every lever": policy(*(lever(name, start_month=30, phase_in_months=6) for name in lever_names())),
}


def beside(
    population: Population, parameters: Parameters, policy: Policy = BASELINE, seed: int = 1, twin: type[Twin] = Twin
) -> Beside:
    """Return a model at its first month with its twin beside it; it raises TwinDiffersError where they part."""
    model = Beside(population, parameters, policy, seed, MONTHS, collect=False)
    model.attach_twin(twin)
    return model


@pytest.mark.parametrize("pulled", POLICIES)
def test_a_town_month_by_month(town: Population, parameters: Parameters, pulled: str) -> None:
    model = beside(town, parameters, POLICIES[pulled])
    model.run()
    assert model.twin is not None
    assert model.twin.steps == MONTHS


@pytest.mark.parametrize("name", [TREND, AS_IT_HAPPENED])
def test_the_years_after_2019(large_town: Population, parameters: Parameters, name: str) -> None:
    """Workers are suspended, wages rise, posts go and old houses fall, and measures are taken beside the levers."""
    future = compose_run([f"future={name}"]).future
    fewer = Point(month_index("2022-06"), 0.7, 0.7, 0.7)
    future = Future(name, {**future.points, "posts_nearby": (*future.points["posts_nearby"][:2], fewer)})
    model = Beside(large_town, parameters, POLICIES["package"], 3, MONTHS, collect=False, future=future)
    model.attach_twin()
    suspended = 0
    while model.month < MONTHS:
        model.step()
        suspended += int(model.state.persons.suspended.sum())
    assert suspended > 0


def test_the_other_structures(large_town: Population, parameters: Parameters) -> None:
    """A household of which nobody is left at home stays where it last chose to live."""
    kept = parameters._replace(structure=Structure(nobody_home_away=0))
    model = Beside(large_town, kept, POLICIES["package"], 3, MONTHS, collect=False)
    model.attach_twin()
    model.run()
    households = model.state.households
    assert ((households.at_home == 0) & (households.members > 0) & (households.state == SETTLED)).any()


def test_a_dozen_households_month_by_month(dozen: Population, parameters: Parameters) -> None:
    for seed in (1, 2, 3):
        beside(dozen, parameters, POLICIES["package"], seed).run()


class Tally(Beside):
    """What has come about in a run: kinds of work, places of learning, moves, and more that must not be missing."""

    def update_income(self) -> None:
        super().update_income()
        assert self.twin is not None
        self.seen: set[str] = getattr(self, "seen", set())
        for household, before in zip(self.twin.households, self.state.households.previous_state.tolist(), strict=True):
            self.seen.add(f"{STATES[before]} to {STATES[household.state]}")
            if not household.flat_kept and household.state != NOT_MOVED:
                self.seen.add("flat given up")
        for person in self.twin.persons:
            self.seen |= {CHANNELS[person.channel], SCHOOL_PLACES[person.place]}
            if person.carer and person.channel == WORKSHOP:
                self.seen.add("carer in a workshop")
            if person.post is not None and person.post.elsewhere and person.household.state == RETURNED:
                self.seen.add("post kept at the origin")
        for name in ("separations", "hires", "fair_matches", "trained"):
            if self.city[name] > 0:
                self.seen.add(name)


def test_a_larger_town_where_everything_happens(large_town: Population, parameters: Parameters) -> None:
    """Every state, move, kind of work and place of learning comes about, so that none is equal for want of cases."""
    model = Tally(large_town, parameters, POLICIES["every lever"], 2, MONTHS, collect=False)
    model.attach_twin()
    model.run()
    moves = {f"{a} to {b}" for a in STATES for b in STATES[1:]}
    others = {"flat given up", "carer in a workshop", "post kept at the origin"}
    others |= {"separations", "hires", "fair_matches", "trained"}
    assert not {*moves, *CHANNELS, *SCHOOL_PLACES, *others} - model.seen


def test_other_numbers(town: Population, parameters: Parameters) -> None:
    """Numbers of conf/ at which a rule is idle are changed: nobody in reach."""
    jobs = parameters.jobs._replace(nearby_reach_km=40.0, organised_places_per_1000=4.0)
    schooling = parameters.schooling._replace(enrolment_probability=0.3, both_ends_seat_value=1.0)
    beside(town, parameters._replace(jobs=jobs, schooling=schooling), POLICIES["package"], 2).run()


def test_a_twin_may_join_at_the_report_date(town: Population, parameters: Parameters) -> None:
    model = Beside(town, parameters, POLICIES["package"], 1, MONTHS, collect=False)
    while model.month <= REPORT_MONTH:
        model.step()
    twin = model.attach_twin()
    model.run()
    assert twin.steps == MONTHS - REPORT_MONTH - 1


def test_the_twin_leaves_the_model_alone(town: Population, parameters: Parameters) -> None:
    alone = Model(town, parameters, POLICIES["package"], 1, MONTHS, collect=False).run()
    watched = beside(town, parameters, POLICIES["package"]).run()
    assert (alone.records.sums == watched.records.sums).sum() == (alone.records.sums == alone.records.sums).sum()


def test_the_twin_states_the_rules_itself() -> None:
    """No file of the twin imports a rule of the model; the month's random numbers (draws.py) are read, not made."""
    allowed = {"simulation.foundations.months", "simulation.state.parameters", "simulation.state.entities"}
    files = sorted(Path(__file__).parent.glob("twin*.py"))
    assert len(files) == 6
    for path in files:
        imported = {
            name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [])
            + ([alias.name for alias in node.names] if isinstance(node, ast.Import) else [])
        }
        of_model = {name for name in imported if name.partition(".")[0] in ("simulation", "scenarios", "calibration")}
        assert of_model <= allowed, (path.name, of_model - allowed)


# A twin with one rule altered is found out.


class NoBuses(twin_household.Household):
    """Whoever would travel to school boards."""

    def place_without_seat(self, level: int, rides: bool) -> int:
        place = super().place_without_seat(level, rides)
        return BOARDS if place == TRAVELS else place


class Patient(twin_household.Household):
    """Flats are given up a month later."""

    def review(self, *given: Any) -> None:
        self.flat_patience += 1
        super().review(*given)
        self.flat_patience -= 1


class Careless(twin_household.Household):
    """Who works away stays there, whoever is left at home."""

    def end_jobs(self, *given: Any) -> None:
        carers = [person for person in self.labourers if person.carer]
        for person in carers:
            person.carer = False
        super().end_jobs(*given)
        for person in carers:
            person.carer = True


class Homesick(twin_household.Household):
    """Who comes home from away is content: the carer's work away does not end."""

    def move(self, old: int, new: int, draws: Any) -> None:
        super().move(RETURNED if old == AWAY else old, new, draws)


class Everywhere(twin_household.Household):
    """Posts at the site are in reach of everybody."""

    def is_near(self) -> bool:
        return True


class Loose(twin_work.Market):
    """At fairs everybody agrees whose skill will do."""

    def agree_at_fair(self, person: Person, productive: float, near: bool, away_cost: float) -> int:
        return super().agree_at_fair(person, 10.0 * productive, near, away_cost)


def with_household(altered: type[twin_household.Household]) -> type[Twin]:
    """Return a twin of other households."""
    return type("Altered", (Twin,), {"household_class": altered})


class Unsorted(Twin):
    """The queue is served in threes, the last of three first."""

    class market_class(twin_work.Market):  # noqa: N801 (an attribute of the twin)
        def serve(self, person: Person) -> None:
            waiting = self.__dict__.setdefault("waiting", [])
            waiting.append(person)
            if len(waiting) == 3:
                for one in reversed(waiting):
                    super().serve(one)
                waiting.clear()


ALTERED: dict[str, type[Twin]] = {
    "no school buses": with_household(NoBuses),
    "flats kept longer": with_household(Patient),
    "carers go on working away": with_household(Homesick),
    "small children stay alone": with_household(Careless),
    "posts in reach from everywhere": with_household(Everywhere),
    "fairs pay more": type("Altered", (Twin,), {"market_class": Loose}),
    "another order of the queue": Unsorted,
}


def altered_function(module: Any, name: str, change: Callable[[Any], Any]) -> Callable[[pytest.MonkeyPatch], None]:
    """Return what puts a function in the place of one of the twin's: the old one's result, changed."""

    def alter(patch: pytest.MonkeyPatch) -> None:
        rule = getattr(module, name)
        patch.setattr(module, name, lambda *given: change(rule(*given)))

    return alter


SMALLER = {
    "neighbours count a tenth more": altered_function(twin_choice, "peers", lambda share: 1.1 * share),
    "seats count a tenth more": altered_function(twin_choice, "seat_value", lambda share: 1.1 * share),
    "places cost ten yuan more": altered_function(twin_choice, "cost_there", lambda yuan: yuan + 10.0),
    "a post pays a millionth more": altered_function(twin_household, "productivity", lambda times: times * 1.000001),
}


@pytest.mark.parametrize("rule", [*ALTERED, *SMALLER])
def test_an_altered_rule_is_found_out(
    rule: str, large_town: Population, parameters: Parameters, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rule in SMALLER:
        SMALLER[rule](monkeypatch)
    model = beside(large_town, parameters, POLICIES["package"], twin=ALTERED.get(rule, Twin))
    with pytest.raises(TwinDiffersError) as raised:
        model.run()
    assert re.match(
        r"\d{4}-\d{2}: (household \d+: (person \d+: )?|site \d+: |pool \d+: )[a-z_]+: model ", str(raised.value)
    )


class Slipped(Twin):
    """Something slips in the fortieth month, as `slip` has it."""

    slip: ClassVar[Callable[[Twin], None]]

    def step(self) -> None:
        super().step()
        if self.month == 39:
            self.slip()


def message(dozen: Population, parameters: Parameters, slip: Callable[[Twin], None]) -> str:
    """Return what is said of a slip, or an empty text."""
    try:
        beside(dozen, parameters, twin=type("Slipped", (Slipped,), {"slip": slip})).run()
    except TwinDiffersError as error:
        return str(error)
    return ""


def test_the_message_names_month_household_and_column(dozen: Population, parameters: Parameters) -> None:
    def wiser(twin: Twin) -> None:
        twin.persons[14].skill = 2.0
        twin.households[9].carers = 7

    def one_post_more(twin: Twin) -> None:
        twin.pools[1].filled += 1

    found = message(dozen, parameters, wiser)
    assert re.fullmatch(
        r"2019-04: household 4: person 14: skill: model 0\.\d+, twin 2\.0 \(and 1 columns more, there or elsewhere\)",
        found,
    ), found
    assert re.fullmatch(r"2019-04: pool 1: filled: model \d+, twin \d+", message(dozen, parameters, one_post_more))


def test_wages_are_equal_but_for_rounding(dozen: Population, parameters: Parameters) -> None:
    def paid(times: float) -> Callable[[Twin], None]:
        def slip(twin: Twin) -> None:
            worker = next(person for person in twin.persons if person.wage_yuan > 0.0)
            worker.wage_yuan *= times

        return slip

    assert message(dozen, parameters, paid(1.0 + 1e-12)) == ""
    assert re.match(r"2019-04: household \d+: person \d+: wage_yuan", message(dozen, parameters, paid(1.0 + 1e-8)))
