"""From the prior to posterior draws: runs, emulators, inference."""
