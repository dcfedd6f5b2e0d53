"""The quantities of 2020 to 2024 in the plausibility table, each by every definition that a source could use.

Every function takes the finished `Run` of one future and returns the text of the model's values; references, sources
and sentences are in conf/plausibility_later.yaml under the same names. Money is in yuan of 2019; where a source prints
yuan of its year, the prices of evidence Y09 turn one into the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from scenarios.doc_pages.plausibility.baseline import Run, per_cent
from scenarios.report.prices import PRICES
from simulation.foundations.months import MONTHS_PER_YEAR, REPORT_MONTH, month_index
from simulation.records.indicators import GROUPS

YEARS = (2020, 2021, 2022, 2023, 2024)
POOR = GROUPS.index("registered_poor")
SITES, LABOUR_HOUSEHOLDS = 70, 1000.0
"""Settlement areas of the city (L06); workshops are told per thousand labour households (J04)."""


def _year(value: Callable[[int], float], year: int) -> float:
    """Return the mean of a value over the months of a year."""
    first = month_index(f"{year}-01")
    return sum(value(month) for month in range(first, first + MONTHS_PER_YEAR)) / MONTHS_PER_YEAR


def _december(year: int) -> int:
    return month_index(f"{year}-12")


def _line(values: Iterable[str]) -> str:
    return ", ".join(f"{year}: {value}" for year, value in zip(YEARS, values, strict=True))


def _away(run: Run, month: int) -> float:
    return run.at("employed_away", month) + run.at("employed_organised_export", month)


def _near(run: Run, month: int) -> float:
    return sum(run.at(f"employed_{channel}", month) for channel in ("workshop", "nearby_public", "nearby_own"))


def _income(run: Run, row: int, year: int) -> float:
    """Return income per head, yuan of 2019 a year."""
    return MONTHS_PER_YEAR * _year(lambda month: run.at("income_per_head", month, row), year)


def income_of_all(run: Run) -> str:
    """Income per head of all movers, yuan of 2019 and of the year."""
    return _line(f"{_income(run, 0, y):,.0f} ({_income(run, 0, y) * PRICES[y]:,.0f})" for y in YEARS)


def income_of_the_poor(run: Run) -> str:
    """The same of the registered poor."""
    return _line(f"{_income(run, POOR, y):,.0f} ({_income(run, POOR, y) * PRICES[y]:,.0f})" for y in YEARS)


def income_with_all_wages(run: Run) -> str:
    """The same of all, wages away with what is spent on living there."""
    living = run.model.parameters.jobs.living_away_yuan

    def gross(year: int) -> float:
        spent = _year(lambda month: living * _away(run, month) / run.at("persons", month), year)
        return _income(run, 0, year) + MONTHS_PER_YEAR * spent

    return _line(f"{gross(y):,.0f} ({gross(y) * PRICES[y]:,.0f})" for y in YEARS)


def employed_in_december(run: Run) -> str:
    """Labourers in work each December; with those who farm."""
    return _line(
        f"{per_cent(run.at('employed', m) / run.at('labourers', m))}"
        f" ({per_cent((run.at('employed', m) + run.at('farming', m)) / run.at('labourers', m))})"
        for m in map(_december, YEARS)
    )


def ever_employed(run: Run) -> str:
    """Labourers who have had work since the move, each December."""
    return _line(per_cent(run.at("ever_employed", m) / run.at("labourers", m)) for m in map(_december, YEARS))


def employed_per_household(run: Run) -> str:
    """In work each December over labour households, and over all."""
    return _line(
        f"{run.at('employed', m) / run.at('labour_households', m):.2f}"
        f" ({run.at('employed', m) / run.at('households', m):.2f})"
        for m in map(_december, YEARS)
    )


def nobody_employed(run: Run) -> str:
    """Labour households with nobody employed: in the shock, then each December."""
    months = [month_index(f"2020-0{month}") for month in (3, 4, 5)]
    shares = (run.at("nobody_employed_households", m) / run.at("labour_households", m) for m in months)
    shock = ", ".join(
        f"{name}: {per_cent(share)}" for name, share in zip(("March", "April", "May"), shares, strict=True)
    )
    decembers = _line(
        per_cent(run.at("nobody_employed_households", m) / run.at("labour_households", m))
        for m in map(_december, YEARS)
    )
    return f"2020 {shock}; December {decembers}"


def away_in_the_shock(run: Run) -> str:
    """Working away from February to September 2020 over the mean of 2019, and over December 2019."""
    mean = _year(lambda month: _away(run, month), 2019)
    months = {"February": 2, "March": 3, "April": 4, "May": 5, "June": 6, "September": 9}
    counts = {name: _away(run, month_index(f"2020-{month:02d}")) for name, month in months.items()}
    last = _away(run, REPORT_MONTH)
    return ", ".join(f"{name}: {per_cent(n / mean)} ({per_cent(n / last)})" for name, n in counts.items())


def away_by_year(run: Run) -> str:
    """Working away over the year before, mean of the year."""
    counts = [_year(lambda month: _away(run, month), year) for year in (2019, *YEARS)]
    return _line(f"{100 * (now / before - 1):+.1f} %" for before, now in pairwise(counts))


def near_by_year(run: Run) -> str:
    """Working near home over the year before, mean of the year: without business, and with it."""

    def changes(count: Callable[[int], float]) -> list[float]:
        counts = [_year(count, year) for year in (2019, *YEARS)]
        return [100 * (now / before - 1) for before, now in pairwise(counts)]

    posts = changes(lambda month: _near(run, month))
    every = changes(lambda month: _near(run, month) + run.at("employed_own_business", month))
    return _line(f"{without:+.1f} % ({with_it:+.1f} %)" for without, with_it in zip(posts, every, strict=True))


def workshops(run: Run) -> str:
    """Workshops running each December; built; for a community; for a thousand labour households."""
    opens = run.model.state.workshops.open_month
    return _line(
        f"{run.at('workshops_running', m):.0f} of {(opens <= m).sum()}, {(opens <= m).sum() / SITES:.1f},"
        f" {LABOUR_HOUSEHOLDS * (opens <= m).sum() / run.at('labour_households', m):.1f}"
        for m in map(_december, YEARS)
    )


def public_posts(run: Run) -> str:
    """Public posts each December over those of December 2019: filled, and there."""
    filled, there = (run.at(name) for name in ("employed_public_post", "posts_public_post"))
    return _line(
        f"{run.at('employed_public_post', m) / filled:.2f} ({run.at('posts_public_post', m) / there:.2f})"
        for m in map(_december, YEARS)
    )


def lived_in(run: Run) -> str:
    """Flats that are lived in each December: settled; with both ends; all that are kept."""
    return _line(
        f"{per_cent(run.at('households_settled', m) / run.at('households', m))},"
        f" {per_cent((run.at('households_settled', m) + run.at('households_both_ends', m)) / run.at('households', m))},"
        f" {per_cent(1.0 - run.at('flats_given_up', m) / run.at('households', m))}"
        for m in map(_december, YEARS)
    )


def moved_back(run: Run) -> str:
    """Households that live at the origin again each December."""
    return _line(per_cent(run.at("households_returned", m) / run.at("households", m)) for m in map(_december, YEARS))


def old_houses(run: Run) -> str:
    """Households whose old house stands each December."""
    gone = run.model.state.households.demolished_month
    return _line(per_cent(float((gone > m).mean())) for m in map(_december, YEARS))


def seats(run: Run) -> str:
    """Registered children beyond seats each December; children in reach without a seat."""
    return _line(
        f"{run.at('seats_missing', m):,.0f} ({run.at('children_without_seat', m):,.0f})" for m in map(_december, YEARS)
    )


def poor(run: Run) -> str:
    """Persons below the line each December: of all, of the registered poor; of all, mean of the year."""
    return _line(
        f"{per_cent(run.at('poverty_share', m))}, {per_cent(run.at('poverty_share', m, POOR))},"
        f" {per_cent(_year(lambda month: run.at('poverty_share', month), year))}"
        for year, m in zip(YEARS, map(_december, YEARS), strict=True)
    )


LATER: dict[str, Callable[[Run], str]] = {
    "income_of_all": income_of_all,
    "income_of_the_poor": income_of_the_poor,
    "income_with_all_wages": income_with_all_wages,
    "employed_in_december": employed_in_december,
    "ever_employed": ever_employed,
    "employed_per_household": employed_per_household,
    "nobody_employed": nobody_employed,
    "away_in_the_shock": away_in_the_shock,
    "away_by_year": away_by_year,
    "near_by_year": near_by_year,
    "workshops": workshops,
    "public_posts": public_posts,
    "lived_in": lived_in,
    "moved_back": moved_back,
    "old_houses": old_houses,
    "seats": seats,
    "poor": poor,
}
"""The quantities in the order of the page."""
