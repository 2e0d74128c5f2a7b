"""What is in an evidence pack, and how it is signed. `engine.audit.offline` is the program that verifies it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from engine.audit import offline
from engine.audit.entry import iso
from engine.audit.exports import forms
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.domain.actors import SYSTEM
from engine.domain.case import case_number
from engine.handlers.checkpoints import NoSigningKey
from engine.queries import attachments, cases, checkpoints, exports, proofs
from engine.queries.checkpoints import Checkpoint
from engine.queries.exports import Wanted
from engine.runtime import Engine
from webui.evidence import words
from webui.evidence.page import drawing, page
from webui.evidence.readme import README
from webui.evidence.report import report
from webui.evidence.story import Story, tell
from webui.request import Reading, calendar_for

TRAILS = ("jsonl", "csv", "xes")
#: Stands before the manifest in what is signed, so that no other signature of the key can be taken for this one.
SIGNED = b"closeloop evidence 1\n"


def write(engine: Engine, wanted: Wanted, file: IO[bytes]) -> Iterator[int]:
    """A step is a case, or a part of the trail; told is how many cases are in it. Raises `NoSigningKey`: an unsigned pack proves nothing."""
    if engine.notary is None:
        raise NoSigningKey()
    signer = engine.notary.signer()
    with engine.read() as conn:
        case_ids = exports.case_ids(conn, wanted)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        adding = Adding(pack)
        checkpoint = _fixed(engine, signer, case_ids)
        for form in TRAILS:
            lines = exports.chains(engine.read, engine.versions, wanted)
            for _ in adding.add(f"trail.{form}", forms.pieces(form, lines, engine.clock.now(), wanted.told())):
                yield 0
        with engine.read() as conn:
            adding.put("checkpoint.json", checkpoint.file)
            adding.put("proofs.json", _json(proofs.of_cases(conn, checkpoint, case_ids)))
        for n, case_id in enumerate(case_ids, 1):
            _case(engine, case_id, adding)
            yield n
        adding.put("verify.py", Path(offline.__file__).read_bytes())
        adding.put("README.txt", README.format(cases=", ".join(map(case_number, case_ids[:20]))).encode())
        head = {"closeloop": "evidence", "version": 1, "made_at": iso(engine.clock.now()), "wanted": wanted.told()}
        manifest = _json(head | {"files": adding.digests})
        pack.writestr("manifest.json", manifest)
        signature = {"public_key": signer.public.hex(), "signature": signer.sign(SIGNED + manifest).hex()}
        pack.writestr("signature.json", _json(signature))


class Adding:
    """Files go into the zip once; `digests` is what the manifest says of them."""

    def __init__(self, pack: zipfile.ZipFile) -> None:
        self.pack = pack
        self.digests: dict[str, str] = {}

    def put(self, name: str, data: bytes) -> None:
        if name not in self.digests:
            for _ in self.add(name, [data]):
                pass

    def add(self, name: str, pieces: Iterable[bytes]) -> Iterator[None]:
        digest = hashlib.sha256()
        with self.pack.open(name, "w", force_zip64=True) as one:
            for piece in pieces:
                one.write(piece)
                digest.update(piece)
                yield
        self.digests[name] = digest.hexdigest()


def _fixed(engine: Engine, signer: Signer, case_ids: Iterable[int]) -> Checkpoint:
    """The newest checkpoint, made now where that does not hold the chains as they are, or another key signed it."""
    with engine.read() as conn:
        newest = checkpoints.latest(conn)
        is_enough = newest is not None and newest.said.key == signer.key_id and checkpoints.holds(conn, case_ids)
    if not is_enough:
        engine.execute(c.MakeCheckpoint(), SYSTEM)
        with engine.read() as conn:
            newest = checkpoints.latest(conn)
    return newest


def _case(engine: Engine, case_id: int, adding: Adding) -> None:
    """The folder of one case, and the files its instances ran on."""
    at = f"cases/{case_number(case_id)}"
    with engine.read() as conn:
        organisation = engine.organisations.current(conn)
        zone = calendar_for(organisation, None).tzinfo
        r = Reading(conn, SYSTEM, organisation, engine.versions, engine.clock.now(), zone)
        for language in words.LANGUAGES:
            with words.speaking(language):
                story = tell(r, case_id)
                adding.put(f"{at}/story.{language}.html", page(story).encode())
                adding.put(f"{at}/report.{language}.pdf", report(story))
                for one in story.drawn:
                    if one.picture is not None:
                        adding.put(f"{at}/way-{one.no}.{language}.svg", drawing(one).encode())
        _attachments(r, at, case_id, story, adding)
        for one in cases.instances(conn, engine.versions, case_id):
            version = engine.versions.get(conn, one.version_id)
            adding.put(f"procedures/{version.key}-v{version.number}.bpmn", version.bpmn)


def _attachments(r: Reading, at: str, case_id: int, story: Story, adding: Adding) -> None:
    for one in story.files:
        data = attachments.data(r.conn, case_id, one.attachment.no) if one.inside else None
        if data is not None:
            adding.put(f"{at}/{one.inside}", data)


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False).encode() + b"\n"
