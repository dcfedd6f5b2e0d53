"""One site, one plan: a table of the user's says what each site gets, in place of a rule that spreads a lever.

A scenario file names the table with `plan: FILE.csv`, a path beside it. Its columns are `site` (the number of the site,
from 0), `lever` and `size` (in whole units of the lever: posts, workshops, lines, sites; of school_gap: schools). Each
lever that it names gets three keys: `plan`, the same in one line (`3:2 17:1`: two units at site 3, one at site 17),
`targeting: plan`, and `size`, their sum, or 1 where a size is a share.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.base.errors import UserError, listed, nearest
from scenarios.base.input.csv_files import split_csv
from scenarios.base.text import Text
from scenarios.settings.schema import SIZE_MOST, Key, is_share, number_text
from simulation.state.policy import PLAN, Policy

COLUMNS = ("site", "lever", "size")
ONE_EACH = ("sites", "lines")
"""Units of which a site gets one or none."""
FORM = Text("SITE:UNITS in whole numbers, apart by spaces: 3:2 17:1", "安置点编号:数量，整数，以空格隔开：3:2 17:1")


def planned(name: str, text: str, unit: str, place: str = "") -> tuple[tuple[int, float], ...]:
    """Return what a plan in one line gives to each site, (site, units); raises UserError for one that is none.

    unit: of the lever; place: where the plan stands, for the error.
    """
    found: dict[int, float] = {}
    for word in text.split():
        site, _, units = word.partition(":")
        whole = site.isdecimal() and units.isdecimal() and int(units) > 0
        if not whole or int(site) in found or (unit in ONE_EACH and int(units) != 1):
            problem = Text(f"the plan of '{name}' cannot be read", f"'{name}' 的逐点方案无法识别")
            allowed = Text(f"{FORM.en}, each site once", f"{FORM.zh}，每个安置点一次")
            if unit in ONE_EACH:
                allowed = Text(f"{allowed.en}; units: 1", f"{allowed.zh}；数量：1")
            raise UserError(problem, key=f"levers.{name}.plan", found=word, allowed=allowed, place=place)
        found[int(site)] = float(units)
    return tuple(sorted(found.items()))


def size_of(by_site: tuple[tuple[int, float], ...], unit: str) -> float:
    """Return the size of a lever under a plan: what it adds up to, all of it where the size is a share."""
    return 1.0 if is_share(unit) else sum(units for _, units in by_site)


def apply_plan(name: str, lever: dict[str, Any], chosen: Mapping[str, Any], place: str = "") -> None:
    """Make a lever of a composed configuration follow its plan, if it has one.

    chosen: what the scenario or the command line sets, by key. Raises UserError for targeting `plan` without a plan, a
    plan with another targeting, and a size that is not its sum.
    """
    text, key = str(lever.get(PLAN, "")), f"levers.{name}"
    if not text:
        if lever.get("targeting") == PLAN:
            problem = Text(f"'{key}' has no plan", f"'{key}' 没有逐点方案")
            hint = Text(
                f"set {key}.plan, or name a table: plan: FILE.csv",
                f"请设置 {key}.plan，或在方案文件中写 plan: 文件.csv",
            )
            raise UserError(problem, key=f"{key}.targeting", found=PLAN, allowed=FORM, hint=hint, place=place)
        return
    by_site = planned(name, text, lever["unit"], place)
    rule, size = chosen.get(f"{key}.targeting", PLAN), size_of(by_site, lever["unit"])
    if rule != PLAN:
        problem = Text(f"'{key}' has a plan and another targeting", f"'{key}' 既有逐点方案，又有其他安排规则")
        raise UserError(problem, key=f"{key}.targeting", found=rule, allowed=PLAN, place=place)
    if size > SIZE_MOST:
        problem = Text(f"the plan of '{name}' adds up to too much", f"'{name}' 的逐点方案合计过大")
        most = f"<= {SIZE_MOST}"
        raise UserError(problem, key=f"{key}.plan", found=number_text(size), allowed=most, place=place)
    if chosen.get(f"{key}.size", size) != size:
        problem = Text(f"'{key}.size' is not what its plan adds up to", f"'{key}.size' 与逐点方案的合计不符")
        raise UserError(
            problem, key=f"{key}.size", found=number_text(lever["size"]), allowed=number_text(size), place=place
        )
    lever |= {"size": size, "targeting": PLAN, PLAN: " ".join(f"{site}:{int(units)}" for site, units in by_site)}


def read_plan(path: Path, keys: Mapping[str, Key]) -> dict[str, str]:
    """Return the plan of each lever that a table names, in one line, empty where it gives no site anything; raises
    UserError for the first fault of the table.

    keys: those of a run, which say what levers there are and which are spread over sites.
    """
    if not path.is_file():
        raise UserError(Text("the table of the plan is not there", "没有逐点方案的表"), key=PLAN, found=path)
    spread = [key.split(".")[1] for key in keys if key.startswith("levers.") and key.endswith(f".{PLAN}")]
    table = split_csv(path)
    if table.heading != COLUMNS:
        problem = Text("the table of the plan has another heading", "逐点方案表的表头不符")
        raise UserError(problem, key=PLAN, found=",".join(table.heading), allowed=",".join(COLUMNS), place=f"{path}:1")
    for fault in table.faults:
        problem = Text("the table of the plan cannot be read", "逐点方案表无法读取")
        raise UserError(problem, key=PLAN, found=fault.found, allowed=fault.expected, place=f"{path}:{fault.row}")
    plans: dict[str, dict[str, str]] = {}
    for number, (site, lever, size) in table.rows:
        place = f"{path}:{number}"
        if lever not in spread:
            problem = Text(f"'{lever}' is no lever that is spread over sites", f"'{lever}' 不是按安置点安排的措施")
            raise UserError(problem, key="lever", found=lever, allowed=listed(spread), nearest=nearest(lever, spread),
                            place=place)  # fmt: skip
        for column, cell in (("site", site), ("size", size)):
            if not cell.isdecimal():
                problem = Text(f"'{column}' is not a whole number", f"'{column}' 应为整数")
                raise UserError(problem, key=column, found=cell, place=place)
        if site in plans.setdefault(lever, {}):
            problem = Text(f"site {site} stands twice for '{lever}'", f"安置点 {site} 的 '{lever}' 出现两次")
            raise UserError(problem, key="site", found=site, place=place)
        plans[lever][site] = size
    return {
        lever: " ".join(f"{site}:{size}" for site, size in sizes.items() if int(size) > 0)
        for lever, sizes in plans.items()
    }


def check_plans(policy: Policy, n_sites: int) -> None:
    """Raise UserError for a plan that names a site which the population has not."""
    for lever in policy.levers.values():
        for site, _ in lever.by_site:
            if site >= n_sites:
                problem = Text(f"the plan of '{lever.name}' names a site that is not there",
                               f"'{lever.name}' 的逐点方案中有不存在的安置点")  # fmt: skip
                raise UserError(problem, key=f"levers.{lever.name}.plan", found=site, allowed=f"0 .. {n_sites - 1}")
