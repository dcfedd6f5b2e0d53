"""From the table of a sweep to an answer: effects against each run's own baseline, what each axis does, a page."""
