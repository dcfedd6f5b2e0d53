"""A short text in both languages: what is shown to a user exists in English and in Chinese."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """A short text in both languages."""

    en: str
    zh: str

    def say(self, language: str) -> str:
        """Return the text in `language`, 'en' or 'zh'."""
        return self.zh if language == "zh" else self.en
