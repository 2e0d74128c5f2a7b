"""After a redaction nothing of a person's values is left in the database; that it was done, by whom and why is proven."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, String, cast, select

from engine.audit import checkpoint
from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.domain import commands as c
from engine.domain.errors import Forbidden, InvalidInput, NotFound
from engine.handlers.redaction import CustomerHasCases
from engine.queries import verification
from engine.store.schema import metadata
from engine.worker import forget_in_time
from tests.engine.drawn import bpmn, messages, receive, script, sequence, task, throw
from tests.office import Office, admin, auditor, clerk, colleague, lead

NAME, PHONE, NOTE, STREET = "欧阳靖雯", "13812345678", "住在三楼怕狗", "梧桐路一百零八号"
TITLE, FILE = f"{NAME}的退款", f"{NAME}.txt"
ALL = (NAME, PHONE, NOTE, STREET, "sent-by-ouyang")
DESK = bpmn(
    messages("answer", "told"),
    sequence(
        "desk",
        task("ask", "front-desk", fields="street:string* amount:integer"),
        script("greet", 'greeting = "您好，" + customer_name + "，" + street'),
        receive("wait", "m-answer", correlation_who="customer_phone"),
        task("check", "front-desk", fields="street:string*"),
        throw("tell", "m-told", correlation_who="customer_phone"),
        script("split", "share = amount / people"),
        task("last", "front-desk", fields="street:string* remark:string*"),
        path="s > ask > greet > wait > check > tell > split > last > e",
        words={"retention": "P1Y"},
    ),
)


@pytest.fixture
def case(office: Office):
    """Everything that can be written of a person has been: record, title, variables, messages, notes, drafts, files."""
    office.deploy(DESK)
    new = {"name": NAME, "phone": PHONE, "note": NOTE, "email": "", "segment": ""}
    made = office.ask(c.StartCase("desk", {}, title=TITLE, business_key=PHONE, new_customer=new), clerk, key="opened")
    office.ask(c.UpdateCustomer(made["customer_id"], NAME, PHONE, note=NOTE), clerk, key="changed")
    case = office.case(made["id"])
    case.task("ask").complete(by=clerk, street=STREET, amount="12", key="asked")
    office.ask(c.SendMessage("answer", {"who": PHONE}, {"said": "sent-by-ouyang"}), clerk)
    case.ask(c.AddNote, f"{NAME}：{NOTE}", by=clerk)
    case.ask(c.AddAttachment, f"{NAME} {STREET}".encode(), FILE, by=clerk)
    case.ask(c.MakeSuggestion, case.task("check").no, f"{NAME} would rather be called", by=clerk)
    case.task("check").claim(by=clerk)
    case.ask(c.SaveDraft, case.task("check").no, {"street": STREET}, by=clerk)
    return case


def finish(case) -> None:
    case.task("check").complete(by=clerk, street=STREET)
    assert len(case.incidents) == 1
    case.ask(c.EditVariables, 1, {"people": 3, "street": STREET}, "how many there are", by=lead)
    case.ask(c.RetryIncident, case.incidents[0].no, by=lead)
    case.task("last").claim(by=colleague)
    case.task("last").complete(by=colleague, street=STREET, remark=NOTE)
    assert case.state == "closed"


def left_in(office: Office) -> list[tuple[str, str, str]]:
    """Where a value still stands: table, column, value. Every column of every table is looked through."""
    found = []
    with office.engine.read() as conn:
        for table in metadata.sorted_tables:
            for column in table.columns:
                for (kept,) in conn.execute(select(cast(column, LargeBinary if conn.dialect.name == "sqlite" else String))):
                    data = bytes(kept) if isinstance(kept, (bytes, memoryview)) else str(kept or "").encode()
                    found += [(table.name, column.name, value) for value in ALL if value.encode() in data or value.encode().hex().encode() in data]
    return found


def left_in_files(office: Office) -> list[tuple[str, str]]:
    """The same of the very files, with what no table shows any more."""
    if not office.database.is_sqlite:
        return []
    path = Path(office.database.url.database)
    files = [path, *(path.with_name(path.name + end) for end in ("-wal",))]
    contents = {one.name: one.read_bytes() for one in files if one.exists()}
    return [(name, value) for name, data in contents.items() for value in ALL if value.encode() in data]


def test_the_search_finds_what_is_there(office, case):
    tables = {table for table, _, _ in left_in(office)}
    assert {"service_case", "instance", "personal_value", "user_task", "attachment", "attachment_data"} <= tables
    assert {"customer", "suggestion", "idempotency"} <= tables
    assert office.database.is_sqlite is bool(left_in_files(office))


def test_nothing_is_left_of_a_closed_case_and_its_customer(office, case):
    finish(case)
    customer = case.row.customer_id
    case.ask(c.RedactPersonalValues, "The customer asked for it", by=admin)
    office.ask(c.RedactCustomer(customer, "The customer asked for it"), admin)
    assert left_in(office) == []
    assert left_in_files(office) == []


def test_what_time_deletes_is_gone_as_well(office, case):
    """But for the customer's record, which other cases may need."""
    finish(case)
    office.clock.move_to(office.now + timedelta(days=400))
    assert forget_in_time(office.engine) == 1
    office.ask(c.TidyUp())
    assert {table for table, _, _ in left_in(office)} == {"customer", "personal_value"}
    office.ask(c.RedactCustomer(1, "no case any more"), admin)
    assert left_in(office) == [] and left_in_files(office) == []


def test_of_an_open_case_what_its_forms_call_personal(office, case):
    case.ask(c.RedactPersonalValues, "asked for", by=admin)
    row, variables = case.row, case.variables()
    assert (row.customer_id, row.business_key) == (None, None) and NAME not in row.title
    assert (variables["street"], variables["customer_name"], variables["customer_phone"]) == (None, None, None)
    assert variables["greeting"] == "您好，***，***" and variables["amount"] == 12
    assert variables["said"] == "sent-by-ouyang"
    assert not [at for at in left_in(office) if at[0] not in ("customer", "personal_value", "idempotency") and at[2] != "sent-by-ouyang"]
    finish(case)
    case.ask(c.RedactPersonalValues, "asked for", by=admin)
    office.ask(c.RedactCustomer(1, "asked for"), admin)
    assert left_in(office) == [] and left_in_files(office) == []


def test_the_chains_and_what_was_done_stand(office, case):
    finish(case)
    before = case.trail().types
    case.ask(c.RedactPersonalValues, "PIPL 47", by=admin)
    with office.engine.read() as conn:
        assert verification.verify(conn).holds
    trail = case.trail()
    trail.check()
    last = trail.last("PersonalValuesRedacted")
    assert (last.by, last["reason"], trail.types[:-1]) == (admin, "PIPL 47", before)
    assert last["count"] >= 8


def test_every_checkpoint_stands_within_and_outside(office, case):
    kept: dict[str, bytes] = {}
    office.engine.notary = Notary(lambda: Signer(bytes(range(32))), kept.__setitem__)
    finish(case)
    office.ask(c.MakeCheckpoint())
    case.ask(c.RedactPersonalValues, "PIPL 47", by=admin)
    office.ask(c.RedactCustomer(1, "PIPL 47"), admin)
    office.ask(c.MakeCheckpoint())
    assert len(kept) == 2
    for outside in kept.values():
        with office.engine.read(is_snapshot=True) as conn:
            verdict = verification.verify(conn, kept=checkpoint.read_file(outside))
        assert verdict.holds, verdict.faults
    assert left_in(office) == []


def test_a_customer_goes_when_no_case_knows_them(office, case):
    with pytest.raises(CustomerHasCases) as refused:
        office.ask(c.RedactCustomer(1, "asked for"), admin)
    assert f"CL-{case.id:06d}" in refused.value.text.en
    case.ask(c.RedactPersonalValues, "asked for", by=admin)
    for login, reason, refusal in ((lead, "x", Forbidden), (auditor, "x", Forbidden), (admin, " ", InvalidInput)):
        with pytest.raises(refusal):
            office.ask(c.RedactCustomer(1, reason), login)
    assert office.ask(c.RedactCustomer(1, "asked for"), admin)["count"] == 6
    with pytest.raises(NotFound):
        office.ask(c.RedactCustomer(1, "asked for"), admin)
    entry = office.system_trail().last("CustomerRedacted")
    assert (entry.by, entry["customer"], entry["reason"]) == (admin, 1, "asked for")
    office.system_trail().check()


def test_the_answer_to_a_request_sent_again_has_no_name_any_more(office, case):
    case.ask(c.RedactPersonalValues, "asked for", by=admin)
    again = office.ask(c.UpdateCustomer(1, NAME, PHONE, note=NOTE), clerk, key="changed")
    assert again == {"id": 1, "name": "***"}
