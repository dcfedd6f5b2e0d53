"""One task of a Slurm array: `python -m scenarios.sweep.launchers.slurm_job FOLDER CLAIM FIRST_CHUNK REQUEUES`."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.sweep:SLURM_JOB")
