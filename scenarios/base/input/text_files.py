"""Files of users as text: UTF-8, with or without a mark, or GB 18030, as Chinese spreadsheets and editors write it."""

from __future__ import annotations

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order; both are strict."""


def decoded(data: bytes) -> str | None:
    """Return the text of a file's bytes, None where it is in neither encoding, as UTF-16 with its empty bytes."""
    if b"\0" in data:
        return None
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
