"""The one error that a user may meet: what is wrong, what was found, what is allowed, where to mend it; one line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from scenarios.base.text import Text


def see_help(command: str) -> Text:
    """Return the hint that names the help of `python -m command`."""
    return Text(f"see python -m {command} --help", f"说明见 python -m {command} --help language=zh")


HELP = see_help("simulation")
SHOWN = 12
"""Names that an error lists at most."""
ALIKE, VERY_ALIKE = 0.6, 0.75
"""Likeness (0 to 1) of every part of a name, and of the last part alone, from which a name counts as meant."""


class UserError(Exception):
    """What was typed or written cannot be run.

    problem: what is wrong, without the value; key: the key, file or folder it is about; found: the value found;
    allowed: what may stand there; nearest: the name that was probably meant; hint: how to mend it; place: 'file:line'.
    `str()` is English; `say('zh')` is Chinese.
    """

    def __init__(
        self,
        problem: Text | str,
        *,
        key: str = "",
        found: object = None,
        allowed: Text | str = "",
        nearest: str = "",
        hint: Text | str = HELP,
        place: str = "",
    ) -> None:
        self.problem, self.key, self.found, self.allowed = problem, key, found, allowed
        self.nearest, self.hint, self.place = nearest, hint, place
        super().__init__(problem)

    def __str__(self) -> str:
        return self.say("en")

    def say(self, language: str) -> str:
        """Return the error as one line in `language`, 'en' or 'zh'."""
        chinese = language == "zh"
        line = f"{self.place}: " if self.place else ""
        line += said(self.problem, language)
        if self.found is not None:
            line += f"（现为：{shown(self.found)}）" if chinese else f" (found: {shown(self.found)})"
        if said(self.allowed, language):
            line += ("；可用：" if chinese else "; allowed here: ") + said(self.allowed, language)
        if self.nearest:
            line += f"；是否想写 '{self.nearest}'" if chinese else f"; nearest: '{self.nearest}'"
        if said(self.hint, language):
            line += ("；" if chinese else "; ") + said(self.hint, language)
        return " ".join(line.split())


def said(text: Text | str, language: str) -> str:
    """Return a text in `language`; a plain string is the same in both."""
    return text.say(language) if isinstance(text, Text) else text


def shown(value: object, limit: int = 60) -> str:
    """Return a value as an error shows it: on one line, quotes around what is empty; long values cut, paths not."""
    text = " ".join(str(value).split()) or "''"
    return text if len(text) <= limit or isinstance(value, Path) else text[: limit - 3] + "..."


def listed(names: Iterable[str]) -> Text:
    """Return the first names, and how many more there are."""
    names = list(names)
    text, more = ", ".join(names[:SHOWN]), len(names) - SHOWN
    return Text(f"{text} and {more} more", f"{text} 等 {len(names)} 个") if more > 0 else Text(text, text)


def nearest(name: str, names: Iterable[str]) -> str:
    """Return the name that was probably meant by `name`, or an empty text.

    A name that ends in what was written (seat_worth for parameters.residence.seat_worth) comes before a lookalike.
    """
    names = list(names)
    endings = [other for other in names if other.endswith("." + name)]
    if len(endings) == 1:
        return endings[0]
    parts = name.split(".")
    scores = {}
    for other in names:
        pairs = list(zip(parts, other.split("."), strict=False))
        ratios = [difflib.SequenceMatcher(None, part, meant).ratio() for part, meant in pairs]
        if other.count(".") == name.count(".") and min(ratios) >= ALIKE:
            scores[other] = sum(ratios)
    if scores:
        return max(scores, key=lambda other: scores[other])
    last = {other.rpartition(".")[2]: other for other in names}
    close = difflib.get_close_matches(parts[-1], last, n=1, cutoff=VERY_ALIKE)
    return last[close[0]] if close else ""
