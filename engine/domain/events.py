"""Everything that can have happened, in the past tense, each with the grammar of its payload.

An event's body in the trail is `{"by": login, "data": {…}}`; `GRAMMAR` states which keys `data`
has: the first set is always there, the second may be. A test holds every event the product writes against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    # a case and its instances
    CaseStarted = "CaseStarted"
    CaseClosed = "CaseClosed"
    CaseCancelled = "CaseCancelled"
    OwnerChanged = "OwnerChanged"
    NoteAdded = "NoteAdded"
    AttachmentAdded = "AttachmentAdded"
    AttachmentRemoved = "AttachmentRemoved"
    InstanceStarted = "InstanceStarted"
    InstanceEnded = "InstanceEnded"
    PathTaken = "PathTaken"
    VariablesEdited = "VariablesEdited"
    MessageSent = "MessageSent"
    MessageReceived = "MessageReceived"
    TimerFired = "TimerFired"
    EscalationRaised = "EscalationRaised"
    IncidentRaised = "IncidentRaised"
    IncidentResolved = "IncidentResolved"
    # tasks
    TaskCreated = "TaskCreated"
    TaskClaimed = "TaskClaimed"
    TaskReleased = "TaskReleased"
    TaskDelegated = "TaskDelegated"
    TaskAssigned = "TaskAssigned"
    TaskCompleted = "TaskCompleted"
    TaskCancelled = "TaskCancelled"
    SuggestionMade = "SuggestionMade"
    SeparationRefused = "SeparationRefused"
    # clocks
    ClockStarted = "ClockStarted"
    ClockPaused = "ClockPaused"
    ClockResumed = "ClockResumed"
    ClockStopped = "ClockStopped"
    ClockWarned = "ClockWarned"
    ClockBreached = "ClockBreached"
    # from one version to another
    CaseMigrated = "CaseMigrated"
    MigrationUndone = "MigrationUndone"
    # personal data
    PersonalValuesRedacted = "PersonalValuesRedacted"
    PersonalDataRead = "PersonalDataRead"
    CaseReviewed = "CaseReviewed"
    # the system chain
    CustomerRegistered = "CustomerRegistered"
    CustomerUpdated = "CustomerUpdated"
    CustomerRedacted = "CustomerRedacted"
    VersionDeployed = "VersionDeployed"
    VersionReleased = "VersionReleased"
    VersionWithdrawn = "VersionWithdrawn"
    ProcedureDepartmentSet = "ProcedureDepartmentSet"
    FileUploaded = "FileUploaded"
    UploadDiscarded = "UploadDiscarded"
    LogImported = "LogImported"
    LogChecked = "LogChecked"
    LogDiscarded = "LogDiscarded"
    VersionAcknowledged = "VersionAcknowledged"
    SuggestionAnswered = "SuggestionAnswered"
    MigrationPlanned = "MigrationPlanned"
    MigrationStopped = "MigrationStopped"
    MigrationFinished = "MigrationFinished"
    DepartmentDefined = "DepartmentDefined"
    GroupDefined = "GroupDefined"
    CalendarDefined = "CalendarDefined"
    UserSaved = "UserSaved"
    AccountLinked = "AccountLinked"
    AbsenceSet = "AbsenceSet"
    LoggedIn = "LoggedIn"
    LogInRefused = "LogInRefused"
    LoggedOut = "LoggedOut"
    SessionsEnded = "SessionsEnded"
    PasswordChanged = "PasswordChanged"
    SecondFactorAsked = "SecondFactorAsked"
    SecondFactorSet = "SecondFactorSet"
    SecondFactorRemoved = "SecondFactorRemoved"
    RecoveryCodesMade = "RecoveryCodesMade"
    TokenCreated = "TokenCreated"
    TokenRevoked = "TokenRevoked"
    OrganisationClockMoved = "OrganisationClockMoved"
    TrailVerified = "TrailVerified"
    TrailExported = "TrailExported"
    SampleDrawn = "SampleDrawn"
    SampleClosed = "SampleClosed"
    CheckpointMade = "CheckpointMade"
    SigningKeyChanged = "SigningKeyChanged"


def _keys(always: str, maybe: str = "") -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(always.split()), frozenset(maybe.split())


E = EventType
GRAMMAR: Mapping[EventType, tuple[frozenset[str], frozenset[str]]] = {
    E.CaseStarted: _keys("number procedure version title", "customer channel business_key values owner why"),
    E.CaseClosed: _keys("outcome"),
    E.CaseCancelled: _keys("reason"),
    E.OwnerChanged: _keys("from to", "reason"),
    E.NoteAdded: _keys("text"),
    E.AttachmentAdded: _keys("attachment name media_type size sha256", "task element"),
    E.AttachmentRemoved: _keys("attachment sha256 reason"),
    E.InstanceStarted: _keys("instance procedure version", "message from values why"),
    E.InstanceEnded: _keys("instance procedure how"),
    E.PathTaken: _keys("instance path"),
    E.VariablesEdited: _keys("instance reason values was"),
    E.MessageSent: _keys("instance name", "to"),
    E.MessageReceived: _keys("instance name", "element values"),
    E.TimerFired: _keys("instance element due_at", "late_s"),
    E.EscalationRaised: _keys("clock to", "task"),
    E.IncidentRaised: _keys("no instance element text", "source"),
    E.IncidentResolved: _keys("no element how"),
    E.TaskCreated: _keys("task instance element", "groups users assignee priority clock"),
    E.TaskClaimed: _keys("task element", "for"),
    E.TaskReleased: _keys("task element"),
    E.TaskDelegated: _keys("task element from to", "note"),
    E.TaskAssigned: _keys("task element from to", "note"),
    E.TaskCompleted: _keys("task element", "values was for instance path clock met"),
    E.TaskCancelled: _keys("task element why", "clock met"),
    E.SuggestionMade: _keys("suggestion task element text"),
    E.SeparationRefused: _keys("task element verb separate", "to"),
    E.ClockStarted: _keys("clock name limit calendar hash due_at", "warn"),
    E.ClockPaused: _keys("clock name why"),
    E.ClockResumed: _keys("clock name due_at"),
    E.ClockStopped: _keys("clock name", "met"),
    E.ClockWarned: _keys("clock name due_at", "task late_s"),
    E.ClockBreached: _keys("clock name due_at", "task late_s"),
    E.CaseMigrated: _keys("migration instance procedure from to", "mapping tasks clocks reason"),
    E.MigrationUndone: _keys("migration instance procedure from to", "clocks"),
    E.PersonalValuesRedacted: _keys("count", "reason rule procedure version"),
    E.PersonalDataRead: _keys("what", "customer"),
    E.CaseReviewed: _keys("sample verdict ratings", "score note"),
    E.CustomerRegistered: _keys("customer", "name phone email segment note"),
    E.CustomerUpdated: _keys("customer", "name phone email segment note"),
    E.CustomerRedacted: _keys("customer reason count"),
    E.VersionDeployed: _keys("procedure version sha256", "note findings draft source repairs suggestions files"),
    E.VersionReleased: _keys("procedure version scope", "replaces training guard note"),
    E.VersionWithdrawn: _keys("procedure version scope reason", "replaced_by figures"),
    E.ProcedureDepartmentSet: _keys("procedure", "department was"),
    E.FileUploaded: _keys("upload name sha256", "procedure files"),
    E.UploadDiscarded: _keys("upload"),
    E.LogImported: _keys("log name sha256 procedure version"),
    E.LogChecked: _keys("log name cases fitting"),
    E.LogDiscarded: _keys("log name"),
    E.VersionAcknowledged: _keys("procedure version"),
    E.SuggestionAnswered: _keys("suggestion procedure verdict answer"),
    E.MigrationPlanned: _keys("migration procedure from to cases", "mapping reason"),
    E.MigrationStopped: _keys("migration procedure"),
    E.MigrationFinished: _keys("migration procedure moved stayed"),
    E.DepartmentDefined: _keys("department name_zh name_en", "parent calendar"),
    E.GroupDefined: _keys("group name_zh name_en", "department"),
    E.CalendarDefined: _keys("calendar hash body"),
    E.UserSaved: _keys("login", "name email roles groups department active locale password was"),
    E.AccountLinked: _keys("login issuer subject"),
    E.AbsenceSet: _keys("login", "substitute from until"),
    E.LoggedIn: _keys("login", "address how"),
    E.LogInRefused: _keys("login", "address how why"),
    E.LoggedOut: _keys("login"),
    E.SessionsEnded: _keys("login count"),
    E.PasswordChanged: _keys("login"),
    E.SecondFactorAsked: _keys("login", "address"),
    E.SecondFactorSet: _keys("login"),
    E.SecondFactorRemoved: _keys("login"),
    E.RecoveryCodesMade: _keys("login"),
    E.TokenCreated: _keys("token login", "scopes name expires_at"),
    E.TokenRevoked: _keys("token login"),
    E.OrganisationClockMoved: _keys("seconds now"),
    E.TrailVerified: _keys("scope entries verdict", "since against"),
    E.TrailExported: _keys("format cases entries", "case procedure from to procedures sample"),
    E.SampleDrawn: _keys("sample name method seed size population digest", "wanted reviews scorecard"),
    E.SampleClosed: _keys("sample settled passed", "mean reason"),
    E.CheckpointMade: _keys("checkpoint size root digest key"),
    E.SigningKeyChanged: _keys("key", "before"),
}


#: What happens in the ordinary course of things, in every case or every day. The rest is worth a look, and the database
#: finds it without passing over these; so it does a timer that fired late.
ROUTINE = frozenset(
    {
        E.CaseStarted, E.CaseClosed, E.InstanceStarted, E.InstanceEnded, E.PathTaken, E.MessageSent, E.MessageReceived,
        E.TaskCreated, E.TaskClaimed, E.TaskCompleted, E.TaskCancelled, E.ClockStarted, E.ClockPaused, E.ClockResumed,
        E.ClockStopped, E.ClockWarned, E.TimerFired, E.NoteAdded, E.AttachmentAdded, E.CustomerRegistered,
        E.CustomerUpdated, E.LoggedIn, E.LoggedOut,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `personal` names the paths in `data` whose values are written as commitments."""

    type: EventType
    data: Mapping[str, Any] = field(default_factory=dict)
    personal: frozenset[tuple[str, ...]] = frozenset()


def violations(type_: str, data: Mapping[str, Any]) -> list[str]:
    """How a payload departs from its grammar; empty when it does not."""
    always, maybe = GRAMMAR[EventType(type_)]
    wrong = [f"{type_}: {key} is missing" for key in sorted(always - data.keys())]
    return wrong + [f"{type_}: {key} is unknown" for key in sorted(data.keys() - always - maybe)]
