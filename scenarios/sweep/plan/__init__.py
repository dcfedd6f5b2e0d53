"""What a sweep is: axes, points, outputs, and the identity of each run."""
