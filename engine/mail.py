"""Sending mail: through SMTP where it is configured, else into the log."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 20
#: Name and content of what goes with a mail.
File = tuple[str, bytes]


class Sender(Protocol):
    def send(self, to: Sequence[str], subject: str, text: str, files: Sequence[File] = ()) -> None:
        """The mail is on its way, with these files; raises when it is not."""


@dataclass(frozen=True, slots=True)
class LogSender:
    """Where no mail server is configured, what would have been sent is said in the log."""

    def send(self, to: Sequence[str], subject: str, text: str, files: Sequence[File] = ()) -> None:
        log.info("mail not sent, no server configured: %s (%d recipients)", subject, len(to))


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """`security`: ssl, starttls or none."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"

    def send(self, to: Sequence[str], subject: str, text: str, files: Sequence[File] = ()) -> None:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, ", ".join(to), " ".join(subject.split())
        mail.set_content(text)
        for name, data in files:
            mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
        trusted = ssl.create_default_context()  # what smtplib takes by itself believes any certificate
        how = {"context": trusted} if self.security == "ssl" else {}
        connect = smtplib.SMTP_SSL if self.security == "ssl" else smtplib.SMTP
        with connect(self.host, self.port, timeout=TIMEOUT_SECONDS, **how) as server:
            if self.security == "starttls":
                server.starttls(context=trusted)
            if self.user:
                server.login(self.user, self.password)
            server.send_message(mail)


def sender_of(url: str | None) -> Sender:
    """From `smtp://user:password@host:587?from=desk@example.com`; `smtps://` for TLS at once, `?security=none` without.

    Raises ValueError, naming what is missing, for an address that cannot be used.
    """
    if not url:
        return LogSender()
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("a mail server is written smtp://host:port?from=address or smtps://…")
    if not options.get("from"):
        raise ValueError("the mail server's address needs ?from=, the address mails come from")
    security = "ssl" if parts.scheme == "smtps" else options.get("security", "starttls")
    port = parts.port or (465 if security == "ssl" else 587)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpSender(parts.hostname, port, options["from"], user, password, security)
