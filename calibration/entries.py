"""The entries of the commands of the calibration: what is typed, what may be set, and where the work is."""

from __future__ import annotations

from calibration.keys import CACHE, CALIBRATION, CITY, INFERENCE_SEED, MOST_DRAWS, PROCESSES
from scenarios.base.paths import ROOT
from scenarios.base.text import Text
from scenarios.entries.pages import page_command
from scenarios.settings.command import RUNS_KEPT_TEXT, Command
from scenarios.settings.schema import Key

CALIBRATE = Command(
    name="calibration",
    usage=Text(
        """Usage: python -m calibration [quick=true] [reading.SWITCH=VALUE] [without=[ID,...]] [observed=FILE]
  [inference_seed=1] [processes=0] [cache=FOLDER] [output=FOLDER] [table=FILE] [language=zh] [--config-dir DIR]

Fits the model's parameters to the report's targets and patterns, with full-size runs and emulators between them, and
writes what came out: fit.csv, parameters.csv, patterns.csv, posterior.parquet, charts. Every finished run is kept in
the cache: stopped at any moment, the same command goes on. README.md says how long it takes.

  make calibrate                        the default reading
  make calibrate-quick                  a small town and a report of its own making, to see how it works
  python -m calibration without=[employed]   as if the report did not print that target (or pattern)

observed: a CSV with the columns id, value (and holds, yes or no, for patterns) in place of the report's targets and
patterns, such as what a run of the model gave: does the fit find its parameters again? table: where the draws go that
briefs stand on (calibration/tables/posterior/, unless quick, observed, or without is given).""",
        """用法：python -m calibration [quick=true] [reading.开关=取值] [without=[编号,...]] [observed=文件]
  [inference_seed=1] [processes=0] [cache=文件夹] [output=文件夹] [table=文件] [language=zh] [--config-dir 目录]

用全规模运行及其代理模型，使模型参数符合报告的目标值和定性特征，并写出结果：fit.csv、parameters.csv、patterns.csv、
posterior.parquet 和图。每次完成的运行都存入缓存：随时中断后，重新运行同一命令即可继续。所需时间见 README.zh.md。

  make calibrate                        默认口径
  make calibrate-quick                  小镇及其自造的“报告”，用于了解过程
  python -m calibration without=[employed]   假设报告没有该目标（或特征）

observed：以 CSV（列 id、value，特征另有 holds：yes 或 no）代替报告的目标与特征，例如模型某次运行的结果：
拟合能否找回其参数？
table：简报所用抽样的去处（calibration/tables/posterior/；quick、observed、without 时不写）。""",
    ),
    work="calibration.command:calibrate",
    own=CALIBRATION,
    heeded=CITY,
    stopped=RUNS_KEPT_TEXT,
    generator=True,
    single=True,
)
PROOF = Command(
    name="calibration.proof",
    usage=Text(
        """Usage: python -m calibration.proof [truths=200] [near=50] [checked=10] [quick=true] [inference_seed=1]
  [processes=0] [cache=FOLDER] [output=FOLDER] [reading.SWITCH=VALUE] [language=zh]

Tries the calibration on cities whose parameters are known: coverage.csv says how often its intervals hold the truth,
ranks.*.svg where truths lie among its draws, agreement.csv what a second inference with another seed finds. Runs that
make calibrate has made are not made again. README.md says how long it takes.
truths: over the whole prior; near: drawn from the posterior; checked: of these, how many go through the last stage,
too, whose runs are moved and weighted.""",
        """用法：python -m calibration.proof [truths=200] [near=50] [checked=10] [quick=true] [inference_seed=1]
  [processes=0] [cache=文件夹] [output=文件夹] [reading.开关=取值] [language=zh]

在参数已知的城市上检验校准：coverage.csv 给出区间包含真值的频率，ranks.*.svg 给出真值在抽样中的位次，
agreement.csv 给出换一个种子重做整个推断的结果。make calibrate 已完成的运行不再重复。所需时间见 README.zh.md。
truths：取自整个先验；near：取自后验；checked：其中多少个还要经过最后一步（真实运行、移动、加权）。""",
    ),
    work="calibration.proof.command:prove",
    own=(
        Key("truths", "whole", 200, low=1, high=10_000),
        Key("near", "whole", 50, low=1, high=10_000),
        Key("checked", "whole", 10, low=1),
        Key("quick", "flag", False),
        INFERENCE_SEED,
        PROCESSES,
        CACHE,
        Key("output", "path", None),
    ),
    heeded=CITY,
    stopped=RUNS_KEPT_TEXT,
    generator=True,
    single=True,
)
ALL_READINGS = Command(
    name="calibration.all_readings",
    usage=Text(
        """Usage: python -m calibration.all_readings [inference_seed=1] [processes=0] [cache=FOLDER] [language=zh]

Calibrates the model under every reading of the report but the default, one switch at a time, after make calibrate. The
first runs of make calibrate serve for all of them: each reading makes only as many of its own as show the difference.
Draws go to calibration/tables/posterior/, tables and charts to outputs/calibration/<reading>/. Stopped at any moment,
the same command goes on. README.md says how long it takes.""",
        """用法：python -m calibration.all_readings [inference_seed=1] [processes=0] [cache=文件夹] [language=zh]

在 make calibrate 之后，按报告的其他每种口径（每次只改一项）校准模型。各口径沿用其前几步的运行，
只另作少量运行以确定差别。抽样写入 calibration/tables/posterior/，
表与图写入 outputs/calibration/<口径>/。随时中断后，重新运行同一命令即可继续。所需时间见 README.zh.md。""",
    ),
    work="calibration.upkeep.all_readings:calibrate_readings",
    own=(INFERENCE_SEED, PROCESSES, CACHE),
    stopped=RUNS_KEPT_TEXT,
    generator=True,
    single=True,
)
VALIDATE = Command(
    name="calibration.validate",
    usage=Text(
        """Usage: python -m calibration.validate [--list] [rows=FILE] [draws=100] [draws_file=FILE] [output=FOLDER]
  [processes=0] [future=as_it_happened] [language=zh] [region=NAME] [population.*, reading.*, structure.*,
  generator: as in the draws]

Runs the baseline on the posterior's draws and compares figures that were not fitted with what the draws predict.
The years after 2019 are as they were (future=as_it_happened), unless another future is asked for.
rows: a CSV table, by default conf/region/<region>/validation.csv, one figure a line:
  id,measure,place,month,value,low,high,source,definition,used
  births_2021,births_year,city,2021-12,1100,1050,1150,Statistical yearbook 2022 table 3-1,,
low and high: the range that the source gives, or both empty. definition: what the source counts. used: what the figure
has entered (history, prior, ...), empty if nothing. --list: all measures with their units, and all places.
draws: how many of the table of draws. output: a folder, by default outputs/calibration.
processes: 0 for one a processor.""",
        """用法：python -m calibration.validate [--list] [rows=文件] [draws=100] [draws_file=文件] [output=文件夹]
  [processes=0] [language=zh] [region=名称] [population.*、reading.*、structure.*、generator：须与抽样时一致]

以后验参数组运行基准情景，把未参与拟合的数据与模型预测对照。
2019 年以后按实际情况（future=as_it_happened），除非另行指定 future。
rows：CSV 表，默认 conf/region/<地区>/validation.csv，每行一个数据：
  id,measure,place,month,value,low,high,source,definition,used
  births_2021,births_year,city,2021-12,1100,1050,1150,统计年鉴2022表3-1,,
low、high：来源给出的范围，没有则都留空。definition：来源的口径。
used：该数据已用于何处（history、prior 等），未用则留空。
--list：列出全部指标及单位、全部地点。
draws：取抽样表的前若干组。output：文件夹，默认 outputs/calibration。
processes：0 表示每个处理器一个进程。""",
    ),
    work="calibration.validate.command:validate",
    own=(
        Key("list", "flag", False),
        Key("rows", "path", None),
        Key("draws", "whole", 100, low=2),
        Key("draws_file", "path", None),
        Key("output", "path", ROOT / "outputs" / "calibration"),
        PROCESSES,
    ),
    dashed=("list",),
    heeded=(*CITY, "future"),
    generator=True,
)
PRIOR_EFFECTS = Command(
    name="calibration.prior_effects",
    usage=Text(
        """Usage: python -m calibration.prior_effects [draws=100] [processes=0] [language=zh]

Runs every scenario on draws from the prior alone, and writes the table that briefs set their effects beside.
README.md says how long it takes.""",
        """用法：python -m calibration.prior_effects [draws=100] [processes=0] [language=zh]

只用先验抽样运行全部方案，写出简报用来对照的效果表。所需时间见 README.zh.md。""",
    ),
    work="calibration.upkeep.prior_effects:prior_effects",
    own=(Key("draws", "whole", 100, low=2, high=MOST_DRAWS), PROCESSES),
    generator=True,
    runs_here=False,
)
READINGS = Command(
    name="calibration.readings",
    usage=Text(
        """Usage: python -m calibration.readings [draws=12] [processes=0] [output=FILE]

Runs every scenario under every reading of the report, one switch at a time, and writes the table that a brief cites.
README.md says how long it takes.""",
        """用法：python -m calibration.readings [draws=12] [processes=0] [output=文件]

在报告的每种口径下（每次只改一项）运行全部方案，写出简报引用的比较表。所需时间见 README.zh.md。""",
    ),
    work="calibration.upkeep.readings:readings",
    own=(
        Key("draws", "whole", 12, low=2, high=MOST_DRAWS),
        PROCESSES,
        Key("output", "path", None),
    ),
    generator=True,
    runs_here=False,
)
RINGS = Command(
    name="calibration.rings",
    usage=Text(
        """Usage: python -m calibration.rings [draws=N] [moves=0] [draws_file=FILE] [output=FILE] [inference_seed=1]
  [processes=0] [cache=FOLDER] [language=zh] [region=NAME]
  [population.*, reading.*, structure.*, generator: as in the draws]

Weighs the draws of the posterior by evidence from elsewhere (conf/borrowed_evidence.csv), ring by ring: the report
alone, then also Guizhou, China, the world. A comparison shows every effect under each ring. Every draw that is done is
kept in the cache: stopped at any moment, the same command goes on. README.md says how long it takes.

  make rings                            the table that briefs read (calibration/tables/rings.csv)
  python -m calibration.rings moves=3   also checks the widest ring by runs of its own: draws are taken by its weights
                                        and moved three times, each time by new runs; how far the parameters then lie
                                        from those of the weights is in outputs/calibration/rings_check.csv

draws: the first so many of the table of draws; all if not given. With draws, draws_file or keys of a run, the table
goes to outputs/calibration/rings.csv unless output says otherwise.""",
        """用法：python -m calibration.rings [draws=N] [moves=0] [draws_file=文件] [output=文件] [inference_seed=1]
  [processes=0] [cache=文件夹] [language=zh] [region=名称]
  [population.*、reading.*、structure.*、generator：须与抽样时一致]

按外地证据（conf/borrowed_evidence.csv）逐圈给后验抽样加权：仅报告，再加贵州、全国、世界。
方案比较据此给出各圈下的效果。每完成一组都存入缓存：随时中断后，重新运行同一命令即可继续。所需时间见 README.zh.md。

  make rings                            简报所用的表（calibration/tables/rings.csv）
  python -m calibration.rings moves=3   另以新的运行检验最外一圈：按其权重抽取，再移动三次，每次都重新运行；
                                        参数与加权结果的差距写入 outputs/calibration/rings_check.csv

draws：取抽样表的前若干组，默认全部。若给出 draws、draws_file 或运行的键，表默认写入 outputs/calibration/rings.csv。""",
    ),
    work="calibration.rings.command:rings",
    own=(
        Key("draws", "whole", MOST_DRAWS, low=2, high=MOST_DRAWS),
        Key("moves", "whole", 0, low=0, high=100),
        Key("draws_file", "path", None),
        Key("output", "path", None),
        INFERENCE_SEED,
        PROCESSES,
        CACHE,
    ),
    heeded=CITY,
    stopped=RUNS_KEPT_TEXT,
    generator=True,
    single=True,
)
PAGE = page_command(
    "calibration.page", "docs/calibration/", "calibration.upkeep.page:write",
    Text("outputs/calibration", " outputs/calibration "),
)  # fmt: skip
RESTAMP = Command(
    name="calibration.restamp",
    usage=Text(
        """Usage: python -m calibration.restamp [processes=0] [language=zh]

Committed results carry the hash of all that can alter them. This runs a few draws of each again and renews the hashes
if every number is as stored, to the bit. Otherwise one line says what differs and what to run, and nothing is written.
README.md says how long it takes.""",
        """用法：python -m calibration.restamp [processes=0] [language=zh]

已提交的结果都记有全部相关代码与参数的校验值。本命令对每项结果重跑少数几组；若所有数字与所存逐位一致，则更新校验值；
否则用一行说明差异及应运行的命令，不写任何文件。所需时间见 README.zh.md。""",
    ),
    work="calibration.upkeep.restamp:restamp",
    own=(PROCESSES,),
    runs_here=False,
    generator=True,
)
FORECAST = Command(
    name="calibration.forecast",
    usage=Text(
        """Usage: python -m calibration.forecast [draws=100] [date=YYYY-MM-DD] [output=FOLDER] [replace=true]
  [draws_file=FILE] [processes=0] [language=zh] [region=NAME] [population.*, reading.*, structure.*, generator]

Writes down what the model says of the years to 2027, before any figure is read: all measures of the city, some of its
groups and sites, each December, over the posterior's draws and as many of the prior. The years after 2019 are as they
were. The table goes to calibration/tables/forecast/ with a JSON file that holds its hash; commit both.
draws: how many of the table of draws. date: today if not given. replace: overwrite one of that day.""",
        """用法：python -m calibration.forecast [draws=100] [date=YYYY-MM-DD] [output=文件夹] [replace=true]
  [draws_file=文件] [processes=0] [language=zh] [region=名称] [population.*、reading.*、structure.*、generator]

在读取任何数据之前，写出模型对 2027 年以前各年的预测：全市的全部指标及部分分组、安置点的指标，每年12月，
含后验参数组及同样多的先验抽样。2019 年以后按实际情况。表存入 calibration/tables/forecast/，旁边的 JSON 文件记有校验值，
请一并提交。
draws：取抽样表的前若干组。date：默认当天。replace：覆盖当天已有的预测。""",
    ),
    work="calibration.validate.forecast:make_forecast",
    own=(
        Key("draws", "whole", 100, low=2),
        Key("date", "text", None),
        Key("draws_file", "path", None),
        Key("output", "path", ROOT / "calibration" / "tables" / "forecast"),
        Key("replace", "flag", False),
        PROCESSES,
    ),
    heeded=CITY,
    generator=True,
)
SCORE = Command(
    name="calibration.score",
    usage=Text(
        """Usage: python -m calibration.score [rows=FILE] [forecast=FILE] [draws_file=FILE] [output=FOLDER]
  [processes=0] [language=zh] [region=NAME] [population.*, reading.*, structure.*, generator]

Scores a forecast that was written down against figures read since: inside the intervals or not, PIT, CRPS beside that
of 'as in 2019' and of the prior. The hash of the forecast is checked first. Figures that were used before are shown and
never scored; those that the forecast does not have are run now, and it says so.
rows: as with python -m calibration.validate. forecast: by default the newest in calibration/tables/forecast/.
output: a folder, by default outputs/calibration.""",
        """用法：python -m calibration.score [rows=文件] [forecast=文件] [draws_file=文件] [output=文件夹] [processes=0]
  [language=zh] [region=名称] [population.*、reading.*、structure.*、generator]

用后来读到的数据为已写出的预测评分：是否在区间内、PIT、CRPS，并与“照2019年”和先验相比。先核对预测文件的校验值。
已使用过的数据只列出，不评分；预测文件未含的数据现在运行，并加以说明。
rows：同 python -m calibration.validate。forecast：默认 calibration/tables/forecast/ 中最新的一份。
output：文件夹，默认 outputs/calibration。""",
    ),
    work="calibration.validate.score:score",
    own=(
        Key("rows", "path", None),
        Key("forecast", "path", None),
        Key("draws_file", "path", None),
        Key("output", "path", ROOT / "outputs" / "calibration"),
        PROCESSES,
    ),
    heeded=CITY,
    generator=True,
)
MEASURES = page_command(
    "calibration.measures", "docs/validation.md", "calibration.validate.page:write",
    Text("the measures of calibration/validate/", "calibration/validate/ 的指标"),
)  # fmt: skip
