"""Office packages with fixed dates: the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

FIXED_DATE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
"""Created and modified, in every document: the same results give the same bytes, whenever they are written."""


def repacked(package: bytes) -> bytes:
    """Return an office package (a zip file) with its parts in order of name and `FIXED_DATE` on each.

    The list of content types, which readers expect first, comes first in that order.
    """
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, FIXED_DATE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # else it names the system that wrote it
            target.writestr(entry, source.read(name))
    return data.getvalue()
