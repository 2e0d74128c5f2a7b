"""Whose work Closeloop contains and uses, and under which licences.

`python -m webui.licences` writes them all, with their words, to `third-party-licences.txt`, which goes into the wheel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from webui import assets

US = "closeloop"
FILE = Path(__file__).with_name("third-party-licences.txt")
REQUIREMENT = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^]]*)\])?")
EXTRA = re.compile(r"""extra == ['"]([^'"]+)""")
TEXTS = re.compile(r"(licen[cs]e|copying|notice)[^/]*$", re.IGNORECASE)
LONGEST_LICENCE = 60
RULE = "=" * 100


@dataclass(frozen=True, slots=True)
class Library:
    name: str
    version: str
    license: str


@cache
def libraries() -> tuple[Library, ...]:
    """What is installed because Closeloop needs it, directly or by way of something it needs."""
    return tuple(Library(found.name, found.version, _licence(found)) for found in _needed())


def text() -> str:
    """Every name, version and licence, then the words of each licence once, under the names of those it is for."""
    parts = [(f"{c.name} {c.version}", c.license, c.license_text) for c in assets.components()]
    parts += [(f"{d.name} {d.version}", _licence(d), _words(d)) for d in _needed()]
    by_words: dict[str, list[str]] = {}
    for name, _, words in parts:
        by_words.setdefault(words.strip(), []).append(name)
    lines = ["Closeloop contains and uses the work of others, with thanks.", ""]
    lines += [f"{name}: {licence}" for name, licence, _ in parts]
    for words, names in by_words.items():
        lines += ["", RULE, *names, RULE, "", words or "(comes without the words of its licence)"]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def _needed() -> list[metadata.Distribution]:
    found = {_key(distribution.name): distribution for distribution in _walk()}
    return [found[key] for key in sorted(found)]


def _walk() -> Iterator[metadata.Distribution]:
    left = [(US, frozenset[str]())]
    seen = set(left)
    while left:
        name, extras = left.pop()
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # needed on another system only
        if _key(name) != US:
            yield distribution
        for requirement in distribution.requires or ():
            wanted = REQUIREMENT.match(requirement)
            only_for = EXTRA.search(requirement)
            if wanted is None or (only_for is not None and only_for[1] not in extras):
                continue
            more = (wanted[1], frozenset(filter(None, re.split(r"[,\s]+", wanted[2] or ""))))
            if more not in seen:
                seen.add(more)
                left.append(more)


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(distribution: metadata.Distribution) -> str:
    """As its authors name it: the SPDX expression, the licence field where it is short, else the classifier."""
    said = distribution.metadata
    words = said.get("License-Expression") or said.get("License") or ""
    if words and len(words) <= LONGEST_LICENCE and "\n" not in words:
        return words
    kinds = [c.rpartition(" :: ")[2] for c in said.get_all("Classifier") or () if c.startswith("License ::")]
    return ", ".join(kinds) or words.strip().partition("\n")[0][:LONGEST_LICENCE]


def _words(distribution: metadata.Distribution) -> str:
    files = [file for file in distribution.files or () if ".dist-info/" in str(file) and TEXTS.search(str(file))]
    return "\n\n".join(file.read_text(encoding="utf-8").strip() for file in sorted(files))


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
