from __future__ import annotations

import pytest

from simulation.foundations.months import (
    POLICY_MONTH,
    REPORT_MONTH,
    month_index,
    month_label,
    school_level,
    school_year_start,
)


@pytest.mark.parametrize(
    ("month", "label"),
    [(0, "2016-01"), (11, "2016-12"), (12, "2017-01"), (47, "2019-12"), (48, "2020-01"), (107, "2024-12")],
)
def test_label_and_index_of_a_month(month: int, label: str) -> None:
    assert month_label(month) == label
    assert month_index(label) == month


def test_months_before_the_first_have_labels_too() -> None:
    assert month_label(-1) == "2015-12"
    assert month_index("1957-02") == -59 * 12 + 1


def test_every_month_comes_back_from_its_label() -> None:
    assert [month_index(month_label(m)) for m in range(-1500, 1500)] == list(range(-1500, 1500))


def test_the_report_is_of_december_2019_and_levers_start_the_month_after() -> None:
    assert (month_label(REPORT_MONTH), month_label(POLICY_MONTH)) == ("2019-12", "2020-01")


@pytest.mark.parametrize("text", ["2020", "2020-13", "2020-00", "2020-1", "20-01", "2020/01", "", "2020-01-01"])
def test_what_is_no_month_is_refused_with_what_was_found(text: str) -> None:
    with pytest.raises(ValueError, match="YYYY-MM") as error:
        month_index(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize(
    ("month", "start"), [("2019-08", "2018-09"), ("2019-09", "2019-09"), ("2020-08", "2019-09"), ("2016-01", "2015-09")]
)
def test_a_school_year_starts_in_september(month: str, start: str) -> None:
    assert month_label(int(school_year_start(month_index(month)))) == start


@pytest.mark.parametrize(
    ("born", "level"),
    [
        # In December 2019 the age that counts is that of 1 September 2019.
        ("2016-10", -1),  # 2 years 11 months
        ("2016-09", 0),  # 3 years to the month: kindergarten
        ("2013-10", 0),  # 5 years 11 months
        ("2013-09", 1),  # 6: primary
        ("2007-10", 1),  # 11 years 11 months
        ("2007-09", 2),  # 12: middle school
        ("2004-10", 2),  # 14 years 11 months
        ("2004-09", -1),  # 15: past the three levels
        ("2019-10", -1),
        ("1980-01", -1),
    ],
)
def test_school_level_by_birth_month(born: str, level: int) -> None:
    assert school_level(month_index(born), month_index("2019-12")) == level


def test_a_child_changes_level_only_in_september() -> None:
    born = month_index("2012-03")
    levels = {month_label(m): int(school_level(born, m)) for m in range(month_index("2015-01"), month_index("2028-01"))}
    changes = {label: level for (label, level), before in zip(levels.items(), [-1, *levels.values()], strict=False)
               if level != before}  # fmt: skip
    # Three years old in March 2015, six in 2018, twelve in 2024, fifteen in 2027; each counts from the September after.
    assert changes == {"2015-09": 0, "2018-09": 1, "2024-09": 2, "2027-09": -1}
