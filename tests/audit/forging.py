"""Each way to forge the trail, as somebody with a connection to the database does it. See docs/tampering.md."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, text

from engine.audit.entry import header
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.store import trail
from engine.store.session import Database
from engine.store.types import to_micros
from tests.office import Office, clerk

APPLICATION, OWNER, SUPERUSER = "application", "owner", "superuser"
FORGED = Signer(bytes(range(32)))
GUARDED = ("entry", "checkpoint", "checkpoint_leaf", "signing_key", "personal_value")
DAY = timedelta(days=1)


class Forger:
    """Whoever they are, they do all they can: `who` says which guards they may switch off."""

    def __init__(self, conn: Connection, who: str, case_id: int, *, is_sqlite: bool) -> None:
        self.conn, self.case_id = conn, case_id
        self._closes = [f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in GUARDED] if (who, is_sqlite) == (OWNER, False) else []
        for statement in self._openings(who, is_sqlite=is_sqlite):
            conn.execute(text(statement))

    def do(self, *statements: str, **values: Any) -> None:
        for statement in statements:
            conn_values = {name: value for name, value in ({"case": self.case_id} | values).items() if f":{name}" in statement}
            self.conn.execute(text(statement), conn_values)

    def rows(self, chain: int | None = None) -> list[Row]:
        return list(trail.of_case(self.conn, self.case_id if chain is None else chain, after=-1))

    def rehash(self, chain: int | None = None) -> None:
        """The chain holds again by itself, head and all."""
        chain = self.case_id if chain is None else chain
        previous, rows = bytes(32), self.rows(chain)
        for row in rows:
            columns = header(chain, row.seq, row.type, row.at, row.actor_id)
            previous = hashlib.sha256(previous + columns + bytes(row.body)).digest()
            if previous != bytes(row.hash):
                self.do(f"UPDATE entry SET hash = :hash WHERE case_id = {chain} AND seq = {row.seq}", hash=previous)
        self.move_head(chain, len(rows), previous)

    def move_head(self, chain: int, seq: int, hash_: bytes) -> None:
        where = f"service_case SET head_seq = {seq}, head_hash = :hash WHERE id = {chain}"
        self.do(f"UPDATE {where if chain else where.replace('service_case', 'system_chain')}", hash=hash_)

    def add(self, seq: int, hash_: bytes, like: Row, body: bytes) -> None:
        self.do(
            f"INSERT INTO entry (case_id, seq, type, at, actor_id, hash, body) VALUES (:case, {seq}, 'NoteAdded', :at, 99, :hash, :body)",
            at=to_micros(like.at), hash=hash_, body=body,
        )  # fmt: skip

    def end(self) -> None:
        for statement in self._closes:
            self.conn.execute(text(statement))

    def _openings(self, who: str, *, is_sqlite: bool) -> list[str]:
        if who == APPLICATION:
            return []
        if is_sqlite:
            names = self.conn.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
            return [f'DROP TRIGGER "{name}"' for name in names]
        if who == OWNER:
            return [f"ALTER TABLE {name} DISABLE TRIGGER USER" for name in GUARDED]
        return ["SET LOCAL session_replication_role = replica"]


def altered(f: Forger) -> None:
    f.do("UPDATE entry SET actor_id = 99 WHERE case_id = :case AND seq = 2")


def removed(f: Forger) -> None:
    f.do("DELETE FROM entry WHERE case_id = :case AND seq = 2")


def removed_and_numbered_anew(f: Forger) -> None:
    f.do("DELETE FROM entry WHERE case_id = :case AND seq = 2")
    _shift(f, 3, -1)


def reordered(f: Forger) -> None:
    for was, becomes in ((2, -2), (3, 2), (-2, 3)):
        f.do(f"UPDATE entry SET seq = {becomes} WHERE case_id = :case AND seq = {was}")


def inserted(f: Forger) -> None:
    rows = f.rows()
    _shift(f, 3, 1)
    f.add(3, hashlib.sha256(b"what never happened").digest(), rows[1], rows[1].body)


def tail_cut(f: Forger) -> None:
    f.do("DELETE FROM entry WHERE case_id = :case AND seq > 2")


def tail_cut_with_the_head(f: Forger) -> None:
    f.do("DELETE FROM entry WHERE case_id = :case AND seq > 2")
    f.rehash()


def case_removed(f: Forger) -> None:
    f.do("DELETE FROM entry WHERE case_id = :case", "DELETE FROM service_case WHERE id = :case")


def chain_rehashed(f: Forger) -> None:
    f.do("UPDATE entry SET actor_id = 99 WHERE case_id = :case AND seq = 2")
    f.rehash()


def time_of_an_entry_moved(f: Forger) -> None:
    """And with it all that would tell, as far as the case and the checkpoints go."""
    f.do(f"UPDATE entry SET at = at - {DAY // timedelta(microseconds=1)} WHERE case_id = :case AND seq = 3")
    f.rehash()
    f.do("DELETE FROM checkpoint_leaf", "DELETE FROM checkpoint")


def checkpoint_altered(f: Forger) -> None:
    f.do("UPDATE checkpoint SET entries = entries + 1")


def checkpoints_removed(f: Forger) -> None:
    f.do("DELETE FROM checkpoint_leaf", "DELETE FROM checkpoint")


def leaf_altered(f: Forger) -> None:
    f.do("UPDATE checkpoint_leaf SET seq = seq + 1 WHERE no = 0")


def key_replaced(f: Forger) -> None:
    f.do("UPDATE signing_key SET public = :public", public=FORGED.public)


def checkpoints_made_anew(f: Forger) -> None:
    """With a key of the forger's own, over a chain written again; the trail of the system stays."""
    chain_rehashed(f)
    f.do("DELETE FROM checkpoint_leaf", "DELETE FROM checkpoint", "DELETE FROM signing_key")


def history_regenerated(f: Forger) -> None:
    """The trail of the system, too, no longer knows of the checkpoints there were."""
    checkpoints_made_anew(f)
    f.do("DELETE FROM entry WHERE case_id = 0 AND type IN ('CheckpointMade', 'SigningKeyChanged')")
    for no, row in enumerate(f.rows(0), 1):
        f.do(f"UPDATE entry SET seq = {no} WHERE case_id = 0 AND seq = {row.seq}")
    f.rehash(0)


def added_at_the_end(f: Forger) -> None:
    """As the application itself adds, so that nothing tells it from the truth."""
    last = f.rows()[-1]
    seq, body = last.seq + 1, b'{"by":"zhang.min","data":{}}'
    columns = header(f.case_id, seq, "NoteAdded", last.at, 99)
    hash_ = hashlib.sha256(bytes(last.hash) + columns + body).digest()
    f.add(seq, hash_, last, body)
    f.move_head(f.case_id, seq, hash_)


def personal_value_altered(f: Forger) -> None:
    f.do("UPDATE personal_value SET value = :value WHERE case_id = :case", value=b'"never asked"')


def personal_value_replaced(f: Forger) -> None:
    """As nobody can be kept from who may redact and record."""
    f.do("DELETE FROM personal_value WHERE case_id = :case")
    f.do(
        "INSERT INTO personal_value (case_id, seq, name, salt, value) VALUES (:case, 1, 'text', :salt, :value)",
        salt=bytes(16), value=b'"never asked"',
    )  # fmt: skip


def personal_value_removed(f: Forger) -> None:
    f.do("DELETE FROM personal_value WHERE case_id = :case")


def _shift(f: Forger, first: int, by: int) -> None:
    """The numbers from the first on are others; hashes and bodies stay."""
    found = [row.seq for row in f.rows() if row.seq >= first]
    for seq in found if by < 0 else reversed(found):
        f.do(f"UPDATE entry SET seq = {seq + by} WHERE case_id = :case AND seq = {seq}")


def clock_turned_back(office: Office, case_id: int) -> None:
    office.clock.move(-DAY)
    office.ask(c.AddNote(case_id, "this was yesterday"), clerk)


def case_opened_with_the_clock_turned_back(office: Office, case_id: int) -> None:
    office.clock.move(-DAY)
    office.start("inquiry")


def checkpoint_made_with_the_clock_turned_back(office: Office, case_id: int) -> None:
    office.clock.move(-DAY)
    office.ask(c.MakeCheckpoint())


def checkpoint_of_the_forger(office: Office, case_id: int) -> None:
    office.engine.notary = Notary(lambda: FORGED)
    office.ask(c.MakeCheckpoint())


Forge = Callable[[Forger], None]
Run = Callable[[Office, int], None]
#: What is done in the database, what with the application's own program, and by what of it the first is followed.
IN_THE_DATABASE: tuple[Forge, ...] = (
    altered, removed, removed_and_numbered_anew, reordered, inserted, tail_cut, tail_cut_with_the_head, case_removed,
    chain_rehashed, time_of_an_entry_moved, checkpoint_altered, checkpoints_removed, leaf_altered, key_replaced,
    checkpoints_made_anew, history_regenerated, added_at_the_end, personal_value_altered, personal_value_replaced,
    personal_value_removed,
)  # fmt: skip
BY_THE_PROGRAM: tuple[Run, ...] = (
    clock_turned_back, case_opened_with_the_clock_turned_back, checkpoint_made_with_the_clock_turned_back,
)  # fmt: skip
FOLLOWED_BY: dict[Forge, Run] = {checkpoints_made_anew: checkpoint_of_the_forger, history_regenerated: checkpoint_of_the_forger}


def forge(url: str, who: str, office: Office, case_id: int, how: Forge) -> None:
    """In one transaction, so that what is refused in part has not been done at all."""
    database = Database(url)
    try:
        with database.write() as conn:
            forger = Forger(conn, who, case_id, is_sqlite=database.is_sqlite)
            how(forger)
            forger.end()
    finally:
        database.close()
    if how in FOLLOWED_BY:
        FOLLOWED_BY[how](office, case_id)
