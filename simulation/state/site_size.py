"""Which settlement sites count as large: one rule for what is built, recorded, counted anew and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

LARGE_SITE_HOUSEHOLDS = 200
"""Households from which a site counts as large. The report's word for 'over 200' (200户以上) includes exactly 200."""


@overload
def is_large(households: npt.NDArray[Any]) -> npt.NDArray[np.bool_]: ...
@overload
def is_large(households: pd.Series[Any]) -> pd.Series[bool]: ...
def is_large(households: Any) -> Any:
    """Return for each site whether it counts as large. households: of each site, shape (n_sites,)."""
    return households >= LARGE_SITE_HOUSEHOLDS
