"""Processes made at random from nested blocks: first the blocks, then their drawing as BPMN.

A decision is a variable `c0` … `c4`. `tests.bpmn.reckoned` says from the blocks alone what must be open.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import count, pairwise

from tests.bpmn.drawn import bpmn, element, flows, message, process, timer

PLAIN = ("chain", "choice", "fork", "some", "rework", "inside", "call", "repeated")
ALL = (*PLAIN, "watched", "race")


@dataclass(frozen=True)
class Block:
    """`kind` is `task` or one of `ALL`, `number` names it, `var` is its decision, `times` how often it is repeated."""

    kind: str
    number: int
    parts: tuple[Block, ...] = ()
    times: int = 0
    sequential: bool = False

    @property
    def var(self) -> str:
        return f"c{self.number % 5}"


def blocks(seed: int, depth: int, kinds: tuple[str, ...] = ALL) -> Block:
    chance, numbers = random.Random(seed), count(1)

    def grow(left: int) -> Block:
        if left <= 0:
            return Block("task", next(numbers))
        kind, number = chance.choice(kinds), next(numbers)
        if kind == "repeated":
            sequential = chance.random() < 0.5
            body = (grow(left - 1),) if sequential or (kinds is ALL and chance.random() < 0.5) else ()
            return Block(kind, number, body, chance.randint(0, 3), sequential)
        sizes = {"chain": chance.randint(2, 3), "choice": 2, "fork": chance.randint(2, 3), "some": 3, "watched": 2}
        return Block(kind, number, tuple(grow(left - 1) for _ in range(sizes.get(kind, 1))))

    return Block("chain", next(numbers), tuple(grow(depth) for _ in range(3)))


def drawn(whole: Block) -> bytes:
    """The process `p`, with the processes it calls in the same file."""
    drawing = Drawing()
    drawing.parts.append(element("startEvent s") + element("endEvent e"))
    first, last = drawing.block(whole)
    drawing.join(f"s > {first}; {last} > e")
    return bpmn('<bpmn:message id="m" name="news"/>', process("p", *drawing.parts), *drawing.others)


@dataclass
class Drawing:
    """The elements and flows of one process while it is drawn; `others` are the processes it calls."""

    parts: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def block(self, block: Block) -> tuple[str, str]:
        """Draws a block; gives the elements it begins and ends with."""
        return getattr(self, block.kind)(block, block.number)

    def put(self, tag: str, name: str, inner: str = "", attributes: str = "") -> str:
        self.parts.append(element(f"{tag} {name} {attributes}", inner))
        return name

    def join(self, text: str) -> None:
        self.parts.append(flows(text))

    def within(self, block: Block) -> str:
        part = Drawing(others=self.others)
        begin, end = part.put("startEvent", f"b{block.number}"), part.put("endEvent", f"z{block.number}")
        first, last = part.block(block.parts[0])
        part.join(f"{begin} > {first}; {last} > {end}")
        return "".join(part.parts)

    def task(self, block: Block, n: int) -> tuple[str, str]:
        name = self.put("userTask", f"t{n}")
        return name, name

    def chain(self, block: Block, n: int) -> tuple[str, str]:
        ends = [self.block(part) for part in block.parts]
        for (_, one), (other, _) in pairwise(ends):
            self.join(f"{one} > {other}")
        return ends[0][0], ends[-1][1]

    def choice(self, block: Block, n: int) -> tuple[str, str]:
        one, other = (self.block(part) for part in block.parts)
        split = self.put("exclusiveGateway", f"x{n}", attributes=f"default=x{n}-{other[0]}")
        merge = self.put("exclusiveGateway", f"y{n}")
        self.join(f"{split} > {one[0]} [{block.var}]; {split} > {other[0]}; {one[1]} > {merge}; {other[1]} > {merge}")
        return split, merge

    def fork(self, block: Block, n: int) -> tuple[str, str]:
        split, merge = self.put("parallelGateway", f"f{n}"), self.put("parallelGateway", f"j{n}")
        for first, last in map(self.block, block.parts):
            self.join(f"{split} > {first}; {last} > {merge}")
        return split, merge

    def some(self, block: Block, n: int) -> tuple[str, str]:
        ends = [self.block(part) for part in block.parts]
        split = self.put("inclusiveGateway", f"o{n}", attributes=f"default=o{n}-{ends[2][0]}")
        merge = self.put("inclusiveGateway", f"i{n}")
        for number, (first, last) in enumerate(ends):
            condition = f"[c{number + 1}]" if number < 2 else ""
            self.join(f"{split} > {first} {condition}; {last} > {merge}")
        return split, merge

    def rework(self, block: Block, n: int) -> tuple[str, str]:
        first, last = self.block(block.parts[0])
        merge, out = self.put("exclusiveGateway", f"r{n}"), self.put("exclusiveGateway", f"q{n}")
        again = self.put("exclusiveGateway", f"g{n}", attributes=f"default=g{n}-{out}")
        self.join(f"{merge} > {first}; {last} > {again}; {again} > {merge} [c0]; {again} > {out}")
        return merge, out

    def inside(self, block: Block, n: int) -> tuple[str, str]:
        name = self.put("subProcess", f"s{n}", self.within(block))
        return name, name

    def call(self, block: Block, n: int) -> tuple[str, str]:
        self.others.append(process(f"called{n}", self.within(block)))
        name = self.put("callActivity", f"a{n}", attributes=f"calledElement=called{n}")
        return name, name

    def repeated(self, block: Block, n: int) -> tuple[str, str]:
        tag = "bpmn:multiInstanceLoopCharacteristics"
        times = f"<bpmn:loopCardinality>{block.times}</bpmn:loopCardinality>"
        loop = f'<{tag} isSequential="{str(block.sequential).lower()}">{times}</{tag}>'
        body = loop + self.within(block) if block.parts else loop
        name = self.put("subProcess" if block.parts else "userTask", f"m{n}", body)
        return name, name

    def watched(self, block: Block, n: int) -> tuple[str, str]:
        """A subprocess with a reminder every half hour, and something else to do when it takes an hour."""
        merge, name = self.put("exclusiveGateway", f"w{n}"), self.put("subProcess", f"h{n}", self.within(block))
        late = self.put("boundaryEvent", f"l{n}", timer("PT1H"), f"attachedToRef={name}")
        first, last = self.block(block.parts[1])
        cycle = timer("R2/PT30M", "timeCycle")
        remind = self.put("boundaryEvent", f"k{n}", cycle, f"attachedToRef={name} cancelActivity=false")
        chaser, done = self.put("userTask", f"c{n}"), self.put("endEvent", f"d{n}")
        self.join(f"{name} > {merge}; {late} > {first}; {last} > {merge}; {remind} > {chaser} > {done}")
        return name, merge

    def race(self, block: Block, n: int) -> tuple[str, str]:
        """Two timers and a message, whichever is first."""
        gate, merge = self.put("eventBasedGateway", f"v{n}"), self.put("exclusiveGateway", f"u{n}")
        soon = self.put("intermediateCatchEvent", f"e1_{n}", timer("PT2H"))
        late = self.put("intermediateCatchEvent", f"e2_{n}", timer("PT3H"))
        news = self.put("intermediateCatchEvent", f"p{n}", message("m"))
        first, last = self.block(block.parts[0])
        self.join(f"{gate} > {soon} > {merge}; {gate} > {late} > {merge}; {gate} > {news} > {first}; {last} > {merge}")
        return gate, merge
