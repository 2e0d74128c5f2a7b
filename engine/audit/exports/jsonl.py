"""JSONL that can be verified without us: the bytes as they are hashed, one entry a line. `engine.audit.offline` reads it.

    {"closeloop":"trail","version":1,"made_at":…,"wanted":{…}}
    {"case":1,"seq":1,"type":…,"at":…,"actor":5,"hash":"…","body":"…","personal":{path:{"salt":"…","value":…}}}
    {"end_of":1,"seq":27,"hash":"…","leaves":[[12,20],[31,27]]}    leaf 12 of the checkpoints fixes entry 20 …
    {"closeloop":"end","chains":1,"entries":27,"sha256":"…of every line before"}

A body that is no UTF-8, which only somebody who altered it can have written, stands as `body64`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.audit.entry import VERSION, iso
from engine.audit.exports.lines import ChainEnd, Line


def write(lines: Iterable[Line | ChainEnd], made_at: datetime, wanted: Mapping[str, Any]) -> Iterator[bytes]:
    read, chains, entries = hashlib.sha256(), 0, 0
    head = _json({"closeloop": "trail", "version": VERSION, "made_at": iso(made_at), "wanted": wanted})
    read.update(head)
    yield head
    for line in lines:
        if isinstance(line, ChainEnd):
            chains += 1
            fixed = {"leaves": line.leaves} if line.leaves else {}
            told = _json({"end_of": line.case.id, "seq": line.seq, "hash": line.hash.hex(), **fixed})
        else:
            entries += 1
            told = _json(_entry(line))
        read.update(told)
        yield told
    yield _json({"closeloop": "end", "chains": chains, "entries": entries, "sha256": read.hexdigest()})


def _entry(line: Line) -> dict[str, Any]:
    told = {"case": line.case.id, "seq": line.seq, "type": line.type, "at": iso(line.at), "actor": line.actor_id}
    told["hash"] = line.hash.hex()
    try:
        told["body"] = line.body.decode()
    except UnicodeDecodeError:
        told["body64"] = base64.b64encode(line.body).decode()
    if line.kept:
        told["personal"] = {path: {"salt": salt.hex(), "value": value} for path, (salt, value) in line.kept.items()}
    return told


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
