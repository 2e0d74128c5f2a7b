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
    # the system chain
    CustomerRegistered = "CustomerRegistered"
    CustomerUpdated = "CustomerUpdated"
    VersionDeployed = "VersionDeployed"
    VersionReleased = "VersionReleased"
    VersionWithdrawn = "VersionWithdrawn"
    ProcedureDepartmentSet = "ProcedureDepartmentSet"
    FileUploaded = "FileUploaded"
    UploadDiscarded = "UploadDiscarded"
    VersionAcknowledged = "VersionAcknowledged"
    SuggestionAnswered = "SuggestionAnswered"
    MigrationPlanned = "MigrationPlanned"
    MigrationStopped = "MigrationStopped"
    MigrationFinished = "MigrationFinished"
    DepartmentDefined = "DepartmentDefined"
    GroupDefined = "GroupDefined"
    CalendarDefined = "CalendarDefined"
    UserSaved = "UserSaved"
    AbsenceSet = "AbsenceSet"
    LoggedIn = "LoggedIn"
    LogInRefused = "LogInRefused"
    LoggedOut = "LoggedOut"
    TokenCreated = "TokenCreated"
    TokenRevoked = "TokenRevoked"
    OrganisationClockMoved = "OrganisationClockMoved"
    TrailVerified = "TrailVerified"
    TrailExported = "TrailExported"
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
    E.ClockStarted: _keys("clock name limit calendar hash due_at", "warn"),
    E.ClockPaused: _keys("clock name why"),
    E.ClockResumed: _keys("clock name due_at"),
    E.ClockStopped: _keys("clock name", "met"),
    E.ClockWarned: _keys("clock name due_at", "task late_s"),
    E.ClockBreached: _keys("clock name due_at", "task late_s"),
    E.CaseMigrated: _keys("migration instance procedure from to", "mapping tasks clocks reason"),
    E.MigrationUndone: _keys("migration instance procedure from to", "clocks"),
    E.PersonalValuesRedacted: _keys("reason count"),
    E.CustomerRegistered: _keys("customer", "name phone email segment note"),
    E.CustomerUpdated: _keys("customer", "name phone email segment note"),
    E.VersionDeployed: _keys("procedure version sha256", "note findings draft source repairs suggestions files"),
    E.VersionReleased: _keys("procedure version scope", "replaces training guard note"),
    E.VersionWithdrawn: _keys("procedure version scope reason", "replaced_by figures"),
    E.ProcedureDepartmentSet: _keys("procedure", "department was"),
    E.FileUploaded: _keys("upload name sha256", "procedure files"),
    E.UploadDiscarded: _keys("upload"),
    E.VersionAcknowledged: _keys("procedure version"),
    E.SuggestionAnswered: _keys("suggestion procedure verdict answer"),
    E.MigrationPlanned: _keys("migration procedure from to cases", "mapping reason"),
    E.MigrationStopped: _keys("migration procedure"),
    E.MigrationFinished: _keys("migration procedure moved stayed"),
    E.DepartmentDefined: _keys("department name_zh name_en", "parent calendar"),
    E.GroupDefined: _keys("group name_zh name_en", "department"),
    E.CalendarDefined: _keys("calendar hash body"),
    E.UserSaved: _keys("login", "name email roles groups department active locale password was"),
    E.AbsenceSet: _keys("login", "substitute from until"),
    E.LoggedIn: _keys("login", "address how"),
    E.LogInRefused: _keys("login", "address"),
    E.LoggedOut: _keys("login"),
    E.TokenCreated: _keys("token login", "scopes name"),
    E.TokenRevoked: _keys("token login"),
    E.OrganisationClockMoved: _keys("seconds now"),
    E.TrailVerified: _keys("scope entries verdict"),
    E.TrailExported: _keys("format cases entries", "case procedure from to procedures"),
    E.CheckpointMade: _keys("checkpoint size root digest key"),
    E.SigningKeyChanged: _keys("key", "before"),
}



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
