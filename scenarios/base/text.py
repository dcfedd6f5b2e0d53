"""A short text in both languages: what is shown to a user exists in English and in Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Text(NamedTuple):
    """A short text in both languages."""

    en: str
    zh: str

    def say(self, language: str) -> str:
        """Return the text in `language`, 'en' or 'zh'."""
        return self.zh if language == "zh" else self.en


def for_xml(text: str) -> str:
    """Return a text with an escape, as in JSON, for each character that XML cannot hold.

    A typed path may have control characters, and bytes that are no text; files in UTF-8 cannot hold the latter either.
    """
    return _NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def language_of(words: Sequence[str]) -> str:
    """Return 'zh' if the last word about the language asks for Chinese, else 'en'.

    It is asked before anything is checked, so that every error is said in the language of the command line:
    `language=zh`, `--language=zh` or `--language zh`.
    """
    language = "en"
    for word, after in zip(words, [*words[1:], ""], strict=False):
        name, equals, value = word.partition("=")
        if name.strip().removeprefix("--") == "language" and (equals or name.startswith("--")):
            language = (value if equals else after).strip("'\" ")
    return "zh" if language == "zh" else "en"
