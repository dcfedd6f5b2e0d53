"""The numbers of the model, one named tuple per process; values, ranges, units and sources are in conf/parameters/.

No number has a default here: conf/parameters/<process>.yaml holds the one value, its prior range, unit and source.
Named tuples, because compiled rules take them as they are. Probabilities are per month unless the name says otherwise.
"""

from __future__ import annotations

from typing import NamedTuple

from simulation.foundations.by_address import by_address


@by_address
class DemographyParameters(NamedTuple):
    """Births and deaths after the report month."""

    births_per_woman_year: float  # women of 18 to 44, the months after a birth included
    birth_spacing_months: float  # after a birth without another
    death_level_per_year: float  # Gompertz hazard at age 0 of the adult curve
    death_slope_per_year: float  # its growth with age
    infant_deaths_per_birth: float


@by_address
class ServiceParameters(NamedTuple):
    """Service level of a place, 0 to 1: weights add to one."""

    weight_facilities: float
    weight_clinic: float
    weight_market: float
    weight_bus: float
    weight_governance: float
    shared_facilities: float  # score of sharing the host village's
    governance_approved: float
    governance_elected: float
    governance_policed: float
    origin_level: float
    away_level: float


@by_address
class JobsParameters(NamedTuple):
    """Labour market: separations, search, posts, wages, offers."""

    separation_workshop: float
    separation_public_post: float
    separation_nearby_public: float
    separation_nearby_own: float
    separation_organised_export: float
    separation_away: float
    separation_own_business: float
    festival_separation: float
    search_probability: float
    search_on_the_job: float
    initial_away_share: float
    initial_organised_share: float
    wage_workshop_yuan: float
    wage_public_post_yuan: float
    wage_nearby_yuan: float
    wage_organised_yuan: float
    wage_away_yuan: float
    wage_business_yuan: float
    wage_spread: float
    wage_skill_slope: float
    living_away_yuan: float
    reservation_wage_yuan: float
    reservation_spread: float
    reservation_need_discount: float
    absence_cost_yuan: float
    move_cost_yuan: float
    offer_noise_yuan: float
    away_offer_probability: float
    away_network_weight: float
    away_age_full: float
    away_age_none: float
    nearby_posts_county_town: float
    nearby_posts_central_town: float
    nearby_posts_rural: float
    business_places_per_household: float
    nearby_public_posts_per_1000: float
    organised_places_per_1000: float
    skill_workshop: float
    skill_nearby: float
    skill_organised: float
    skill_business: float
    part_time_share: float
    commute_yuan_per_km: float
    bus_commute_factor: float
    commute_time_yuan_per_km: float  # what the hours on the road are felt to cost
    bus_time_factor: float
    nearby_reach_km: float
    hard_to_place_age: float
    fair_attendance: float
    fair_nearby_share: float
    fair_skill: float
    fair_skill_spread: float
    training_skill_gain: float
    training_untargeted_fit: float
    workshop_closure: float
    workshop_reopening: float
    expectation_months: float
    chance_smoothing: float
    initial_local_chance: float
    initial_away_chance: float


@by_address
class SchoolingParameters(NamedTuple):
    """Seats and what the unseated do."""

    enrolment_probability: float
    far_seat_value: float
    bus_pupils_per_line: float  # who can go to distant schools by one line every day
    receiving_places: float  # for them in the school at its other end, at each level
    origin_seat_value: float
    both_ends_seat_value: float
    away_seat_share: float
    bus_school_yuan: float
    boarding_yuan: float
    away_school_yuan: float
    both_ends_school_cost_share: float


@by_address
class IncomeParameters(NamedTuple):
    """Income and cost of living of a household, yuan a month unless said otherwise."""

    site_cost_yuan: float
    both_ends_site_cost_share: float
    farm_yuan_per_mu_year: float
    farm_self_yuan: float
    farm_self_land_share: float  # of it, what hangs on land that is neither let nor signed over
    both_ends_farm_share: float
    land_per_helper_mu: float
    rent_yuan_per_mu_year: float
    land_reserve_share: float  # of what idle land could bring, what its owner insists on
    trip_yuan_per_km: float
    trips_per_month: float
    bus_trip_factor: float
    work_lost_per_hour: float
    away_employment_share: float
    away_family_rent_yuan: float
    away_dependant_yuan: float
    dibao_line_yuan_year: float  # a head
    dibao_urban_line_yuan_year: float  # for who moved to the urban rolls
    dibao_least_share: float  # lowest grade, share of the line
    dibao_review_months: float
    dibao_take_up: float  # households that come forward when they are entitled
    dibao_delay_months: float  # from a claim to its decision
    pension_yuan: float
    kin_support_yuan: float
    kin_counted_share: float  # of it, counted as income by the office
    income_floor_yuan: float
    poverty_line_yuan_year: float


@by_address
class KnowledgeParameters(NamedTuple):
    """Policy knowledge, trust, attachment; what policy makes clear before any lever."""

    initial_knowledge: float
    trust_mean: float
    trait_spread: float
    outreach_probability: float
    outreach_gain: float
    peer_rate: float
    attachment_site_half_life_years: float
    attachment_origin_half_life_years: float
    attachment_old_factor: float
    baseline_title_clarity: float
    baseline_rights_clarity: float


@by_address
class ResidenceParameters(NamedTuple):
    """The residence choice. A weight <x>_worth is a ratio to b_income, in log points of income; constants, spreads and
    the cost of switching are in utility (scale of the Gumbel noise is 1).
    """

    review_probability: float
    review_after_shock: float
    review_festival: float
    b_income: float
    seat_worth: float
    service_worth: float
    origin_worth: float
    site_worth: float
    house_worth: float
    title_worth: float
    title_settled_share: float
    rights_worth: float
    hamlet_worth: float
    network_worth: float
    remoteness_worth: float
    separation_worth: float
    both_ends_tie_share: float
    c_both_ends: float
    c_away: float
    c_returned: float
    site_effect_spread: float
    taste_spread: float
    switching_cost: float
    both_ends_weight: float
    flat_given_up_from_months: float
    flat_given_up_to_months: float


@by_address
class HistoryParameters(NamedTuple):
    """Positions between the ends of rows of history.csv (0 low, 1 high), and which old houses are not due."""

    shock_position: float
    wages_position: float
    nearby_posts_position: float
    demolition_position: float
    joint_house_share: float
    public_posts_position: float
    workshops_position: float
    title_position: float
    seats_position: float


@by_address
class Structure(NamedTuple):
    """Rules that can be defended in more than one way: which of them hold (conf/structure/structures.yaml)."""

    nobody_home_away: int  # 1: a household of which nobody is left at home is away; 0: it is where it last chose to be


@by_address
class Parameters(NamedTuple):
    """Every process's parameters, and which rules hold."""

    demography: DemographyParameters
    services: ServiceParameters
    jobs: JobsParameters
    schooling: SchoolingParameters
    income: IncomeParameters
    knowledge: KnowledgeParameters
    residence: ResidenceParameters
    history: HistoryParameters
    structure: Structure


PROCESSES: dict[str, type[tuple[float, ...]]] = {
    "demography": DemographyParameters,
    "services": ServiceParameters,
    "jobs": JobsParameters,
    "schooling": SchoolingParameters,
    "income": IncomeParameters,
    "knowledge": KnowledgeParameters,
    "residence": ResidenceParameters,
    "history": HistoryParameters,
}
