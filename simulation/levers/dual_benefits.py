"""Benefits of both ends (size: clarity reached, 0 to 1): what is promised of rights at the origin is kept, and said."""

from __future__ import annotations

import numpy as np

from simulation.levers.announced_clarity import AnnouncedClarity
from simulation.state.entities import Bool, Float


class DualBenefits(AnnouncedClarity):
    """Raises the announced clarity of what becomes of land, house and benefits at the origin (report 3(1), 4(1)1).

    It weighs only with who has land or a house to lose. Paid is each such household, as its rights are written down.
    """

    name = "dual_benefits"

    def clarity(self) -> Float:
        """Return the announced clarity of rights at the origin."""
        return self.state.sites.rights_clarity

    def concerned(self) -> Bool:
        """Return the households with land or a house to lose."""
        homes = self.state.households
        return np.asarray(homes.house | (homes.land_mu + homes.rented_mu > 0.0), dtype=np.bool_)
