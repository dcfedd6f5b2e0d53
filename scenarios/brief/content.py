"""The brief as a document: the finding first, then what it is made of, then how sure it is and what it can't say."""

from __future__ import annotations

from scenarios.brief.finding import finding
from scenarios.brief.grounds import closing_sections, stands_section, sure_section
from scenarios.brief.sections import (
    baseline_section,
    cost_section,
    effects_section,
    gains_section,
    sites_section,
)
from scenarios.brief.source import Source
from scenarios.pages.blocks import Document


def brief_document(source: Source) -> Document:
    """Return the brief in the source's language."""
    blocks = [
        *finding(source),
        *effects_section(source),
        *cost_section(source),
        *gains_section(source),
        *sites_section(source),
        *baseline_section(source),
        *sure_section(source),
        *stands_section(source),
        *closing_sections(source),
    ]
    return Document(source.say("title"), source.language, blocks, numbered=True)
