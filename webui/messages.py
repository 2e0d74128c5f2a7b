"""The product's words in Chinese: collected from code and templates, kept in one .po file, compiled beside it.

`python -m webui.messages update` collects what is said in English, keeps the translations there are and compiles;
what is new stands in the .po file with an empty translation, and a test names it until it has one.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
FOLDER = HERE / "translations" / "zh" / "LC_MESSAGES"
PO, MO = FOLDER / "messages.po", FOLDER / "messages.mo"
FIXED = datetime(2025, 1, 1, tzinfo=UTC)
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"silent": "false"}}
KEYWORDS = {
    "_": None, "N_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip


def collected() -> Catalog:
    """Everything the product says, in English, untranslated."""
    catalog = _empty()
    for _file, _line, message, _comments, context in extract_from_dir(
        str(HERE), METHODS, OPTIONS, keywords=KEYWORDS, comment_tags=()
    ):
        catalog.add(message, context=context)
    return catalog


def update() -> None:
    """The .po file holds exactly what is said now, with the translations it had; the .mo file what the .po says."""
    catalog, now = translated() if PO.exists() else _empty(), collected()
    for message in now:
        old = catalog.get(message.id, message.context) if message.id else None
        if old and old.string:
            message.string = old.string
    FOLDER.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(po_of(now))
    MO.write_bytes(mo_of(now))


def translated() -> Catalog:
    with PO.open("rb") as file:
        catalog, kept = read_po(file, locale="zh"), _empty()
    for message in catalog:
        if message.id:
            kept.add(message.id, message.string, context=message.context, flags=message.flags)
    return kept


def untranslated(catalog: Catalog) -> list[str]:
    """The messages without words in Chinese."""
    return [str(m.id) for m in catalog if m.id and not (all(m.string) if m.pluralizable else m.string)]


def po_of(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_output=True, no_location=True, omit_header=False, ignore_obsolete=True)
    return out.getvalue()


def mo_of(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _empty() -> Catalog:
    """The date is fixed, so that the same words give the same files."""
    return Catalog(
        locale="zh",
        project="Closeloop",
        version="1",
        header_comment="# The product's words in Chinese. See webui/messages.py.",
        msgid_bugs_address="",
        last_translator="Closeloop",
        language_team="zh",
        charset="utf-8",
        creation_date=FIXED,
        revision_date=FIXED,
        fuzzy=False,
    )


if __name__ == "__main__":
    if sys.argv[1:] != ["update"]:
        raise SystemExit("usage: python -m webui.messages update")
    update()
    missing = untranslated(translated())
    if missing:
        raise SystemExit("without a translation:\n" + "\n".join(missing))
