"""What a case did, laid beside the nearest way through the diagram.

Each move is made by both, by the case alone or by the diagram alone; the fewest moves alone are sought, so what is
called a deviation is never more than it must be. A search that grows too large goes on with the way that looks best:
what it finds is a way through the diagram, perhaps not the nearest, and says so.

Source: A. Adriansyah, Aligning observed and modeled behavior, TU Eindhoven (2014), chapters 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from engine.bpmn.logs.walk import Walk

BOTH, CASE, DIAGRAM = "both", "case", "diagram"
THOROUGH, HASTY = 20_000, 100_000
Found = tuple["Move | None", int, int, bool]


@dataclass(frozen=True, slots=True)
class Move:
    """`by` both, the case alone, or the diagram alone."""

    by: str
    element: str


@dataclass(frozen=True, slots=True)
class Alignment:
    moves: tuple[Move, ...]
    is_nearest: bool = True

    @property
    def cost(self) -> int:
        """How many moves were made by one alone."""
        return sum(move.by != BOTH for move in self.moves)


def align(walk: Walk, passed: Sequence[str], thorough: int = THOROUGH) -> Alignment | None:
    """`passed` are the elements the case passed, in order. None where no way through the diagram was found."""
    found = _search(walk, passed, thorough, eager=0)
    if found is not None:
        return Alignment(found)
    found = _search(walk, passed, HASTY, eager=1)
    return Alignment(found, is_nearest=False) if found is not None else None


def _search(walk: Walk, passed: Sequence[str], most: int, eager: int) -> tuple[Move, ...] | None:
    """The cheapest first, of these the furthest, of these what needs the least to happen of itself; `eager` counts each event come past as gained."""
    end, width = len(passed), len(passed) + 1
    start = walk.start * width
    cheapest: dict[int, int] = {start: 0}
    came: dict[int, tuple[int, Move | None]] = {}
    done: set[int] = set()
    queue: list[tuple[int, int, int, int, int]] = [(0, 0, 0, 0, start)]
    count = 0
    while queue:
        _, _, sudden, _, here = heappop(queue)
        if here in done:
            continue
        done.add(here)
        if len(done) > most:
            return None
        number, at = divmod(here, width)
        if at == end and walk.is_end(number):
            return tuple(_back(came, here))
        spent = cheapest[here]
        for move, there, price, more in _moves(walk, passed, number, at, width):
            cost = spent + price
            if there not in done and cost < cheapest.get(there, cost + 1):
                cheapest[there] = cost
                came[there] = (here, move)
                count += 1
                far = there % width
                heappush(queue, (cost - eager * far, -far, sudden + more, count, there))
    return None


def _moves(walk: Walk, passed: Sequence[str], number: int, at: int, width: int) -> Iterator[Found]:
    """What can be done, where it leads, whether it is done by one alone, and whether it happens of itself."""
    wanted = passed[at] if at < len(passed) else None
    for element, after, sudden in walk.steps(number):
        if element is None:
            yield None, after * width + at, 0, sudden
        else:
            if element == wanted:
                yield Move(BOTH, element), after * width + at + 1, 0, False
            yield Move(DIAGRAM, element), after * width + at, 1, False
    if wanted is not None:
        if walk.again(number, wanted):
            yield Move(BOTH, wanted), number * width + at + 1, 0, False
        yield Move(CASE, wanted), number * width + at + 1, 1, False


def _back(came: dict[int, tuple[int, Move | None]], at: int) -> list[Move]:
    moves = []
    while at in came:
        at, move = came[at]
        if move is not None:
            moves.append(move)
    return moves[::-1]
