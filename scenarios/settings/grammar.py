"""Hydra's grammar of one key=value word, with functions that give right values, or say what is wrong with them.

Hydra's own `sort` gives other numbers than a range holds (it turns the ends round), its ranges of decimal fractions may
end one too late, and a step of 0 or an end that is never reached come up after the check. So ranges are written out
here, by exact fractions, and sorted as the values that they are. A shuffled order has no meaning here.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

from scenarios.base.errors import UserError
from scenarios.base.input.written_numbers import number_of
from scenarios.base.text import Text

if TYPE_CHECKING:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import Override

MOST_VALUES = 10_000_000
"""Values that a range may hold."""
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_CAST = re.compile(r"\b(?:int|float)\s*\(")
_WORD = re.compile(r"(?<![\w.])[\d.][\w.]*", re.ASCII)
_GROUPED = re.compile(r"[\d.]*_[\d._]*(e[\d_]*)?|[\d.]+e\d*_[\d_]*", re.ASCII | re.IGNORECASE)
"""A number with underscores, 1_000: Hydra takes them out, which no other reader of numbers here does."""


def parsed_word(path: str, text: str) -> Override | None:
    """Return Hydra's reading of path=text, None for what its grammar cannot read or would turn into another number;
    raises UserError for wrong ranges.
    """
    from hydra.errors import HydraException  # noqa: PLC0415 (0.2 s; not for the help)

    quoted = [word[1:-1] for word in _QUOTED.findall(text)]
    if _CAST.search(text) and any(number_of(word) is None for word in quoted):  # Python would read int('1_0')
        return None
    if any(_GROUPED.fullmatch(word) for word in _WORD.findall(_QUOTED.sub("''", text))):
        return None
    try:
        return _parser().parse_override(f"{path}={text}")
    except HydraException as error:
        if isinstance(error.__cause__, _WrongError):
            raise UserError(error.__cause__.problem, key=path, found=text, allowed=error.__cause__.allowed) from None
        return None
    except (RecursionError, ValueError):  # thousands of brackets or digits
        return None


class _WrongError(Exception):
    """A function was called with what it cannot take; Hydra wraps whatever its functions raise."""

    def __init__(self, problem: Text, allowed: str) -> None:
        self.problem, self.allowed = problem, allowed
        super().__init__(problem.en)


@cache
def _parser() -> OverridesParser:
    from hydra.core.override_parser.overrides_parser import OverridesParser, create_functions  # noqa: PLC0415

    functions = create_functions()
    functions.functions["range"] = _range
    functions.functions["shuffle"] = _shuffle
    return OverridesParser(functions)


def _range(start: float, stop: float | None = None, step: float = 1) -> Any:
    """Return all values of a range, its end left out, as a choice between them."""
    from hydra.core.override_parser.types import ChoiceSweep  # noqa: PLC0415

    if stop is None:
        start, stop = 0, start
    allowed = "range(start, end, step)"
    if not all(math.isfinite(number) for number in (start, stop, step)):
        raise _WrongError(Text("the range has no end", "区间没有终点"), allowed)
    if step == 0:
        raise _WrongError(Text("the step of a range is 0", "区间的步长为 0"), allowed)
    first, last, by = (Fraction(str(number)) for number in (start, stop, step))
    count = math.ceil((last - first) / by)
    if count <= 0:
        problem = Text("the range is empty: its step leads away from its end", "区间为空：步长与终点方向相反或起止相同")
        raise _WrongError(problem, allowed)
    if count > MOST_VALUES:
        raise _WrongError(Text("the range holds too many values", "区间所含取值过多"), f"<= {MOST_VALUES:,}")
    if isinstance(start, int) and isinstance(stop, int) and isinstance(step, int):
        return ChoiceSweep(list=list(range(start, stop, step)))
    return ChoiceSweep(list=[float(first + i * by) for i in range(count)])


def _shuffle(*_: Any, **__: Any) -> Any:
    problem = Text("the order of values has no meaning here", "此处取值的次序没有意义")
    raise _WrongError(problem, "a,b,c  range(a, b, step)  choice(a, b)  sort(...)")
