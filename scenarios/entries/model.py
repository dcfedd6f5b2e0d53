"""The entries of the commands that run the model: python -m simulation and what stands beside it."""

from __future__ import annotations

from scenarios.base.text import Text
from scenarios.entries.sweep import SWEEP
from scenarios.settings.command import ALL, Command
from scenarios.settings.help_text import help_text
from scenarios.settings.schema import END_LAST, START_FIRST, Key

RUN = Command(
    name="simulation",
    usage=help_text,
    work="scenarios.commands.start:run",
    heeded=ALL,
    generator=True,
    many=SWEEP,
)
TRACE = Command(
    name="simulation.trace",
    usage=Text(
        """Usage: python -m simulation.trace household=NUMBER [from=YYYY-MM] [to=YYYY-MM] [all=true] [output=FILE]
  [language=zh] [scenario=NAME] [seed=1] [any other key of python -m simulation]

Tells the story of one household of a run: who lives where, who works at what, which child learns where, and at each
review what every option was worth. Households are numbered from 0 as in final/households.parquet.
from, to: months to tell; all=true: also months in which nothing happens; output: a file instead of the screen.

  python -m simulation.trace household=123
  python -m simulation.trace household=123 scenario=workshops seed=2 from=2019-06 to=2022-12""",
        """用法：python -m simulation.trace household=编号 [from=YYYY-MM] [to=YYYY-MM] [all=true] [output=文件]
  [language=zh] [scenario=方案] [seed=1] [python -m simulation 的其他键]

讲述一次运行中某一户的经历：住在哪里、谁做什么工作、子女在哪里上学，以及每次选择住处时各选项的得分构成。
户编号从 0 起，与 final/households.parquet 一致。
from、to：讲述的起止月份；all=true：无变化的月份也列出；output：写入文件而不显示在屏幕上。

  python -m simulation.trace household=123 language=zh
  python -m simulation.trace household=123 scenario=workshops seed=2 from=2019-06 to=2022-12 language=zh""",
    ),
    work="scenarios.households.household_trace:trace",
    own=(
        Key("household", "whole", None, low=0, high=10**9),
        Key("from", "month", None, allowed=(START_FIRST, END_LAST)),
        Key("to", "month", None, allowed=(START_FIRST, END_LAST)),
        Key("all", "flag", False),
        Key("output", "path", None),
    ),
    heeded=ALL,
    generator=True,
)
PROFILE = Command(
    name="simulation.bench",
    usage=Text(
        """Usage: python -m simulation.bench [months=108] [repeats=5] [--json FILE] [language=zh]
  [any key of python -m simulation]

Measures a run of the baseline (or of scenario=NAME); population.size=town for a quick look.
--json FILE writes the numbers.""",
        """用法：python -m simulation.bench [months=108] [repeats=5] [--json 文件] [language=zh]
  [python -m simulation 的任意键]

测量基准方案（或 scenario=方案）的一次运行；population.size=town 可快速查看。
--json 文件 把数字写入该文件。""",
    ),
    work="scenarios.commands.run_profile:profile",
    own=(
        Key("months", "whole", 108, low=1, high=300),
        Key("repeats", "whole", 5, low=1, high=1000),
        Key("json", "path", None),
    ),
    dashed=("json",),
    heeded=ALL,
    generator=True,
)
NATIONAL = Command(
    name="simulation.national",
    usage=Text(
        """Usage: python -m simulation.national [copies=90] [threads=1] [language=zh]
  [any key of python -m simulation]

Runs many copies of the city, each with its own random numbers, posts and programmes, under one scenario.
The indicators (month, place, group, indicator, unit, value) go to the folder that output= names, as
indicators.parquet and indicators_nation.csv; without output= only the table on the screen is made.
population.size=town makes copies of a small town.""",
        """用法：python -m simulation.national [copies=90] [threads=1] [language=zh] [python -m simulation 的任意键]

在同一方案下运行城市的多个副本，各有自己的随机数、岗位和项目。
指标（month、place、group、indicator、unit、value）写入 output= 所指的文件夹：indicators.parquet 和
indicators_nation.csv；不写 output= 时只在屏幕上列表。population.size=town 复制一个小镇。""",
    ),
    work="scenarios.commands.national:national",
    own=(Key("copies", "whole", 90, low=1, high=1000), Key("threads", "whole", 1, low=1, high=256)),
    heeded=ALL,
    generator=True,
)
COMPILE = Command(
    name="simulation.compile",
    usage=Text(
        """Usage: python -m simulation.compile [language=zh]

Compiles the kernels, so that no run has to wait for it.""",
        """用法：python -m simulation.compile [language=zh]

编译模型内核，使运行时无需等待。""",
    ),
    work="scenarios.commands.compile:compile_kernels",
    generator=True,
)
