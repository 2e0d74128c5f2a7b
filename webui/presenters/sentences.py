"""The sentences of the trail: every event type has at least one; a test holds this against `engine.domain.events`.

A type may have several sentences, the richest first: the first one all of whose places the payload fills is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain.events import EventType as E


def N_(words: str) -> str:
    """Marks words for translation that are translated later."""
    return words


@dataclass(frozen=True, slots=True)
class Told:
    """How a type of event is told: its picture and its sentences."""

    picture: str
    kind: str
    sentences: tuple[str, ...]


def told(picture: str, kind: str, *sentences: str) -> Told:
    return Told(picture, kind, sentences)


SENTENCES: Mapping[E, Told] = {
    E.CaseStarted: told("plus", "accent", N_("%(who)s opened the case “%(title)s” with “%(procedure)s” v%(version)s")),
    E.CaseClosed: told("circle-check", "fine", N_("The case was closed: %(outcome)s")),
    E.CaseCancelled: told("ban", "late", N_("%(who)s cancelled the case")),
    E.OwnerChanged: told(
        "user-share", "", N_("%(who)s made %(to)s the owner in place of %(from)s"), N_("%(to)s became the owner")
    ),
    E.NoteAdded: told("note", "", N_("%(who)s noted: %(text)s")),
    E.AttachmentAdded: told(
        "file-text",
        "",
        N_("%(who)s attached “%(name)s” (file %(attachment)s) at “%(element)s”"),
        N_("%(who)s attached “%(name)s” (file %(attachment)s)"),
    ),
    E.AttachmentRemoved: told("trash", "soon", N_("%(who)s removed file %(attachment)s")),
    E.InstanceStarted: told(
        "route",
        "accent",
        N_("“%(procedure)s” v%(version)s began by the message “%(message)s”"),
        N_("“%(procedure)s” v%(version)s began"),
    ),
    E.InstanceEnded: told("flag", "fine", N_("“%(procedure)s” ended: %(how)s")),
    E.PathTaken: told("route", "", N_("The procedure went on by %(path)s")),
    E.VariablesEdited: told("edit", "soon", N_("%(who)s corrected values by hand")),
    E.MessageSent: told("mail", "", N_("The message “%(name)s” was sent")),
    E.MessageReceived: told(
        "mail", "", N_("The message “%(name)s” arrived at “%(element)s”"), N_("The message “%(name)s” arrived")
    ),
    E.TimerFired: told(
        "clock",
        "",
        N_("The timer “%(element)s”, due %(due_at)s, fired %(late_s)s late"),
        N_("The timer “%(element)s”, due %(due_at)s, fired"),
    ),
    E.EscalationRaised: told("alert-triangle", "late", N_("Escalated to %(to)s because of “%(clock)s”")),
    E.IncidentRaised: told("alert-triangle", "late", N_("“%(element)s” could not be carried out: %(text)s")),
    E.IncidentResolved: told("check", "fine", N_("The incident at “%(element)s” was settled by %(who)s: %(how)s")),
    E.TaskCreated: told(
        "inbox",
        "",
        N_("“%(element)s” is to be done by %(assignee)s, due %(due_at)s"),
        N_("“%(element)s” is to be done by %(assignee)s"),
        N_("“%(element)s” is to be done by somebody of %(groups)s, due %(due_at)s"),
        N_("“%(element)s” is to be done by somebody of %(groups)s"),
        N_("“%(element)s” is to be done"),
    ),
    E.TaskClaimed: told(
        "hand-stop",
        "accent",
        N_("%(who)s claimed “%(element)s”, standing in for %(for)s"),
        N_("%(who)s claimed “%(element)s”"),
    ),
    E.TaskReleased: told("arrow-left", "", N_("%(who)s put “%(element)s” back")),
    E.TaskDelegated: told("user-share", "", N_("%(who)s passed “%(element)s” on to %(to)s")),
    E.TaskAssigned: told(
        "user-share",
        "",
        N_("%(who)s gave “%(element)s” to %(to)s in place of %(from)s"),
        N_("%(who)s gave “%(element)s” to %(to)s"),
    ),
    E.TaskCompleted: told(
        "check",
        "fine",
        N_("%(who)s completed “%(element)s” %(met)s, standing in for %(for)s"),
        N_("%(who)s completed “%(element)s”, standing in for %(for)s"),
        N_("%(who)s completed “%(element)s” %(met)s"),
        N_("%(who)s completed “%(element)s”"),
    ),
    E.TaskCancelled: told("ban", "", N_("“%(element)s” was no longer needed")),
    E.SuggestionMade: told("bulb", "", N_("%(who)s suggested at “%(element)s”: %(text)s")),
    E.SeparationRefused: told(
        "lock",
        "late",
        N_("%(who)s wanted to give “%(element)s” to %(to)s; separation from “%(separate)s” forbade it"),
        N_("%(who)s wanted to do “%(element)s”; separation from “%(separate)s” forbade it"),
    ),
    E.ClockStarted: told("clock", "", N_("The clock “%(name)s” of %(limit)s began, due %(due_at)s")),
    E.ClockPaused: told("player-pause", "paused", N_("The clock “%(name)s” stands still")),
    E.ClockResumed: told(
        "player-skip-forward", "", N_("The clock “%(name)s” runs again, due %(due_at)s"), N_("“%(name)s” runs again")
    ),
    E.ClockStopped: told("check", "fine", N_("The clock “%(name)s” ended %(met)s"), N_("The clock “%(name)s” ended")),
    E.ClockWarned: told("hourglass", "soon", N_("“%(name)s” is about to be missed, due %(due_at)s")),
    E.ClockBreached: told(
        "alert-triangle",
        "late",
        N_("“%(name)s” was missed at %(due_at)s, noticed %(late_s)s later"),
        N_("“%(name)s” was missed at %(due_at)s"),
    ),
    E.CaseMigrated: told("versions", "accent", N_("“%(procedure)s” goes on with v%(to)s in place of v%(from)s")),
    E.MigrationUndone: told("arrow-back-up", "soon", N_("“%(procedure)s” was put back from v%(from)s to v%(to)s")),
    E.PersonalValuesRedacted: told(
        "eye",
        "soon",
        N_("%(count)s personal values were deleted: “%(procedure)s” v%(version)s keeps them for %(rule)s"),
        N_("%(who)s deleted %(count)s personal values"),
    ),
    E.PersonalDataRead: told(
        "eye",
        "",
        N_("%(who)s looked at the record of %(customer)s, as an auditor"),
        N_("%(who)s looked at personal data, as an auditor: %(what)s"),
    ),
    E.CustomerRegistered: told("user-plus", "", N_("%(who)s made the customer record %(customer)s")),
    E.CustomerUpdated: told("edit", "", N_("%(who)s changed the customer record %(customer)s")),
    E.CustomerRedacted: told("eye", "soon", N_("%(who)s deleted the record of customer %(customer)s")),
    E.VersionDeployed: told("versions", "accent", N_("%(who)s deployed “%(procedure)s” v%(version)s")),
    E.VersionReleased: told(
        "flag",
        "fine",
        N_("%(who)s released “%(procedure)s” v%(version)s to %(scope)s in place of v%(replaces)s"),
        N_("%(who)s released “%(procedure)s” v%(version)s to %(scope)s"),
    ),
    E.VersionWithdrawn: told(
        "arrow-left",
        "soon",
        N_("%(who)s took “%(procedure)s” v%(version)s back from %(scope)s; v%(replaced_by)s takes its place"),
        N_("%(who)s took “%(procedure)s” v%(version)s back from %(scope)s"),
    ),
    E.ProcedureDepartmentSet: told(
        "building",
        "",
        N_("%(who)s gave “%(procedure)s” to the department %(department)s"),
        N_("%(who)s opened “%(procedure)s” to the owners of every department"),
    ),
    E.FileUploaded: told(
        "upload",
        "",
        N_("%(who)s uploaded “%(name)s” for “%(procedure)s” to review it"),
        N_("%(who)s uploaded “%(name)s” to review it"),
    ),
    E.UploadDiscarded: told("x", "", N_("%(who)s discarded the upload %(upload)s")),
    E.LogImported: told(
        "upload", "", N_("%(who)s imported the log “%(name)s” to check it against “%(procedure)s” v%(version)s")
    ),
    E.LogChecked: told("list-check", "", N_("The log “%(name)s” was checked: %(fitting)s of %(cases)s cases keep to the procedure")),
    E.LogDiscarded: told("x", "", N_("%(who)s discarded the log “%(name)s”")),
    E.VersionAcknowledged: told("book-2", "fine", N_("%(who)s has read what “%(procedure)s” v%(version)s changes")),
    E.SuggestionAnswered: told(
        "bulb",
        "",
        N_("%(who)s answered a suggestion on “%(procedure)s”, %(verdict)s: %(answer)s"),
    ),
    E.MigrationPlanned: told(
        "versions", "accent", N_("%(who)s began to move %(cases)s cases of “%(procedure)s” from v%(from)s to v%(to)s")
    ),
    E.MigrationStopped: told("ban", "soon", N_("%(who)s stopped the migration %(migration)s of “%(procedure)s”")),
    E.MigrationFinished: told(
        "flag", "fine", N_("The migration %(migration)s of “%(procedure)s” ended: %(moved)s moved, %(stayed)s stayed")
    ),
    E.DepartmentDefined: told("building", "", N_("%(who)s defined the department %(department)s")),
    E.GroupDefined: told("users", "", N_("%(who)s defined the group %(group)s")),
    E.CalendarDefined: told("calendar", "", N_("%(who)s defined the calendar %(calendar)s")),
    E.UserSaved: told("user", "", N_("%(who)s saved the account of %(login)s")),
    E.AccountLinked: told("link", "soon", N_("%(login)s may log in by the provider %(issuer)s, as %(subject)s")),
    E.AbsenceSet: told(
        "calendar",
        "",
        N_("%(login)s is away; %(substitute)s stands in from %(from)s until %(until)s"),
        N_("%(login)s is away; %(substitute)s stands in"),
        N_("%(login)s is back"),
    ),
    E.LoggedIn: told("login-2", "", N_("%(login)s logged in from %(address)s"), N_("%(login)s logged in")),
    E.LogInRefused: told(
        "lock", "soon", N_("A log-in as %(login)s from %(address)s was refused"), N_("A log-in as %(login)s was refused")
    ),
    E.LoggedOut: told("logout", "", N_("%(login)s logged out")),
    E.SessionsEnded: told("logout", "soon", N_("%(who)s ended %(count)s session(s) of %(login)s")),
    E.SecondFactorAsked: told("lock", "", N_("%(login)s gave the right password and was asked for a code")),
    E.SecondFactorSet: told("lock", "fine", N_("%(login)s set up a second factor")),
    E.SecondFactorRemoved: told("lock", "soon", N_("%(who)s took away the second factor of %(login)s")),
    E.RecoveryCodesMade: told("lock", "", N_("%(login)s made new recovery codes")),
    E.PasswordChanged: told("lock", "soon", N_("%(login)s chose a new password")),
    E.TokenCreated: told("code", "soon", N_("%(who)s made a token for %(login)s")),
    E.TokenRevoked: told("code", "", N_("%(who)s revoked a token of %(login)s")),
    E.OrganisationClockMoved: told("clock", "soon", N_("%(who)s moved the organisation’s clock forward by %(seconds)s")),
    E.TrailExported: told(
        "download",
        "soon",
        N_("%(who)s exported the trail of %(case)s (%(format)s, %(entries)s entries)"),
        N_("%(who)s exported the trail of %(cases)s case(s) of “%(procedure)s” (%(format)s, %(entries)s entries)"),
        N_("%(who)s exported the trail of %(cases)s case(s) (%(format)s, %(entries)s entries)"),
    ),
    E.TrailVerified: told("shield-check", "", N_("%(who)s verified the trail (%(scope)s, %(entries)s entries): %(verdict)s")),
    E.SampleDrawn: told("adjustments-horizontal", "", N_("%(who)s drew the sample “%(name)s”: %(size)s of %(population)s cases by the seed %(seed)s")),
    E.SampleClosed: told(
        "list-check",
        "fine",
        N_("%(who)s closed sample %(sample)s: %(passed)s of %(settled)s cases passed, mean score %(mean)s"),
        N_("%(who)s closed sample %(sample)s: %(passed)s of %(settled)s cases passed"),
    ),
    E.CaseReviewed: told(
        "list-check",
        "",
        N_("%(who)s reviewed the case for sample %(sample)s: %(score)s of 100, %(verdict)s"),
        N_("%(who)s reviewed the case for sample %(sample)s: %(verdict)s"),
    ),
    E.CheckpointMade: told("shield-check", "fine", N_("%(who)s made checkpoint %(checkpoint)s of the trail, signed with the key %(key)s")),
    E.SigningKeyChanged: told(
        "shield-check",
        "soon",
        N_("Checkpoints are signed with the key %(key)s from now on, no longer with %(before)s"),
        N_("Checkpoints are signed with the key %(key)s from now on"),
    ),
}

WORDS: Mapping[str, str] = {
    "wrong-code": N_("the password was right, the code was not"),
    "first-password-expired": N_("the password an administrator had set was not used for a week"),
    "no-access": N_("the provider gives them no role here"),
    "login-taken": N_("the login belongs to another account"),
    "released-to-everyone": N_("the version released to everyone"),
    "released-to-department": N_("on trial in this department"),
    "released-to-share": N_("on trial with a share of the customers, this one among them"),
    "started-by-message": N_("started by a message"),
    "completed": N_("completed"),
    "terminated": N_("terminated"),
    "cancelled": N_("cancelled"),
    "retried": N_("tried again"),
    "edited": N_("values corrected"),
    "gone": N_("no longer needed"),
    "intact": N_("intact"),
    "holds": N_("intact"),
    "broken": N_("broken"),
    "overtaken": N_("no longer needed"),
    "all": N_("everything"),
    "system": N_("system"),
    "accepted": N_("accepted"),
    "declined": N_("declined"),
    "what:case": N_("this case"),
    "what:cases": N_("the list of cases"),
    "what:tasks": N_("the worklist"),
    "what:customers": N_("the list of customers"),
    "what:customer": N_("the record of a customer"),
    "what:search": N_("what was searched for"),
    "what:trail": N_("the trail"),
    "passed": N_("passed"),
    "failed": N_("not passed"),
    "met:True": N_("in time"),
    "met:False": N_("too late"),
}
