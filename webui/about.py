"""What this is, whose work is in it, and the keys it can be used with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import metadata

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webui import assets

bp = Blueprint("about", __name__)

US = "closeloop"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
LONGEST_LICENCE = 60


@dataclass(frozen=True, slots=True)
class Library:
    name: str
    version: str
    license: str


@bp.get("/about")
def show() -> ResponseReturnValue:
    return render_template("about.html", version=version(), components=assets.components(), libraries=libraries())


@bp.get("/about/keys")
def keys() -> ResponseReturnValue:
    return render_template("keys.html")


@cache
def version() -> str:
    try:
        return metadata.version(US)
    except metadata.PackageNotFoundError:
        return ""


@cache
def libraries() -> tuple[Library, ...]:
    """What is installed because Closeloop needs it, directly or by way of something it needs."""
    found = {name.lower().replace("_", "-"): Library(name, v, licence) for name, v, licence in _needed(US)}
    return tuple(found[name] for name in sorted(found))


def _needed(root: str) -> Iterator[tuple[str, str, str]]:
    left, seen = [root], {root}
    while left:
        try:
            distribution = metadata.distribution(left.pop())
        except metadata.PackageNotFoundError:
            continue
        if distribution.name.lower() != root:
            yield distribution.name, distribution.version, _licence(distribution)
        for requirement in distribution.requires or ():
            name = NAME.match(requirement)
            if name is not None and "extra ==" not in requirement and name[0].lower() not in seen:
                seen.add(name[0].lower())
                left.append(name[0])


def _licence(distribution: metadata.Distribution) -> str:
    """As its authors name it: the SPDX expression, the licence field where it is short, else the classifier."""
    said = distribution.metadata
    words = said.get("License-Expression") or said.get("License") or ""
    if words and len(words) <= LONGEST_LICENCE and "\n" not in words:
        return words
    kinds = [c.rpartition(" :: ")[2] for c in said.get_all("Classifier") or () if c.startswith("License ::")]
    return ", ".join(kinds) or words.strip().partition("\n")[0][:LONGEST_LICENCE]
