"""`python -m calibration.validate`: figures that were not fitted, held against what the posterior's draws predict.

Rows stand in conf/region/<region>/validation.csv; the baseline is run on the draws up to the last month that a row
needs. Writes outputs/calibration/validation.csv and a chart; nothing is written before all runs are done.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.base.console import aligned, ruled
from scenarios.base.labels import LANGUAGES, label
from scenarios.base.plain_files import write_csv
from scenarios.base.progress import Progress
from scenarios.base.rows import Problem
from scenarios.base.text import Text
from scenarios.base.whole_files import folder_beside
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import WRONG, guarded
from scenarios.settings.command_line import Arguments, language_of, split_arguments
from scenarios.settings.generator import choose_generator
from scenarios.settings.own_keys import check_words, own_path, own_whole

if TYPE_CHECKING:
    from calibration.validate.predictive import Compared
    from calibration.validate.rows import OutsideFigure, Place
    from scenarios.settings.config import RunConfig

OWN = ("rows", "draws", "draws_file", "output", "processes")
HEEDED = ("language", "region", "generator", "population.", "reading.")
"""Keys of a run that draws belong to; parameters and levers are not among them, and the rows say how long to run."""
LIST = "--list"
FILE = "validation.csv"
DEFAULT_DRAWS = 100
USAGE = Text(
    """Usage: python -m calibration.validate [--list] [rows=FILE] [draws=100] [draws_file=FILE] [output=FOLDER]
  [processes=0] [language=zh] [region=NAME] [population.*, reading.* and generator as the draws were made with]

Runs the baseline on the posterior's draws and compares figures that were not fitted with what the draws predict.
rows: a CSV table, by default conf/region/<region>/validation.csv, one figure a line:
  id,measure,place,month,value,low,high,source
  births_2021,births_year,city,2021-12,1100,1050,1150,Statistical yearbook 2022 table 3-1
low and high: the range that the source gives, or both empty. --list: all measures with their units, and all places.
draws: how many of the table of draws. output: a folder, by default outputs/calibration.
processes: 0 for one a processor.""",
    """用法：python -m calibration.validate [--list] [rows=文件] [draws=100] [draws_file=文件] [output=文件夹]
  [processes=0] [language=zh] [region=名称] [population.*、reading.*、generator：须与抽样时一致]

以后验参数组运行基准情景，把未参与拟合的数据与模型预测对照。
rows：CSV 表，默认 conf/region/<地区>/validation.csv，每行一个数据：
  id,measure,place,month,value,low,high,source
  births_2021,births_year,city,2021-12,1100,1050,1150,统计年鉴2022表3-1
low、high：来源给出的范围，没有则都留空。--list：列出全部指标及单位、全部地点。
draws：取抽样表的前若干组。output：文件夹，默认 outputs/calibration。
processes：0 表示每个处理器一个进程。""",
)
PROVINCE = Text(
    "The province is not modelled: its counts cannot be compared, its shares and rates can, at the place city.",
    "模型不含全省：全省的数量不能比较，比例和比率可以，地点写 city。",
)
YEARLY = Text(
    "A measure that ends in _year adds up the twelve months that end in the row's month.",
    "以 _year 结尾的指标为截至该行月份的12个月合计。",
)
MEASURES_HEAD = (Text("measure", "指标"), Text("unit", "单位"), Text("where", "范围"), Text("what it is", "含义"))
WHERE = {False: Text("any place", "任何地点"), True: Text("city alone", "仅 city")}
LARGE, DECIMALS = 100.0, 3
"""Numbers of a row that reaches LARGE are printed whole, others with so many decimals."""
TABLE_HEAD = (
    Text("id", "编号"), Text("measure", "指标"), Text("place", "地点"), Text("month", "月份"), Text("figure", "数据"),
    Text("median", "中位数"), Text("50 % interval", "50%区间"), Text("90 % interval", "90%区间"), Text("", ""),
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Compare the rows that the words of the command line name; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    language = language_of(words)
    problems: list[Problem] = []
    code = guarded(lambda: problems.extend(_main(words, language)), language)
    for problem in problems:
        print(problem.say(language), file=sys.stderr)
    return WRONG if problems else code


def _main(words: Sequence[str], language: str) -> list[Problem]:
    """Do what the words ask for; return the errors of the table of rows, all of them, and then do nothing else."""
    arguments = split_arguments([word for word in words if word != LIST], OWN)
    if arguments.help:
        print(USAGE.say(language))
        return []
    check_words(arguments, HEEDED, OWN)
    choose_generator(arguments.overrides)
    from calibration.validate.rows import load_validation, places_of  # noqa: PLC0415 (the model is not for the help)
    from scenarios.base.folders import check_folder  # noqa: PLC0415
    from scenarios.base.paths import ROOT  # noqa: PLC0415
    from scenarios.population.load import load_population  # noqa: PLC0415
    from scenarios.settings.config import compose_run  # noqa: PLC0415

    config = compose_run(arguments.overrides, arguments.config_dir)
    places = places_of(load_population(config))
    if LIST in words:
        print(list_text(places, language))
        return []
    path = Path(shown_path(own_path(arguments, "rows", config.region / FILE)))
    folder = own_path(arguments, "output", ROOT / "outputs" / "calibration")
    check_folder(folder)
    figures, problems = load_validation(path, places)
    if problems:
        return problems
    started = time.monotonic()
    found = _compared(arguments, config, tuple(figures.values()), Progress(language)) if figures else []
    write_validation(folder, found)
    if found:
        print(summary(found, language))
        if alike := alike_line(found, language):
            print(alike)
        print(Text("Results: ", "结果：").say(language) + shown_path(folder / FILE))
        seconds = time.monotonic() - started
        print(Text(f"Time: {seconds:.0f} s", f"用时：{seconds:.0f} 秒").say(language))
        print(verdict_line(found, language))
    else:
        print(nothing_line(path, language))
    return []


def _compared(
    arguments: Arguments, config: RunConfig, figures: tuple[OutsideFigure, ...], progress: Progress
) -> list[Compared]:
    """Return every figure against its predictive; raises UserError before any run where draws do not fit."""
    from calibration.validate.predictive import (  # noqa: PLC0415
        FEWEST_DRAWS,
        Work,
        compare,
        months_of,
        predictive,
    )
    from scenarios.runs.parameter_sets import check_draws, posterior_file, read_draws  # noqa: PLC0415

    draws_file = own_path(arguments, "draws_file", posterior_file(config))
    draws = read_draws(draws_file)
    check_draws(draws, config, draws_file)
    most = len(draws.table)
    n_draws = own_whole(arguments, "draws", min(DEFAULT_DRAWS, most), FEWEST_DRAWS, most)
    processes = own_whole(arguments, "processes", 0, 0, 1024)
    work = Work(tuple(arguments.overrides), arguments.config_dir, draws_file, months_of(figures), figures)
    started = time.monotonic()

    def done(runs: int, of: int) -> None:
        left = (time.monotonic() - started) / runs * (of - runs)
        progress.stage(Text(f"{runs} of {of} draws, about {left:.0f} s left",
                            f"已完成 {runs} / {of}，约剩 {left:.0f} 秒"))  # fmt: skip

    progress.stage(Text("starting the runs", "正在启动运行"))
    try:
        values = predictive(work, n_draws, processes, done)
    finally:
        progress.clear()
    return [compare(figure, values[:, column]) for column, figure in enumerate(figures)]


def write_validation(folder: Path, found: Sequence[Compared]) -> list[Path]:
    """Write the table and, where there are rows, the chart in each language; return the paths.

    All is made aside and renamed at the end; charts of an earlier time do not stay beside a table without rows.
    """
    from calibration.validate.chart import NAME, draw_validation  # noqa: PLC0415
    from calibration.validate.predictive import SIGNIFICANT_DIGITS, compared_table  # noqa: PLC0415

    charts = [f"{NAME}.{language}.{form}" for language in LANGUAGES for form in ("svg", "png")]
    with folder_beside(folder / NAME) as aside:
        write_csv(compared_table(found), aside / FILE, f"%.{SIGNIFICANT_DIGITS}g")
        for language in LANGUAGES if found else ():
            draw_validation(found, aside, language)
        for file in (*charts, FILE):
            if (aside / file).exists():
                (aside / file).replace(folder / file)
            else:
                (folder / file).unlink(missing_ok=True)
    return [folder / file for file in (*(charts if found else ()), FILE)]


def list_text(places: dict[str, Place], language: str) -> str:
    """Return every measure with unit, where it is recorded and what it is; then every place."""
    from calibration.validate.rows import MEASURES  # noqa: PLC0415

    rows = [[head.say(language) for head in MEASURES_HEAD]]
    for measure in MEASURES.values():
        unit, where = label(f"unit.{measure.unit}", language), WHERE[measure.city_alone].say(language)
        rows.append([measure.name, unit, where, measure.said(language)])
    named = []
    for place in places.values():
        what = place.said(language)
        if place.kind:
            of = label("validation.site_of", language)
            what = of.format(kind=label(f"group.{place.kind}", language), households=place.households)
        named.append([place.name, what])
    heads = Text("Measures", "指标").say(language), Text("Places", "地点").say(language)
    parts = (heads[0], ruled(rows), YEARLY.say(language), heads[1], aligned(named, 0), PROVINCE.say(language))
    return "\n\n".join(parts)


def summary(found: Sequence[Compared], language: str) -> str:
    """Return the comparison as aligned text, one row a figure."""
    from simulation.foundations.months import month_label  # noqa: PLC0415

    rows = [[head.say(language) for head in TABLE_HEAD]]
    for each in found:
        own = each.figure
        cells = [own.id, own.measure.name, own.place.name, month_label(own.month), f"{own.value:,.10g}"]
        ends = (each.median, each.low_50, each.high_50, each.low_90, each.high_90)
        whole = max(ends) >= LARGE or all(end.is_integer() for end in ends)
        median, low_50, high_50, low_90, high_90 = (f"{end:,.{0 if whole else DECIMALS}f}" for end in ends)
        cells += [median, f"{low_50} .. {high_50}", f"{low_90} .. {high_90}"]
        cells += [label(f"validation.{each.verdict}", language)]
        rows.append(cells)
    return ruled(rows, right=range(4, 8))


def alike_line(found: Sequence[Compared], language: str) -> str:
    """Return which figures are about something that no draw alters; empty if there is none.

    The population's own births, deaths and households until the report date are such: they are put in, not predicted.
    """
    names = ", ".join(each.figure.id for each in found if each.low_90 == each.high_90)
    if not names:
        return ""
    return Text(f"The same in nine tenths of the draws or more, so hardly a prediction: {names}",
                f"九成以上参数组结果相同，谈不上预测：{names}").say(language)  # fmt: skip


def verdict_line(found: Sequence[Compared], language: str) -> str:
    """Return how many figures lie inside, and how many would if the model were perfectly calibrated."""
    from calibration.validate.predictive import (  # noqa: PLC0415
        INSIDE_50,
        OUTSIDE,
        SHARES,
        expected_share,
    )

    rows, outside = len(found), sum(each.verdict == OUTSIDE for each in found)
    half, most = sum(each.verdict == INSIDE_50 for each in found), rows - outside
    fair = [sum(expected_share(share, each.n_draws) for each in found) for share in SHARES]
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
