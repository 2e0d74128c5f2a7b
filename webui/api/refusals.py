"""What the API itself refuses, before the engine is asked."""

from __future__ import annotations

from engine.domain.errors import Refusal
from engine.domain.text import Text


class TokenMissing(Refusal):
    code, kind = "token-missing", "unauthenticated"
    sentence = Text(
        "请在 Authorization 请求头中提供令牌：Bearer clp_…。",
        "Send a token in the Authorization header: Bearer clp_….",
    )


class TokenRefused(Refusal):
    """`why`: unknown, expired, revoked, or the account behind it is not active."""

    code, kind = "token-refused", "unauthenticated"
    sentence = Text("令牌无效：{why}。", "The token is not valid: {why}.")


class ScopeMissing(Refusal):
    code, kind = "scope-missing", "forbidden"
    sentence = Text(
        "该令牌没有权限范围“{scope}”，请使用具备该范围的令牌。",
        "The token does not have the scope “{scope}”; use one that does.",
    )


class BadBody(Refusal):
    """A body that is not the JSON it says it is. `why` names the place where it can be named."""

    code, kind = "body-unreadable", "malformed"
    sentence = Text("请求正文无法读取：{why}。", "The body cannot be read: {why}.")


class BadAddress(Refusal):
    code, kind = "address-unreadable", "malformed"
    sentence = Text("网址含有无法使用的字符。", "The address contains characters that cannot be used.")


class BodyTooLarge(Refusal):
    code, kind = "body-too-large", "too-large"
    sentence = Text("请求正文最多 {most} 字节。", "The body may have at most {most} bytes.")


class WrongContentType(Refusal):
    code, kind = "content-type-unsupported", "unsupported"
    sentence = Text(
        "请以 {wanted}（UTF-8）发送正文，收到的是“{given}”。",
        "Send the body as {wanted} in UTF-8; it came as “{given}”.",
    )
