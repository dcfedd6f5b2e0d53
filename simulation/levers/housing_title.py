"""Title to the flats made clear (size: clarity of title reached, 0 to 1)."""

from __future__ import annotations

from simulation.levers.announced_clarity import AnnouncedClarity
from simulation.state.entities import Float


class HousingTitle(AnnouncedClarity):
    """Raises the announced clarity of title everywhere. Paid is each household, as its title becomes clear."""

    name = "housing_title"

    def clarity(self) -> Float:
        """Return the announced clarity of title."""
        return self.state.sites.title_clarity
