"""What a draw gives for each item of evidence from elsewhere: one history, and branches of it from January 2020 on.

Formulas of items may name all that experiments' formulas name (`experiments.quantities`, in December 2024), every
parameter as `<process>_<name>`, and:

work_away_by_labourers,       slopes of a logit between persons in December 2019 (between_persons.py)
work_away_by_land
coming_back_by_age            the same of those who worked away in December 2018: who no longer does a year later
work_away_by_network          log-odds of working away by the share of a site's labour that is seen away, from the
                              branch with ten points more: the source has a network or none, as all or nobody
log_income_over_services,     ln of the standard deviation across options of income's term over that of services', and,
log_income_over_seats         among households with school-age children, of seats' (across_options.py)
work_away_more_seen_in_hamlet share of labourers who work away where ten points more of each hamlet are seen settled;
                              seen again each month on top of what there is, so that it tells a sign and no size.
                              Households of a hamlet with fewer than three see their site and are left as they are
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from calibration.findings.experiment_branches import MORE_AWAY, branched
from calibration.findings.experiments import quantities, work_away
from calibration.fitting.history import Setting, outputs_of
from calibration.rings.across_options import log_ratio, spreads
from calibration.rings.between_persons import Workers, coming_back_slope, work_away_slopes, workers_of
from scenarios.base.errors import UserError
from scenarios.base.text import Text
from scenarios.report.borrowed import Item
from scenarios.report.formulas import formula_value
from scenarios.settings.parameter_values import with_values
from simulation.city import City, Given
from simulation.foundations.months import MONTHS_PER_YEAR, POLICY_MONTH, REPORT_MONTH
from simulation.records.records import Records
from simulation.state.entities import SETTLED, STATES
from simulation.state.policy import BASELINE, Lever

END = POLICY_MONTH + 5 * MONTHS_PER_YEAR - 1
"""December 2024: experiments have run for five years."""
SHARES = tuple(f"households_{state}" for state in STATES[1:])


class Measured(NamedTuple):
    """What a draw gives.

    values: of each item, by its id; shares: of the households by state in December 2019; outputs: targets and patterns
    of the report (`history.outputs_of`).
    """

    values: dict[str, float]
    shares: dict[str, float]
    outputs: dict[str, float]


def measured(
    setting: Setting, items: Sequence[Item], courses: Lever, values: Mapping[str, float], seed: int
) -> Measured:
    """Return what one history with `values` (by 'process.name') and `seed` gives.

    courses: the lever that experiments pull. Raises UserError, naming the item, for a measure that cannot be worked
    out.
    """
    city = City()
    city.begin(Given(setting.population, with_values(setting.base, dict(values)), seed, END + 1), BASELINE)
    _run_to(city, REPORT_MONTH + 1 - MONTHS_PER_YEAR)
    before = workers_of(city)
    _run_to(city, POLICY_MONTH)
    found = _at_report_date(city, before) | _parameters(city)
    outputs = {name: float(value) for name, value in outputs_of(city, setting).items()}
    branches = branched(city, courses)
    found |= quantities(branches, END)
    found["work_away_more_seen_in_hamlet"] = work_away(more_seen_in_hamlet(city), END)
    odds = [_log_odds(found[f"work_away_{name}"]) for name in ("more_seen_away", "baseline")]
    found["work_away_by_network"] = (odds[0] - odds[1]) / MORE_AWAY
    households = city.records.value("households", month=REPORT_MONTH)
    shares = {name: city.records.value(name, month=REPORT_MONTH) / households for name in SHARES}
    return Measured({item.id: float(_value(item, found)) for item in items}, shares, outputs)


def more_seen_in_hamlet(city: City) -> Records:
    """Return what a branch of `city` leaves in which, each month, ten points more of every hamlet are seen settled."""
    branch = city.branch(BASELINE)
    while branch.month < branch.months:
        settled = branch.state.hamlet_share[:, SETTLED - 1]
        settled[:] = (settled + MORE_AWAY).clip(max=1.0)
        branch.advance()
    return branch.records


def _run_to(city: City, month: int) -> None:
    while city.month < month:
        city.advance()


def _at_report_date(city: City, before: Workers) -> dict[str, float]:
    by_labourers, by_land = work_away_slopes(city)
    of = spreads(city)
    return {
        "work_away_by_labourers": by_labourers,
        "work_away_by_land": by_land,
        "coming_back_by_age": coming_back_slope(before, city),
        "log_income_over_services": log_ratio(of.income, of.service),
        "log_income_over_seats": log_ratio(of.income_with_children, of.school_with_children),
    }


def _parameters(city: City) -> dict[str, float]:
    return {
        f"{process}_{name}": float(value)
        for process, numbers in city.parameters._asdict().items()
        for name, value in numbers._asdict().items()
    }


def _log_odds(share: float) -> float:
    return math.log(share / (1.0 - share)) if 0.0 < share < 1.0 else math.nan


def _value(item: Item, found: Mapping[str, float]) -> float:
    try:
        return formula_value(item.measure, found)
    except ValueError as error:
        problem = Text(f"the item '{item.id}' cannot be measured", f"无法计算证据 '{item.id}'")
        hint = Text("mend its measure in conf/borrowed_evidence.csv or patterns.csv",
                    "请改 conf/borrowed_evidence.csv 或 patterns.csv 中的 measure")  # fmt: skip
        raise UserError(problem, key=item.id, found=error, hint=hint) from None
