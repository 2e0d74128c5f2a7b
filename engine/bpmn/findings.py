"""What a rule says about a file, in both languages, and how it becomes a `Finding` at an element."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from engine.bpmn.model import Finding
from engine.domain.text import Text

ERROR, WARNING, INFO = "error", "warning", "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """`message` and `advice` are sentences with `{name}` places. Errors make a file undeployable."""

    id: str
    level: str
    message: Text
    advice: Text | None = None

    def softened(self) -> Rule:
        """The same as a warning: what nobody uses need not be right."""
        return replace(self, level=WARNING) if self.level == ERROR else self

    def at(self, element: etree._Element | None = None, *, line: int | None = None, **params: object) -> Finding:
        """The finding of this rule at an element of the file, or about the whole file.

        An element without an id is named by the nearest element around it that has one.
        """
        shown = {name: shorten(value) for name, value in params.items()}
        return Finding(
            self.level,
            self.id,
            _id_around(element),
            self.message.format(**shown),
            self.advice.format(**shown) if self.advice else None,
            line if line is not None else _line(element),
        )


def shorten(value: object, most: int = 120) -> object:
    """Words from a file, made fit for one line of a message: no control characters, no more than `most` long."""
    if isinstance(value, Text):
        return Text(str(shorten(value.zh, 3 * most)), str(shorten(value.en, 3 * most)))
    if not isinstance(value, str):
        return value
    words = " ".join("".join(c if c.isprintable() else " " for c in value).split())
    return words if len(words) <= most else words[: most - 1] + "…"


def _id_around(element: etree._Element | None) -> str | None:
    while element is not None:
        if found := element.get("id"):
            return found
        element = element.getparent()
    return None


def _line(element: etree._Element | None) -> int | None:
    return element.sourceline if element is not None else None
