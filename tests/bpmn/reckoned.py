"""What must be open in a process of blocks, reckoned from the blocks alone: no tokens, no flows, no gateways.

Each block that has begun is an object that tells its open tasks and what is left of it when one of them is done. The
decisions are those the last completed task set.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.bpmn.made import Block


class Reckoning:
    """One run of a whole process."""

    def __init__(self, whole: Block, decisions: Mapping[str, bool]) -> None:
        self.root = Begun(whole, decisions)

    @property
    def open(self) -> list[str]:
        return sorted(self.root.open())

    @property
    def over(self) -> bool:
        return self.root.over

    def complete(self, name: str, decisions: Mapping[str, bool]) -> None:
        assert self.root.complete(name, decisions), name


class Begun:
    """A block at work. `now` are its parts at work."""

    def __init__(self, block: Block, decisions: Mapping[str, bool]) -> None:
        self.block = block
        self.round = 0
        self.now: list[Begun] = []
        self.left = 0
        if block.kind == "task":
            self.left = 1
        elif block.kind == "repeated" and not block.parts:
            self.left = block.times
        else:
            self.now = [Begun(part, decisions) for part in self.first(decisions)]
            self.settle(decisions)

    def first(self, decisions: Mapping[str, bool]) -> list[Block]:
        parts = self.block.parts
        match self.block.kind:
            case "choice":
                return [parts[0] if decisions[self.block.var] else parts[1]]
            case "fork":
                return list(parts)
            case "some":
                return [part for part, var in zip(parts, ("c1", "c2"), strict=False) if decisions[var]] or [parts[2]]
            case "repeated":
                return [parts[0]] if self.block.times else []
            case _:
                return [parts[0]]

    @property
    def over(self) -> bool:
        return not self.now and not self.left

    def open(self) -> Iterator[str]:
        if self.left:
            prefix = "t" if self.block.kind == "task" else "m"
            yield from [f"{prefix}{self.block.number}"] * (1 if self.block.sequential else self.left)
        for part in self.now:
            yield from part.open()

    def complete(self, name: str, decisions: Mapping[str, bool]) -> bool:
        """True when the task was one of this block's."""
        if self.left and name in (f"t{self.block.number}", f"m{self.block.number}"):
            self.left -= 1
            return True
        if any(part.complete(name, decisions) for part in self.now):
            self.settle(decisions)
            return True
        return False

    def settle(self, decisions: Mapping[str, bool]) -> None:
        """Drops what is over and begins what follows it."""
        self.now = [part for part in self.now if not part.over]
        while not self.now:
            self.round += 1
            follower = self.next(decisions)
            if follower is None:
                return
            begun = Begun(follower, decisions)
            self.now = [] if begun.over else [begun]

    def next(self, decisions: Mapping[str, bool]) -> Block | None:
        parts = self.block.parts
        match self.block.kind:
            case "chain":
                return parts[self.round] if self.round < len(parts) else None
            case "rework":
                return parts[0] if decisions["c0"] else None
            case "repeated":
                return parts[0] if self.round < self.block.times else None
        return None
