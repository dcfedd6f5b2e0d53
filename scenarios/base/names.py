"""Names that people and file systems take for one: they differ only in case, or in how a character is written."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def composed_name(name: str) -> str:
    """Return a name as it is typed; macOS hands out the letters and accents of file names one by one."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """Return what is equal for names that count as one: 'My plan' and 'my plan', full width and half width."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def alike(names: Iterable[str]) -> tuple[str, str] | None:
    """Return the first two names that count as one, None if there are none."""
    seen: dict[str, str] = {}
    for name in names:
        if folded(name) in seen:
            return seen[folded(name)], name
        seen[folded(name)] = name
    return None
