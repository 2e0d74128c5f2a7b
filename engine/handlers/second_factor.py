"""The second factor: codes of a device (TOTP, RFC 6238), and recovery codes for when it is lost.

An account keeps `{"secret": locked, "last": step, "recovery": [hash, …]}`, and under `new` the locked secret of a device
that has not shown a code yet. A code counts once: its step has to come after the last one used.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyotp
from sqlalchemy import Row

from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, Refusal
from engine.domain.events import EventType
from engine.domain.text import Text
from engine.handlers import passwords
from engine.handlers.access import CODE, PASSWORD, is_first_password
from engine.handlers.accounts import WRONG, one_account
from engine.handlers.ahead import Ahead
from engine.handlers.vault import NONCE_BYTES, Vault
from engine.handlers.work import Work
from engine.store import people

STEP_SECONDS, EARLIER_OR_LATER = 30, 1
SECRET_BYTES, RECOVERY_BYTES, RECOVERY_CODES = 20, 15, 8
WRONG_CODE = Text(
    "验证码不正确或已用过。验证码每 30 秒更换一次，请检查设备的时间。",
    "This code is not right or was used before. Codes change every 30 seconds; check the clock of the device.",
)


class SecondFactorUnavailable(Refusal):
    code, kind = "second-factor-unavailable", "unavailable"
    sentence = Text(
        "无法读取第二因素：系统密钥未设置或已更改。请管理员重置您的第二因素。",
        "The second factor cannot be read: the secret key is not set or was changed. Ask an administrator to reset it.",
    )


def try_password(command: c.BeginSecondFactor, ahead: Ahead) -> tuple[str | None, bool]:
    with ahead.read() as conn:
        row = people.user_by_id(conn, ahead.actor.id)
    hash_ = row.password_hash if row else None
    return hash_, hash_ is None or passwords.is_password(command.password[: passwords.LONGEST], hash_)


def begin(command: c.BeginSecondFactor, work: Work) -> Mapping[str, Any]:
    """A new secret waits for the first code of its device; until then everything is as before."""
    row, (hash_, is_right) = _own(work), work.prepared
    if not is_right or row.password_hash != hash_:
        raise InvalidInput(fields={"password": WRONG})
    secret = b32encode(work.random(SECRET_BYTES)).decode()
    locked = _vault(work).lock(row.id, secret, work.random(NONCE_BYTES))
    people.save_user(work.conn, row.id, {"totp": {**(row.totp or {}), "new": locked}})
    return {}


def confirm(command: c.ConfirmSecondFactor, work: Work) -> Mapping[str, Any]:
    """The device shows right codes: from now on they are asked for. The recovery codes are in this answer alone."""
    row = _own(work)
    secret = waiting_secret(row, _vault(work))
    if secret is None:
        raise Forbidden(why=Text("没有待确认的设备", "no device is waiting for its first code"))
    step = _step(secret, command.code, work.vault.clock.now())
    if step is None:
        raise InvalidInput(fields={"code": WRONG_CODE})
    codes = _recovery_codes(work)
    kept = {"secret": row.totp["new"], "last": step, "recovery": [_hash(one) for one in codes]}
    people.save_user(work.conn, row.id, {"totp": kept})
    work.record_system(EventType.SecondFactorSet, login=row.login)
    return {"recovery": codes}


def log_in(command: c.LogInWithCode, work: Work) -> Mapping[str, Any]:
    """Whoever has given the password gives a code, too. A wrong one is an answer: it has to stay in the trail."""
    row, address = people.lock_user(work.conn, command.user_id), command.address[:64] or None
    how = _use(row, command.code, work) if row is not None and row.active else None
    if row is None or how is None:
        login = row.login if row is not None else str(command.user_id)
        work.record_system(EventType.LogInRefused, login=login, address=address, why="wrong-code")
        return {"user_id": None}
    work.record_system(EventType.LoggedIn, login=row.login, address=address, how=f"password+{how}")
    return {"user_id": row.id, "needs": [PASSWORD] if is_first_password(row) else []}


def remove(command: c.RemoveSecondFactor, work: Work) -> Mapping[str, Any]:
    """One's own with a code of it; anybody else's as an administrator, which ends their sessions."""
    row = people.lock_user(work.conn, one_account(command.login, work).id)
    if not has_factor(row):
        raise Forbidden(why=Text("该账户没有第二因素", "this account has no second factor"))
    is_own = row.id == work.actor.id
    if is_own and _use(row, command.code, work) is None:
        raise InvalidInput(fields={"code": WRONG_CODE})
    people.save_user(work.conn, row.id, {"totp": None})
    if not is_own:
        people.end_sessions_of(work.conn, row.id)
    work.record_system(EventType.SecondFactorRemoved, login=row.login)
    return {}


def renew_recovery_codes(command: c.RenewRecoveryCodes, work: Work) -> Mapping[str, Any]:
    """The old ones are worth nothing any more."""
    row = _own(work)
    if not has_factor(row) or _use(row, command.code, work) is None:
        raise InvalidInput(fields={"code": WRONG_CODE})
    codes, kept = _recovery_codes(work), people.user_by_id(work.conn, row.id).totp
    people.save_user(work.conn, row.id, {"totp": {**kept, "recovery": [_hash(one) for one in codes]}})
    work.record_system(EventType.RecoveryCodesMade, login=row.login)
    return {"recovery": codes}


def has_factor(row: Row) -> bool:
    return "secret" in (row.totp or {})


def waiting_secret(row: Row, vault: Vault | None) -> str | None:
    """The secret of the device that has not shown a code yet."""
    locked = (row.totp or {}).get("new")
    return vault.open(row.id, locked) if vault is not None and locked else None


def _own(work: Work) -> Row:
    row = people.lock_user(work.conn, work.actor.id)
    if row is None:
        raise Forbidden(why=Text("只有本人可以设置", "only the person themselves sets it up"))
    return row


def _vault(work: Work) -> Vault:
    if work.vault is None:
        raise SecondFactorUnavailable()
    return work.vault


def _use(row: Row, code: str, work: Work) -> str | None:
    """What kind of code it was, now used up; None if it was none. The account has to be locked."""
    if not has_factor(row):
        return None
    its, given = row.totp, "".join(one for one in code.upper() if one.isalnum())[:100]
    hashed = _hash(given)
    if hashed in its["recovery"]:
        left = [one for one in its["recovery"] if one != hashed]
        people.save_user(work.conn, row.id, {"totp": {**its, "recovery": left}})
        return "recovery-code"
    secret = _vault(work).open(row.id, its["secret"])
    if secret is None:
        raise SecondFactorUnavailable()
    step = _step(secret, given, work.vault.clock.now(), its["last"])
    if step is None:
        return None
    people.save_user(work.conn, row.id, {"totp": {**its, "last": step}})
    return CODE


def _step(secret: str, code: str, now: datetime, last: int = 0) -> int | None:
    """The step of time whose code it is, if that step comes after the last one used and is about now."""
    given, current = "".join(one for one in code if one.isalnum()), int(now.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    for step in range(max(current - EARLIER_OR_LATER, last + 1), current + EARLIER_OR_LATER + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given.encode()):
            return step
    return None


def _recovery_codes(work: Work) -> list[str]:
    """120 bits each, so that a plain digest keeps them well enough."""
    made = [b32encode(work.random(RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    return ["-".join(one[at : at + 4] for at in range(0, len(one), 4)) for one in made]


def _hash(code: str) -> str:
    return hashlib.sha256(code.replace("-", "").encode()).hexdigest()
