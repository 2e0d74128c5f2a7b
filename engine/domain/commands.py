"""Everything that can be asked of the engine. Imperative names; frozen; one transaction each.

A command with a `case_id` locks that case and writes into its chain; one without writes into the system chain
(or, for `StartCase`, into the chain of the case it makes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


class Command:
    """Base of all commands. `SECRETS` are the parts of its answer that are shown once and never kept."""

    __slots__ = ()
    SECRETS: ClassVar[tuple[str, ...]] = ()


def case_of(command: Command) -> int | None:
    """The case a command is about, None where it is about no case yet."""
    return getattr(command, "case_id", None)


Values = Mapping[str, Any]


# Cases


@dataclass(frozen=True, slots=True)
class StartCase(Command):
    """Of a customer on record, or of a `new_customer` (the fields of `RegisterCustomer`) put on record with it."""

    procedure: str
    variables: Values = field(default_factory=dict)
    customer_id: int | None = None
    business_key: str | None = None
    title: str | None = None
    channel: str | None = None
    new_customer: Values | None = None


@dataclass(frozen=True, slots=True)
class CancelCase(Command):
    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReassignCase(Command):
    """Give the case another owner: the one who answers for it to the customer."""

    case_id: int
    to_login: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AddNote(Command):
    case_id: int
    text: str


@dataclass(frozen=True, slots=True)
class AddAttachment(Command):
    """Put a file beside the case; `task_no` where it belongs to a step. What it may be is told by its contents."""

    case_id: int
    data: bytes
    name: str
    task_no: int | None = None


@dataclass(frozen=True, slots=True)
class RemoveAttachment(Command):
    """Delete the bytes of a file; that it was there, by its hash, and why it went stay in the trail."""

    case_id: int
    no: int
    reason: str


@dataclass(frozen=True, slots=True)
class EditVariables(Command):
    """Correct variables of a running instance by hand; every old and new value goes to the trail."""

    case_id: int
    instance_no: int
    edits: Values
    reason: str


@dataclass(frozen=True, slots=True)
class RetryIncident(Command):
    case_id: int
    no: int
    edits: Values = field(default_factory=dict)


# Tasks


@dataclass(frozen=True, slots=True)
class ClaimTask(Command):
    case_id: int
    no: int


@dataclass(frozen=True, slots=True)
class ReleaseTask(Command):
    case_id: int
    no: int


@dataclass(frozen=True, slots=True)
class DelegateTask(Command):
    """The holder passes the task on to a colleague."""

    case_id: int
    no: int
    to_login: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AssignTask(Command):
    """A lead or administrator gives the task to somebody, held or not."""

    case_id: int
    no: int
    to_login: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CompleteTask(Command):
    """An unheld task is claimed in passing by whoever may claim it."""

    case_id: int
    no: int
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SaveDraft(Command):
    """What was typed so far, as typed; nothing is validated and nothing enters the trail."""

    case_id: int
    no: int
    values: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakeNextTask(Command):
    """Claim the most urgent task the actor may claim."""



# Time and messages


@dataclass(frozen=True, slots=True)
class FireTimer(Command):
    """Advance every timer of the case that is due."""

    case_id: int


@dataclass(frozen=True, slots=True)
class StrikeClock(Command):
    """Warn or breach every clock of the case whose instant has come."""

    case_id: int


@dataclass(frozen=True, slots=True)
class PostponeDue(Command):
    """What is due in the case failed: an incident is raised and it is tried again later. `clocks`: not the timers."""

    case_id: int
    clocks: bool
    problem: str


@dataclass(frozen=True, slots=True)
class LeaseEffect(Command):
    """The effect that has been due longest is this worker's for some minutes."""


@dataclass(frozen=True, slots=True)
class KeepEffect(Command):
    """The worker is still at it; the effect stays its own for some minutes more."""

    effect_id: int


@dataclass(frozen=True, slots=True)
class SettleEffect(Command):
    """The effect has been carried out, or failed with `problem`; `final` when it is not worth another try."""

    effect_id: int
    problem: str | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class TidyUp(Command):
    """Forget keys of requests nobody will send again."""


@dataclass(frozen=True, slots=True)
class DeliverMessage(Command):
    """Bring a message to one case: to an instance that waits, or by starting the instance it starts."""

    case_id: int
    name: str
    correlation: Values = field(default_factory=dict)
    variables: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendMessage(Command):
    """Bring a message from outside to whichever case waits for it, or start one where a procedure starts by it."""

    name: str
    correlation: Values = field(default_factory=dict)
    variables: Values = field(default_factory=dict)


# Procedures


@dataclass(frozen=True, slots=True)
class DeployVersion(Command):
    """Store a BPMN file as the next version of its procedure; the same bytes give the same version.

    `main` is the process that runs where the file has several, `beside` the decision tables and forms that belong to
    it. `data` already has the accepted `repairs` in it; `source` then is the file as it was uploaded. `suggestions`
    are taken up by the version, `upload_id` is the review it comes from.
    """

    data: bytes
    note: str = ""
    draft: bool = True
    main: str | None = None
    beside: Mapping[str, bytes] = field(default_factory=dict)
    source: bytes | None = None
    repairs: tuple[Values, ...] = ()
    suggestions: tuple[int, ...] = ()
    upload_id: int | None = None


@dataclass(frozen=True, slots=True)
class ReleaseVersion(Command):
    """From now on the version is given to its `scope`: `{"all": true}`, `{"departments": […]}` or `{"share": "0.1"}`.

    `training`: none, asked (its people are to read what changed) or required (whoever has not may not claim); None
    leaves it as it is. `guard` ends a pilot by itself: `{"on_time": "0.9", "incidents": "0.05", "cases": 20}`.
    """

    procedure: str
    number: int
    scope: Values = field(default_factory=lambda: {"all": True})
    training: str | None = None
    guard: Values | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawVersion(Command):
    """Nobody gets the version any more. One for everyone gives way to the one before it."""

    procedure: str
    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class CheckPilot(Command):
    """A pilot whose guard is broken ends."""

    release_id: int


@dataclass(frozen=True, slots=True)
class SetProcedureDepartment(Command):
    """Only owners of that department may deploy and release the procedure; None lets every owner."""

    procedure: str
    department: str | None


@dataclass(frozen=True, slots=True)
class UploadFile(Command):
    """Put a file under review. `procedure` where it is meant as the next version of one."""

    data: bytes
    name: str
    beside: Mapping[str, bytes] = field(default_factory=dict)
    procedure: str | None = None


@dataclass(frozen=True, slots=True)
class ReviseUpload(Command):
    """Change what is under review; None leaves a thing as it is.

    `main` is the process to run, empty for the one the file itself names; `repairs` are those accepted, each with the
    choice made for it.
    """

    upload_id: int
    data: bytes | None = None
    beside: Mapping[str, bytes] | None = None
    main: str | None = None
    repairs: Values | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class DiscardUpload(Command):
    upload_id: int


@dataclass(frozen=True, slots=True)
class AcknowledgeVersion(Command):
    """The actor has read what the version changes."""

    procedure: str
    number: int


@dataclass(frozen=True, slots=True)
class MakeSuggestion(Command):
    """What the actor would do better at the step of this task."""

    case_id: int
    no: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerSuggestion(Command):
    """`verdict`: accepted or declined; `answer` says why."""

    suggestion_id: int
    verdict: str
    answer: str


@dataclass(frozen=True, slots=True)
class MigrateCases(Command):
    """Plan to move the running instances of a version to another; the worker moves them, case by case.

    `mapping` names the new element of an old one where they differ (None: nothing takes its place); without any, it is
    as the comparison of the two proposes. `cases` limits it to these case ids.
    """

    procedure: str
    from_number: int
    to_number: int
    mapping: Values | None = None
    cases: tuple[int, ...] | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class MigrateCase(Command):
    """Move the instances of one case that the migration is about, or note why they stay.

    `problem`: moving it has failed unexpectedly for this reason, and it stays.
    """

    case_id: int
    migration_id: int
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class UndoMigration(Command):
    """Put the case back where it was, while nothing has happened to it since."""

    case_id: int
    migration_id: int


@dataclass(frozen=True, slots=True)
class StopMigration(Command):
    """The cases that have not been moved yet stay where they are."""

    migration_id: int


@dataclass(frozen=True, slots=True)
class SettleMigration(Command):
    """Some of its cases have been looked at; with the last of them it is finished."""

    migration_id: int


# Customers


@dataclass(frozen=True, slots=True)
class RegisterCustomer(Command):
    name: str
    phone: str = ""
    email: str = ""
    segment: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class UpdateCustomer(Command):
    customer_id: int
    name: str
    phone: str = ""
    email: str = ""
    segment: str = ""
    note: str = ""


# Organisation


@dataclass(frozen=True, slots=True)
class DefineDepartment(Command):
    key: str
    name_zh: str
    name_en: str
    parent: str | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class DefineGroup(Command):
    key: str
    name_zh: str
    name_en: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class DefineCalendar(Command):
    """`body` is `Calendar.to_dict()`; it goes into the trail whole, so that due instants can be recomputed."""

    key: str
    body: Values


@dataclass(frozen=True, slots=True)
class SaveUser(Command):
    """Make the account, or update what is given; None leaves a thing as it is."""

    login: str
    name: str | None = None
    email: str | None = None
    password: str | None = field(default=None, repr=False)
    roles: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    department: str | None = None
    locale: str | None = None
    active: bool | None = None


@dataclass(frozen=True, slots=True)
class SetAbsence(Command):
    """From `from_at` to `until_at` the substitute may work on the absent person's tasks. None ends the absence."""

    login: str
    substitute: str | None
    from_at: str | None = None
    until_at: str | None = None


@dataclass(frozen=True, slots=True)
class LogIn(Command):
    login: str
    password: str = field(repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True)
class DemoLogIn(Command):
    """Log in by one click; refused outside demo mode."""

    login: str


@dataclass(frozen=True, slots=True)
class LogInByProvider(Command):
    """Somebody whom an OpenID provider vouches for logs in, as they are known and placed there now.

    `login`, `locale` are for the account that is made the first time; None leaves a thing as it is.
    """

    issuer: str
    subject: str
    login: str
    name: str
    email: str | None
    roles: tuple[str, ...]
    groups: tuple[str, ...]
    department: str | None
    locale: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class LinkAccount(Command):
    """An account that exists is the one of a person at an OpenID provider."""

    login: str
    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class LogOut(Command):
    """The actor ends their own session."""


@dataclass(frozen=True, slots=True)
class ChangePassword(Command):
    """The actor chooses a new password; whoever is logged in as them has to log in again."""

    old: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LogInWithCode(Command):
    """After the password: a code of the person's device, or a recovery code."""

    user_id: int
    code: str = field(repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True)
class BeginSecondFactor(Command):
    """The actor wants to log in with codes of a device; who has a password proves it is they who want it."""

    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ConfirmSecondFactor(Command):
    """The device shows its first code."""

    SECRETS: ClassVar[tuple[str, ...]] = ("recovery",)

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RemoveSecondFactor(Command):
    """No codes are asked for any more; `code` is needed for one's own account."""

    login: str
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class RenewRecoveryCodes(Command):
    SECRETS: ClassVar[tuple[str, ...]] = ("recovery",)

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EndSessions(Command):
    """Log somebody out everywhere, from `only` one session, or from all but the one to `keep`."""

    login: str
    only: str | None = None
    keep: str | None = None


@dataclass(frozen=True, slots=True)
class CreateToken(Command):
    """`days`: how long it is good for; None: until it is revoked."""

    SECRETS: ClassVar[tuple[str, ...]] = ("token",)

    login: str
    scopes: tuple[str, ...] = ()
    name: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class RevokeToken(Command):
    token_id: int


@dataclass(frozen=True, slots=True)
class MoveClock(Command):
    """Demo mode only: move the organisation's clock forward by so many seconds."""

    seconds: int


@dataclass(frozen=True, slots=True)
class RecordVerification(Command):
    """A reading of the trail for verification is itself recorded.

    `since`: the checkpoint before which nothing was read again; `against`: the digest of the one kept outside.
    """

    scope: str
    entries: int
    verdict: str
    since: int | None = None
    against: str | None = None


@dataclass(frozen=True, slots=True)
class DrawSample(Command):
    """Some of the cases closed in a time that is over are to be reviewed. An auditor's.

    `method`: random, stratified (by `strata`: procedure, department, channel or owner) or weighted by risk. Without a
    `seed` one is made. `reviews`: how many people have to agree on a case. `scorecard` as `Scorecard.as_json`, else the
    usual one.
    """

    name: str
    size: int
    method: str
    from_at: datetime
    to_at: datetime
    seed: str = ""
    strata: str = ""
    procedure: str | None = None
    department: str | None = None
    reviews: int = 1
    scorecard: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ReviewCase(Command):
    """An auditor who had no part in the case rates it. `ratings` by key of the question."""

    sample_id: int
    case_id: int
    ratings: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CloseSample(Command):
    """No more reviews; the figures stand. `reason` where cases are left."""

    sample_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class KeepVerdicts(Command):
    """What was found when cases were held against their procedures; `was` and `now`: how far the trail was looked through."""

    was: str
    now: str
    verdicts: tuple[Mapping[str, Any], ...]
    deviations: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ImportLog(Command):
    """Put past cases of another system beside a version. `columns`: which column tells what, where that is not plain."""

    data: bytes
    name: str
    procedure: str
    version: int
    columns: Mapping[str, str] = field(default_factory=dict)
    time_format: str = ""


@dataclass(frozen=True, slots=True)
class ReadLogAnew(Command):
    """Other columns tell of case, activity, time …; an empty name leaves the column to be found out."""

    log_id: int
    columns: Mapping[str, str]
    time_format: str = ""


@dataclass(frozen=True, slots=True)
class CheckLog(Command):
    """`activities`: the element each of them is, empty where it is none. `strict`: what only one side knows deviates."""

    log_id: int
    activities: Mapping[str, str]
    strict: bool = False


@dataclass(frozen=True, slots=True)
class NoteLogProgress(Command):
    log_id: int
    done: int


@dataclass(frozen=True, slots=True)
class SettleLog(Command):
    """`found` as JSON, or the `problem` in both languages."""

    log_id: int
    found: str | None
    problem: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class DiscardLog(Command):
    log_id: int


@dataclass(frozen=True, slots=True)
class MakeCheckpoint(Command):
    """Sign what the trail is now: the root over the heads of all chains."""


@dataclass(frozen=True, slots=True)
class OrderExport(Command):
    """The worker is to make it. `scope` is told in the trail, `wanted` to whoever makes it; `total` where it is counted."""

    format: str
    name: str
    scope: Mapping[str, Any]
    wanted: Mapping[str, Any]
    cases: int
    entries: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class BeginExport(Command):
    """A worker makes the export, from its beginning."""

    export_id: int


@dataclass(frozen=True, slots=True)
class AddExportPiece(Command):
    """Its next bytes; `done` is how far it is."""

    export_id: int
    piece: int
    data: bytes = field(repr=False)
    done: int


@dataclass(frozen=True, slots=True)
class FinishExport(Command):
    """All its pieces are there, or it cannot be made: `problem` says why."""

    export_id: int
    size: int = 0
    sha256: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class RemoveExport(Command):
    """Its bytes are not kept any longer, or not made at all."""

    export_id: int


@dataclass(frozen=True, slots=True)
class RecordExport(Command):
    """That somebody takes the trail away is itself recorded, before the first byte leaves."""

    format: str
    scope: Mapping[str, Any]
    cases: int
    entries: int


@dataclass(frozen=True, slots=True)
class RecordReading(Command):
    """That an auditor looks at personal data: of a case, of a customer, or in a list named by `what`."""

    what: str
    case_id: int | None = None
    customer: int | None = None


@dataclass(frozen=True, slots=True)
class RecordSeparationRefused(Command):
    """That four eyes forbade somebody to do a task, or to give it to `to_login`."""

    case_id: int
    no: int
    verb: str
    separate: str
    to_login: str | None = None


@dataclass(frozen=True, slots=True)
class RedactPersonalValues(Command):
    """Delete personal values of a case and their salts; the chain stays valid without them."""

    case_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class ForgetValues(Command):
    """The time the procedures of a closed case keep its personal values is over: they are deleted."""

    case_id: int


@dataclass(frozen=True, slots=True)
class RedactCustomer(Command):
    """Delete the record of a customer who has no case any more that knows them."""

    customer_id: int
    reason: str
