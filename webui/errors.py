"""One table: what kind of refusal is which HTTP status. Pages and API read it alike."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.errors import Refusal
from engine.domain.text import Text

STATUS: Mapping[str, int] = {
    "malformed": 400,
    "unauthenticated": 401,
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "gone": 410,
    "too-large": 413,
    "unsupported": 415,
    "invalid": 422,
    "limited": 429,
    "unavailable": 503,
}

TITLES: Mapping[int, Text] = {
    400: Text("请求格式有误", "The request cannot be read"),
    401: Text("需要身份验证", "Authentication is needed"),
    403: Text("无权执行此操作", "You may not do this"),
    404: Text("未找到", "Not found"),
    405: Text("不支持该方法", "This method is not supported here"),
    406: Text("无法提供所要求的格式", "The form asked for cannot be given"),
    408: Text("请求超时", "The request took too long"),
    409: Text("与当前状态冲突", "Not possible as things stand"),
    410: Text("已不存在", "No longer there"),
    413: Text("内容过大", "Too large"),
    414: Text("网址过长", "The address is too long"),
    415: Text("内容类型不受支持", "This content type is not supported"),
    416: Text("请求的范围无效", "The range asked for is not there"),
    422: Text("内容需要更正", "Something has to be corrected"),
    429: Text("请求过于频繁", "Too many requests"),
    431: Text("请求头过大", "The request's headers are too large"),
    500: Text("系统出现错误", "Something went wrong here"),
    501: Text("尚未提供", "Not available"),
    503: Text("系统暂时繁忙", "Busy at the moment"),
}


def status_of(refusal: Refusal) -> int:
    return STATUS[refusal.kind]


def title_of(status: int) -> Text:
    """What a status means in a few words."""
    return TITLES.get(status) or (TITLES[500] if status >= 500 else TITLES[400])
