"""What tests of pages ask again and again: statements counted, hostile words, the text a person reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

from sqlalchemy import Engine, event, text

from engine.store.session import Database
from tests.office import PROCESSES

SCRIPT = '<script>alert("x")</script>'
HOSTILE = (SCRIPT, "' OR 1=1 --", "a" * 190, "王\u202e丽娟", "{{ 7*7 }}", "%(who)s")
#: A start form, a step with a limit, four eyes, a script that fails for want of `people`, a wait for a message.
REFUND = (Path(__file__).parent / "desk.bpmn").read_bytes()
KEYS = ("inquiry", "handling", "complaint-closure", "callback")


def deploy_all(office) -> None:
    for key in KEYS:
        office.deploy((PROCESSES / key / "procedure.bpmn").read_bytes())


def words(html: str) -> str:
    """What stands on the page, without tags and scripts, blanks made one."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def main(html: str) -> str:
    """The page without its head, menus and foot."""
    return html.split('id="main"', 1)[1].split("<footer", 1)[0]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL sent within the block."""
    sent: list[str] = []

    def note(_conn, _cursor, statement, *_more) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def forge(database: Database, statement: str, **values: object) -> None:
    """Change the trail behind the product's back, its guards switched off."""
    with database.engine.begin() as conn:
        if database.is_sqlite:
            for name in conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
                conn.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            conn.execute(text("ALTER TABLE entry DISABLE TRIGGER ALL"))
        conn.execute(text(statement), values)
        if not database.is_sqlite:
            conn.execute(text("ALTER TABLE entry ENABLE TRIGGER ALL"))
