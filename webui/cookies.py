"""Cookies of this desk alone: under HTTPS their names begin with `__Host-`, so that no other host can plant them."""

from __future__ import annotations

from flask import Response, current_app, request

PREFIX = "__Host-"


def prefix() -> str:
    return PREFIX if current_app.config["SESSION_COOKIE_SECURE"] else ""


def get(name: str) -> str | None:
    return request.cookies.get(prefix() + name)


def put(response: Response, name: str, value: str, *, lasts: int | None = None, for_scripts: bool = False) -> None:
    """Kept until the browser closes, or `lasts` seconds; scripts see it only where it is theirs to change."""
    response.set_cookie(
        prefix() + name,
        value,
        max_age=lasts,
        httponly=not for_scripts,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path="/",
    )


def drop(response: Response, name: str) -> None:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    response.delete_cookie(prefix() + name, path="/", secure=secure, httponly=True, samesite="Lax")
