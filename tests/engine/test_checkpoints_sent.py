"""Checkpoints reach those who keep them: by mail, and by POST, tried again until they have arrived."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import select

from engine.audit import checkpoint
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.mail import SmtpSender
from engine.store.schema import effect
from engine.worker import run_once
from tests.office import Office, auditor

OURS = Signer(bytes(32))
KEEPERS = ("auditor@example.com", "box@example.org")


class Post:
    """What was mailed; refuses as often as it is told to."""

    def __init__(self, failures=0):
        self.sent, self.failures = [], failures

    def send(self, to, subject, text, files=()):
        if self.failures:
            self.failures -= 1
            raise OSError("no connection")
        self.sent.append((tuple(to), subject, text, list(files)))


@pytest.fixture
def office(database):
    return Office(database)


def _make(office, **notary):
    office.engine.notary = Notary(lambda: OURS, **notary)
    return office.ask(c.MakeCheckpoint(), auditor)


def _work(office, sender=None):
    while run_once(office.engine, sender or Post()):
        pass


def _effects(office):
    with office.engine.read() as conn:
        return [(row.kind, row.done_at is not None, row.last_error) for row in conn.execute(select(effect).order_by(effect.c.id))]


def test_by_mail_to_everybody_named(office):
    post = Post()
    _make(office, mail=KEEPERS)
    _work(office, post)
    ((to, subject, text, ((name, data),)),) = post.sent
    assert (to, name) == (KEEPERS, "checkpoint-000001.json") and "检查点 1" in subject and "checkpoint 1" in subject
    kept = checkpoint.read_file(data)
    assert kept.is_genuine and kept.note.root.hex() in text


def test_a_mail_that_did_not_leave_is_sent_again(office):
    post = Post(failures=1)
    _make(office, mail=KEEPERS)
    _work(office, post)
    assert post.sent == [] and _effects(office) == [("checkpoint-mail", False, "OSError: no connection")]
    office.clock.move(timedelta(minutes=1))
    _work(office, post)
    assert len(post.sent) == 1 and _effects(office)[0][:2] == ("checkpoint-mail", True)


@pytest.mark.parametrize(("status", "arrives"), [(200, True), (204, True), (302, False), (500, False)])
def test_by_post_where_only_a_good_answer_means_it_has_arrived(office, status, arrives):
    with _listening(status) as (address, got):
        _make(office, post=address)
        _work(office)
        (data, headers), *others = got
    assert checkpoint.read_file(data).is_genuine and headers["Idempotency-Key"].startswith("checkpoint-1-")
    assert others == [] and [one[:2] for one in _effects(office)] == [("checkpoint-post", arrives)]


def test_one_does_not_wait_for_the_other(office):
    post = Post()
    with _listening(500) as (address, _):
        _make(office, post=address, mail=KEEPERS)
        _work(office, post)
    assert len(post.sent) == 1
    assert sorted(one[:2] for one in _effects(office)) == [("checkpoint-mail", True), ("checkpoint-post", False)]


def test_without_an_address_nothing_is_to_be_sent(office):
    _make(office)
    assert _effects(office) == []


def test_the_file_goes_with_the_mail(monkeypatch):
    sent = []

    class Server:
        def __init__(self, *_args, **_more): ...
        def __enter__(self):
            return self

        def __exit__(self, *_): ...
        def send_message(self, message):
            sent.append(message)

    monkeypatch.setattr("smtplib.SMTP", Server)
    SmtpSender("host", 25, "desk@example.com", security="none").send(["a@b.c"], "subject", "text", [("kept.json", b"{}")])
    (part,) = sent[0].iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("kept.json", b"{}")


@contextmanager
def _listening(status):
    got = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append((self.rfile.read(int(self.headers["Content-Length"])), self.headers))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self):
            got.append(("GET", {}))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_): ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/checkpoints", got
        server.shutdown()
