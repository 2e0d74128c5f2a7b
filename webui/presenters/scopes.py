"""Who gets a version, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from engine.domain.release import PLACES, Scope, parse
from engine.domain.text import Text
from webui.locales import current


def scope_words(scope: Scope | Mapping[str, Any], departments: Mapping[str, Text]) -> str:
    """`everyone`, the names of departments, or the share in per cent."""
    scope = scope if isinstance(scope, Scope) else parse(scope)
    if scope.departments:
        names = [departments[key].in_(current()) if key in departments else key for key in scope.departments]
        return _(", ").join(names)
    if scope.share is None:
        return _("everyone")
    return _("%(percent)s of the customers", percent=percent(scope.share))


def percent(share: int) -> str:
    """Ten-thousandths: 1000 is `10 %`."""
    return f"{100 * share / PLACES:g} %"
