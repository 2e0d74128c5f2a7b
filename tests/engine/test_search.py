"""The search over all trails finds what a look at every entry would find, however short its stretches are."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass

import pytest
from sqlalchemy import insert, select

from engine.domain import commands as c
from engine.domain.errors import InvalidInput, SeparationOfDuties
from engine.domain.text import Text
from engine.queries import exceptions, search, search_ways
from engine.queries.search_ways import Wanted
from engine.store import places, trail
from engine.store.schema import deviation, entry, instance, personal_value
from tests.engine.drawn import bpmn, catch, sequence, task
from tests.office import admin, auditor, clerk, colleague, lead, outsider, owner

FILE = bpmn(
    sequence("p", task("a", "front-desk"), task("b", "front-desk", separate_from="a"), path="s > a > b > e")
)
OTHER = bpmn(sequence("q", task("a", "front-desk"), path="s > a > e"))


@pytest.fixture
def office(office):
    """Three customers, two procedures, two versions of one of them, a dozen cases with notes."""
    for name in ("王女士", "李先生", "赵女士"):
        office.ask(c.RegisterCustomer(name, "13800138000"), clerk)
    office.deploy(FILE)
    office.deploy(OTHER)
    for n in range(12):
        if n == 6:
            office.deploy(FILE.replace(b'name="a"', b'name="a2"'))
        answer = office.ask(c.StartCase(("p", "q")[n % 3 == 2], {}, 1 + n % 3), (clerk, colleague)[n % 2])
        case = office.case(answer["id"])
        office.wait("PT10M")
        case.task("a").complete(by=clerk)
        text = ("退款已到账", "客户要求 100% Refund", 'said "no"\nand left')[n % 3]
        case.ask(c.AddNote, f"{text} {n}", by=colleague)
    return office


@dataclass(frozen=True)
class Searcher:
    office: object
    login: str

    def __call__(self, limit=200, cursor=None, **wanted):
        with self.office.engine.read() as conn:
            kinds = wanted.pop("kinds", None)
            meant = exceptions.of(Wanted(**wanted), kinds) if kinds else Wanted(**wanted)
            organisation = self.office.engine.organisations.current(conn)
            actor = self.office.actor(self.login)
            found = search.page(conn, actor, organisation, meant, limit=limit, cursor=cursor)
            return found, search.count(conn, actor, organisation, meant)

    def every(self, limit=200, **wanted):
        """Page by page."""
        keys, cursor = [], None
        while True:
            found, _ = self(limit, cursor, **wanted)
            keys += [(one.case_id, one.seq) for one in found.items]
            if found.next is None:
                return keys
            cursor = found.next


@pytest.fixture
def seek(office):
    return Searcher(office, auditor)


@pytest.fixture
def entries(office):
    """All there are, the newest first."""
    with office.engine.read() as conn:
        rows = sorted(trail.all_in_order(conn), key=lambda row: (row.at, row.case_id, row.seq), reverse=True)
    return [(row, json.loads(bytes(row.body))["data"]) for row in rows]


@pytest.fixture(params=(7, 20_000), ids=("short", "long"))
def stretch(request, monkeypatch):
    monkeypatch.setattr(search, "STRETCH", request.param)


@pytest.mark.parametrize("few", (0, 1_000), ids=("on-the-way", "one-by-one"))
@pytest.mark.usefixtures("stretch")
def test_every_filter_finds_what_a_look_at_each_entry_finds(office, seek, entries, few, monkeypatch):
    monkeypatch.setattr(search_ways, "FEW", few)
    by_login = {login: office.actor(login).id for login in (clerk, colleague)}
    of_customer = lambda n: {case for case in range(1, 13) if (case - 1) % 3 == n - 1}
    of_p, of_p2 = of_customer(1) | of_customer(2), {7, 8, 10, 11}
    ways = {
        "case_id": [(5, lambda row, data: row.case_id == 5)],
        "actor_id": [(by_login[clerk], lambda row, data: row.actor_id == by_login[clerk])],
        "customer_ids": [((2,), lambda row, data: row.case_id in of_customer(2))],
        "procedure": [("p", lambda row, data: row.case_id in of_p)],
        "step": [("a", lambda row, data: '"element":"a"' in bytes(row.body).decode())],
        "types": [(("NoteAdded",), lambda row, data: row.type == "NoteAdded"),
                  (("TaskCompleted", "NoteAdded"), lambda row, data: row.type in ("TaskCompleted", "NoteAdded"))],
        "from_at": [(entries[40][0].at, lambda row, data: row.at >= entries[40][0].at)],
    }  # fmt: skip
    for names in itertools.chain(*(itertools.combinations(ways, n) for n in (0, 1, 2))):
        for chosen in itertools.product(*(ways[name] for name in names)):
            wanted = {name: value for name, (value, _) in zip(names, chosen, strict=True)}
            expected = [(row.case_id, row.seq) for row, data in entries if all(rule(row, data) for _, rule in chosen)]
            assert seek.every(limit=9, **wanted) == expected, wanted
            _, count = seek(**wanted)
            assert (count.n, count.is_exact) == (len(expected), True), wanted
    assert {case for case, _ in seek.every(procedure="p", version=2)} == of_p2


@pytest.mark.usefixtures("stretch")
def test_words_in_notes(seek):
    def cases(words, **more):
        return [case for case, _ in seek.every(limit=2, words=words, **more)]

    assert cases("退款") == [10, 7, 4, 1]
    assert cases("refund") == cases("100%") == cases("要求 REFUND") == [11, 8, 5, 2]
    assert cases('"no"') == cases('"no"\nand') == [12, 9, 6, 3]
    assert cases("退款", customer_ids=(1,), case_id=4) == [4]
    assert cases("退款", customer_ids=(2,)) == cases("无此词") == []
    assert cases("退款 11") == [] and cases("退款 9") == [10]


def test_what_was_redacted_is_found_by_its_words_no_more(office, seek):
    office.ask(c.RedactPersonalValues(4, "asked for"), admin)
    assert [case for case, _ in seek.every(words="退款")] == [10, 7, 1]


def test_a_page_looks_so_far_and_goes_on_from_there(seek, entries, monkeypatch):
    monkeypatch.setattr(search, "STRETCH", 7)
    monkeypatch.setattr(search, "MOST_LOOKED", 14)
    found, count = seek(types=("CaseStarted",), procedure="p", from_at=entries[-1][0].at, step="nowhere")
    assert (found.items, found.looked_until is not None, found.next is not None) == ((), False, False)  # few cases
    monkeypatch.setattr(search_ways, "FEW", 0)
    found, count = seek(step="nowhere")
    assert found.items == () and found.next and found.looked_until == entries[13][0].at
    assert (count.n, count.is_exact) == (0, False)
    assert seek.every(step="nowhere") == []


def test_a_count_stops_at_some_point(seek, monkeypatch):
    monkeypatch.setattr(search, "MOST_COUNTED", 10)
    _, count = seek()
    assert (count.n, count.is_exact) == (10, False)


def test_others_find_what_they_may_see(office, entries):
    cases = {row.case_id for row, _ in entries}
    assert {case for case, _ in Searcher(office, auditor).every()} == cases
    assert {case for case, _ in Searcher(office, owner).every()} == cases - {0}
    assert {case for case, _ in Searcher(office, lead).every()} == cases - {0}
    assert Searcher(office, outsider).every() == Searcher(office, outsider).every(words="退款") == []


def test_a_cursor_of_another_search_is_refused(seek):
    found, _ = seek(limit=2)
    with pytest.raises(InvalidInput):
        seek(cursor=found.next, words="退款")


@pytest.mark.usefixtures("stretch")
def test_exceptions_by_kind(office, seek):
    with pytest.raises(SeparationOfDuties):
        office.case(1).task("b").claim(by=clerk)
    office.case(2).ask(c.CancelCase, "twice", by=lead)
    office.ask(c.LogIn("nobody", "wrong", "10.0.0.1"))
    assert seek.every(kinds=("separation",))[0][0] == 1
    assert seek.every(kinds=("intervention",))[0][0] == 2
    assert [case for case, _ in seek.every(kinds=("log-in",))] == [0]
    assert seek.every(kinds=("timer",)) == seek.every(kinds=("late",)) == []
    assert len(seek.every(limit=1, kinds=tuple(exceptions.KINDS))) == 3
    assert {case for case, _ in seek.every(kinds=tuple(exceptions.KINDS), procedure="p")} == {1, 2}


@pytest.mark.parametrize("few", (0, 1_000), ids=("on-the-way", "one-by-one"))
@pytest.mark.usefixtures("stretch")
def test_deviations_stand_among_the_exceptions_at_their_entry(office, seek, few, monkeypatch):
    monkeypatch.setattr(search_ways, "FEW", few)
    office.case(2).ask(c.CancelCase, "twice", by=lead)
    cancelled = seek.every(kinds=("intervention",))[0]
    rows = [(1, 4, "skipped", False), (1, 4, "late", False), (1, 5, "remarked", True), (*cancelled, "early", False)]
    with office.engine.database.write() as conn:
        at = {(row.case_id, row.seq): row.at for row in trail.all_in_order(conn)}
        for no, (case_id, seq, kind, is_remark) in enumerate(rows, 1):
            of = {"case_id": case_id, "no": no, "is_remark": is_remark, "kind": kind, "procedure": "p", "version": 1}
            said = {"element": "a", "seq": seq, "at": at[case_id, seq], "sentence": {"zh": kind, "en": kind}}
            conn.execute(insert(deviation), of | said)
    assert seek.every(limit=1, kinds=("deviation",)) == [cancelled, (1, 4)]
    assert seek.every(limit=1, kinds=("deviation", "intervention")) == [cancelled, (1, 4)]
    assert seek.every(kinds=("deviation",), customer_ids=(1,)) == seek.every(kinds=("deviation",), case_id=1) == [(1, 4)]
    assert seek.every(kinds=("deviation",), actor_id=office.actor(lead).id) == [cancelled]
    assert seek(kinds=("deviation",))[1] == search.Count(2, True)
    with office.engine.read() as conn:
        assert exceptions.deviations(conn, [(1, 4), (1, 5)]) == {(1, 4): (Text.same("skipped"), Text.same("late"))}


@pytest.mark.parametrize(("late", "found"), [("PT59S", 0), ("PT60S", 1), ("PT99S", 1), ("PT5M", 1), ("PT5H", 1)])
def test_a_timer_is_late_from_a_minute_on(office, seek, late, found):
    office.start(bpmn(sequence("waits", catch("hour", "PT1H"), task("after"), path="s > hour > after > e")))
    office.wait("PT1H", work=False)
    office.wait(late, work=False)
    office.work()
    assert len(seek.every(kinds=("timer",))) == found


def test_rows_by_their_places_are_not_looked_for_in_the_whole_table(database):
    """SQLite reads all of it for `(case_id, seq) IN (…)`."""
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has its own ways")
    wanted = [(1, 2), (1, 3), (4, 5), (0, 7)]
    for table, number in ((entry, entry.c.seq), (personal_value, personal_value.c.seq), (instance, instance.c.no)):
        there = places.at(table.c.case_id, number, wanted)
        query = select(table).where(there).compile(database.engine, compile_kwargs={"literal_binds": True})
        with database.read() as conn:
            plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
        assert not any(step.startswith(f"SCAN {table.name}") for step in plan), plan


def test_no_other_rows_are_found_by_their_places(office):
    with office.engine.read() as conn:
        found = conn.execute(select(entry.c.case_id, entry.c.seq).where(places.at(entry.c.case_id, entry.c.seq, [(1, 2), (2, 1)])))
        assert sorted(tuple(row) for row in found) == [(1, 2), (2, 1)]
