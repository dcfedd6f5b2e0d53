"""Water, power, roads, clinic and market by need (size: sites equipped)."""

from __future__ import annotations

import numpy as np

from simulation.levers.site_programme import SiteProgramme
from simulation.state.entities import Bool, Float


class ServicesAndShops(SiteProgramme):
    """Gives a site what it lacks of a full set of facilities, a clinic and a market: its service level rises.

    A site that lacks little gains little. Paid are its households when it is equipped, and the site each month.
    """

    name = "services_and_shops"

    def lacking(self) -> Float:
        """Return the share of facilities, clinic and market that each site lacks, shape (n_sites,)."""
        sites = self.state.sites
        found = sites.facility_score + np.minimum(1, sites.clinics) + sites.market
        return np.asarray(1.0 - found / 3.0, dtype=np.float64)

    def wanting(self) -> Bool:
        """Return the sites that lack something."""
        return self.lacking() > 0.0

    def need(self) -> Float:
        """Return persons times the share that their site lacks, shape (n_sites,)."""
        return self.by_site(self.state.households.members) * self.lacking()

    def open(self, month: int) -> None:
        """Equip the sites that are due."""
        sites, served = self.state.sites, self.served(month)
        sites.facility_score[served] = 1.0
        sites.clinics[served] = np.maximum(sites.clinics[served], 1)
        sites.market[served] = True
