"""A new lever is its file, a line of the list, its block of conf/lever/levers.yaml, its names and its scenario.

A made-up lever gets just these, in a process of its own with a copy of conf/: the help, the check of keys, the page of
levers, a run with its report and its money all know it, and no other file was touched.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scenarios.base.paths import CONF, ROOT

FILE = '''
"""Visits to households (size: share of what there is to know of the policy that everybody gets to know)."""

import numpy as np

from simulation.levers.base import LeverRule, Quantity
from simulation.state.entities import NOT_MOVED
from simulation.state.policy import RECURRENT


class HomeVisits(LeverRule):
    """Tells households of the policy. Paid is each household and month."""

    name = "home_visits"
    trial_size = 0.5

    def open(self, month):
        known = self.state.households.knowledge
        known[:] = np.maximum(known, self.lever.reached(month))

    def quantities(self, month):
        return [Quantity(RECURRENT, "household", float((self.state.households.state != NOT_MOVED).sum()))]
'''
BLOCK = """home_visits:                     # size: share of the policy that everybody gets to know, 0 to 1
  size: 0
  unit: share
  start: 2020-01
  phase_in_months: 2
  targeting: equal
  settings: {}
  costs:
    visit: {kind: recurrent, yuan: 3, per: household, source: "assumed because it is made up"}
"""
NAMES = "  home_visits: [Visits to households, 走访到户]\n"
SCENARIO = """# @package _global_
scenario: {name: home_visits, title_en: Visits, title_zh: 走访}
levers:
  home_visits: {size: 0.8}
"""
PROCESS = """
import contextlib, io, json, sys
from pathlib import Path
import scenarios.base.paths

here = Path(sys.argv[1])
scenarios.base.paths.CONF = here / "conf"
import simulation.levers
simulation.levers.__path__.append(str(here))
from simulation.levers import catalogue
from simulation.levers.home_visits import HomeVisits
catalogue.LEVERS = (*catalogue.LEVERS, HomeVisits)

from scenarios.entries.model import RUN
from scenarios.doc_pages.lever_table import levers_page

def said(*words):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = RUN.enter(words)
    return [code, out.getvalue(), err.getvalue()]

run = ("scenario=home_visits", "population.size=town", "end=2020-03")
print(json.dumps({
    "help": said("--help", "language=zh"),
    "page": levers_page(),
    "above 1": said(*run, "levers.home_visits.size=1.5"),
    "run": said(*run, "language=zh", f"output={here / 'visits'}"),
    "baseline": said(*run[1:], f"output={here / 'baseline'}"),
}))
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the lever's file and a copy of conf/ with the lever in it."""
    place = tmp_path_factory.mktemp("new_lever")
    shutil.copytree(CONF, place / "conf")
    (place / "home_visits.py").write_text(FILE, encoding="utf-8")
    (place / "conf" / "scenario" / "home_visits.yaml").write_text(SCENARIO, encoding="utf-8")
    levers, names = place / "conf" / "lever" / "levers.yaml", place / "conf" / "labels" / "common.yaml"
    levers.write_text(levers.read_text(encoding="utf-8") + BLOCK, encoding="utf-8")
    texts = names.read_text(encoding="utf-8")
    assert texts.count("\nlever:\n") == 1
    names.write_text(texts.replace("\nlever:\n", "\nlever:\n" + NAMES), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def found(place: Path) -> dict[str, Any]:
    """What the process has said."""
    words = [sys.executable, "-c", PROCESS, str(place)]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_the_help_and_the_page_of_levers_have_it(found: dict[str, Any]) -> None:
    code, text, _ = found["help"]
    assert code == 0
    assert "levers.home_visits.size" in text
    assert "levers.home_visits.costs.visit" in text
    assert "### home_visits\n\nVisits to households, 走访到户. Scenarios (size): `home_visits` (0.8)." in found["page"]
    spread = found["page"].partition("Spread over sites are ")[2].partition(": by `need`")[0]
    assert "`school_gap`, `public_posts`, `bus_lines`" in spread
    assert "home_visits" not in spread


def test_a_share_above_1_is_refused_in_a_line(found: dict[str, Any]) -> None:
    code, out, line = found["above 1"]
    assert (code, out, line.count("\n")) == (2, "", 1)
    assert "levers.home_visits.size" in line
    assert "1.5" in line


def test_a_run_with_it_differs_from_the_baseline_and_is_paid(found: dict[str, Any], place: Path) -> None:
    for name in ("run", "baseline"):
        assert found[name][0] == 0, found[name][2]
    assert "走访" in found["run"][1]
    money = pd.read_csv(place / "visits" / "money.csv")
    assert set(money["lever"]) == {"home_visits"}
    households = len(pd.read_parquet(place / "visits" / "final" / "households.parquet"))
    assert money.groupby("month")["yuan"].sum().to_dict() == {
        "2020-01": 3.0 * households,
        "2020-02": 3.0 * households,
        "2020-03": 3.0 * households,
    }
    visits, baseline = (pd.read_csv(place / name / "indicators_city.csv") for name in ("visits", "baseline"))
    assert not visits.equals(baseline)
    assert visits[visits["month"] < "2020-01"].equals(baseline[baseline["month"] < "2020-01"])
