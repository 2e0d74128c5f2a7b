"""A checkpoint: one signed line that fixes every chain as it was, to be kept where we cannot reach it.

The note is canonical JSON of `version, at, size, chains, entries, root, previous, key`. `root` is over the leaves
(RFC 9162), each `[case, seq, hash]` of a chain's head in canonical JSON; `previous` is the SHA-256 of the note before.
The file the auditor keeps holds the note as text, its signature and the public key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine.audit import merkle
from engine.audit.entry import SAFE_INTEGER, canonical, iso
from engine.audit.signing import KEY_BYTES, is_signed, key_id

VERSION = 1
LONGEST_FILE = 10_000
FIELDS = {"version": int, "at": str, "size": int, "chains": int, "entries": int, "root": str, "previous": (str, type(None)),
          "key": str}  # fmt: skip
COUNTS = ("size", "chains", "entries")


@dataclass(frozen=True, slots=True)
class Note:
    at: datetime
    size: int
    chains: int
    entries: int
    root: bytes
    previous: bytes | None
    key: str

    def text(self) -> bytes:
        """Exactly what is signed."""
        previous = self.previous.hex() if self.previous is not None else None
        return canonical(
            {"version": VERSION, "at": iso(self.at), "size": self.size, "chains": self.chains, "entries": self.entries,
             "root": self.root.hex(), "previous": previous, "key": self.key}
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A checkpoint as it lies outside the database."""

    note: Note
    text: bytes
    signature: bytes
    public: bytes

    @property
    def is_genuine(self) -> bool:
        return key_id(self.public) == self.note.key and is_signed(self.public, self.signature, self.text)


def digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def leaf(case_id: int, seq: int, hash_: bytes) -> bytes:
    """The hash of the leaf that says: chain `case_id` had `seq` entries, the last with this hash."""
    return merkle.leaf_hash(canonical([case_id, seq, bytes(hash_).hex()]))


def parse(text: bytes) -> Note:
    """Raises ValueError for anything but the text of a note, to the byte."""
    given = _object(text)
    if given.keys() != FIELDS.keys() or any(
        not isinstance(given[name], type_) or isinstance(given[name], bool) for name, type_ in FIELDS.items()
    ):
        raise ValueError("not the note of a checkpoint")
    if not all(0 <= given[name] <= SAFE_INTEGER for name in COUNTS):
        raise ValueError("no checkpoint counts so many")
    at = datetime.strptime(given["at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    previous = bytes.fromhex(given["previous"]) if given["previous"] is not None else None
    root = bytes.fromhex(given["root"])
    note = Note(at, given["size"], given["chains"], given["entries"], root, previous, given["key"])
    if note.text() != bytes(text):
        raise ValueError("the note of a checkpoint, but not as it was written")
    return note


def file_name(number: int) -> str:
    return f"checkpoint-{number:06d}.json"


def file(text: bytes, signature: bytes, public: bytes) -> bytes:
    """What the auditor keeps."""
    kept = {"note": text.decode(), "signature": signature.hex(), "public_key": public.hex()}
    return json.dumps(kept, indent=1, ensure_ascii=False).encode() + b"\n"


def read_file(data: bytes) -> Kept:
    """Raises ValueError for what is no file of a checkpoint; whether it is genuine is another question."""
    if len(data) > LONGEST_FILE:
        raise ValueError("too long for a checkpoint")
    given = _object(data)
    parts = [given.get(name) for name in ("note", "signature", "public_key")]
    if not all(isinstance(part, str) for part in parts):
        raise ValueError("a checkpoint has a note, a signature and a public_key")
    text, signature, public = parts[0].encode(), bytes.fromhex(parts[1]), bytes.fromhex(parts[2])
    if len(public) != KEY_BYTES:
        raise ValueError("a public key has 32 bytes")
    return Kept(parse(text), text, signature, public)


def _object(data: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(data)
    except (RecursionError, UnicodeDecodeError) as problem:
        raise ValueError("not JSON") from problem
    return given if isinstance(given, dict) else {}
