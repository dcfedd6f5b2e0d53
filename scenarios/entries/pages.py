"""The entries of the commands that write pages of docs/; they take nothing but the language of their messages."""

from __future__ import annotations

from scenarios.base.text import Text
from scenarios.settings.command import Command

CONF = Text("conf/", " conf/ ")


def page_command(name: str, page: str, work: str, made_of: Text = CONF, generator: bool = False) -> Command:
    """Return the entry of a command that writes `page`, without keys of its own; made_of: what it is made from."""
    usage = Text(
        f"Usage: python -m {name} [language=zh]\n\nWrites {page} from {made_of.en}.",
        f"用法：python -m {name} [language=zh]\n\n根据{made_of.zh}写出 {page}。",
    )
    return Command(name=name, usage=usage, work=work, generator=generator)


PARAMETER_TABLE = page_command(
    "scenarios.parameter_table", "docs/parameters.md", "scenarios.doc_pages.parameter_table:write"
)
LEVER_TABLE = page_command("scenarios.lever_table", "docs/levers.md", "scenarios.doc_pages.lever_table:write")
EVIDENCE_TABLE = page_command(
    "scenarios.evidence_table", "docs/evidence.md", "scenarios.doc_pages.evidence_table:write"
)
STATE_TABLE = page_command(
    "scenarios.state_table", "docs/odd.md", "scenarios.doc_pages.state_table:write", Text("the code", "代码")
)
PLAUSIBILITY = page_command(
    "scenarios.plausibility", "docs/plausibility.md", "scenarios.doc_pages.plausibility.command:write",
    Text("one run of the baseline", "一次基准情景的运行"), generator=True,
)  # fmt: skip
EXAMPLE = page_command(
    "scenarios.brief.example", "docs/example/", "scenarios.brief.copy_example:copy_example",
    Text("a chart of the last brief, outputs/brief", "最近一份简报（outputs/brief）的图"),
)  # fmt: skip
