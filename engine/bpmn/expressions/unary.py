"""FEEL's unary tests, what the cells of a decision table say: `< 5`, `[1..10]`, `"a","b"`, `not("x")`, `-`, `? > limit`.

Also within an expression: `age in (< 18, [65..120])`. The value tested is called `?`; an empty one passes no `<` and no
range, while a value of the wrong kind is an error: a table must not choose by mistake.
"""

from __future__ import annotations

from typing import ClassVar

from engine.bpmn.expressions.nodes import Asked, Call, Compare, Constant, Logic, Name, Node
from engine.bpmn.expressions.parser import SUM, Parser
from engine.domain.text import Text

ASKED = "?"
IT = Name(ASKED)
GIVEN = Compare(IT, (("!=", Constant(None)),))
ORDERINGS = frozenset({"<", "<=", ">", ">="})


class Tests(Parser):
    """The part of FEEL's grammar that tests a value. `matcher` says what a bare value as a test means."""

    matcher: ClassVar[str] = "one_of"

    def alternatives(self) -> Node:
        """One test or several, parted by commas: any of them may hold."""
        found = [self.test()]
        while self.accept(","):
            found.append(self.test())
        return found[0] if len(found) == 1 else self.counted(Logic("or", tuple(found), strict=True))

    def test(self) -> Node:
        if self.here.kind == "operator" and self.here.text in self.comparisons:
            operator = self.comparisons[self.here.text]
            compared = Compare(IT, ((operator, self.after(SUM)),))
            return self.counted(guarded(compared) if operator in ORDERINGS else compared)
        return self.interval() or self.value_test()

    def interval(self) -> Node | None:
        """`[1..5]`, `(1..5]`, `]1..5[`; None, and nothing read, where there is a list or brackets instead."""
        start, opening = self.index, self.here
        if opening.kind != "operator" or opening.text not in ("[", "(", "]") or self.peek().text in ("]", ")"):
            return None
        self.index += 1
        low = self.expression(SUM)
        if not self.accept(".."):
            self.index = start
            return None
        high = self.expression(SUM)
        closing = self.here.text
        if closing not in ("]", ")", "["):
            raise self.unexpected(Text.same("“]”"))
        self.index += 1
        above, below = "<=" if opening.text == "[" else "<", "<=" if closing == "]" else "<"
        return self.counted(guarded(Compare(low, ((above, IT), (below, high)))))

    def value_test(self) -> Node:
        start = self.index
        node = self.expression()
        if any(token.kind == "operator" and token.text == ASKED for token in self.tokens[start : self.index]):
            return node
        return self.counted(Call("one_of" if isinstance(node, Constant) else self.matcher, (IT, node)))

    def asked(self, left: Node) -> Node:
        """`x in (…)` with tests inside; stands at the bracket."""
        self.expect("(")
        test = self.alternatives()
        self.expect(")")
        return Asked(left, test)

    def has_tests(self) -> bool:
        """Whether the bracket that stands here holds tests rather than values, or one range."""
        depth = 0
        for before, token in zip(self.tokens[self.index :], self.tokens[self.index + 1 :], strict=False):
            depth += (before.text in ("(", "[", "{")) - (before.text in (")", "]", "}"))
            if depth <= 0:
                return False
            if depth == 1 and before.text in ("(", ",") and token.kind == "operator" and token.text in self.comparisons:
                return True
            if depth > 1 and token.text == "..":
                return True
        return False


def guarded(test: Node) -> Node:
    """A test an empty value does not pass."""
    return Logic("and", (GIVEN, test), strict=True)
