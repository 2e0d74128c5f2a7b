"""Taking a person's values out of data they have been copied into."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

GONE = "***"
#: Shorter than this, a text is no person's and stands everywhere: `no`, `card`, 3.
SHORTEST, SHORTEST_ASCII = 2, 5


class Forgetting:
    """Knows what is to be forgotten: variables by name, and texts wherever they stand."""

    def __init__(self, texts: Iterable[str], names: Collection[str] = ()) -> None:
        self.names = frozenset(names)
        known = {text.strip() for text in texts}
        self.texts = sorted((text for text in known if _is_telling(text)), key=len, reverse=True)

    def of(self, value: Any) -> Any:
        """The same without what is forgotten; the very same object where nothing of it is."""
        if isinstance(value, str):
            for text in self.texts:
                value = value.replace(text, GONE)
            return value
        if isinstance(value, dict):
            found = {key: None if key in self.names else self.of(one) for key, one in value.items()}
            return found if found != value else value
        if isinstance(value, (list, tuple)):
            items = [self.of(one) for one in value]
            return items if items != list(value) else value
        return value


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts_in(one)


def _is_telling(text: str) -> bool:
    return len(text) >= (SHORTEST_ASCII if text.isascii() else SHORTEST)
