"""The trail of everything: grammar, chains, commitments, redaction, and that nothing can be changed in it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from types import SimpleNamespace

import pyotp
import pytest
import rfc8785
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from engine.audit.notary import Notary
from engine.audit.signing import Signer
from engine.audit.verify import verify_chain
from engine.domain import commands as c
from engine.domain.clock import ManualClock
from engine.domain.errors import Forbidden, InvalidInput, SeparationOfDuties
from engine.domain.events import GRAMMAR, EventType
from engine.domain.scorecard import USUAL
from engine.handlers.second_factor import waiting_secret
from engine.handlers.vault import Vault
from engine.queries import verification
from engine.store import people
from engine.store.schema import entry, personal_value, service_case
from tests.engine.drawn import boundary, bpmn, messages, receive, script, sequence, task, throw
from tests.office import Office, admin, auditor, clerk, colleague, lead, outsider, owner

EVERYTHING = bpmn(
    messages("hello", "never"),
    sequence(
        "everything",
        task("a", "front-desk", sla="PT1H", fields="name:string* amount:decimal"),
        boundary("late", "a", "PT2H", interrupting=False),
        task("decide", "leads"),
        script("compute", "total = amount * 2"),
        throw("hello", "m-hello"),
        task("pause", "front-desk", clock_pause="whole"),
        task("last", "front-desk"),
        path="s > a > compute > hello > pause > last > e; late > decide > e",
        words={"clock.whole": "PT10H"},
    ),
)
HEARS = bpmn(
    messages("hello", "never"), sequence("hears", receive("never", "m-never"), path="s > never > e", starts="m-hello")
)


def everything(office: Office) -> list[int]:
    """Cases in which every kind of event has happened at least once; returns their numbers."""
    office.deploy(HEARS)
    case = office.start(EVERYTHING)
    case.task("a").claim(by=clerk).release(by=clerk).claim(by=clerk).delegate(by=clerk, to=colleague)
    case.task("a").assign(by=lead, to=clerk)
    office.wait("PT3H")
    case.task("a").complete(by=clerk, name="王丽娟")
    case.ask(c.RetryIncident, case.incidents[0].no, {"amount": 2}, by=lead)
    case.task("pause").complete(by=clerk)
    case.ask(c.AddNote, "客户很客气", by=clerk)
    case.ask(c.ReassignCase, colleague, by=lead)
    file = case.ask(c.AddAttachment, b"%PDF-1.7", "receipt.pdf", by=clerk)["no"]
    case.ask(c.RemoveAttachment, file, "twice", by=clerk)
    case.ask(c.DeliverMessage, "never")
    case.task("last").complete(by=clerk)
    case.task("decide").complete(by=lead)
    cancelled = office.start(EVERYTHING)
    cancelled.ask(c.CancelCase, "twice", by=lead)
    case.ask(c.RedactPersonalValues, "asked for by the customer", by=admin)

    customer = office.ask(c.RegisterCustomer("王丽娟", "138 0013 8000"), clerk)["id"]
    office.ask(c.UpdateCustomer(customer, "王丽娟", "138 0013 8001"), clerk)
    office.ask(c.RedactCustomer(customer, "asked for"), admin)
    office.ask(c.SaveUser("new.person", password="long enough by far"), admin)
    office.ask(c.SetAbsence(clerk, colleague), clerk)
    office.ask(c.LogIn("new.person", "long enough by far", "10.0.0.1"))
    office.ask(c.LogIn("new.person", "wrong", "10.0.0.1"))
    office.ask(c.LogOut(), clerk)
    office.ask(c.LinkAccount(colleague, "https://login.example.com", "u-1"), admin)
    office.ask(c.ChangePassword("long enough by far", "chosen by oneself"), "new.person")
    second_factor(office, "new.person", "chosen by oneself")
    session(office, "new.person")
    office.ask(c.EndSessions("new.person"), admin)
    token = office.ask(c.CreateToken(clerk), clerk)["id"]
    office.ask(c.RevokeToken(token), clerk)
    office.ask(c.MoveClock(3600), admin)
    office.ask(c.RecordVerification("all", 10, "holds"), auditor)
    office.engine.notary = Notary(lambda: Signer(bytes(32)))
    office.ask(c.MakeCheckpoint(), auditor)
    office.ask(c.RecordExport("csv", {"case": case.id}, 1, 40), auditor)
    office.ask(c.SetProcedureDepartment("hears", "service"), owner)
    office.ask(c.WithdrawVersion("hears", 1, "nobody answers"), owner)
    office.ask(c.RecordReading("cases"), auditor)
    sampled(office)
    held_against_a_log(office)
    return [case.id, cancelled.id, moved_and_put_back(office), read_and_suggested(office), forbidden(office)]


def sampled(office: Office) -> None:
    """One of the cases that are over is drawn and reviewed; the sample is closed."""
    office.wait("PT2M", work=False)
    drawn = office.ask(c.DrawSample("week", 1, "random", office.now - timedelta(days=9), office.now), auditor)
    ratings = {question.key: "met" for question in USUAL.questions}
    office.ask(c.ReviewCase(drawn["id"], drawn["cases"][0], ratings), auditor)
    office.ask(c.CloseSample(drawn["id"]), auditor)


def held_against_a_log(office: Office) -> None:
    """What another system did is laid beside a procedure, and thrown away."""
    log = b"case,activity,time\n1,a,2026-03-02 09:00\n1,last,2026-03-02 10:00\n"
    made = office.ask(c.ImportLog(log, "past.csv", "everything", 1), auditor)
    office.ask(c.CheckLog(made["id"], {"a": "a", "last": "last"}), auditor)
    office.work()
    office.ask(c.DiscardLog(made["id"]), auditor)


def forbidden(office: Office) -> int:
    """Whoever proposed tries to approve."""
    both = (task("a", "front-desk"), task("b", "front-desk", separate_from="a"))
    case = office.start(bpmn(sequence("four-eyes", *both, path="s > a > b > e")))
    case.task("a").complete(by=clerk)
    with pytest.raises(SeparationOfDuties):
        case.task("b").claim(by=clerk)
    return case.id


def second_factor(office: Office, login: str, password: str) -> None:
    """Set up, asked for, its recovery codes renewed, taken away."""
    clock = ManualClock(office.now)
    office.engine.vault = Vault("a secret of tests", clock)
    office.ask(c.BeginSecondFactor(password), login)
    with office.engine.read() as conn:
        device = pyotp.TOTP(waiting_secret(people.user(conn, login), office.engine.vault))
    office.ask(c.ConfirmSecondFactor(device.at(clock.now())), login)
    office.ask(c.LogIn(login, password))
    clock.move(timedelta(minutes=1))
    codes = office.ask(c.RenewRecoveryCodes(device.at(clock.now())), login)["recovery"]
    office.ask(c.RemoveSecondFactor(login, codes[0]), login)


def session(office: Office, login: str) -> str:
    """The person is logged in somewhere; the id of that session."""
    values = {"user_id": office.actor(login).id, "body": {"how": "password"}, "created_at": office.now}
    with office.engine.database.write() as conn:
        people.save_session(conn, "5" * 64, values | {"expires_at": office.now + timedelta(hours=1)})
    return "5" * 16


def read_and_suggested(office: Office) -> int:
    """What changed is read, something better is suggested and answered, a file is reviewed and discarded."""
    file = bpmn(sequence("said", task("a", "front-desk"), path="s > a > e"))
    case = office.start(file)
    made = office.ask(c.MakeSuggestion(case.id, case.task("a").no, "ask for the number first"), clerk)
    office.ask(c.AnswerSuggestion(made["id"], "accepted", "with the next version"), owner)
    office.ask(c.ReleaseVersion("said", 1, training="asked"), owner)
    office.ask(c.AcknowledgeVersion("said", 1), clerk)
    upload = office.ask(c.UploadFile(file.replace(b'name="a"', b'name="b"'), "said.bpmn"), owner)
    office.ask(c.DiscardUpload(upload["id"]), owner)
    return case.id


def moved_and_put_back(office: Office) -> int:
    """A case that goes to another version and comes back; another migration is stopped before it begins."""
    case = office.start(bpmn(sequence("moves", task("a"), path="s > a > e")))
    office.deploy(bpmn(sequence("moves", task("a"), task("b"), path="s > a > b > e")))
    office.ask(c.StopMigration(office.ask(c.MigrateCases("moves", 1, 2), owner)["id"]), owner)
    migration = office.ask(c.MigrateCases("moves", 1, 2), owner)["id"]
    office.work()
    office.ask(c.UndoMigration(case.id, migration), owner)
    return case.id


@pytest.fixture
def office(database) -> Office:
    return Office(database, is_demo=True)


def test_every_event_there_is_happens_obeys_its_grammar_and_chains(office):
    cases = everything(office)
    trails = [office.case(case_id).trail() for case_id in cases] + [office.system_trail()]
    for trail in trails:
        trail.check()
    happened = {type_ for trail in trails for type_ in trail.types}
    assert {type_.value for type_ in GRAMMAR} - happened == set()


def test_the_whole_trail_verifies_as_the_auditor_reads_it(office):
    everything(office)
    with office.engine.read() as conn:
        verdict = verification.verify(conn)
    assert verdict.holds
    assert verdict.chains >= 3


def test_personal_values_stand_behind_commitments_and_redaction_keeps_the_chain(office):
    case = office.start(EVERYTHING)
    case.task("a").complete(by=clerk, name="王丽娟")
    completed = case.trail().last("TaskCompleted")
    with office.engine.read() as conn:
        (kept,) = conn.execute(select(personal_value).where(personal_value.c.seq == completed.seq)).all()
        bodies = b"".join(bytes(row.body) for row in conn.execute(select(entry)))
    assert kept.value == "王丽娟"
    assert completed["values"]["name"]["sha256"] == hashlib.sha256(kept.salt + rfc8785.dumps("王丽娟")).hexdigest()
    assert "王丽娟".encode() not in bodies
    for who, refusal in ((clerk, Forbidden), (lead, Forbidden), (auditor, Forbidden)):
        with pytest.raises(refusal):
            case.ask(c.RedactPersonalValues, "because", by=who)
    with pytest.raises(InvalidInput):
        case.ask(c.RedactPersonalValues, "", by=admin)
    assert case.ask(c.RedactPersonalValues, "asked for", by=admin)["count"] >= 1
    with office.engine.read() as conn:
        assert conn.execute(select(personal_value).where(personal_value.c.case_id == case.id)).all() == []
    case.trail().check()


def test_equal_values_have_different_commitments(office):
    cases = [office.start(EVERYTHING) for _ in range(2)]
    for case in cases:
        case.task("a").complete(by=clerk, name="王丽娟")
    one, other = (case.trail().last("TaskCompleted")["values"]["name"] for case in cases)
    assert one != other


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET type = 'NoteAdded' WHERE case_id = 1",
        "UPDATE entry SET body = body WHERE seq = 2",
        "DELETE FROM entry WHERE case_id = 1 AND seq = 1",
        "DELETE FROM entry",
    ],
)
def test_the_database_itself_keeps_entries_as_they_are(office, statement):
    office.start(EVERYTHING)
    with pytest.raises(DBAPIError), office.database.write() as conn:
        conn.execute(text(statement))
    office.case(1).trail().check()


def test_a_row_changed_behind_its_back_is_named(office):
    case = office.start(EVERYTHING)
    trail = case.trail()
    rows = [SimpleNamespace(**row._mapping) for row in trail.rows]
    assert verify_chain(case.id, rows, trail.head)[1] is None
    assert verify_chain(case.id, [*rows[:3], *rows[4:]], trail.head)[1].seq == rows[3].seq
    assert verify_chain(case.id, rows[:-1], trail.head)[1].kind == "tail-cut"
    rows[3].body = bytes(rows[3].body).replace(b"zhang.min", b"li.wei   ")
    assert verify_chain(case.id, rows, trail.head)[1].seq == rows[3].seq


def test_the_head_is_part_of_what_is_verified(office):
    case = office.start(EVERYTHING)
    with office.database.write() as conn:
        conn.execute(update(service_case).values(head_seq=service_case.c.head_seq - 1))
    trail = case.trail()
    assert verify_chain(case.id, trail.rows, trail.head)[1] is not None


def test_old_and_new_values_are_told(office):
    file = bpmn(
        sequence("p", task("a", "front-desk", fields="amount:decimal"), task("b", "front-desk", fields="amount:decimal"), path="s > a > b > e")
    )
    case = office.start(file)
    case.task("a").complete(by=clerk, amount="10.00")
    case.task("b").complete(by=colleague, amount="12.50")
    told = case.trail().last("TaskCompleted")
    assert (told["was"], told["values"]) == ({"amount": "10.00"}, {"amount": "12.50"})


def test_everything_that_is_not_a_case_is_in_the_system_chain(office):
    office.deploy(EVERYTHING)
    system = office.system_trail()
    deployed = system.last("VersionDeployed")
    assert deployed["sha256"] == hashlib.sha256(EVERYTHING).hexdigest()
    assert deployed.by == owner
    office.ask(c.SaveUser(outsider, groups=("stock", "front-desk"), password="a new password"), admin)
    saved = office.system_trail().last("UserSaved")
    assert (saved["groups"], saved["was"]) == (["front-desk", "stock"], {"groups": ["stock"]})
    assert saved["password"] == "changed"
    assert "a new password" not in str(saved.data)
    assert EventType.UserSaved.value == saved.type
