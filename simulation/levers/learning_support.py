"""Libraries, reading and help after school (size: sites)."""

from __future__ import annotations

import numpy as np

from simulation.levers.site_programme import SiteProgramme
from simulation.state.entities import Float


class LearningSupport(SiteProgramme):
    """Makes a seat at the site worth more to a household, by `seat_gain` of its worth.

    A child without a seat gains nothing by it. Paid are the site's households when a library is opened, and the site
    each month.
    """

    name = "learning_support"

    def need(self) -> Float:
        """Return children of school age, shape (n_sites,)."""
        return self.by_site(self.state.households.school_age)

    def open(self, month: int) -> None:
        """Open the libraries that are due."""
        learning, served = self.state.sites.learning, self.served(month)
        learning[served] = np.maximum(learning[served], self.lever.settings["seat_gain"])
