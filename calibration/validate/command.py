"""The work of `python -m calibration.validate`: figures that were not fitted, against what the draws predict.

Rows stand in conf/region/<region>/validation.csv; the baseline is run on the draws up to the last month that a row
needs, with what really happened around the city after 2019 (`future=as_it_happened`). Writes
outputs/calibration/validation.csv and a chart; nothing is written before all runs are done. Figures that were used
before are shown and not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calibration.validate.chart import NAME, write_validation_charts
from calibration.validate.measure_list import SUBJECTS
from calibration.validate.places import LARGER, Place, places_of
from calibration.validate.predictive import (
    DRAWS,
    INSIDE_50,
    OUTSIDE,
    RUNNING,
    SHARES,
    SIGNIFICANT_DIGITS,
    Compared,
    Work,
    check_exists,
    compare,
    compared_table,
    expected_share,
    months_of,
    predictive,
    wanted_of,
)
from calibration.validate.rows import OutsideFigure, load_validation
from calibration.validate.used import NEVER_SCORED
from scenarios.base.console import aligned, ruled
from scenarios.base.input.yaml_files import shown_path
from scenarios.base.labels import LANGUAGES, label
from scenarios.base.output.folders import check_folder
from scenarios.base.output.plain_files import write_csv
from scenarios.base.output.whole_files import folder_beside
from scenarios.base.text import Text
from scenarios.population.load import load_population
from scenarios.runs.parameter_sets import calibrated_by, check_draws, posterior_file, read_draws
from scenarios.settings.command import Call
from scenarios.settings.config import RunConfig, compose_run
from simulation.foundations.months import month_label
from simulation.state.future_names import AS_IT_HAPPENED

FILE = "validation.csv"
LARGER_TEXT = Text(
    "Larger places are not modelled: their rates are held against the city's, their counts cannot be. A group of them "
    "is written with a colon, such as Guizhou:registered_poor.",
    "模型不含上级和其他地区：其比率与全市比较，数量不能比较。其中某一类人以冒号表示，如 Guizhou:registered_poor。",
)
RATE = Text("rate", "比率")
YEARLY = Text(
    "A measure that ends in _year is over the twelve months that end in the row's month. Money is in yuan of 2019 "
    "unless a measure says yuan of the year.",
    "以 _year 结尾的指标为截至该行月份的12个月合计或平均。除注明当年价的以外，金额均按2019年价格计。",
)
MEASURES_HEAD = (
    Text("measure", "指标"), Text("unit", "单位"), Text("where", "范围"), Text("", ""), Text("what it is", "含义"),
)  # fmt: skip
WHERE = {False: Text("any place", "任何地点"), True: Text("city alone", "仅 city")}
LARGE, DECIMALS = 100.0, 3
"""Numbers of a row that reaches LARGE are printed whole, others with so many decimals."""
TABLE_HEAD = (
    Text("id", "编号"), Text("measure", "指标"), Text("place", "地点"), Text("month", "月份"), Text("figure", "数据"),
    Text("median", "中位数"), Text("50 % interval", "50%区间"), Text("90 % interval", "90%区间"), Text("", ""),
)  # fmt: skip


def validate(call: Call) -> int:
    """Compare the rows with what the draws predict; errors of the table of rows are all printed, and then no more."""
    language = call.language
    words = as_it_happened(call.words)
    config = compose_run(list(words), call.config_dir)
    places = places_of(load_population(config))
    if call.own["list"]:
        call.say(list_text(places, language))
        return 0
    path = Path(shown_path(call.own["rows"] or config.region / FILE))
    folder = call.own["output"]
    check_folder(folder)
    figures, problems = load_validation(path, places)
    if problems:
        return call.refuse(problems)
    comparisons = _compared(call, words, config, tuple(figures.values())) if figures else []
    write_validation(folder, comparisons)
    if not comparisons:
        call.say(nothing_line(path, language))
        return 0
    call.say(summary(comparisons, language))
    if alike := alike_line(comparisons, language):
        call.say(alike)
    call.say(Text("Results: ", "结果：").say(language) + shown_path(folder / FILE))
    call.say_time()
    if used := [comparison for comparison in comparisons if comparison.figure.used]:
        call.say(NEVER_SCORED.say(language).format(ids=", ".join(comparison.figure.id for comparison in used)))
    call.say(verdict_line([comparison for comparison in comparisons if not comparison.figure.used], language))
    return 0


def as_it_happened(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a run with the future that later figures are about, unless another is asked for."""
    asked = any(word.partition("=")[0].strip() == "future" for word in words)
    return tuple(words) if asked else (*words, f"future={AS_IT_HAPPENED}")


def _compared(
    call: Call, words: tuple[str, ...], config: RunConfig, figures: tuple[OutsideFigure, ...]
) -> list[Compared]:
    """Return every figure against its predictive; raises UserError before any run where draws do not fit."""
    draws_file = call.own["draws_file"] or posterior_file(config)
    draws = read_draws(draws_file, calibrated_by(config))
    check_draws(draws, config, draws_file)
    n_draws = call.whole("draws", len(draws.table))
    wanted = tuple(map(wanted_of, figures))
    work = Work(words, call.config_dir, draws, months_of(wanted), wanted)
    call.progress.stage(RUNNING)

    def done(runs: int, of: int) -> None:
        call.progress.count(runs, of, DRAWS)

    values = predictive(work, n_draws, call.own["processes"], done, lambda found: check_exists(figures, found))
    return [compare(figure, values[:, column]) for column, figure in enumerate(figures)]


def write_validation(folder: Path, comparisons: Sequence[Compared]) -> list[Path]:
    """Write the table and, where there are rows, the chart in each language; return the paths.

    All is made aside and renamed at the end; charts of an earlier time do not stay beside a table without rows.
    """
    charts = [f"{NAME}.{language}.{form}" for language in LANGUAGES for form in ("svg", "png")]
    with folder_beside(folder / NAME) as aside:
        write_csv(compared_table(comparisons), aside / FILE, f"%.{SIGNIFICANT_DIGITS}g")
        for language in LANGUAGES if comparisons else ():
            write_validation_charts(comparisons, aside, language)
        for file in (*charts, FILE):
            if (aside / file).exists():
                (aside / file).replace(folder / file)
            else:
                (folder / file).unlink(missing_ok=True)
    return [folder / file for file in (*(charts if comparisons else ()), FILE)]


def list_text(places: dict[str, Place], language: str) -> str:
    """Return every measure with unit, where it is recorded and what it is, by subject; then every place."""
    parts = [YEARLY.say(language)]
    for subject, measures in SUBJECTS.items():
        rows = [[head.say(language) for head in MEASURES_HEAD]]
        for measure in measures:
            unit, where = label(f"unit.{measure.unit}", language), WHERE[measure.city_alone].say(language)
            rate = RATE.say(language) if measure.is_rate else ""
            rows.append([measure.name, unit, where, rate, measure.said(language)])
        parts += [label(f"validation.subject_{subject}", language), ruled(rows)]
    named = []
    for place in places.values():
        if place.larger:
            continue
        what = place.said(language)
        if place.kind:
            of = label("validation.site_of", language)
            what = of.format(kind=label(f"group.{place.kind}", language), households=place.households)
        named.append([place.name, what])
    named += [[name, label(f"validation.{name}", language)] for name in LARGER]
    return "\n\n".join([*parts, Text("Places", "地点").say(language), aligned(named, 0), LARGER_TEXT.say(language)])


def summary(comparisons: Sequence[Compared], language: str) -> str:
    """Return the comparison as aligned text, one row a figure."""
    rows = [[head.say(language) for head in TABLE_HEAD]]
    for comparison in comparisons:
        outside = comparison.figure
        cells = [
            outside.id,
            outside.measure.name,
            outside.place.name,
            month_label(outside.month),
            f"{outside.value:,.10g}",
        ]
        ends = (comparison.median, comparison.low_50, comparison.high_50, comparison.low_90, comparison.high_90)
        whole = max(ends) >= LARGE or all(end.is_integer() for end in ends)
        median, low_50, high_50, low_90, high_90 = (f"{end:,.{0 if whole else DECIMALS}f}" for end in ends)
        cells += [median, f"{low_50} .. {high_50}", f"{low_90} .. {high_90}"]
        cells += [verdict_text(comparison, language)]
        rows.append(cells)
    return ruled(rows, right=range(4, 8))


def verdict_text(comparison: Compared, language: str) -> str:
    """Return where a figure lies; of one that was used before, that it was."""
    verdict = label(f"validation.{comparison.verdict}", language)
    return label("validation.used", language).format(verdict=verdict) if comparison.figure.used else verdict


def alike_line(comparisons: Sequence[Compared], language: str) -> str:
    """Return which figures are about something that no draw alters; empty if there is none.

    The population's own births, deaths and households until the report date are such: they are put in, not predicted.
    """
    names = ", ".join(comparison.figure.id for comparison in comparisons if comparison.low_90 == comparison.high_90)
    if not names:
        return ""
    return Text(f"The same in nine tenths of the draws or more, so hardly a prediction: {names}",
                f"九成以上参数组结果相同，谈不上预测：{names}").say(language)  # fmt: skip


def verdict_line(comparisons: Sequence[Compared], language: str) -> str:
    """Return how many figures lie inside, and how many would if the model were perfectly calibrated."""
    if not comparisons:
        return Text("All rows were used before: nothing was compared.", "所有数据均已使用过，未作比较。").say(language)
    rows, outside = len(comparisons), sum(comparison.verdict == OUTSIDE for comparison in comparisons)
    half, most = sum(comparison.verdict == INSIDE_50 for comparison in comparisons), rows - outside
    fair = [sum(expected_share(share, comparison.n_draws) for comparison in comparisons) for share in SHARES]
    shares = [f"{100 * count / rows:.0f} %" for count in fair]
    return Text(
        f"{rows} rows: {half} inside 50 %, {most} inside 90 %, {outside} outside; a perfectly calibrated model: "
        f"{fair[0]:.1f} inside 50 % ({shares[0]}), {fair[1]:.1f} inside 90 % ({shares[1]})",
        f"共 {rows} 行：50%区间内 {half}，90%区间内 {most}，区间外 {outside}；"
        f"完全校准的模型预期：50%区间内 {fair[0]:.1f}（{shares[0]}），90%区间内 {fair[1]:.1f}（{shares[1]}）",
    ).say(language)


def nothing_line(path: Path, language: str) -> str:
    """Return what to say of a table without rows."""
    return Text(
        f"{path.as_posix()} has no rows, so nothing was compared: add figures that were not fitted, one a line "
        "(python -m calibration.validate --list prints measures and places, --help an example)",
        f"{path.as_posix()} 没有数据行，未作比较：请每行填一个未参与拟合的数据"
        "（python -m calibration.validate --list language=zh 列出指标和地点，--help 有示例）",
    ).say(language)
