"""Files of users as text: UTF-8, with or without a mark, or GB 18030, as Chinese spreadsheets and editors write it."""

from __future__ import annotations

import re

ENCODINGS = ("utf-8-sig", "gb18030")
"""Tried in this order; both are strict."""
_CHINESE_IN_UTF8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_AMONG_LETTERS = re.compile(rb"[A-Za-z][\xc0-\xff][a-z]|[\xc0-\xff][a-z]{2}")
_PAIR, _PAIR_WITH_LETTER = re.compile(rb"[\x81-\xfe][\x40-\xfe]"), re.compile(rb"[\x81-\xfe][\x40-\x7e]")


def decoded(data: bytes) -> str | None:
    """Return the text of a file's bytes, None where it is in neither encoding, as UTF-16 with its empty bytes."""
    if b"\0" in data:
        return None
    utf8, chinese = ENCODINGS
    try:
        return data.decode(utf8)
    except UnicodeDecodeError:
        pass
    if _damaged_utf8(data) or _western(data):
        return None
    try:
        return data.decode(chinese)
    except UnicodeDecodeError:
        return None


def _damaged_utf8(data: bytes) -> bool:
    """Return whether most of what is not ASCII is Chinese in UTF-8: GB 18030 would read it as other characters."""
    return 6 * len(_CHINESE_IN_UTF8.findall(data)) > sum(byte >= 0x80 for byte in data)


def _western(data: bytes) -> bool:
    """Return whether the text is in Latin-1 or the like: a byte beyond ASCII stands among small letters, and most pairs
    of bytes end in an ASCII letter; in Chinese text few do.
    """
    mostly = 2 * len(_PAIR_WITH_LETTER.findall(data)) > len(_PAIR.findall(data))
    return mostly and _AMONG_LETTERS.search(data) is not None
