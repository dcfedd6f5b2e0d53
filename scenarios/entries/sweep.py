"""The entries of sweeps: the command, and what jobs of a cluster start."""

from __future__ import annotations

from scenarios.base.errors import see_help
from scenarios.base.text import Text
from scenarios.settings.command import CHECKED_LATER, Command
from scenarios.settings.command_line import SWEEP_OPTIONS
from scenarios.settings.schema import Key

VERBS = ("run", "plan", "status", "resume", "collect", "table", "cancel")
MOST = 2**63 - 1
SWEEP_NAME = "scenarios.sweep"
SWEEP = Command(
    name=SWEEP_NAME,
    usage=Text(
        """Usage: python -m scenarios.sweep [run|plan|status|resume|collect|table|cancel] [sweep=NAME|FILE.yaml]
  [output=FOLDER] [key=a,b,c ...] [launcher=local|slurm|dask] [launcher.KEY=VALUE ...] [retry_failed=true]
  [abandon=true] [follow=false] [language=zh]

Makes many runs, on this machine or a cluster, one table of them, and the answer that it gives. Stop it at any moment:
the same command goes on.

  python -m scenarios.sweep sweep=workshops                       runs, then outputs/sweeps/workshops/runs.parquet
  python -m scenarios.sweep plan sweep=workshops                  how many runs, hours and megabytes; writes nothing
  python -m scenarios.sweep sweep=workshops seeds=40              more seeds of the same: only those missing are run
  python -m scenarios.sweep sweep=workshops launcher=slurm        jobs of a Slurm cluster, which survive a logout
  python -m scenarios.sweep status sweep=workshops                done, running, failed, left, time left
  python -m scenarios.sweep resume output=FOLDER                  what is left of a folder, without naming the sweep
  python -m scenarios.sweep table sweep=workshops                 the answer: effects, a page, a workbook
  python -m scenarios.sweep scenario=workshops levers.workshops.size=10,20,40 'seed=range(1,11)'
                                                                  Hydra's multirun syntax (-m may be written)

retry_failed: failed runs are made again. dry_run=true: the same as plan.
abandon: jobs of a cluster that cannot be asked from here count for nothing.
A sweep file (conf/sweep/ has examples) has: scenarios, set (keys that all runs share), axes (grid, list,
latin_hypercube, sobol, saltelli, draws; they multiply), seeds, paired (a baseline for each run), outputs, months.
Exit code: 0 all runs done; 1 some failed or are left; 2 what was typed cannot be run, or stopped.""",
        """用法：python -m scenarios.sweep [run|plan|status|resume|collect|table|cancel] [sweep=名称|文件.yaml]
  [output=文件夹] [键=a,b,c ...] [launcher=local|slurm|dask] [launcher.键=值 ...]
  [retry_failed=true] [abandon=true] [follow=false] [language=zh]

在本机或集群上进行大量运行，汇成一张表，并给出结论。可随时中断：再次运行同一命令即可继续。

  python -m scenarios.sweep sweep=workshops language=zh           运行并写出 outputs/sweeps/workshops/runs.parquet
  python -m scenarios.sweep plan sweep=workshops                  运行数、小时数与兆字节；不写任何文件
  python -m scenarios.sweep sweep=workshops seeds=40              增加种子：只补缺少的运行
  python -m scenarios.sweep sweep=workshops launcher=slurm        提交为 Slurm 作业，退出登录后继续
  python -m scenarios.sweep status sweep=workshops                已完成、进行中、失败、剩余与剩余时间
  python -m scenarios.sweep resume output=文件夹                  继续某文件夹中未完成的部分
  python -m scenarios.sweep table sweep=workshops language=zh     效果、各轴作用与 Sobol 指数；页面与工作簿
  python -m scenarios.sweep scenario=workshops levers.workshops.size=10,20,40 'seed=range(1,11)'
                                                                  Hydra 的 multirun 写法（可写 -m）

retry_failed：失败的运行重做。dry_run=true：同 plan。abandon：不管无法从本机查询的集群作业。
扫描文件（范例见 conf/sweep/）含：scenarios、set（各运行共用的键）、axes（grid、list、latin_hypercube、sobol、
saltelli、draws，相乘）、seeds、paired（每次运行配一个基准）、outputs、months。
退出码：0 全部完成；1 有失败或未完成；2 输入有误或被中断。""",
    ),
    work="scenarios.sweep.start:start",
    own=(
        Key("sweep", "text", None),
        Key("output", "path", None),
        Key("launcher", "text", None),
        Key("follow", "flag", True),
        Key("retry_failed", "flag", False),
        Key("abandon", "flag", False),
        Key("dry_run", "flag", False),
    ),
    places=(Key("verb", "choice", VERBS[0], allowed=VERBS),),
    heeded=CHECKED_LATER,
    ignored=SWEEP_OPTIONS,
)
HINT = see_help(SWEEP_NAME)
JOB_PLACES = (Key("FOLDER", "path", None), Key("CLAIM", "whole", None, low=0, high=MOST))
CHUNK_JOB = Command(
    name="scenarios.sweep.work.chunk_job",
    usage=Text(
        """Usage: python -m scenarios.sweep.work.chunk_job FOLDER CLAIM CHUNK

Makes one chunk of a sweep in a process of its own; engines like Dask start it.
Exit code: 0 all made, 1 some are left, 2 one line that says why.""",
        """用法：python -m scenarios.sweep.work.chunk_job 文件夹 作业组编号 作业块编号

在独立进程中完成扫描的一个作业块；由 Dask 等引擎启动。
退出码：0 全部完成；1 有剩余；2 以一行文字说明原因。""",
    ),
    work="scenarios.sweep.work.run_chunk_job:run_chunk_job",
    places=(*JOB_PLACES, Key("CHUNK", "whole", None, low=0, high=MOST)),
    single=True,
)
SLURM_JOB = Command(
    name="scenarios.sweep.launchers.slurm_job",
    usage=Text(
        """Usage: python -m scenarios.sweep.launchers.slurm_job FOLDER CLAIM FIRST_CHUNK REQUEUES

Makes the chunk of one task of a Slurm array; the script that the launcher submits starts it.""",
        """用法：python -m scenarios.sweep.launchers.slurm_job 文件夹 作业组编号 首块编号 重排次数

完成 Slurm 作业数组中一个任务的作业块；由启动方式提交的脚本调用。""",
    ),
    work="scenarios.sweep.launchers.slurm_task:run_task",
    places=(
        *JOB_PLACES,
        Key("FIRST_CHUNK", "whole", None, low=0, high=MOST),
        Key("REQUEUES", "whole", None, low=0, high=MOST),
    ),
)
