"""The entries of the commands of scenarios: comparing, checking the report, the population's tables, diaries."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

from scenarios.base.labels import label
from scenarios.base.paths import CONF, ROOT
from scenarios.base.text import Text
from scenarios.settings.command import ALL, Command
from scenarios.settings.schema import Key

COMPARE = Command(
    name="scenarios",
    usage=Text(
        """Usage: python -m scenarios ['scenarios=[baseline,NAME,...]'] [draws=100] [second_seeds=20] [prior_draws=40]
  [output=FOLDER] [replace=true] [draws_file=FILE] [processes=0] [language=zh] [--config-dir DIR]
  [any lever, end=YYYY-MM, reading.*]

Runs every scenario on every parameter set (draw), with common random numbers, and writes differences from the baseline
with their intervals, charts, and a brief in English and Chinese (HTML and Word). Without scenarios=: all of
conf/scenario/.

  python -m scenarios 'scenarios=[baseline,workshops,school_gap]'
  python -m scenarios scenarios=workshops levers.workshops.size=60 draws=30 output=outputs/sixty

scenarios: names, files or both; the baseline is always among them. draws: how many of the calibrated draws of the
reading (make calibrate). second_seeds: how many of them run with a second seed, too, to tell chance from parameters.
prior_draws: how many draws from before calibration a scenario of your own is run on, to tell what its effect rests on.
Levers set on the command line alter every scenario that pulls them. output: a folder; replace=true: in place of another
comparison's. processes: 0 for one a processor.""",
        """用法：python -m scenarios ['scenarios=[baseline,方案,...]'] [draws=100] [second_seeds=20] [prior_draws=40]
  [output=文件夹] [replace=true] [draws_file=文件] [processes=0] [language=zh] [--config-dir 目录]
  [措施各键、end=YYYY-MM、reading.*]

在每组参数上以相同的随机数运行各方案，写出与基准情景之差及其区间、图表，以及中英文简报（网页与 Word）。
不写 scenarios= 时比较 conf/scenario/ 的全部方案。

  python -m scenarios 'scenarios=[baseline,workshops,school_gap]' language=zh
  python -m scenarios scenarios=workshops levers.workshops.size=60 draws=30 output=outputs/sixty

scenarios：名称或文件；总含基准情景。draws：取该口径校准后抽样（make calibrate）的前若干组；
second_seeds：其中多少组另用第二个种子，以区分偶然与参数；prior_draws：自定方案另用多少组校准前的抽样，以判断效果取决于什么。
命令行中的措施键改变采用该措施的每个方案。output：文件夹；replace=true：取代另一次比较的结果。
processes：0 表示每个处理器一个进程。""",
    ),
    work="scenarios.commands.compare:compare",
    own=(
        Key("scenarios", "names", ()),
        Key("draws", "whole", 100, low=2),
        Key("second_seeds", "whole", None, low=0),
        Key("prior_draws", "whole", 40, low=0, high=100),
        Key("draws_file", "path", None),
        Key("processes", "whole", 0, low=0, high=1024),
        Key("output", "path", None),
        Key("replace", "flag", False),
    ),
    heeded=ALL,
    generator=True,
)
CHECK = Command(
    name="scenarios.check",
    usage=Text(
        """Usage: python -m scenarios.check [--tables FOLDER | --population] [--reading NAME=VALUE ...] [--seed 1]
  [--region liupanshui] [--conf FOLDER] [--language zh]

Prints every figure, identity, conflict and reading of the report, and computes anew what follows from others.
--tables FOLDER: counts the inputs in these Parquet tables; --population: in a population built here.
--reading NAME=VALUE: the reading of the tables, once for each switch. --seed: of the population.
--region: folder below conf/region; --conf: folder of the configuration. Each may also be written key=value.""",
        """用法：python -m scenarios.check [--tables 文件夹 | --population] [--reading 开关=取值 ...] [--seed 1]
  [--region liupanshui] [--conf 文件夹] [--language zh]

列出报告的全部数字、恒等关系、矛盾和口径，并重新推算由其他数字得出的数字。
--tables 文件夹：在这些 Parquet 表中重新计数；--population：在此处合成的人口中重新计数。
--reading 开关=取值：表的口径，每个开关写一次。--seed：人口的随机种子。
--region：conf/region 下的文件夹；--conf：配置文件夹。以上各项也可写作 键=值。""",
    ),
    work="scenarios.commands.check:check",
    own=(
        Key("tables", "path", None),
        Key("population", "flag", False),
        Key("reading", "names", ()),
        Key("seed", "whole", 1, low=0, high=2**63 - 1),
        Key("region", "text", "liupanshui"),
        Key("conf", "path", Path(os.path.relpath(CONF))),
    ),
    dashed=("language", "region", "conf", "tables", "population", "reading", "seed"),
)
POPULATION_TABLES = Command(
    name="scenarios.population_tables",
    usage=Text(
        "Usage: python -m scenarios.population_tables output=FOLDER [population.seed=1] [population.size=city]\n"
        "  [reading.NAME=VALUE] [region=NAME] [language=zh]\n"
        "Writes the synthetic population as Parquet tables, for population.tables=FOLDER of a run.",
        "用法：python -m scenarios.population_tables output=文件夹 [population.seed=1] [population.size=city]\n"
        "  [reading.名称=取值] [region=名称] [language=zh]\n"
        "把合成人口写成 Parquet 表，供运行时的 population.tables=文件夹 使用。",
    ),
    work="scenarios.commands.population_tables:population_tables",
    own=(Key("output", "path", None),),
    heeded=("population.", "reading.", "region", "generator"),
    generator=True,
)
MOST_HOUSEHOLDS = 12
"""Households that a page of diaries has room for."""
DIARIES_SCENARIO = "workshops_and_school_gap"
DIARIES_USAGE = Text(
    f"""Usage: python -m scenarios.diaries [households=NUMBER,NUMBER,...] [scenario=NAME] [output=FOLDER]
  [language=zh] [seed=1] [any other key of python -m simulation]

Runs the baseline and one scenario ({DIARIES_SCENARIO}) with the same random numbers, and writes what becomes of
ten households month by month: tables and a chart in outputs/diaries. Levers set on the command line alter the scenario,
other keys both runs; scenario=baseline runs the baseline alone. At most {MOST_HOUSEHOLDS} households, numbered from 0.
{{rule}}

  python -m scenarios.diaries
  python -m scenarios.diaries households=0,17,123 scenario=workshops output=outputs/three_households""",
    f"""用法：python -m scenarios.diaries [households=编号,编号,...] [scenario=方案] [output=文件夹]
  [language=zh] [seed=1] [python -m simulation 的其他键]

以相同的随机因素运行基准情景和一个方案（{DIARIES_SCENARIO}），逐月记录十户人家的变化，
表和图写入 outputs/diaries。命令行中的政策措施只改变方案，其他键对两次运行都有效；scenario=baseline 只运行基准情景。
至多 {MOST_HOUSEHOLDS} 户，编号从 0 起。
{{rule}}

  python -m scenarios.diaries language=zh
  python -m scenarios.diaries households=0,17,123 scenario=workshops output=outputs/three_households language=zh""",
)


def _diaries_usage(language: str, _: Path | None) -> str:
    rule = textwrap.fill(label("diary.rule", language), 60 if language == "zh" else 120)
    return DIARIES_USAGE.say(language).format(rule=rule)


DIARIES = Command(
    name="scenarios.diaries",
    usage=_diaries_usage,
    work="scenarios.households.diaries.command:diaries",
    own=(Key("households", "names", ()), Key("output", "path", ROOT / "outputs" / "diaries")),
    heeded=ALL,
    generator=True,
)
