"""The evidence of a case, or of a sample of cases, as one signed zip that verifies itself without us."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator

from engine.audit.exports import forms
from engine.queries.exports import Wanted
from engine.runtime import Engine


def pieces(engine: Engine, wanted: Wanted, count: Callable[[int], None]) -> Iterator[bytes]:
    """Its bytes, empty ones where a step was made; `count` is told how many cases are in it."""
    from webui.evidence.pack import write  # what draws and sets pages is loaded by whoever needs it

    with tempfile.TemporaryFile() as file:
        for cases in write(engine, wanted, file):
            count(cases)
            yield b""
        yield from forms.of_file(file)
