"""One function a command: check, change, report. Nobody here commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.domain import commands as c
from engine.handlers import (
    access,
    cases,
    customers,
    effects,
    messages,
    organisation,
    procedures,
    releases,
    suggestions,
    timers,
    trail,
    training,
    uploads,
    user_tasks,
)

HANDLERS: Mapping[type[c.Command], Callable[..., Any]] = {
    c.StartCase: cases.start,
    c.CancelCase: cases.cancel,
    c.ReassignCase: cases.reassign,
    c.AddNote: cases.add_note,
    c.EditVariables: cases.edit_variables,
    c.RetryIncident: cases.retry_incident,
    c.RedactPersonalValues: cases.redact,
    c.ClaimTask: user_tasks.claim,
    c.ReleaseTask: user_tasks.release,
    c.DelegateTask: user_tasks.delegate,
    c.AssignTask: user_tasks.assign,
    c.SaveDraft: user_tasks.save_draft,
    c.CompleteTask: user_tasks.complete,
    c.TakeNextTask: user_tasks.take_next,
    c.FireTimer: timers.fire,
    c.StrikeClock: timers.strike,
    c.PostponeDue: timers.postpone,
    c.LeaseEffect: effects.lease,
    c.SettleEffect: effects.settle,
    c.TidyUp: effects.tidy_up,
    c.DeliverMessage: messages.deliver,
    c.SendMessage: messages.send,
    c.DeployVersion: procedures.deploy,
    c.ReleaseVersion: releases.release,
    c.WithdrawVersion: releases.withdraw,
    c.CheckPilot: releases.check_pilot,
    c.SetProcedureDepartment: releases.set_department,
    c.UploadFile: uploads.upload,
    c.ReviseUpload: uploads.revise,
    c.DiscardUpload: uploads.discard,
    c.AcknowledgeVersion: training.acknowledge,
    c.MakeSuggestion: suggestions.make,
    c.AnswerSuggestion: suggestions.answer,
    c.RegisterCustomer: customers.register,
    c.UpdateCustomer: customers.update,
    c.DefineDepartment: organisation.define_department,
    c.DefineGroup: organisation.define_group,
    c.DefineCalendar: organisation.define_calendar,
    c.SaveUser: organisation.save_user,
    c.SetAbsence: organisation.set_absence,
    c.MoveClock: organisation.move_clock,
    c.LogIn: access.log_in,
    c.DemoLogIn: access.demo_log_in,
    c.LogOut: access.log_out,
    c.CreateToken: access.create_token,
    c.RevokeToken: access.revoke_token,
    c.RecordVerification: trail.record_verification,
}

#: Done before the transaction; the result is the handler's `work.prepared`.
PREPARATIONS: Mapping[type[c.Command], Callable[..., Any]] = {
    c.DeployVersion: procedures.examine,
    c.UploadFile: uploads.examine,
    c.ReviseUpload: uploads.examine_revision,
    c.LogIn: access.compare,
    c.SaveUser: organisation.hash_new_password,
}
