"""The settings of one process: from the environment, checked once, frozen.

| variable | default | |
| --- | --- | --- |
| `DATABASE_URL` | `sqlite:///closeloop.db` | where the data is; `postgresql://user:password@host/name` in production |
| `CLOSELOOP_OWNER_URL` | none | PostgreSQL, for `closeloop upgrade`: the role that owns the tables, apart from the one above |
| `PORT`, `CLOSELOOP_HOST` | 8000, 127.0.0.1 | where the web listens |
| `CLOSELOOP_DEMO` | 0 | 1: one-click log-in and a clock that can be moved |
| `CLOSELOOP_WORKERS`, `CLOSELOOP_THREADS` | 2, 64 | processes and threads of `closeloop serve` |
| `CLOSELOOP_HTTPS` | 0 | 1: cookies over HTTPS only |
| `CLOSELOOP_PROXIES` | 0 | how many reverse proxies stand in front and are believed |
| `CLOSELOOP_SESSION_HOURS` | 12 | how long a log-in lasts |
| `CLOSELOOP_SECRET_KEY` | kept in the database | signs what browsers bring back, locks the secrets of second factors |
| `CLOSELOOP_SECOND_FACTOR` | nobody | roles that have to log in with the code of a device, too: `admin,auditor` |
| `CLOSELOOP_SMTP` | none: mails go to the log | `smtp://user:password@host:587?from=desk@example.com`, `smtps://…` |
| `CLOSELOOP_SIGNING_KEY` | none | 64 hexadecimal digits: the Ed25519 key that signs checkpoints |
| `CLOSELOOP_SIGNING_KEY_FILE` | beside the SQLite file | holds that key instead; made there the first time |
| `CLOSELOOP_CHECKPOINTS` | none | a folder the auditor keeps: each checkpoint is written there too |
| `CLOSELOOP_CHECKPOINT_MAIL` | none | addresses each checkpoint is mailed to: `auditor@example.com,box@example.org` |
| `CLOSELOOP_CHECKPOINT_POST` | none | `https://…`: each checkpoint is posted there, until a 2xx says it has arrived |
| `CLOSELOOP_CHECKPOINT_HOURS` | 24 | how often the worker makes one |
| `CLOSELOOP_LOG_FORMAT`, `CLOSELOOP_LOG_LEVEL` | json, info | `text` reads better on a terminal |
| `CLOSELOOP_OIDC_…` | none: local accounts only | logging in at an OpenID provider: `webui.oidc.settings` |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from engine.domain.actors import ROLES
from engine.domain.text import Text
from engine.mail import sender_of
from webui.environment import BadSetting
from webui.oidc import settings as oidc

YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off", "")


@dataclass(frozen=True, slots=True)
class Settings:
    database_url: str = "sqlite:///closeloop.db"
    owner_url: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    is_demo: bool = False
    workers: int = 2
    threads: int = 64
    https: bool = False
    proxies: int = 0
    session_hours: int = 12
    secret_key: str | None = field(default=None, repr=False)
    second_factor: tuple[str, ...] = ()
    smtp: str | None = field(default=None, repr=False)
    signing_key: str | None = field(default=None, repr=False)
    signing_key_file: str | None = None
    checkpoints: str | None = None
    checkpoint_mail: tuple[str, ...] = ()
    checkpoint_post: str | None = field(default=None, repr=False)
    checkpoint_hours: int = 24
    log_format: str = "json"
    log_level: str = "info"
    oidc: oidc.Oidc | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Raises `BadSetting`, which names the variable, for the first value that cannot be meant."""
        usual = cls()
        return cls(
            database_url=environ.get("DATABASE_URL", "").strip() or usual.database_url,
            owner_url=_owner(environ, "CLOSELOOP_OWNER_URL"),
            host=environ.get("CLOSELOOP_HOST", "").strip() or usual.host,
            port=_number(environ, "PORT", usual.port, 0, 65535),
            is_demo=_switch(environ, "CLOSELOOP_DEMO"),
            workers=_number(environ, "CLOSELOOP_WORKERS", usual.workers, 1, 64),
            threads=_number(environ, "CLOSELOOP_THREADS", usual.threads, 1, 1000),
            https=_switch(environ, "CLOSELOOP_HTTPS"),
            proxies=_number(environ, "CLOSELOOP_PROXIES", usual.proxies, 0, 10),
            session_hours=_number(environ, "CLOSELOOP_SESSION_HOURS", usual.session_hours, 1, 24 * 30),
            secret_key=environ.get("CLOSELOOP_SECRET_KEY") or None,
            second_factor=_roles(environ, "CLOSELOOP_SECOND_FACTOR"),
            smtp=_mail_server(environ, "CLOSELOOP_SMTP"),
            signing_key=environ.get("CLOSELOOP_SIGNING_KEY", "").strip() or None,
            signing_key_file=environ.get("CLOSELOOP_SIGNING_KEY_FILE", "").strip() or None,
            checkpoints=environ.get("CLOSELOOP_CHECKPOINTS", "").strip() or None,
            checkpoint_mail=_addresses(environ, "CLOSELOOP_CHECKPOINT_MAIL"),
            checkpoint_post=_web_address(environ, "CLOSELOOP_CHECKPOINT_POST"),
            checkpoint_hours=_number(environ, "CLOSELOOP_CHECKPOINT_HOURS", usual.checkpoint_hours, 1, 24 * 366),
            log_format=_choice(environ, "CLOSELOOP_LOG_FORMAT", usual.log_format, ("json", "text")),
            log_level=_choice(environ, "CLOSELOOP_LOG_LEVEL", usual.log_level, ("debug", "info", "warning", "error")),
            oidc=oidc.from_env(environ),
        )


def _number(environ: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    value = environ.get(name, "").strip()
    if not value:
        return usual
    if not (value.isascii() and value.isdigit() and least <= int(value[:9]) <= most):
        wanted = Text(f"{least} 至 {most} 的整数", f"a whole number from {least} to {most}")
        raise BadSetting(name=name, value=value[:60], wanted=wanted)
    return int(value)


def _owner(environ: Mapping[str, str], name: str) -> str | None:
    """The address as it is given; a refusal does not repeat it, for it may hold a password."""
    value = environ.get(name, "").strip()
    if value and not value.startswith(("postgresql:", "postgresql+psycopg:", "postgres:")):
        raise BadSetting(name=name, value="…", wanted=Text.same("postgresql://owner:password@host/name"))
    return value or None


def _addresses(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    given = tuple(part.strip() for part in environ.get(name, "").split(",") if part.strip())
    for one in given:
        before, at, after = one.rpartition("@")
        if not (before and at and after) or any(sign.isspace() for sign in one):
            raise BadSetting(name=name, value=one[:60], wanted=Text.same("auditor@example.com,box@example.org"))
    return given


def _web_address(environ: Mapping[str, str], name: str) -> str | None:
    """The address as it is given; a refusal does not repeat it, for it may hold a password."""
    value = environ.get(name, "").strip()
    if value and not (value.startswith(("https://", "http://")) and urlsplit(value).hostname):
        raise BadSetting(name=name, value="…", wanted=Text.same("https://example.com/checkpoints"))
    return value or None


def _mail_server(environ: Mapping[str, str], name: str) -> str | None:
    """The address as it is given, checked; a refusal does not repeat it, for it may hold a password."""
    value = environ.get(name, "").strip()
    try:
        sender_of(value)
    except ValueError:
        wanted = Text.same("smtp://user:password@host:587?from=desk@example.com")
        raise BadSetting(name=name, value="…", wanted=wanted) from None
    return value or None


def _roles(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    given = tuple(one.strip() for one in environ.get(name, "").lower().split(",") if one.strip())
    if unknown := [one for one in given if one not in ROLES]:
        raise BadSetting(name=name, value=unknown[0][:60], wanted=Text("、".join(ROLES), ", ".join(ROLES)))
    return given


def _switch(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in (*YES, *NO):
        raise BadSetting(name=name, value=value[:60], wanted=Text("1 或 0", "1 or 0"))
    return value in YES


def _choice(environ: Mapping[str, str], name: str, usual: str, choices: tuple[str, ...]) -> str:
    value = environ.get(name, "").strip().lower() or usual
    if value not in choices:
        raise BadSetting(name=name, value=value[:60], wanted=Text("、".join(choices), " or ".join(choices)))
    return value
