"""Words in the two languages every reader of Closeloop may choose."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese (zh-CN) and English; either may be empty, then the other one is shown."""

    zh: str
    en: str

    @classmethod
    def same(cls, words: str) -> Text:
        """A text that reads the same in both languages: a name, a number, an id."""
        return cls(words, words)

    def in_(self, locale: str) -> str:
        """The words for a locale such as `zh_CN`, `zh-CN` or `en`."""
        return (self.zh or self.en) if locale.lower().startswith("zh") else (self.en or self.zh)

    def format(self, **params: object) -> Text:
        """The text with `{name}` places filled in; a `Text` parameter is filled in in its own language."""

        def fill(words: str, locale: str) -> str:
            return words.format(**{k: v.in_(locale) if isinstance(v, Text) else v for k, v in params.items()})

        return Text(fill(self.zh, "zh"), fill(self.en, "en"))

    def to_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}
