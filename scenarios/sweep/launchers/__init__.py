"""Who makes the runs of a sweep: processes of this machine, jobs of a Slurm cluster, an engine of Dask.

A launcher is a module of this folder with the functions of `base.Launcher`, and conf/launcher/NAME.yaml with its
settings. The rest of the sweep knows none of them by name.
"""
