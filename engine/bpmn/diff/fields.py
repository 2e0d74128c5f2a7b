"""Forms compared field by field, each property of a field a fact of its own."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.diff import words
from engine.bpmn.diff.facts import Fact
from engine.bpmn.model import Field, Form
from engine.domain.text import Text

BOUNDS = ("minimum", "maximum", "min_length", "max_length")


def of_form(form: Form) -> dict[str, dict[str, Fact]]:
    """Field key → what can be said of it."""
    return {field.key: {fact.what: fact for fact in of_field(field)} for field in form.fields}


def of_field(field: Field) -> Iterator[Fact]:
    def fact(what: str, value: object, shown: Text) -> Fact:
        return Fact(f"field_{what}", value, shown, field.key, field.label)  # type: ignore[arg-type]

    yield fact("label", field.label, words.quoted(field.label))
    yield fact("type", field.type, words.TYPES.get(field.type, Text.same(field.type)))
    for what in ("required", "readonly", "personal"):
        yield fact(what, getattr(field, what), words.YES if getattr(field, what) else words.NO)
    if field.options:
        yield fact("options", field.options, words.listed(option.label for option in field.options))
    for what in ("default", "pattern"):
        if (written := getattr(field, what)) is not None:
            yield fact(what, written, Text.same(written))
    for what in BOUNDS:
        if (bound := getattr(field, what)) is not None:
            yield fact(what, bound, Text.same(f"{bound:f}" if what in BOUNDS[:2] else str(bound)))
    if field.hint is not None:
        yield fact("hint", field.hint, words.quoted(field.hint))


def described(field: Field) -> Text:
    """`required, choice` of a new field."""
    kind = words.TYPES.get(field.type, Text.same(field.type))
    return Text(f"必填，{kind.zh}", f"required, {kind.en}") if field.required else kind


def order(form: Form) -> tuple[str, ...]:
    return tuple(field.key for field in form.fields)
