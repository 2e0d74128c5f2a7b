"""What this is, whose work is in it, and the keys it can be used with."""

from __future__ import annotations

from functools import cache
from importlib import metadata

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webui import assets
from webui.licences import US, libraries

bp = Blueprint("about", __name__)


@bp.get("/about")
def show() -> ResponseReturnValue:
    return render_template("about.html", version=version(), components=assets.components(), libraries=libraries())


@bp.get("/about/keys")
def keys() -> ResponseReturnValue:
    return render_template("keys.html")


@cache
def version() -> str:
    try:
        return metadata.version(US)
    except metadata.PackageNotFoundError:
        return ""
