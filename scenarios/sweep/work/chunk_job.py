"""One chunk of a sweep as a process of its own: `python -m scenarios.sweep.work.chunk_job FOLDER CLAIM CHUNK`."""

from scenarios.base.door import enter

if __name__ == "__main__":
    enter("scenarios.entries.sweep:CHUNK_JOB")
