"""What counts as a number wherever a user writes one: YAML files, tables, the command line.

Decimal digits with an optional sign, fraction and exponent: 40, 040, +5, .5, 1e3. Nothing else: 1:30, 1_000, 0x10, 0o40
and digits of other scripts are no numbers, so that no rule of a file format can turn them into others than are read.
"""

from __future__ import annotations

import math
import re
import unicodedata

WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.ASCII | re.IGNORECASE)
MOST_DIGITS = 400
"""No number of a user's is longer; Python refuses to read whole numbers of thousands of digits."""


def number_of(text: str) -> int | float | None:
    """Return the number that a text is, whole where it has neither fraction nor exponent; None where it is none."""
    if len(text) > MOST_DIGITS or not NUMBER.fullmatch(text):
        return None
    if WHOLE.fullmatch(text):
        return int(text)
    number = float(text)
    return number if math.isfinite(number) else None


def number_meant(text: str) -> str:
    """Return the number that a text was probably meant as, to be shown: '40' for '４０', '1000' for '1_000'; or ''."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(str(unicodedata.decimal(letter, letter)) for letter in plain)
    grouped = re.fullmatch(r"[-+]?\d{1,3}([_, ]\d{3})+(\.\d+)?", digits, re.ASCII)
    digits = re.sub("[_, ]", "", digits) if grouped else digits
    return digits if digits != text and number_of(digits) is not None else ""
