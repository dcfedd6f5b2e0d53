"""The help of `python -m scenarios.sweep`."""

from __future__ import annotations

from scenarios.base.text import Text

HINT = Text("see python -m scenarios.sweep --help", "说明见 python -m scenarios.sweep --help language=zh")
USAGE = Text(
    """Usage: python -m scenarios.sweep [run|plan|status|resume|collect|cancel] [sweep=NAME|FILE.yaml] [output=FOLDER]
  [key=a,b,c ...] [launcher=local|slurm|dask] [launcher.KEY=VALUE ...] [retry_failed=true] [abandon=true] [follow=false]
  [language=zh]

Makes many runs, on this machine or a cluster, and one table of them. Stop it at any moment: the same command goes on.

  python -m scenarios.sweep sweep=workshops                       runs, then outputs/sweeps/workshops/runs.parquet
  python -m scenarios.sweep plan sweep=workshops                  how many runs, hours and megabytes; writes nothing
  python -m scenarios.sweep sweep=workshops seeds=40              more seeds of the same: only those missing are run
  python -m scenarios.sweep sweep=workshops launcher=slurm        jobs of a Slurm cluster, which survive a logout
  python -m scenarios.sweep status sweep=workshops                done, running, failed, left, time left
  python -m scenarios.sweep resume output=FOLDER                  what is left of a folder, without naming the sweep
  python -m scenarios.sweep scenario=workshops levers.workshops.size=10,20,40 'seed=range(1,11)'
                                                                  Hydra's multirun syntax (-m may be written)

retry_failed: failed runs are made again. abandon: jobs of a cluster that cannot be asked from here count for nothing.
A sweep file (conf/sweep/ has examples) has: scenarios, set (keys that all runs share), axes (grid, list,
latin_hypercube, sobol, draws; they multiply), seeds, paired (a baseline for each run), outputs, months.
Exit code: 0 all runs done; 1 some failed or are left; 2 what was typed cannot be run, or stopped.""",
    """用法：python -m scenarios.sweep [run|plan|status|resume|collect|cancel] [sweep=名称|文件.yaml] [output=文件夹]
  [键=a,b,c ...] [launcher=local|slurm|dask] [launcher.键=值 ...] [retry_failed=true] [abandon=true] [follow=false]
  [language=zh]

在本机或集群上进行大量运行，汇成一张表。可随时中断：再次运行同一命令即可继续。

  python -m scenarios.sweep sweep=workshops language=zh           运行并写出 outputs/sweeps/workshops/runs.parquet
  python -m scenarios.sweep plan sweep=workshops                  运行数、小时数与兆字节；不写任何文件
  python -m scenarios.sweep sweep=workshops seeds=40              增加种子：只补缺少的运行
  python -m scenarios.sweep sweep=workshops launcher=slurm        提交为 Slurm 作业，退出登录后继续
  python -m scenarios.sweep status sweep=workshops                已完成、进行中、失败、剩余与剩余时间
  python -m scenarios.sweep resume output=文件夹                  继续某文件夹中未完成的部分
  python -m scenarios.sweep scenario=workshops levers.workshops.size=10,20,40 'seed=range(1,11)'
                                                                  Hydra 的 multirun 写法（可写 -m）

retry_failed：失败的运行重做。abandon：不管无法从本机查询的集群作业。
扫描文件（范例见 conf/sweep/）含：scenarios、set（各运行共用的键）、axes（grid、list、latin_hypercube、sobol、draws，
相乘）、seeds、paired（每次运行配一个基准）、outputs、months。
退出码：0 全部完成；1 有失败或未完成；2 输入有误或被中断。""",
)
