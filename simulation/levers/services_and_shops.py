"""Water, power, roads, clinic and market by need (size: sites equipped)."""

from __future__ import annotations

import numpy as np

from simulation.levers.site_programme import SiteProgramme
from simulation.state.entities import Float


class ServicesAndShops(SiteProgramme):
    """Gives a site what it lacks of a full set of facilities, a clinic and a market: its service level rises.

    A site that lacks little gains little, and costs little: paid are its households when it is equipped, and the site
    each month, both as far as it lacked the thing.
    """

    name = "services_and_shops"

    def lacking(self) -> Float:
        """Return what each site lacks of facilities, clinic and market, as these weigh in its services, (n_sites,)."""
        sites, weights = self.state.sites, self.context.parameters.services
        lacks = weights.weight_facilities * (1.0 - sites.facility_score)
        lacks += weights.weight_clinic * (sites.clinics == 0) + weights.weight_market * ~sites.market
        whole = weights.weight_facilities + weights.weight_clinic + weights.weight_market
        return np.asarray(lacks / whole, dtype=np.float64)

    def need(self) -> Float:
        """Return persons times the share that their site lacks, shape (n_sites,)."""
        return self.by_site(self.state.households.members) * self.lacking()

    def open(self, month: int) -> None:
        """Equip the sites that are due."""
        sites, served = self.state.sites, self.served(month)
        sites.facility_score[served] = 1.0
        sites.clinics[served] = np.maximum(sites.clinics[served], 1)
        sites.market[served] = True
