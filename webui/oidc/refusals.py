"""Why nobody was logged in, in words for the person who stands before the page."""

from __future__ import annotations

from engine.domain.errors import Refusal
from engine.domain.text import Text


class ProviderUnreachable(Refusal):
    code, kind = "provider-unreachable", "unavailable"
    sentence = Text(
        "暂时无法连接“{name}”。请稍后再试，或使用本地账户登录。",
        "“{name}” cannot be reached at the moment. Try again later, or log in with a local account.",
    )


class ProviderDeclined(Refusal):
    """The provider sent the person back with an error instead of a code."""

    code, kind = "provider-declined", "forbidden"
    sentence = Text("“{name}”未让您登录（{why}）。请重试，或联系管理员。", "“{name}” did not log you in ({why}). Try again, or ask an administrator.")


class NotBegunHere(Refusal):
    """No log-in was begun in this browser, or too long ago, or it was used before."""

    code, kind = "log-in-not-begun", "conflict"
    sentence = Text(
        "该登录不是在此浏览器中发起的，或已使用、已过期。请重新登录。",
        "This log-in was not begun in this browser, was used before, or took too long. Log in again.",
    )


class NotProven(Refusal):
    """What the provider sent does not prove who somebody is; the log says what was wrong with it."""

    code, kind = "identity-not-proven", "forbidden"
    sentence = Text(
        "“{name}”发来的身份证明未通过核验（{why}），因此未登录。请重试；若再次发生，请告知管理员。",
        "What “{name}” sent does not prove who you are ({why}), so nobody was logged in. Try again; if it happens again,"
        " tell an administrator.",
    )


class NoAccess(Refusal):
    code, kind = "no-access", "forbidden"
    sentence = Text(
        "您在“{name}”的账户没有本系统的任何角色。请让管理员将您加入相应的组（您的标识：{subject}）。",
        "Your account at “{name}” has no role here. Ask an administrator to put you into a group that has one"
        " (you are known there as {subject}).",
    )


class LoginTaken(Refusal):
    code, kind = "login-taken", "conflict"
    sentence = Text(
        "这里已有用户名为“{login}”的账户，且不属于您在“{name}”的账户。请让管理员关联两者（您的标识：{subject}）。",
        "There is an account “{login}” here already, which is not linked to yours at “{name}”. Ask an administrator to"
        " link them (you are known there as {subject}).",
    )


class AccountClosed(Refusal):
    code, kind = "account-closed", "forbidden"
    sentence = Text("您在本系统的账户已停用。请联系管理员。", "Your account here is closed. Ask an administrator.")


class MappingWrong(Refusal):
    """Groups of the provider are mapped to something that the organisation does not have."""

    code, kind = "mapping-wrong", "unavailable"
    sentence = Text(
        "无法建立您的账户：{why} 请告知管理员核对 CLOSELOOP_OIDC_MAPPING。",
        "Your account cannot be set up: {why} Tell an administrator to check CLOSELOOP_OIDC_MAPPING.",
    )
