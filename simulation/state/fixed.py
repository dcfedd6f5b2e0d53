"""What does not change in a run and is no column of the state."""

from __future__ import annotations

from typing import NamedTuple

from simulation.state.entities import Float, Int64


class Fixed(NamedTuple):
    """What does not change in a run but is no column of the state."""

    units: tuple[str, ...]
    nearby_posts: Float  # (n_sites,) when the whole site has arrived
    business_places: Float  # (n_sites,)
    market_m2: Float  # (n_sites,) floor of shops and stalls
    unit_posts: Float  # (n_units,) posts placed by public channels
    school_site: Int64  # (n_schools,)
    school_seats: Int64  # (n_schools, 3)
    school_status: tuple[str, ...]
    public_site: Int64  # (n_public, 3): pool, posts, opening month
    fair_posts: tuple[int, ...]  # (n_months,) posts offered at job fairs
    course_places: tuple[int, ...]  # (n_months,) places in the courses of the baseline
