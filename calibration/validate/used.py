"""Whether a figure has been used already: what entered the model, its priors or its fit is shown and never scored.

A row says so itself (column `used`), or its source gives it away: it cites an id of conf/evidence.csv that a number of
the model rests on, or a text from which such a row was taken. Costs of levers do not count: no figure depends on them.
"""

from __future__ import annotations

import re
from functools import cache

from scenarios.base.text import Text
from scenarios.doc_pages.evidence_table import cited_in, read_evidence, sources

HISTORY, PRIOR, POPULATION, RING, WEIGHT, READING, SAME_SOURCE = (
    "history", "prior", "population", "ring", "weight", "reading", "same_source",
)  # fmt: skip
USES = (HISTORY, PRIOR, POPULATION, RING, WEIGHT, READING, SAME_SOURCE)
"""What the column `used` may say."""
ENTERED = {"history.csv": HISTORY, "parameters": PRIOR, "population": POPULATION, "patterns": RING}
"""What a key that cites evidence belongs to, by its beginning; the first counts where there are several."""
SHORTEST_TITLE = 6
"""Characters from which on a title is looked for within the text of another source."""
_REMARK = re.compile(r"\s*\((?:repost|[^()]*repost[^()]*)\)\s*$")


@cache
def entered() -> dict[str, str]:
    """Return, by id of evidence, what it entered."""
    cited = [(key, name) for key, source in sources() for name in cited_in(source)]
    found: dict[str, str] = {}
    for start, use in ENTERED.items():
        for key, name in cited:
            if key.startswith(start):
                found.setdefault(name, use)
    return found


@cache
def titles() -> dict[str, str]:
    """Return, by the title of a source from which something entered, the id of the first row that did."""
    rows = read_evidence()
    found: dict[str, str] = {}
    for name in entered():
        if name in rows:
            found.setdefault(title_of(rows[name]["source"]), name)
    return found


def title_of(source: str) -> str:
    """Return the title of a source, without the remark that it is a repost."""
    return _REMARK.sub("", source).strip()


def use_of(source: str, said: str = "") -> str:
    """Return what a figure has entered, '' for one that is still to be scored.

    source: the row's text; said: what its column `used` says, which counts first. Found automatically: 'prior (G09)'
    for a cited id that entered, 'same_source (O10)' for the source of one.
    """
    if said:
        return said
    rows, used = read_evidence(), entered()
    cited = [name for name in cited_in(source) if name in rows or name in used]
    for name in cited:
        if name in used:
            return f"{used[name]} ({name})"
    own = {title_of(rows[name]["source"]) for name in cited}
    for title, name in titles().items():
        if title in own or (len(title) >= SHORTEST_TITLE and title in source):
            return f"{SAME_SOURCE} ({name})"
    return ""


NEVER_SCORED = Text(
    "Used before, so shown and never scored: {ids}.",
    "以下数据已用于模型或校准，只列出，不评分：{ids}。",
)
