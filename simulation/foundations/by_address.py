"""Named tuples that compiled rules take by address: the tables of the state, the parameters.

A table has up to fifty columns, and an array is seven numbers to a compiler (address, shape, strides ...); there are
120 parameters. Passed by value, these are hundreds of arguments of every function that takes them, and taking them in
and handing them on was most of what there was to compile. So each such tuple is written down once as a NumPy
structured record: its numbers, and where its columns lie. Rules get the address of the record and read as before:
`households.state[h]`, `p.residence.b_school`.

A named tuple cannot be changed, so neither does its record while it lives. The compiler is told so, and need not read
again in each turn of a loop what it has read before. Rules that run as plain Python take the tuple itself.

No rule is loaded here: the help reads names of parameters, and the generator is chosen before rules are loaded.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from simulation.foundations.compiled import Handle

Items = TypeVar("Items", bound=tuple[Any, ...])


class _ByAddress:
    """What a tuple has beside its items: a handle for compiled rules."""

    @cached_property
    def handle(self) -> Handle:
        """The record of the items, as rules take it; made at the first call, kept as long as the tuple."""
        from simulation.foundations.compiled import Handle  # noqa: PLC0415 (imports Numba)

        return Handle(self)

    def __getstate__(self) -> None:
        """Leave the record out of copies and pickles: their columns lie elsewhere."""


def by_address(items: type[Items]) -> type[Items]:
    """Make a class of named tuples one whose tuples compiled rules take by address (class decorator).

    The items are arrays, whole numbers (read as int64), real numbers (float64), or such tuples again.
    """
    names = {name: getattr(items, name) for name in ("__module__", "__qualname__", "__doc__", "__annotations__")}
    kind: type[Items] = type(items.__name__, (_ByAddress, items), names)
    return kind
