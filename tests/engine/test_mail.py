"""Mail: through the server that is configured, one header a line, or into the log."""

from __future__ import annotations

import smtplib
import ssl

import pytest

from engine.mail import LogSender, SmtpSender, sender_of


class Server:
    """What a mail server was told."""

    def __init__(self, *address, timeout, context=None):
        Server.told, Server.trusted = [("connect", *address)], [context]

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        Server.told.append(("quit",))

    def __getattr__(self, name):
        def told(*arguments, context=None):
            Server.told.append((name, *arguments))
            Server.trusted.append(context)

        return told


@pytest.mark.parametrize(
    ("url", "sender"),
    [
        (None, LogSender()),
        ("", LogSender()),
        ("smtp://mail.example?from=a@b.example", SmtpSender("mail.example", 587, "a@b.example")),
        ("smtps://u:p%40ss@mail.example?from=a@b.example", SmtpSender("mail.example", 465, "a@b.example", "u", "p@ss", "ssl")),
        ("smtp://localhost:2525?from=a@b.example&security=none", SmtpSender("localhost", 2525, "a@b.example", security="none")),
    ],
)
def test_the_address_says_how(url, sender):
    assert sender_of(url) == sender


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example?from=a@b", "smtp://mail.example", "smtp://?from=a@b"])
def test_an_address_that_cannot_be_used_is_refused(url):
    with pytest.raises(ValueError, match="mail server"):
        sender_of(url)


@pytest.mark.parametrize(("security", "first"), [("starttls", "starttls"), ("none", "login"), ("ssl", "login")])
def test_a_mail_is_sent(monkeypatch, security, first):
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", Server)
    SmtpSender("mail.example", 25, "desk@b.example", "u", "p", security).send(
        ["a@b.example", "c@d.example"], "CL-000001\nBcc: all@b.example", "时限已超时"
    )
    assert Server.told[0] == ("connect", "mail.example", 25)
    assert Server.told[1][0] == first
    checked = [context.verify_mode for context in Server.trusted if context is not None]
    assert checked == ([] if security == "none" else [ssl.CERT_REQUIRED])
    (mail,) = [told[1] for told in Server.told if told[0] == "send_message"]
    assert mail["To"] == "a@b.example, c@d.example"
    assert mail["Subject"] == "CL-000001 Bcc: all@b.example"
    assert mail["Bcc"] is None
    assert mail.get_content().strip() == "时限已超时"


def test_without_a_server_the_log_says_what_would_have_been_sent(monkeypatch):
    told = []
    monkeypatch.setattr("engine.mail.log.info", lambda words, *more: told.append(words % more))
    LogSender().send(["a@b.example"], "CL-000001", "text")
    assert "CL-000001" in told[0]
    assert "a@b.example" not in told[0]
