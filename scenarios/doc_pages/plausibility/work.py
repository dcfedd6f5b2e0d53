"""The quantities of the plausibility table on work and income: labourers, jobs, wages, workshops, fairs, training.

Every function takes the finished `Run` and returns the text of the model's value.
"""

from __future__ import annotations

import numpy as np

from scenarios.doc_pages.plausibility.baseline import LAST, Run, per_cent
from simulation.foundations.months import MONTHS_PER_YEAR
from simulation.state.entities import CHANNELS


def labourers(run: Run) -> str:
    """Labourers, per person, and households with any."""
    share = run.at("labour_households") / run.at("households")
    return f"{run.at('labourers'):,.0f}; {run.at('labourers') / run.at('persons'):.3f} a person; {per_cent(share)}"


def labourers_to_come(run: Run) -> str:
    """Labourers at the end of the run."""
    return f"{run.at('labourers', LAST):,.0f} in {run.model.label}"


def employed(run: Run) -> str:
    """Employed over labourers, and per labour household."""
    per_household = run.at("scope_employed") / run.at("scope_labour_households")
    return f"{run.at('employed'):,.0f}; {per_cent(run.at('employed') / run.at('labourers'))}; {per_household:.2f}"


def jobs_by_channel(run: Run) -> str:
    """Employed by channel."""
    return "; ".join(f"{channel} {run.at(f'employed_{channel}'):,.0f}" for channel in CHANNELS[2:])


def work_away(run: Run) -> str:
    """Working away over employed, and over labourers."""
    away = run.at("employed_away") + run.at("employed_organised_export")
    return f"{per_cent(away / run.at('employed'))} of employed; {per_cent(away / run.at('labourers'))} of labourers"


def households_with_somebody_away(run: Run) -> str:
    """Labour households with a member who works away."""
    labour = run.households[run.households["labourers"] > 0]
    return per_cent((labour["away_workers"] > 0).mean())


def nobody_employed(run: Run) -> str:
    """Labour households with nobody employed, December of each year from 2018."""
    months = range(35, run.model.months, MONTHS_PER_YEAR)
    shares = [run.at("scope_nobody_employed_households", m) / run.at("scope_labour_households", m) for m in months]
    return ", ".join(f"{2018 + i}: {per_cent(share)}" for i, share in enumerate(shares))


def wages(run: Run) -> str:
    """Mean wage by channel, yuan a month."""
    means = run.persons[run.persons["wage_yuan"] > 0].groupby("channel")["wage_yuan"].mean()
    return "; ".join(f"{channel} {means[channel]:,.0f}" for channel in CHANNELS[2:])


def turnover(run: Run) -> str:
    """Jobs ended over employed, a month, 2020 to 2024."""
    return f"{per_cent(run.mean('separations') / run.mean('employed'))} a month"


def hires_per_seeker(run: Run) -> str:
    """Hires over labourers without work, a month, 2020 to 2024."""
    idle = run.mean("without_work") + run.mean("farming")
    return f"{per_cent(run.mean('hires') / idle)} a month"


def income_per_head(run: Run) -> str:
    """Mean income per head, yuan a year."""
    return f"{12 * run.at('income_per_head'):,.0f} yuan a year; 2024: {12 * run.at('income_per_head', LAST):,.0f}"


def income_spread(run: Run) -> str:
    """Standard deviation of the logarithm of household income per head; poorest fifth, yuan a year."""
    income = run.households["income_yuan"].to_numpy()
    spread = float(np.std(np.log(np.maximum(income, 50.0))))
    return f"{spread:.2f} log points; poorest fifth {12 * run.at('income_poorest_fifth'):,.0f} yuan a year"


def wage_share(run: Run) -> str:
    """Wages (away: net of own living there) over income."""
    return per_cent(run.at("wage_income") / run.at("household_income"))


def posts_filled(run: Run) -> str:
    """Posts and how many are filled, by channel."""
    channels = ("workshop", "public_post", "nearby_public", "nearby_own", "own_business")
    return "; ".join(f"{c} {run.at(f'employed_{c}'):,.0f} of {run.at(f'posts_{c}'):,.0f}" for c in channels)


def workshops(run: Run) -> str:
    """Workshops running and posts per household."""
    return f"{run.at('workshops_running'):.0f}; {run.at('posts_workshop') / run.at('households'):.3f} posts a household"


def fair_matches(run: Run) -> str:
    """Matches at job fairs of 2019, per fair and per post."""
    matches = sum(run.at("fair_matches", m) for m in range(36, 48))
    fairs = run.population.fairs[run.population.fairs["month"] >= 36]
    return f"{matches:.0f}; {matches / len(fairs):.1f} a fair; {per_cent(matches / fairs['posts'].sum())} of posts"


def training(run: Run) -> str:
    """Person-times of training a year, 2020 to 2024, over labourers."""
    yearly = 12 * run.mean("trained")
    return f"{yearly:,.0f} a year; {per_cent(yearly / run.mean('labourers'))} of labourers"
