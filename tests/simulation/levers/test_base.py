"""What every lever has: the rules of targeting, and the need that most go by."""

from __future__ import annotations

from simulation.levers.base import Context
from simulation.state.policy import TARGETING
from tests.simulation.levers.pulled import alone


def test_targeting_rules_weigh_sites(made: Context) -> None:
    need = [3.0, -1.0, 2.0]
    plan = {"by_site": ((0, 2.0), (2, 1.0))}
    weights = {
        rule: alone(made, "workshops", need=need, targeting=rule, **plan).site_weights().tolist() for rule in TARGETING
    }
    assert weights == {
        "need": [3.0, 0.0, 2.0],
        "size": [4.0, 4.0, 4.0],  # households
        "showcase": [40.0, 4.0, 4.0],  # site 0 is a showcase: ten times
        "equal": [1.0, 1.0, 1.0],
        "plan": [2.0, 0.0, 1.0],  # what it says
    }


def test_need_is_labourers_without_work_of_households_that_have_a_flat(made: Context) -> None:
    homes = made.state.households
    homes.site[:] = [0] * 4 + [1] * 4 + [2] * 4
    homes.state[:] = [1] * 11 + [0]
    homes.labourers[:], homes.employed[:] = 3, [3, 2, 1, 0] * 3
    # 0 + 1 + 2 + 3 at each site; the last household, which has not moved yet, counts not.
    for name in ("workshops", "public_posts", "targeted_training"):
        assert alone(made, name).need().tolist() == [6.0, 6.0, 3.0]
