"""Schooling: seats by site and level, rationed by lot; the rest travel, board, stay with the old school or at home.

A child in reach (its household lives at the site, all or part of the time) keeps its seat until it leaves the level
or the site. Free seats go by lot among the children of that site and level whose papers are ready. Registered
children who live elsewhere take no seat. The unseated: kindergarten children stay at home; pupils of a household at
both ends go to the old school if it still teaches; others go to a distant school by bus where one runs, has a seat for
them and the school has a place, else board (middle school), else stay with the old school, which ties the household to
the origin, or board. Seats on the bus go by lot as well, and are kept as seats are.
"""

from __future__ import annotations

from simulation.foundations.kernel import kernel
from simulation.foundations.months import KINDERGARTEN, MIDDLE, school_year_start
from simulation.foundations.random_numbers import (
    Q_AWAY_SCHOOL,
    Q_ENROL,
    Q_RIDE,
    Q_SEAT,
    lottery,
    stream,
    uniform,
)
from simulation.rules.choice import lives_in_reach
from simulation.rules.lots import place_of_lot, put_in_order
from simulation.state.entities import (
    AT_HOME,
    AWAY,
    AWAY_SCHOOL,
    BOARDS,
    BOTH_ENDS,
    NOT_MOVED,
    OLD_SCHOOL,
    SEATED,
    TRAVELS,
    Households,
    Persons,
    Sites,
    UInt32,
    UInt64,
)
from simulation.state.parameters import SchoolingParameters


@kernel
def has_ride(s: int, level: int, sites: Sites, schooling: SchoolingParameters) -> bool:
    """Return whether a bus of site s has a seat for one more pupil, and the school at its other end a place."""
    lines, riders = sites.bus_lines[s], 0
    for other in range(3):
        riders += sites.riders[s, other]
    place = sites.riders[s, level] + 1 <= lines * schooling.receiving_places
    return bool(place and riders + 1 <= lines * schooling.bus_pupils_per_line)


@kernel
def unseated_place(h: int, level: int, rides: bool, households: Households) -> int:
    """Return where a child in reach without a seat learns; rides: whether it has a seat on a bus."""
    if level == KINDERGARTEN:
        return AT_HOME
    if households.state[h] == BOTH_ENDS and households.origin_school[h]:
        return OLD_SCHOOL
    if rides:
        return TRAVELS
    if level == MIDDLE or not households.origin_school[h]:
        return BOARDS
    return OLD_SCHOOL


@kernel
def elsewhere_place(h: int, level: int, takes: bool, households: Households) -> int:
    """Return where a child out of reach learns: with the family away if a school takes it, else the old school or
    boarding.
    """
    if households.state[h] == AWAY:
        if takes:
            return AWAY_SCHOOL
        return AT_HOME if level == KINDERGARTEN else BOARDS
    if level == KINDERGARTEN and not households.origin_school[h]:
        return AT_HOME
    return OLD_SCHOOL if households.origin_school[h] else BOARDS


@kernel
def find_applicants(
    seed: int,
    school_rows: UInt32,
    households: Households,
    persons: Persons,
    sites: Sites,
    schooling: SchoolingParameters,
    applicants: UInt32,
) -> int:
    """Count children and kept seats; fill `applicants` (shape (n_persons,)) with children in reach without a seat;
    return how many.

    Children out of reach, and for now the applicants, get the place that they learn at without a seat; who has a seat
    on a bus keeps it.
    """
    away_stream = stream(seed, Q_AWAY_SCHOOL, 0)
    others = 0
    for i in school_rows:
        level, h = max(0, persons.level[i]), persons.household[i]
        s, state = households.site[h], households.state[h]
        counts = (persons.level[i] >= 0) & (state != NOT_MOVED)  # the dead have no level
        keeps = counts & lives_in_reach(state) & (persons.place[i] == SEATED)
        keeps &= sites.seated[s, level] < sites.seats[s, level]
        sites.children[s, level] += counts
        sites.seated[s, level] += keeps
        # Every child is written; the place is kept only for who counts and keeps no seat. Faster than a branch that is
        # hard to predict.
        applicants[others] = i
        others += counts & (not keeps)
    n = 0
    for k in range(others):
        i = applicants[k]
        level, h = persons.level[i], persons.household[i]
        in_reach = lives_in_reach(households.state[h])
        if in_reach:
            s = households.site[h]
            rides = persons.place[i] == TRAVELS and has_ride(s, level, sites, schooling)
            place = unseated_place(h, level, rides, households)
            sites.riders[s, level] += place == TRAVELS
            if persons.place[i] == SEATED:
                households.review_due[h] = 1
        else:
            takes = uniform(away_stream, persons.key[i], level) < schooling.away_seat_share
            place = elsewhere_place(h, level, takes, households)
        if place != persons.place[i]:
            households.changed[h] = True
        persons.place[i] = place
        applicants[n] = i
        n += in_reach
    return n


@kernel
def draw_lots(
    seed: int,
    month: int,
    n: int,
    households: Households,
    persons: Persons,
    sites: Sites,
    children: UInt32,
    applicants: UInt32,
    lots: UInt64,
) -> int:
    """Fill `applicants` with those of the first n of `children` for whose level their site has a free seat, and `lots`.

    The others are counted as unseated. A child keeps its lot for the school year. Returns how many apply.
    """
    seat_stream = stream(seed, Q_SEAT, school_year_start(month))
    kept = 0
    for k in range(n):
        i = children[k]
        s, level = households.site[persons.household[i]], persons.level[i]
        if sites.seated[s, level] < sites.seats[s, level]:
            lots[kept] = lottery(seat_stream, persons.key[i], 0)
            applicants[kept] = i
            kept += 1
        else:
            sites.unseated[s, level] += 1
    return kept


@kernel
def seat_applicants(
    seed: int,
    month: int,
    applicants: UInt32,
    lots: UInt64,
    households: Households,
    persons: Persons,
    sites: Sites,
    schooling: SchoolingParameters,
) -> None:
    """Give free seats to `applicants` in the order of their lots, if their papers are ready."""
    enrol_stream = stream(seed, Q_ENROL, month)
    for lot in lots:
        i = applicants[place_of_lot(lot)]
        h, level = persons.household[i], persons.level[i]
        s = households.site[h]
        ready = uniform(enrol_stream, persons.key[i], 0) < schooling.enrolment_probability
        if ready and sites.seated[s, level] < sites.seats[s, level]:
            sites.riders[s, level] -= persons.place[i] == TRAVELS
            sites.seated[s, level] += 1
            persons.place[i] = SEATED
            households.review_due[h] = 1
            households.changed[h] = True
        else:
            sites.unseated[s, level] += 1


@kernel
def find_riders(
    seed: int,
    month: int,
    children: UInt32,
    households: Households,
    persons: Persons,
    sites: Sites,
    schooling: SchoolingParameters,
    found: UInt32,
    lots: UInt64,
) -> int:
    """Fill `found` with those of `children` who would go by bus if they had a seat on it, where there is one, and
    `lots` with their lots of the school year; return how many.

    children: those in reach who had no seat before this month's were given.
    """
    lots_of = stream(seed, Q_RIDE, school_year_start(month))
    n = 0
    for i in children:
        level, h = persons.level[i], persons.household[i]
        if sites.bus_lines[households.site[h]] == 0 or persons.place[i] not in (BOARDS, OLD_SCHOOL):
            continue
        if unseated_place(h, level, True, households) != TRAVELS:
            continue
        if has_ride(households.site[h], level, sites, schooling):
            found[n], lots[n] = i, lottery(lots_of, persons.key[i], 0)
            n += 1
    return n


@kernel
def seat_riders(
    riders: UInt32,
    lots: UInt64,
    households: Households,
    persons: Persons,
    sites: Sites,
    schooling: SchoolingParameters,
) -> None:
    """Give the seats on buses to `riders` in the order of their lots, while there are seats and places."""
    for lot in lots:
        i = riders[place_of_lot(lot)]
        h, level = persons.household[i], persons.level[i]
        if has_ride(households.site[h], level, sites, schooling):
            sites.riders[households.site[h], level] += 1
            persons.place[i] = TRAVELS
            households.changed[h] = True


@kernel
def update_schooling(
    seed: int,
    month: int,
    first_site: int,
    end_site: int,
    school_rows: UInt32,
    households: Households,
    persons: Persons,
    sites: Sites,
    schooling: SchoolingParameters,
    children: UInt32,
    applicants: UInt32,
    lots: UInt64,
) -> None:
    """Seat the children of `month` of sites first_site to end_site - 1; seats and buses are never overfilled.

    school_rows: all persons of these sites who may be pupils; children, applicants, lots: work arrays of as many
    elements. Lots are drawn within a site, so that sites may come in any order.
    """
    for s in range(first_site, end_site):
        for level in range(3):
            sites.seated[s, level] = sites.children[s, level] = 0
            sites.unseated[s, level] = sites.riders[s, level] = 0
    unseated = find_applicants(seed, school_rows, households, persons, sites, schooling, children)
    n = draw_lots(seed, month, unseated, households, persons, sites, children, applicants, lots)
    put_in_order(lots[:n])
    seat_applicants(seed, month, applicants, lots[:n], households, persons, sites, schooling)
    for s in range(first_site, end_site):
        for level in range(3):
            reach = sites.seated[s, level] + sites.unseated[s, level]
            sites.seat_share[s, level] = sites.seated[s, level] / reach if reach > 0 else 1.0
    n = find_riders(seed, month, children[:unseated], households, persons, sites, schooling, applicants, lots)
    put_in_order(lots[:n])
    seat_riders(applicants, lots[:n], households, persons, sites, schooling)
