"""The tree of RFC 9162: the known roots of its test tree, and that proofs prove what they say and nothing else."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audit import merkle

#: The leaves and roots every implementation of Certificate Transparency is tried with.
DATA = [bytes.fromhex(one) for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                       "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
LEAVES = [merkle.leaf_hash(one) for one in DATA]


def _leaves(count: int) -> list[bytes]:
    return [hashlib.sha256(str(no).encode()).digest() for no in range(count)]


def _root_of(leaves):
    return lambda start, end: merkle.root(leaves[start:end])


def _defined(leaves: list[bytes]) -> bytes:
    """MTH as section 2.1.1 defines it, word for word."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + _defined(leaves[:k]) + _defined(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_known_roots(size):
    assert merkle.root(LEAVES[:size]).hex() == ROOTS[size]


def test_known_proofs():
    of = _root_of(LEAVES)
    known = ("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")  # fmt: skip
    assert tuple(one.hex() for one in merkle.inclusion(0, 8, of)) == known
    assert [one.hex() for one in merkle.consistency(1, 8, of)] == list(known)


@given(st.integers(0, 200))
def test_the_root_is_that_of_the_definition(size):
    assert merkle.root(_leaves(size)) == _defined(_leaves(size))


@given(st.data())
def test_a_leaf_is_proven_and_no_other(data):
    leaves = _leaves(data.draw(st.integers(1, 130)))
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = merkle.inclusion(index, len(leaves), _root_of(leaves)), merkle.root(leaves)
    assert merkle.is_included(leaves[index], index, len(leaves), proof, root)
    other = data.draw(st.integers(0, len(leaves)))
    if other != index:
        assert not merkle.is_included(leaves[index], other, len(leaves), proof, root)
    assert not merkle.is_included(merkle.leaf_hash(b"another"), index, len(leaves), proof, root)
    assert not merkle.is_included(leaves[index], index, len(leaves), [*proof, root], root)
    if proof:
        assert not merkle.is_included(leaves[index], index, len(leaves), proof[:-1], root)


@given(st.data())
def test_a_beginning_is_proven_and_no_other(data):
    leaves = _leaves(data.draw(st.integers(1, 130)))
    first = data.draw(st.integers(1, len(leaves)))
    old, new = merkle.root(leaves[:first]), merkle.root(leaves)
    proof = merkle.consistency(first, len(leaves), _root_of(leaves))
    assert merkle.is_consistent(first, len(leaves), old, new, proof)
    altered = [*leaves]
    altered[data.draw(st.integers(0, first - 1))] = merkle.leaf_hash(b"another")
    rewritten = merkle.consistency(first, len(leaves), _root_of(altered))
    assert not merkle.is_consistent(first, len(leaves), old, merkle.root(altered), rewritten)
    if proof:
        assert not merkle.is_consistent(first, len(leaves), old, new, proof[:-1])
    assert not merkle.is_consistent(first, len(leaves), old, new, [*proof, new])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_what_is_not_in_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(index, size, _root_of(_leaves(3)))
    assert not merkle.is_included(LEAVES[0], index, size, [], LEAVES[0])


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_tree_goes_on_from_its_peaks(first, more):
    leaves, tree = _leaves(first + more), merkle.Tree()
    for leaf in leaves[:first]:
        tree.add(leaf)
    onward = merkle.Tree(tree.size, list(tree.peaks))
    for leaf in leaves[first:]:
        onward.add(leaf)
    assert onward.root() == merkle.root(leaves) and len(onward.peaks) <= 8
