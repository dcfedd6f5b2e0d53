"""Committees, mediation and police posts (size: sites)."""

from __future__ import annotations

from simulation.levers.site_programme import SiteProgramme
from simulation.state.entities import Bool, Float

FULL = 1.0
"""Governance score of a site with an elected committee and a police post."""


class CommunityGovernance(SiteProgramme):
    """Raises the governance score of a site to the full: its services are better run, and people feel at home sooner.

    Paid is each site and month, its staff.
    """

    name = "community_governance"

    def wanting(self) -> Bool:
        """Return the sites whose score is not full."""
        return self.state.sites.governance < FULL

    def need(self) -> Float:
        """Return persons times what their site's score lacks, shape (n_sites,)."""
        return self.by_site(self.state.households.members) * (FULL - self.state.sites.governance)

    def open(self, month: int) -> None:
        """Staff the sites that are due."""
        self.state.sites.governance[self.served(month)] = FULL
