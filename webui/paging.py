"""Addresses of the pages of a list: the same page with another cursor."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from engine.queries.paging import Page
from engine.queries.search import Found


@dataclass(frozen=True, slots=True)
class Links:
    """`first` is None on the first page, `next` on the last."""

    next: str | None
    first: str | None


def links(page: Page | Found, anchor: str = "") -> Links:
    anchor = f"#{anchor}" if anchor else ""
    following = address(cursor=page.next) + anchor if page.next else None
    return Links(following, address(cursor=None) + anchor if request.args.get("cursor") else None)


def address(**changes: str | int | None) -> str:
    """This page with some arguments changed; those that are None are left out."""
    kept = {key: value for key, value in request.args.items() if key != "part"} | changes
    kept = {key: value for key, value in kept.items() if value not in (None, "")}
    return request.path + ("?" + urlencode(kept) if kept else "")
