"""What was not run, named: the runs that failed, with what they said."""

from __future__ import annotations

from scenarios.pages.blocks import Block, Bullets, Heading, Paragraph
from scenarios.sweep.answer.finding import made_text, where
from scenarios.sweep.answer.names import Names
from scenarios.sweep.answer.tables import Answer

MOST_NAMED = 10


def failures_section(answer: Answer, names: Names) -> list[Block]:
    """Return the failed runs by name, the first ten; nothing where all runs were made."""
    if not answer.failed and not answer.left:
        return []
    blocks: list[Block] = [Heading(1, names.say("missing_heading")), Paragraph(made_text(answer, names))]
    if answer.failed:
        items = failed_texts(answer, names)
        more = [names.say("missing_more", more=f"{len(items) - MOST_NAMED:,}")] if len(items) > MOST_NAMED else []
        blocks += [Paragraph(names.say("missing_note"), "note"), Bullets([*items[:MOST_NAMED], *more])]
    return blocks


def failed_texts(answer: Answer, names: Names) -> list[str]:
    """Return where each failed run lies, its seed and its message; a run of several points is named once."""
    texts: dict[int, str] = {}
    for cell, numbers in enumerate(answer.cells.number.tolist()):
        for number in numbers:
            if number in answer.messages and number not in texts:
                place = where(answer, names, answer.cells.labels.iloc[cell])
                seed = int(answer.plan.seeds.ravel()[number])
                texts[number] = names.say("missing_item", where=place, seed=seed, message=answer.messages[number])
    return list(texts.values())
