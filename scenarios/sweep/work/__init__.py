"""Who makes the runs of a sweep, and how the work is divided."""
