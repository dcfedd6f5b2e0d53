"""A town written by hand: twelve households at three sites of two units, and thirty-six persons."""

from __future__ import annotations

import pandas as pd

from scenarios.population.tables import with_schema
from simulation.foundations.months import NEVER, month_index
from simulation.state.population import TABLES, Population

SITES = """
unit      kind         facilities showcase market_area_m2 market_stalls clinics_existing police_posts_open residents_committee bus distance_town_km industry
Shuicheng county_town  full       yes      500            3             1                1                 elected             yes 0                1.0
Shuicheng central_town shared     no       0              0             1                0                 approved            no  6                1.0
Panzhou   rural        none       no       0              0             0                0                 none                no  20               1.0
"""  # noqa: E501 (a table)

# km, hours: from the origin; school: the old one still teaches; land, rented, forest: mu; subsidy, dividend: yuan/year
HOUSEHOLDS = """
site hamlet whole poor moved   km hours school land rented forest subsidy dividend demolished
0    0      yes   yes  2016-03 10 0.5   yes    4    0      0      0       0        -
0    0      yes   yes  2016-03 10 0.5   yes    3    1      1      600     0        2017-03
0    0      yes   no   2016-03 10 0.5   yes    5    0      0      0       1200     -
0    1      no    no   2017-05 60 2.0   no     6    2      1      240     0        -
1    2      yes   yes  2017-08 40 1.5   yes    4    0      0      0       0        2018-08
1    2      yes   yes  2017-08 40 1.5   yes    2    0      0      0       360      -
1    3      no    yes  2018-02 12 0.6   no     3    0      0      0       0        -
1    4      no    no   2018-06 80 3.0   no     0    0      0      0       0        -
2    5      yes   yes  2018-06 30 1.2   yes    8    0      2      480     0        -
2    5      yes   yes  2018-06 30 1.2   yes    3    3      0      0       0        2018-12
2    5      yes   yes  2018-06 30 1.2   yes    4    0      0      0       0        -
2    6      no    no   2019-03 50 2.0   no     2    0      0      0       0        -
"""

# able: a labourer from the 18th birthday to the 60th, or to the month given (illness); leaves school at 18
PERSONS = """
household member sex born    able    care skill dibao died
0         0      m   1980-03 yes     no   0.60  none  -
0         1      f   1982-07 yes     no   0.40  none  -
0         2      m   2008-05 yes     no   0.50  none  -
0         3      f   2013-10 yes     no   0.50  none  -
1         0      m   1975-01 yes     no   0.50  none  -
1         1      f   1977-11 yes     no   0.30  none  -
1         2      f   1940-06 no      yes  0.10  rural -
2         0      m   1990-02 yes     no   0.80  none  -
2         1      f   1991-09 yes     no   0.70  none  -
2         2      m   2015-04 yes     no   0.50  none  -
3         0      m   1959-06 yes     no   0.40  none  -
3         1      f   1962-12 yes     no   0.20  none  -
3         2      m   2000-08 yes     no   0.75  none  -
4         0      m   1985-05 yes     no   0.55  none  -
4         1      f   1986-03 yes     no   0.45  none  -
4         2      f   2010-01 yes     no   0.50  none  -
4         3      m   2012-09 yes     no   0.50  none  -
4         4      f   1957-02 no      no   0.20  none  -
5         0      f   1944-10 no      no   0.10  urban 2019-05
5         1      m   1942-03 no      yes  0.10  urban -
6         0      m   1983-07 2019-01 no   0.50  none  -
6         1      f   1984-04 yes     no   0.35  none  -
6         2      f   2006-11 yes     no   0.50  none  -
7         0      m   1993-12 yes     no   0.85  none  -
7         1      f   1995-06 yes     no   0.65  none  -
8         0      m   1978-08 yes     no   0.45  none  -
8         1      f   1979-10 yes     no   0.40  none  -
8         2      m   2003-03 yes     no   0.60  none  -
8         3      m   2014-07 yes     no   0.50  none  -
9         0      f   1965-09 yes     no   0.15  rural -
9         1      m   1999-01 yes     no   0.70  none  -
10        0      m   1988-06 yes     no   0.60  none  -
10        1      f   1989-02 yes     no   0.50  none  -
10        2      f   2011-12 yes     no   0.50  none  -
10        3      m   2016-08 yes     no   0.50  none  -
11        0      m   1970-04 yes     no   0.30  none  -
"""

SCHOOLS = """
site level        seats_kindergarten seats_primary seats_middle status      opens
0    primary      2                  3             0            open        2016-01
0    middle       0                  0             1            open        2016-01
1    primary      0                  1             0            open        2017-09
1    middle       0                  0             2            under_way   2020-09
2    kindergarten 2                  0             0            not_started -
2    primary      0                  3             0            no_project  -
"""

WORKSHOPS = """
site posts opens
0    3     2017-06
1    2     2018-09
"""

PUBLIC_POSTS = """
unit      site posts opens
Shuicheng 0    1     2016-06
Panzhou   2    1     2018-10
Shuicheng -1   1     2017-01
Panzhou   -1   1     2018-07
"""

FAIRS = """
month   special firms posts
2018-03 yes     2     6
2019-03 no      3     8
2019-10 yes     1     4
"""

TRAININGS = """
month   person_times
2018-05 2
2019-05 3
2019-11 2
"""


def rows(text: str) -> pd.DataFrame:
    """Read a table typed with blanks between its columns, all of it as text."""
    lines = [line.split() for line in text.strip().splitlines()]
    return pd.DataFrame(lines[1:], columns=lines[0])


def _typed(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Fill the columns that the text leaves out, and give all of them their types and order."""
    for column in TABLES[name]:
        if column.name not in table:
            table[column.name] = "" if column.dtype == "str" else 0
        elif column.dtype == "bool":
            table[column.name] = table[column.name].map({"yes": True, "no": False, True: True, False: False})
        elif column.dtype != "str":
            table[column.name] = pd.to_numeric(table[column.name])
    return with_schema(name, table[[column.name for column in TABLES[name]]])


def _months(values: pd.Series) -> list[int]:
    return [NEVER if value == "-" else month_index(value) for value in values]


def twelve_households() -> Population:
    """Return the tables of the town above."""
    sites, households, persons = rows(SITES), rows(HOUSEHOLDS), rows(PERSONS)
    schools, workshops = rows(SCHOOLS), rows(WORKSHOPS)
    for number, table in (("site", sites), ("household", households), ("school", schools), ("workshop", workshops)):
        table[number] = range(len(table))
    households["move_in_month"] = _months(households["moved"])
    households["old_house_demolished_month"] = _months(households["demolished"])
    names = {
        "whole": "whole_village",
        "poor": "registered_poor",
        "km": "origin_km",
        "hours": "origin_hours",
        "school": "origin_school_open",
        "land": "contracted_land_mu",
        "rented": "land_rented_out_mu",
        "forest": "land_to_forest_mu",
        "subsidy": "forest_subsidy_yuan",
        "dividend": "dividend_yuan",
    }
    households = households.rename(columns=names)
    households["three_changes"] = [value != "0" for value in households["dividend_yuan"]]
    born = pd.Series(_months(persons["born"]))
    persons["birth_month"], persons["death_month"] = born, _months(persons["died"])
    able = persons["able"]
    ends = [NEVER if value == "no" else b + 60 * 12 for b, value in zip(born, able, strict=True)]
    persons["labour_from_month"] = [
        NEVER if value == "no" else b + 18 * 12 for b, value in zip(born, able, strict=True)
    ]
    persons["labour_to_month"] = [
        end if value in ("yes", "no") else month_index(value) for end, value in zip(ends, able, strict=True)
    ]
    persons["school_leave_month"] = born + 18 * 12
    persons["male"], persons["care_need"] = persons["sex"] == "m", persons["care"] == "yes"
    persons["in_labour_scope"], persons["school_gap"] = True, False
    schools["open_month"], workshops["open_month"] = _months(schools["opens"]), _months(workshops["opens"])
    public, fairs, trainings = rows(PUBLIC_POSTS), rows(FAIRS), rows(TRAININGS)
    public["open_month"] = _months(public["opens"])
    fairs["month"], trainings["month"] = _months(fairs["month"]), _months(trainings["month"])
    tables = {
        "sites": sites,
        "households": households,
        "persons": persons,
        "schools": schools,
        "workshops": workshops,
        "public_posts": public,
        "fairs": fairs,
        "trainings": trainings,
    }
    return Population(**{name: _typed(name, table) for name, table in tables.items()})
