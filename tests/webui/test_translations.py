"""Every word a person reads exists in Chinese too, and what is committed is what the product says."""

import io
import re

import pytest
from babel.messages.mofile import read_mo

from webui import messages


def test_the_po_file_holds_exactly_what_the_product_says():
    said = {(m.context, m.id) for m in messages.collected() if m.id}
    kept = {(m.context, m.id) for m in messages.translated() if m.id}
    assert said == kept, "run: python -m webui.messages update"


def test_nothing_is_untranslated():
    assert messages.untranslated(messages.translated()) == []


def test_the_compiled_file_is_up_to_date():
    compiled, fresh = (words(io.BytesIO(data)) for data in (messages.MO.read_bytes(), messages.mo_of(messages.translated())))
    assert compiled == fresh, "run: python -m webui.messages update"


def words(file):
    return {(m.context, str(m.id)): list(m.string) for m in read_mo(file) if m.id}


@pytest.mark.parametrize("message", [m for m in messages.translated() if m.id], ids=lambda m: str(m.id))
def test_places_are_kept(message):
    source = message.id[-1] if message.pluralizable else message.id
    words = message.string[0] if message.pluralizable else message.string
    places = r"%\(\w+\)[sd]|\{\w+\}"
    assert set(re.findall(places, words)) == set(re.findall(places, source))
