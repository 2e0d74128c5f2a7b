"""Which cases of many are looked at: drawn by a seed, so that anybody who has it draws the same ones again.

A case's lot is `SHA-256("SEED:CASE_ID")`, its first eight bytes a number u in (0, 1): it depends on nothing but the seed
and the case, and can be worked out with `printf '%s' 'SEED:17' | sha256sum`. The smallest lots are drawn.

Sources: largest remainder (A. Hamilton, 1792) for the places of the strata; P. S. Efraimidis, P. G. Spirakis, "Weighted
random sampling with a reservoir", Information Processing Letters 97 (2006) 181-185, for weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

RANDOM, STRATIFIED, WEIGHTED = METHODS = ("random", "stratified", "weighted")
BYTES = 8
#: What makes a case worth a look, in points; each kind counts once, and every case has one point to begin with.
RISKS: Mapping[str, int] = {"deviation": 4, "late": 3, "intervention": 3, "repeated": 2, "reassigned": 1}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A case that could be drawn; `risks` are keys of `RISKS`."""

    case_id: int
    stratum: str = ""
    risks: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return 1 + sum(RISKS[risk] for risk in self.risks)


def draw(candidates: Sequence[Candidate], size: int, method: str, seed: str) -> tuple[Candidate, ...]:
    """`size` of them, or all where there are fewer, by number of the case. Each case is drawn once.

    `random`: every case alike. `stratified`: each stratum has places in proportion to its cases, and one at least while
    there are places. `weighted`: the greater the weight, the likelier.
    """
    if method == STRATIFIED:
        drawn = [one for part in _places(candidates, size, seed) for one in part]
    else:
        drawn = _first(candidates, size, seed, is_weighted=method == WEIGHTED)
    return tuple(sorted(drawn, key=lambda one: one.case_id))


def lot(seed: str, case_id: int) -> float:
    """The number in (0, 1) that is the case's under this seed."""
    digest = hashlib.sha256(f"{seed}:{case_id}".encode()).digest()
    return (int.from_bytes(digest[:BYTES]) + 0.5) / 256**BYTES


def digest(candidates: Sequence[Candidate]) -> str:
    """What was drawn from: the SHA-256 of a line `CASE_ID STRATUM WEIGHT` for each case, in the order of the cases."""
    lines = sorted((one.case_id, f"{one.case_id} {one.stratum} {one.weight}\n") for one in candidates)
    return hashlib.sha256("".join(line for _, line in lines).encode()).hexdigest()


def _first(candidates: Sequence[Candidate], size: int, seed: str, *, is_weighted: bool = False) -> list[Candidate]:
    """Weighted, the lot is -ln(u)/w: the first of exponential clocks that run w times as fast."""

    def rank(one: Candidate) -> tuple[float, int]:
        u = lot(seed, one.case_id)
        return (-log(u) / one.weight if is_weighted else u, one.case_id)

    return sorted(candidates, key=rank)[: max(size, 0)]


def _places(candidates: Sequence[Candidate], size: int, seed: str) -> list[list[Candidate]]:
    strata: dict[str, list[Candidate]] = {}
    for one in candidates:
        strata.setdefault(one.stratum, []).append(one)
    sizes = shares({name: len(cases) for name, cases in strata.items()}, size)
    return [_first(cases, sizes[name], seed) for name, cases in strata.items()]


def shares(counts: Mapping[str, int], places: int) -> dict[str, int]:
    """The places of each stratum: one while there are some, then one after the other where most is wanting."""
    total = sum(counts.values())
    largest = sorted(counts, key=lambda name: (-counts[name], name))
    given = {name: int(place < places) for place, name in enumerate(largest)}
    for _ in range(min(places, total) - sum(given.values())):
        open_ = [name for name in largest if given[name] < counts[name]]
        given[max(open_, key=lambda name: places * counts[name] / total - given[name])] += 1
    return given
