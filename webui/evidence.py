"""The evidence of one case as a zip that verifies itself: trail, procedure files, checkpoint, verifier."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from sqlalchemy import Connection

from engine.audit import offline
from engine.queries import cases, checkpoints
from engine.versions import Versions

README = """证据包 / Evidence pack: {number}

核验 / To verify (Python 3.11+, nothing else needed):   python -I -S verify.py

trail.jsonl      轨迹原文 / the trail, byte for byte as it is hashed
trail.csv, .xes  同一轨迹 / the same trail for spreadsheets and process mining
procedures/      本单所用流程版本 / the very files the case ran on
checkpoint.json  最新检查点 / the newest signed checkpoint, where there is one: compare it with the one you keep
manifest.json    各文件的 SHA-256 / of every file; it is not signed

清单未签名：要排除整包重做，请与自行保存的检查点比对。
The manifest is not signed: that the whole pack was not made anew shows only against a checkpoint kept elsewhere.
"""


def write(
    file: IO[bytes], conn: Connection, versions: Versions, case_id: int, number: str,
    trail: Callable[[str], Iterator[bytes]],
) -> None:  # fmt: skip
    """`trail` gives the trail of the case in a format."""
    digests: dict[str, str] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:

        def add(name: str, pieces: Iterator[bytes] | list[bytes]) -> None:
            digest = hashlib.sha256()
            with pack.open(name, "w", force_zip64=True) as one:
                for piece in pieces:
                    one.write(piece)
                    digest.update(piece)
            digests[name] = digest.hexdigest()

        for form in ("jsonl", "csv", "xes"):
            add(f"trail.{form}", trail(form))
        for version_id in dict.fromkeys(one.version_id for one in cases.instances(conn, versions, case_id)):
            version = versions.get(conn, version_id)
            add(f"procedures/{version_id}.bpmn", [version.bpmn])
        if (checkpoint := checkpoints.latest(conn)) is not None:
            add("checkpoint.json", [checkpoint.file])
        add("verify.py", [Path(offline.__file__).read_bytes()])
        add("README.txt", [README.format(number=number).encode()])
        pack.writestr("manifest.json", json.dumps({"case": number, "files": digests}, indent=1))
