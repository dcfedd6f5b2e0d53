"""The state of the city: columns of sites, posts, households and persons, one row each, for life.

Every column is a NumPy array named with its unit where that is not obvious. The four tables are named tuples of
arrays so that compiled rules can read `households.state[h]` as the text of the model does. A row never changes its
index.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from simulation.foundations.by_address import by_address

Bool = npt.NDArray[np.bool_]
Int8 = npt.NDArray[np.int8]
Int16 = npt.NDArray[np.int16]
Int32 = npt.NDArray[np.int32]
UInt32 = npt.NDArray[np.uint32]
Int64 = npt.NDArray[np.int64]
UInt64 = npt.NDArray[np.uint64]
Float = npt.NDArray[np.float64]

NOT_MOVED, SETTLED, BOTH_ENDS, AWAY, RETURNED = 0, 1, 2, 3, 4
STATES = ("not_moved", "settled", "both_ends", "away", "returned")
AT_THE_SITE = (SETTLED, BOTH_ENDS)
"""States of a household that lives at the site, all or part of the time."""
N_OPTIONS = 4
"""Options of a residence choice: option k leads to state k + 1."""

NONE, FARM, WORKSHOP, PUBLIC_POST, NEARBY_PUBLIC, NEARBY_OWN, ORGANISED_EXPORT, AWAY_JOB, OWN_BUSINESS = range(9)
CHANNELS = (
    "none",
    "farm",
    "workshop",
    "public_post",
    "nearby_public",
    "nearby_own",
    "organised_export",
    "away",
    "own_business",
)
N_CHANNELS = len(CHANNELS)
CHANNELS_AWAY = (ORGANISED_EXPORT, AWAY_JOB)

NO_SCHOOL, AT_HOME, OLD_SCHOOL, AWAY_SCHOOL, TRAVELS, BOARDS, SEATED = range(7)
SCHOOL_PLACES = ("no_school", "at_home", "old_school", "away_school", "travels", "boards", "seated")
"""Where a child of school age learns: at home (kindergarten age, no seat), in the old school near the origin, in the
town where the family works, in a distant school by bus, boarding there, or on a seat within reach of the site."""

NO_POST = -1


@by_address
class Sites(NamedTuple):
    """Settlement sites, shape (n_sites,) unless said otherwise."""

    unit: Int16  # index of the county or zone
    kind: Int8  # 0 county town, 1 central town, 2 rural
    facilities: Int8  # 0 full, 1 own, 2 shared, 3 none
    facility_score: Float  # what these serve, 0 to 1
    showcase: Bool
    clinics: Int16  # facilities
    market: Bool
    governance: Float  # score, 0 to 1
    bus: Bool  # served by a line now
    bus_lines: Int16  # lines: a large site with a bus lies in a town that has several
    distance_town_km: Float
    effect: Float  # unobserved pull of living here, utility
    service: Float  # service level, 0 to 1
    title_clarity: Float  # announced clarity of title to the flats, 0 to 1
    rights_clarity: Float  # announced clarity of what becomes of rights at the origin, 0 to 1
    observed: Float  # share of its households of which the authority knows where they really live, by a register
    upkeep_yuan: Float  # what others pay of the cost of living here, yuan a month and household
    dividend_yuan: Float  # what the site's collective pays to who lives here, yuan a month and household
    learning: Float  # what libraries and help after school add to the worth of a seat here, share
    custom: Float  # how much faster people come to feel at home where their customs have room, share
    seats: Int32  # (n_sites, 3) seats open now, by level
    seated: Int32  # (n_sites, 3) seats taken
    children: Int32  # (n_sites, 3) registered children of arrived households, wherever they live
    unseated: Int32  # (n_sites, 3) children in reach without a seat
    riders: Int32  # (n_sites, 3) of them, those who go to a distant school by bus every day
    arrived: Int32  # households whose flat is handed over
    flats_passed: Int32  # of these flats, those that have gone from one household to another
    share: Float  # (n_sites, 4) households by state over arrived, at the end of last month
    knowledge: Float  # mean policy knowledge of households with a flat, last month
    local_hires: Int32  # labourers without work, no carers, placed in posts in reach this month
    local_hires_yuan: Float  # their wages in all
    local_waited: Float  # their months without work in all, those beyond expectation_months not counted
    away_waited: Float  # the same of such labourers of households not away who found work away this month
    local_chance: Float  # of such labourers in reach, the share that finds a post there within expectation_months
    local_pay_yuan: Float  # wage of a local hire, smoothed
    away_chance: Float  # those who find work away within expectation_months, where it is quite open to their age
    away_share: Float  # labourers working away over labourers, last month: the network
    seat_share: Float  # (n_sites, 3) children in reach who have a seat, over those in reach: what people see
    labour_base: Int32  # registered labourers of the whole site in the report month: scales local posts
    households: Int32  # registered households of the whole site


@by_address
class Posts(NamedTuple):
    """Pools of posts, shape (n_pools,): by site, by unit, and one for each workshop (see `Layout`)."""

    channel: Int8
    site: Int16  # -1 for posts of a whole unit
    unit: Int16
    capacity: Int32  # posts that exist now (0 while a workshop is closed)
    filled: Int32
    wage_yuan: Float  # yuan a month for a worker of efficiency 1
    hours_share: Float  # of full time
    skill_required: Float  # 0 to 1
    flexible: Bool  # hours that a carer can work
    reserved: Bool  # only for who is hard to place, of households in need (offers)


@by_address
class Workshops(NamedTuple):
    """Workshops, shape (n_workshops,): those of the population, then those that levers add."""

    key: Int64  # identity for random numbers
    posts: Int32  # posts when open
    open_month: Int16
    running: Bool
    by_site: Int32  # workshop indices in the order of their sites
    first: Int32  # (n_sites + 1,) where a site's workshops begin in `by_site`


@by_address
class Layout(NamedTuple):
    """Where the pools of a kind begin in `Posts`; site pools are indexed by site, unit pools by unit."""

    nearby_own: int
    own_business: int
    public_site: int
    public_unit: int
    nearby_public: int
    workshops: int


@by_address
class Households(NamedTuple):
    """Households, shape (n_households,) unless said otherwise. Columns marked 'tally' are columns of `tally`."""

    key: Int32
    site: Int16
    hamlet: Int32
    first: UInt32  # (n_households + 1,) where its persons begin
    poor: Bool
    move_in_month: Int16
    origin_km: Float
    origin_hours: Float
    origin_school: Bool
    land_mu: Float  # contracted land neither rented out nor returned to forest
    rented_mu: Float  # contracted land rented out
    subsidy_yuan: Float  # a month: farm-to-forest and public-forest subsidies
    dividend_yuan: Float  # a month: 'three changes'
    demolished_month: Int16
    flat_patience: Int16  # months after moving back until the flat is given up
    taste: Float  # (n_households, 4) lasting taste by option, standard normal
    state: Int8
    previous_state: Int8  # at the end of last month
    months_in_state: Int16
    review_due: Int8  # 1 after a shock: weighs again what has changed
    reviewed_month: Int16  # month of the last review that no shock caused: its noise holds until the next
    changed: Bool  # a member's life, work or school place changed since the last count of members
    recounted: Bool  # members were counted, or land was pooled, since the last income
    farms: Bool  # those without work farm
    flat_kept: Bool
    house: Bool  # old house to count on: it stands, and the household has not signed for its demolition
    land_pooled: Bool  # land handed to the platform for a guaranteed return
    attachment_site: Float  # 0 to 1
    attachment_origin: Float  # 0 to 1
    knowledge: Float  # policy knowledge, 0 to 1
    trust: Float  # 0 to 1
    in_scope: Bool  # counted by the report's labour rows
    old_share: Float  # members of sixty and over in the report month, share of all
    flat_passed: Bool  # the flat that it gave up has gone to another household
    employed: Int8
    local_wages_yuan: Float  # a month, posts tied to the site
    unit_wages_yuan: Float  # a month, posts elsewhere in the unit (kept when moving back)
    away_wages_yuan: Float  # a month, gross
    carer_away_yuan: Float  # of them, those of a carer who works away
    stopgap_yuan: Float  # wages of public posts that `seekers` hold
    openness: Float  # summed over `seekers`: how open work away is at their ages (labour.away_age_factor)
    school_cost_yuan: Float  # a month, buses and boarding
    income_yuan: Float  # income per member in the present state, yuan a month
    allowance_yuan: Float  # subsistence allowance of the household, yuan a month
    dibao_claim_month: Int16  # in which a claim to the allowance is decided, 0 without one
    tally: Int8  # (n_households, N_TALLY) members by what they are and do; see TALLY
    members: Int8  # tally: persons alive
    labourers: Int8  # tally
    dibao: Int8  # tally: members on the rolls of the subsistence allowance
    local_workers: Int8  # tally: in posts that are not away: at and near the site, or elsewhere in the unit
    away_workers: Int8  # tally
    seekers: Int8  # tally: labourers without work or with no more than a public post, who are no carers
    carers: Int8  # tally
    helpers: Int8  # tally: adults at hand who could farm: labourers without work or in part-time posts, and able elders
    elders: Int8  # tally: of sixty and over
    dependants: Int8  # tally: members who are not labourers
    school_age: Int8  # tally: children
    seated: Int8  # tally: of them on a seat in reach
    far_seats: Int8  # tally: of them travelling or boarding
    at_home: Int8  # tally: members neither working away nor studying elsewhere
    away_seats: Int8  # tally: of them who would find a school where the family works
    levels: Int8  # tally, (n_households, 3): children by school level


@by_address
class Persons(NamedTuple):
    """Persons, shape (n_persons,), ordered by household; those born in the run are there from the start, unborn."""

    key: Int32
    household: UInt32
    birth_month: Int16
    death_month: Int16
    male: Bool
    labour_from: Int16
    labour_to: Int16
    school_leave: Int16
    care_need: Bool
    in_scope: Bool
    dibao: Int8  # on the rolls of the subsistence allowance: 0 none, 1 rural, 2 urban
    efficiency: Float  # wage relative to the post's, lognormal
    reservation_yuan: Float  # a month of full time, before age and need
    skill: Float  # 0 to 1
    trained: Int16  # courses taken
    channel: Int8
    post: Int16  # pool, or -1
    wage_yuan: Float  # a month, 0 without work
    months_in_job: Int16
    suspended: Bool  # holds a job away or in a workshop that the shock of 2020 keeps from work: at home, unpaid
    months_without_work: Int16  # in a row, with no more than a public post, as no carer
    ever_employed: Bool  # since the household moved
    carer: Bool
    level: Int8  # school level now, -1 for none
    place: Int8  # SCHOOL_PLACES


@by_address
class State(NamedTuple):
    """Everything that changes from month to month."""

    sites: Sites
    posts: Posts
    workshops: Workshops
    households: Households
    persons: Persons
    layout: Layout
    hamlet_share: Float  # (n_hamlets, 4) households of a hamlet by state over arrived, last month
    hamlet_arrived: Int32  # (n_hamlets,)
