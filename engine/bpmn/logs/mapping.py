"""Which activity of a log is which element of a diagram: proposed by name, decided by a person."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher

from engine.bpmn.conformance.net import Net
from engine.bpmn.dialects.names import ACTIVITIES, EVENTS
from engine.domain.text import Text

LIKELY = 0.72
ORDER = (*sorted(ACTIVITIES), *sorted(EVENTS))


def choices(net: Net) -> tuple[str, ...]:
    """The elements an activity can be: what is done, then what happens, in the order of the file."""
    nodes = [node for node in net.nodes.values() if node.kind in ORDER]
    nodes.sort(key=lambda node: node.kind not in ACTIVITIES)
    return tuple(dict.fromkeys(node.id for node in nodes))


def names(net: Net, name_of: Callable[[str], Text]) -> dict[str, Text]:
    """What people call each of the choices; of events what the file calls them."""
    found = {element: name_of(element) for element in choices(net)}
    plain = {element: Text.same(net.named[element][0].name or element) for element in found}
    return {element: plain[element] if name == Text.same(element) else name for element, name in found.items()}


def propose(activities: Iterable[str], elements: Mapping[str, Text]) -> dict[str, str]:
    """The element of the same name, else of the most similar; each similar one once. Empty where none is likely."""
    activities = list(activities)
    names = {element: {_plain(element), _plain(name.zh), _plain(name.en)} - {""} for element, name in elements.items()}
    found: dict[str, str] = {}
    for activity in activities:
        found[activity] = next((element for element, known in names.items() if _plain(activity) in known), "")
    free = [element for element in names if element not in found.values()]
    left = [activity for activity in activities if not found[activity]]
    likely = [(_alike(one, names[element]), one, element) for one in left for element in free]
    for degree, activity, element in sorted(likely, key=lambda one: -one[0]):
        if degree >= LIKELY and not found[activity] and element in free:
            found[activity] = element
            free.remove(element)
    return found


def _alike(activity: str, names: Iterable[str]) -> float:
    words = _plain(activity)
    return max((SequenceMatcher(None, words, name).ratio() for name in names), default=0.0)


def _plain(words: str) -> str:
    """Without case, width, spaces and punctuation."""
    return "".join(char for char in unicodedata.normalize("NFKC", words).casefold() if char.isalnum())
