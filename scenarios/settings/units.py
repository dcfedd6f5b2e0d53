"""Units in both languages."""

from __future__ import annotations

import re

UNITS_ZH = {
    "probability": "概率", "share": "比例", "ratio": "倍数", "log points": "对数点", "utility": "效用",
    "log income": "对数收入", "yuan": "元", "month": "月", "months": "月", "year": "年", "years": "年",
    "mu": "亩", "km": "公里", "person": "人", "persons": "人", "household": "户", "labourer": "名劳动力",
    "posts": "岗位", "places": "名额", "trips": "趟", "births": "出生", "deaths": "死亡", "birth": "例出生",
    "per year of age": "每岁", "flag": "0 或 1", "workshops": "个车间", "workshop": "车间", "lines": "条",
    "line": "条", "pupil": "生", "post": "岗位", "filled post": "在岗岗位", "seat": "学位", "course": "人次",
    "1000 households": "千户", "yuan paid": "元支出", "mu and year": "亩·年",
    "share (clarity reached)": "比例（产权明晰程度）",
    "share of missing schools not yet under way": "占未开工缺口学校的比例",
}  # fmt: skip
"""Chinese words of units; a unit of parts (yuan/month) is put together from them."""
COST = re.compile(r"yuan per (.+), (capital|recurrent)")
COST_KINDS_ZH = {"capital": "一次性", "recurrent": "经常性"}


def unit_text(unit: str, language: str) -> str:
    """Return a unit in `language`; a part that has no Chinese word stays as it is."""
    if language == "en" or not unit:
        return unit
    cost = COST.fullmatch(unit)
    if cost:
        return f"元/{UNITS_ZH.get(cost[1], cost[1])}（{COST_KINDS_ZH[cost[2]]}）"
    return "/".join(UNITS_ZH.get(part, part) for part in ([unit] if unit in UNITS_ZH else unit.split("/")))
