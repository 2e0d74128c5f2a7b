"""What is sent as a multipart form: its fields and files, within a size, under names that are known."""

from __future__ import annotations

from collections.abc import Collection

from flask import request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from engine.domain.text import Text
from webui.api.checking import UNKNOWN
from webui.api.refusals import BodyTooLarge, WrongContentType


def read_parts(
    known: Collection[str], most: int
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage], dict[str, Text]]:
    """The fields, the files, and what is wrong with the names of either. Raises refusals for what is no such form."""
    if request.mimetype != "multipart/form-data":
        raise WrongContentType(wanted="multipart/form-data", given=(request.content_type or "")[:100])
    request.max_content_length = most
    try:
        form, files = request.form, request.files
    except RequestEntityTooLarge:
        raise BodyTooLarge(most=most) from None
    listed = ", ".join(known)
    return form, files, {name[:100]: UNKNOWN.format(known=listed) for name in {*form, *files} - set(known)}
