"""The bytes that are hashed are RFC 8785, whichever of the two encoders writes them."""

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.audit.entry import canonical, plain

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_both_encoders_write_the_same_bytes(value):
    assert canonical(plain(value)) == rfc8785.dumps(plain(value))


def test_keys_beyond_the_basic_plane_sort_by_utf_16_units():
    assert canonical({"\U0001f600": 1, "\uff00": 2}) == '{"\U0001f600":1,"\uff00":2}'.encode()
