"""Committees, mediation and police posts (size: sites)."""

from __future__ import annotations

import numpy as np

from simulation.levers.site_programme import SiteProgramme
from simulation.state.entities import Float

FULL = 1.0
"""Governance score of a site with an elected committee and a police post."""


class CommunityGovernance(SiteProgramme):
    """Raises the governance score of a site to the full: its services are better run, and people feel at home sooner.

    Paid are a site's households once and its staff each month, both as far as the score was lacking.
    """

    name = "community_governance"

    def lacking(self) -> Float:
        """Return what each site's score lacks, shape (n_sites,)."""
        return np.asarray(FULL - self.state.sites.governance, dtype=np.float64)

    def need(self) -> Float:
        """Return persons times what their site's score lacks, shape (n_sites,)."""
        return self.by_site(self.state.households.members) * self.lacking()

    def open(self, month: int) -> None:
        """Staff the sites that are due."""
        self.state.sites.governance[self.served(month)] = FULL
