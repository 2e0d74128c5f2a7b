"""A refusal as a person reads it: the same sentence everywhere, with instants in local time."""

from __future__ import annotations

from datetime import datetime

from flask import g

from engine.domain.errors import Refusal
from webui.locales import current
from webui.presenters import time


def refusal_words(refusal: Refusal) -> str:
    """The sentence in the reader's language."""
    instants = {name: _moment(value) for name, value in refusal.params.items() if isinstance(value, datetime)}
    text = refusal.sentence.format(**refusal.params | instants) if instants else refusal.text
    return text.in_(current())


def faults(refusal: Refusal) -> dict[str, str]:
    """What is wrong with each field, in the reader's language."""
    return {name: text.in_(current()) for name, text in refusal.fields.items()}


def _moment(at: datetime) -> str:
    return time.moment(at, g.now, g.zone)
