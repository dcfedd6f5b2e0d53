"""`python -m calibration.measures` writes docs/validation.md: every measure, how it is counted, and what cannot be."""

from __future__ import annotations

from calibration.validate.forecast import LAST
from calibration.validate.measure_list import SUBJECTS
from calibration.validate.measures import last_priced
from calibration.validate.places import LARGER
from calibration.validate.used import USES
from scenarios.base.labels import label
from scenarios.base.paths import DOCS
from scenarios.doc_pages.page import markdown_table, write_page
from scenarios.settings.command import Call

PAGE = DOCS / "validation.md"
COMMAND = "python -m calibration.measures"
HEADS = ("measure", "unit", "where", "rate", "what it is", "how it is counted")
HEAD = """# Figures of later years

Written by `{command}` from the measures of the code.

## What is done with a figure

1. **The forecast is written down first.** `make forecast` runs the draws of the posterior, and as many of the
   prior, with the years after 2019 as they were (`future=as_it_happened`), to {last}; after the last row of a
   dated series its value holds. It never reads a figure. The table goes to `calibration/tables/forecast/`,
   beside a JSON file with the day, the sources, the draws, and a hash of every value. The day is not in the
   hash: when a forecast was written down, the history of the repository says, which is why both files are
   committed at once.
2. **Figures are read later**, one row each in `validation.csv` of the region, and `make score` scores them. It
   checks the hash first and refuses a file in which a number was changed. A row that the forecast does not have
   (another month, another group) is run when it is scored, and the command says so: that one was not written
   down before. Strictly, only figures that were read after the day of a forecast test its foresight; those that were
   public before test the model.
3. **What was used is shown and never scored.** A figure is used if its column `used` says so
   ({uses}),
   if its source names a row of `conf/evidence.csv` on which the dated series, a prior, the population or a bound of a
   finding rests, or if it is from the same text as such a row.

`make validate` holds the same rows against the draws without scores.

## How a figure is scored

- **Inside or not**: of the intervals with half and nine tenths of the draws.
- **PIT** (probability integral transform): the share of draws below the figure. Over many figures of a model
  that is right it is spread evenly.
- **CRPS** (continuous ranked probability score): the mean distance of the draws from the figure, less half
  their distance from each other, in its fair version. Smaller is better. It is set beside that of two
  references. *As in 2019* is what a person would say who expects no change: the draws' own December 2019 of the
  same measure (of a figure at Spring Festival February 2019; of growth, that there is none). *The prior* is the
  model before it was held against the report.
- **Skill** is 1 less the ratio of the two sums; above 0 the forecast is better than the reference. In the sums
  each row is divided by the standard deviation of the prior's draws, so that no unit dominates; a row in which
  these all agree is in no sum. Rows that hold the same number by several definitions count together as one.
- The error of the figure itself is not in the forecast. A figure with a range has it drawn beside the interval;
  the verdict looks at the value alone.

## Rows

`id,measure,place,month,value,low,high,source,definition,used`; the last two columns may be missing in all rows.
Shares are written 0 to 1. A place is the city, one of its groups or sites, or a larger place:
{larger}.
A larger place is not modelled, and the city stands in for it, which is an assumption of its own: totals are given
apart. Only rates can be compared there (column *rate*), of the whole or of a group, as in `Guizhou:registered_poor`.

Money is in yuan of 2019 unless a measure says *yuan of the year*. Those use consumer prices (Y09), which are
known to {priced}; for later years give the figure in yuan of 2019. Net income is what is left when living at
the place of work away is paid; measures with *spent on living away* add that up again, because sources do not
say which they count.

"""
MEASURES_HEAD = """## Measures

Names in the last column are recorded indicators and counts of the state. A measure whose name ends in `_year` is
over the twelve months that end in the row's month.

"""
CANNOT = (
    (
        "Employment by sex, age or schooling; contracts, insurance",
        "The records hold sums of households, and no contract is in the rules.",
    ),
    (
        "Persons who had work within the year",
        "Records know who works in a month and who ever did since the move.",
    ),
    (
        "Work in another province against work within it",
        "Work away has one place.",
    ),
    (
        "Wages by kind of work",
        "Pay is summed over all work; its change follows a dated series.",
    ),
    (
        "Income from farming, business and transfers apart",
        "Incomes are recorded in three sums: all, wages, allowances.",
    ),
    (
        "Consumption, debt, savings, prices",
        "No rule has them.",
    ),
    (
        "Who is watched as likely to fall back into poverty",
        "The list is made by officials, by reasons that no rule has.",
    ),
    (
        "Registers of residence moved to the city",
        "No household has such a register.",
    ),
    (
        "Sales, letting and rent of flats",
        "There is no market for flats.",
    ),
    (
        "Courses and fairs held, enterprises brought in, money spent by the state",
        "Their number is put in, or they are no part of the baseline.",
    ),
    (
        "Schools, clinics and shops as built",
        "Seats are counted; other services are a level from 0 to 1.",
    ),
    (
        "Senior secondary and vocational schools",
        "Children leave school for work or for the town after middle school.",
    ),
    (
        "Months of a year other than twelve that end in the row's month",
        "A sum of nine months, say, has no measure.",
    ),
    (
        "Persons moved back by group or site",
        "They are counted for the whole city.",
    ),
    (
        "Satisfaction, health, social contacts",
        "No rule has them.",
    ),
)
"""Quantities that a source may print and the model cannot count, each with the reason."""


def validation_page() -> str:
    """Return the page."""
    parts = [
        HEAD.format(
            command=COMMAND, last=LAST, uses=", ".join(USES), larger=", ".join(LARGER), priced=last_priced()
        ),
        MEASURES_HEAD,
    ]  # fmt: skip
    for subject, measures in SUBJECTS.items():
        rows = [
            (
                f"`{measure.name}`",
                label(f"unit.{measure.unit}", "en"),
                "city alone" if measure.city_alone else "any place",
                "rate" if measure.is_rate else "",
                measure.said("en"),
                measure.formula(),
            )
            for measure in measures
        ]
        parts.append(f"### {label(f'validation.subject_{subject}', 'en')}\n\n{markdown_table(HEADS, rows)}\n\n")
    table = markdown_table(("quantity", "why"), CANNOT)
    return "".join([*parts, f"## What the model cannot count\n\n{table}\n"])


def write(call: Call) -> None:
    """Write the page."""
    write_page(call, PAGE, validation_page())
