"""Room for customs and local culture (size: sites)."""

from __future__ import annotations

import numpy as np

from simulation.levers.site_programme import SiteProgramme
from simulation.state.entities import Float


class CultureAndCustom(SiteProgramme):
    """Gives a site room for its customs: people come to feel at home faster.

    Attachment to the site grows faster by `faster`. Where `posts_per_site` is above 0, embroidery, food and shows give
    so many places for people in business of their own. Paid are the site's households when it is opened, and the site
    each month.
    """

    name = "culture_and_custom"

    def need(self) -> Float:
        """Return persons who do not feel at home yet, shape (n_sites,)."""
        homes = self.state.households
        return self.by_site(homes.members * (1.0 - homes.attachment_site))

    def open(self, month: int) -> None:
        """Open the grounds that are due."""
        custom, served = self.state.sites.custom, self.served(month)
        custom[served] = np.maximum(custom[served], self.lever.settings["faster"])

    def add_posts(self, month: int) -> None:
        """Add places for people in business of their own at the sites served."""
        places = self.state.layout.own_business + self.served(month)
        self.state.posts.capacity[places] += int(self.lever.settings["posts_per_site"])
