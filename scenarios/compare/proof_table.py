"""Whether the proof of the calibration in docs/calibration/ was made with these rules (make calibrate-proof).

`proof.json` says which sources made it. calibration/ writes it and the tables beside it; a brief says where it is
missing.
"""

from __future__ import annotations

import json
from pathlib import Path

from scenarios.base.paths import DOCS
from scenarios.runs.sources import source_hash

PROOF_FILE = DOCS / "calibration" / "proof.json"


def proof_stands(path: Path = PROOF_FILE) -> bool:
    """Return whether these sources made the proof."""
    return path.is_file() and bool(json.loads(path.read_text(encoding="utf-8"))["source"] == source_hash("posterior"))
