"""Great exports are made: a piece a step, in constant memory, with how far it is kept beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from engine.audit.exports import forms
from engine.audit.exports.lines import ChainEnd, Line
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.errors import NotFound, Refusal, StaleState
from engine.mail import Sender
from engine.queries import exports
from engine.queries.exports import Wanted
from engine.runtime import Engine
from engine.store.exports import EXPORT
from engine.worker.problems import words

PIECE = 1_000_000


def make_export(engine: Engine, sender: Sender, leased: Mapping[str, Any]) -> Iterator[None]:
    """What refuses to be made is failed for good; anything else is tried again by the worker."""
    export_id = leased["body"]["export"]
    begun = engine.execute(c.BeginExport(export_id), SYSTEM)
    if begun is None:
        return
    making = _Making(engine, export_id)
    try:
        for piece in making.pieces(begun["format"], begun["wanted"]):
            making.keep(piece)
            yield
        making.end()
    except StaleState:
        with engine.read() as conn:
            if exports.is_waited_for(conn, export_id):
                raise
    except Refusal as refusal:
        engine.execute(c.FinishExport(export_id, problem=words(refusal)), SYSTEM)


class _Making:
    def __init__(self, engine: Engine, export_id: int) -> None:
        self.engine, self.export_id = engine, export_id
        self.done = self.size = self.number = 0
        self._digest, self._held, self._length = hashlib.sha256(), [], 0

    def pieces(self, form: str, told: Mapping[str, Any]) -> Iterator[bytes]:
        wanted = Wanted.of_dict(told)
        if form == forms.PACK:
            if self.engine.packer is None:
                raise NotFound(what=EXPORT)
            yield from self.engine.packer(self.engine, wanted, self._count)
        else:
            lines = exports.chains(self.engine.read, self.engine.versions, wanted, told.get("locale", "en"))
            yield from forms.pieces(form, self._counted(lines), self.engine.clock.now(), wanted.told())

    def keep(self, piece: bytes) -> None:
        self._held.append(piece)
        self._length += len(piece)
        if self._length >= PIECE:
            self._send()

    def end(self) -> None:
        self._send()
        self.engine.execute(c.FinishExport(self.export_id, self.size, self._digest.hexdigest()), SYSTEM)

    def _send(self) -> None:
        data, self._held, self._length = b"".join(self._held), [], 0
        self._digest.update(data)
        self.size, self.number = self.size + len(data), self.number + 1
        self.engine.execute(c.AddExportPiece(self.export_id, self.number, data, self.done), SYSTEM)

    def _count(self, n: int) -> None:
        self.done = n

    def _counted(self, lines: Iterator[Line | ChainEnd]) -> Iterator[Line | ChainEnd]:
        for line in lines:
            yield line
            self.done += isinstance(line, Line)
