"""Guidance and scripts are written in Markdown by process owners; what they write is data, never markup of ours."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markupsafe import Markup

LARGEST = 50_000

_PLAIN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")


def markdown(source: str | None) -> Markup:
    """Safe HTML: raw HTML is shown as typed, images are left out, links with dangerous schemes stay text.

    Headings move down two levels so that the page keeps one `h1`; what is longer than `LARGEST` is cut.
    """
    if not source:
        return Markup("")
    tokens = _PLAIN.parse(source[:LARGEST])
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 2)}"
        if token.type in ("td_open", "th_open"):
            token.attrs.pop("style", None)
    return Markup(_PLAIN.renderer.render(tokens, _PLAIN.options, {}))
