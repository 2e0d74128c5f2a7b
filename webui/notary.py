"""Where the key that signs checkpoints is kept, and where checkpoints go besides the database."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex

import structlog
from sqlalchemy.engine import make_url

from engine.audit import signing
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain.errors import Refusal
from engine.domain.text import Text
from engine.handlers.checkpoints import NoSigningKey
from webui.config import Settings

log = structlog.get_logger("closeloop.checkpoints")
OURS_ALONE = 0o600


class BadSigningKey(Refusal):
    code, kind = "bad-signing-key", "unavailable"
    sentence = Text("无法读取签名密钥 {where}：{why}", "The signing key {where} cannot be read: {why}")


def notary(settings: Settings) -> Notary | None:
    """None where no key is named and there is no SQLite file to keep one beside."""
    if settings.signing_key is None and key_file(settings) is None:
        return None
    keep = partial(_keep, Path(settings.checkpoints)) if settings.checkpoints else None
    every = timedelta(hours=settings.checkpoint_hours)
    return Notary(partial(_signer, settings), keep, every, settings.checkpoint_mail, settings.checkpoint_post)


def key_file(settings: Settings) -> Path | None:
    if settings.signing_key_file:
        return Path(settings.signing_key_file)
    url = make_url(settings.database_url)
    beside = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return Path(f"{url.database}.key") if beside else None


def _signer(settings: Settings) -> Signer:
    if settings.signing_key is not None:
        return _parsed(settings.signing_key, "CLOSELOOP_SIGNING_KEY")
    path = key_file(settings)
    if path is None:
        raise NoSigningKey()
    try:
        _make(path)
        return _parsed(path.read_text(encoding="ascii"), str(path))
    except (OSError, UnicodeDecodeError) as problem:
        raise BadSigningKey(where=str(path), why=getattr(problem, "strerror", None) or "not ASCII") from problem


def _make(path: Path) -> None:
    """A new key where there is none yet, readable by this user alone; an existing one stays."""
    try:
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OURS_ALONE)
    except FileExistsError:
        return
    with os.fdopen(made, "w", encoding="ascii") as file:
        file.write(token_hex(signing.KEY_BYTES) + "\n")
    log.warning("a signing key was made; keep a copy of it apart from the database", file=str(path))


def _parsed(text: str, where: str) -> Signer:
    try:
        return signing.parse(text)
    except ValueError as problem:
        why = Text("应为 64 位十六进制数字", "it should be 64 hexadecimal digits")
        raise BadSigningKey(where=where, why=why) from problem


def _keep(folder: Path, name: str, data: bytes) -> None:
    """What cannot be written is said in the log; the checkpoint itself is made and can be fetched again."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    except OSError as problem:
        log.error("a checkpoint could not be written outside", folder=str(folder), file=name, why=str(problem))
