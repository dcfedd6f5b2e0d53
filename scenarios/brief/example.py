"""`python -m scenarios.brief.example` (make example) copies a chart of the last brief into docs/example/.

With it goes the hash of the sources that can alter results, so that an old picture is seen to be old.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from scenarios.base.errors import UserError
from scenarios.base.folders import read_manifest
from scenarios.base.labels import LANGUAGES
from scenarios.base.paths import ROOT
from scenarios.base.plain_files import write_json
from scenarios.base.text import Text
from scenarios.base.whole_files import write_text
from scenarios.base.yaml_files import shown_path
from scenarios.settings.command import guarded

BRIEF, EXAMPLE = ROOT / "outputs" / "brief", ROOT / "docs" / "example"
CHART = "effects"


def main(argv: Sequence[str] | None = None) -> int:
    """Copy the chart in both languages, and say where it comes from; return the exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: _main(words), "en")


def _main(words: Sequence[str]) -> None:
    if words:
        print("Copies a chart of outputs/brief into docs/example/; it takes no arguments.")
        return
    manifest = read_manifest(BRIEF)
    if manifest is None or manifest.get("kind") != "comparison":
        problem = Text("there is no brief to take a chart from", "没有可供取图的简报")
        hint = Text("write it: make brief", "请先运行 make brief")
        raise UserError(problem, key="outputs/brief", found=shown_path(BRIEF), hint=hint)
    for language in LANGUAGES:
        chart = (BRIEF / "figures" / language / f"{CHART}.svg").read_text(encoding="utf-8")
        write_text(EXAMPLE / f"{CHART}.{language}.svg", chart)
    made = {"source": manifest["code"]["source"], "digest": manifest["digest"]}
    write_json(EXAMPLE / "made.json", made)
    print(f"{shown_path(EXAMPLE)} written")


if __name__ == "__main__":
    sys.exit(main())
