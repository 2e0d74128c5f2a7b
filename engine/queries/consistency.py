"""The proof that a later checkpoint continues an earlier one, as a file that can be verified without us."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection

from engine.domain.errors import InvalidInput, NotFound
from engine.domain.text import Text
from engine.queries import checkpoints
from engine.queries.checkpoints import Checkpoint

BACKWARDS = Text("应为较早的检查点：证明总是从较早的到较晚的。", "It should be the earlier one: a proof leads from the earlier to the later.")


def proof(conn: Connection, first: int, second: int) -> dict[str, Any]:
    """Both checkpoints as they are kept outside, and the path of RFC 9162 between them; JSON-able."""
    if first > second:
        raise InvalidInput(fields={"from": BACKWARDS})
    earlier, later = _find(conn, first), _find(conn, second)
    path = checkpoints.consistency(conn, earlier.said.size, later.said.size)
    kept = {"first": json.loads(earlier.file), "second": json.loads(later.file)}
    return {"closeloop": "consistency", "version": 1, **kept, "proof": [node.hex() for node in path]}


def as_file(given: dict[str, Any]) -> bytes:
    """One line, which `verify.py` and `closeloop verify-export` read."""
    return json.dumps(given, ensure_ascii=False).encode() + b"\n"


def file_name(first: int, second: int) -> str:
    return f"consistency-{first:06d}-{second:06d}.json"


def _find(conn: Connection, number: int) -> Checkpoint:
    found = checkpoints.find(conn, number)
    if found is None:
        raise NotFound(what=Text(f"检查点 {number}", f"Checkpoint {number}"))
    return found
