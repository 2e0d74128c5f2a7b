"""Checkpoints sent to whoever keeps them: by mail, and to an address of theirs, each until it has arrived."""

from __future__ import annotations

from collections.abc import Mapping
from http.client import HTTPMessage
from typing import IO, Any
from urllib.request import HTTPRedirectHandler, Request, build_opener

from engine.audit import checkpoint
from engine.domain.text import Text
from engine.mail import Sender
from engine.queries import checkpoints
from engine.queries.checkpoints import Checkpoint
from engine.runtime import Engine

TIMEOUT_SECONDS = 20
SUBJECT = Text("Closeloop 检查点 {number}", "Closeloop checkpoint {number}")
BODY = Text(
    "请把附件妥善保存在运行 Closeloop 的人无法触及之处。\n时间 {at}，{chains} 条链、{entries} 条记录，根 {root}，密钥 {key}。\n"
    "核验：closeloop verify --checkpoint {file}",
    "Please keep the file where nobody who runs Closeloop can reach it.\n"
    "Made {at}: {chains} chains, {entries} entries, root {root}, key {key}.\n"
    "To verify: closeloop verify --checkpoint {file}",
)


def mail(engine: Engine, sender: Sender, leased: Mapping[str, Any]) -> None:
    """To every address of the settings as they are now, in both languages."""
    found, to = _found(engine, leased), engine.notary.mail if engine.notary is not None else ()
    if found is None or not to:
        return
    name, note = checkpoint.file_name(found.id), found.said
    said = {"at": note.at.isoformat(timespec="seconds"), "chains": note.chains, "entries": note.entries, "root": note.root.hex()}
    subject, text = SUBJECT.format(number=found.id), BODY.format(**said, key=note.key, file=name)
    sender.send(to, f"{subject.zh} · {subject.en}", f"{text.zh}\n\n{text.en}\n", [(name, found.file)])


def post(engine: Engine, sender: Sender, leased: Mapping[str, Any]) -> None:
    """The file as the body of a POST; anything but a 2xx means that it has not arrived."""
    found, address = _found(engine, leased), engine.notary.post if engine.notary is not None else None
    if found is None or not address:
        return
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"checkpoint-{found.id}-{checkpoint.digest(found.note).hex()}"}
    with _OPENER.open(Request(address, found.file, headers, method="POST"), timeout=TIMEOUT_SECONDS):
        return


class _AsAddressed(HTTPRedirectHandler):
    """A POST that is sent elsewhere would become a GET of something else: nothing would be kept, and nobody would know."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str) -> None:
        return None


_OPENER = build_opener(_AsAddressed)


def _found(engine: Engine, leased: Mapping[str, Any]) -> Checkpoint | None:
    with engine.read() as conn:
        return checkpoints.find(conn, leased["body"]["checkpoint"])
