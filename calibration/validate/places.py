"""Where a figure from outside holds: the city, its groups, the sites, and larger places that are held against the city.

A larger place (a sister prefecture, the province, the country) is not modelled. Its rates can be compared with the
city's, at the whole city (`Guizhou`) or at one of its groups (`Guizhou:registered_poor`); its counts cannot.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from scenarios.base.labels import label
from scenarios.compare.measure import site_name
from simulation.foundations.months import FIRST_YEAR, MONTHS_PER_YEAR, NEVER
from simulation.records.indicators import GROUPS, MOVE_YEARS
from simulation.state.population import KINDS, Population
from simulation.state.site_size import is_large

CITY = "city"
LARGER = (
    "China", "Guizhou", "Guiyang", "Zunyi", "Anshun", "Bijie", "Tongren", "Qianxinan", "Qiandongnan", "Qiannan",
)  # fmt: skip
"""The country, the province, and its other prefectures."""
OF = ":"
"""Between a larger place and a group."""


class Place(NamedTuple):
    """Where a figure holds: name, row of the records, month of the first flat (NEVER: none), and households in all.

    kind: of a site; larger: the place of which the row is taken to be a part, '' for the city's own.
    """

    name: str
    row: int
    peopled: int
    households: int
    kind: str = ""
    larger: str = ""

    @property
    def own(self) -> str:
        """The name of the place in the model."""
        if not self.larger:
            return self.name
        return self.name.partition(OF)[2] or CITY

    def said(self, language: str) -> str:
        """Return its name in `language`."""
        if self.larger:
            larger, group = label(f"validation.{self.larger}", language), self.name.partition(OF)[2]
            said = label(f"group.{group}", language) if group else ""
            return label("validation.of_larger", language).format(place=larger, group=said) if group else larger
        if self.name == CITY:
            return label("validation.city", language)
        if self.kind:
            return label("validation.site", language).format(number=self.name.partition("_")[2])
        return label(f"group.{self.name}", language)


def places_of(population: Population) -> dict[str, Place]:
    """Return every place by name: the city, its groups, the sites; then larger places, whole and by group."""
    site, moved = population.households["site"].to_numpy(), population.households["move_in_month"].to_numpy()
    kinds = population.sites["kind"].to_numpy()
    large = is_large(np.bincount(site, minlength=kinds.size))[site]
    year = (moved // MONTHS_PER_YEAR).clip(max=MOVE_YEARS - 1)
    members = {"over_200": large, "under_200": ~large} | {kind: kinds[site] == kind for kind in KINDS}
    members |= {f"moved_{FIRST_YEAR + y}": year == y for y in range(MOVE_YEARS)}
    members |= {site_name(s): site == s for s in range(kinds.size)}
    everybody = np.ones(site.size, dtype=bool)
    places = {}
    for row, name in enumerate((CITY, *GROUPS[1:], *(site_name(s) for s in range(kinds.size)))):
        months = moved[members.get(name, everybody)]
        kind = str(kinds[row - len(GROUPS)]) if row >= len(GROUPS) else ""
        places[name] = Place(name, row, int(months.min()) if months.size else NEVER, months.size, kind)
    for larger in LARGER:
        for name in (CITY, *GROUPS[1:]):
            whole = larger if name == CITY else f"{larger}{OF}{name}"
            places[whole] = places[name]._replace(name=whole, larger=larger)
    return places
