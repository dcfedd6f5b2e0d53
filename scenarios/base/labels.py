"""English and Chinese names of everything that tables, charts and reports print.

The files of conf/labels/ make one table, so that a thing has one name wherever it appears; a name that is missing is an
error, never an id printed in its place. Scenario titles are those of the scenario files themselves.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from scenarios.base.input.yaml_files import read_yaml
from scenarios.base.paths import CONF

LABELS = CONF / "labels"
LANGUAGES = ("en", "zh")


class LabelError(KeyError):
    """A name is missing, or the table of names is wrong."""

    def __str__(self) -> str:
        """Return the message without the quotation marks of a key error."""
        return str(self.args[0])


@cache
def read_labels(place: Path = LABELS) -> dict[str, tuple[str, str]]:
    """Return (English, Chinese) by key 'section.name' of one file or of all files of a folder.

    Raises LabelError for a line that is not a pair of texts, and for a name that stands twice.
    """
    labels: dict[str, tuple[str, str]] = {}
    for path in [place] if place.is_file() else sorted(place.glob("*.yaml")):
        file = read_yaml(path)
        for section, names in file.tree.items():
            for name, pair in names.items():
                key, texts = f"{section}.{name}", pair if isinstance(pair, list) else []
                if len(texts) != len(LANGUAGES) or not all(isinstance(text, str) and text for text in texts):
                    raise LabelError(f"{file.place(key)}: {key} is {pair!r}; expected [English, Chinese]")
                if key in labels:
                    raise LabelError(f"{file.place(key)}: {key} is named a second time")
                labels[key] = (texts[0], texts[1])
    return labels


def language_index(language: str) -> int:
    """Return 0 for 'en', 1 for 'zh'; raises LabelError for any other language."""
    if language not in LANGUAGES:
        raise LabelError(f"language {language!r} is not known; allowed: {', '.join(LANGUAGES)}")
    return LANGUAGES.index(language)


def label(key: str, language: str) -> str:
    """Return the name of `key` ('section.name') in `language`; raises LabelError if conf/labels/ has none."""
    index = language_index(language)
    labels = read_labels()
    if key not in labels:
        raise LabelError(f"no label {key!r}; add it to a file of conf/labels/")
    return labels[key][index]


@cache
def scenario_title(name: str, language: str) -> str:
    """Return the title of a scenario from conf/scenario/<name>.yaml; raises LabelError if there is none."""
    key = f"title_{LANGUAGES[language_index(language)]}"
    path = CONF / "scenario" / f"{name}.yaml"
    if not path.is_file():
        raise LabelError(f"no scenario {name!r}; expected the file conf/scenario/{name}.yaml")
    title = (read_yaml(path).tree.get("scenario") or {}).get(key)
    if not isinstance(title, str) or not title:
        raise LabelError(f"scenario {name!r} has no {key}; add it under scenario: in conf/scenario/{name}.yaml")
    return title
