"""FEEL, the language of DMN and Camunda 8: `= amount > 100 and level in ("vip", "star")`.

Lists count from 1, as FEEL says. A missing variable is an error, not null: a typing mistake must not pick a path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from engine.bpmn.expressions.nodes import Call, Choice, Compare, Constant, Item, ListOf, Name, Node, Unary
from engine.bpmn.expressions.parser import AND, CHOICE, COMPARISON, OR, PRODUCT, SUM, THE_END
from engine.bpmn.expressions.tokens import Token
from engine.bpmn.expressions.unary import ASKED, IT, Tests
from engine.domain.text import Text

FUNCTION_NAMES = {
    "string length": "len", "upper case": "upper", "lower case": "lower", "starts with": "starts_with",
    "ends with": "ends_with", "contains": "contains", "count": "len", "sum": "sum", "min": "min", "max": "max",
    "mean": "mean", "abs": "abs", "floor": "floor", "ceiling": "ceiling", "decimal": "round", "round half even": "round",
    "round half up": "round_half_up", "string": "text", "number": "decimal", "date": "date", "date and time": "datetime",
    "duration": "duration", "list contains": "one_of_list", "is defined": "defined", "get or else": "default",
    "modulo": "modulo", "substring": "substring", "string join": "join", "concatenate": "concatenate", "append": "append",
    "odd": "odd", "even": "even", "trim": "strip",
}  # fmt: skip
CLOCK = Text("请将时间作为变量传入。", "Pass the time in as a variable.")


class Feel(Tests):
    language = "FEEL"
    operators = (
        "..", "**", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ",", ":", ".", "@",
    )  # fmt: skip
    quotes = '"'
    words = frozenset({"and", "or", "in", "between", "then", "else"})
    unavailable: ClassVar[dict[str, Text]] = dict.fromkeys(
        ("for", "some", "every", "function", "instance", "satisfies", "return", "external", "**", ".."), Text.same("")
    )
    comparisons: ClassVar[dict[str, str]] = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
    arithmetic: ClassVar[dict[str, tuple[int, str]]] = {
        "+": (SUM, "+"),
        "-": (SUM, "-"),
        "*": (PRODUCT, "*"),
        "/": (PRODUCT, "/"),
    }
    logic: ClassVar[dict[str, tuple[int, str]]] = {"or": (OR, "or"), "and": (AND, "and")}

    def prefix(self) -> Node:
        if self.accept("@"):
            return self.counted(self.temporal())
        self.refuse_word(self.here)
        return super().prefix()

    def temporal(self) -> Node:
        token = self.here
        if token.kind != "text":
            raise self.unexpected(Text("日期文本", "a date text"))
        self.index += 1
        kind = "duration" if token.value.lstrip("-").startswith("P") else "datetime" if "T" in token.value else "date"
        return Call(kind, (Constant(token.value),))

    def word(self, token: Token) -> Node:
        if token.text == "if":
            return self.conditional()
        if token.text == "not" and self.peek().text == "(":
            self.index += 1
            return Unary("not", self.bracket(), strict=True)
        return self.phrase() or super().word(token)

    def conditional(self) -> Node:
        test = self.after(CHOICE)
        self.expect("then")
        then = self.expression()
        self.expect("else")
        return Choice(test, then, self.expression())

    def phrase(self) -> Node | None:
        """A call of a function, whose name may have up to four words; None when none stands here."""
        for length in (4, 3, 2, 1):
            ahead = [self.peek(i) for i in range(length)]
            if self.peek(length).text != "(" or any(t.kind != "name" for t in ahead):
                continue
            name = " ".join(t.text for t in ahead)
            if length > 1 and name not in FUNCTION_NAMES:
                continue
            if length == 1 and ahead[0].text in self.words:
                return None
            if name in ("now", "today"):
                raise self.not_available(name, CLOCK)
            if name not in FUNCTION_NAMES:
                raise self.not_available(f"{name}(…)", Text("没有这个函数。", "There is no such function."))
            self.index += length + 1
            return self.called(FUNCTION_NAMES[name], tuple(self.listed(")")))
        return None

    def infix(self) -> tuple[int, Callable[[Node], Node]] | None:
        """An opening bracket that opens nothing ends a range: `[1..5[`."""
        if self.here.kind == "name" and self.here.text == "in":
            return COMPARISON, self.within
        if self.here.kind == "name" and self.here.text == "between":
            return COMPARISON, self.between
        if self.here.text == "[" and self.peek().text in ("", ")", ","):
            return None
        return super().infix()

    def between(self, left: Node) -> Node:
        low = self.after(SUM)
        self.expect("and")
        return Compare(low, (("<=", left), ("<=", self.expression(SUM))))

    def within(self, left: Node) -> Node:
        """`x in [1..5]`, `x in (1, 2)`, `x in list`."""
        self.index += 1
        opening = self.here
        if opening.kind != "operator" or opening.text not in ("[", "(", "]"):
            return Call("one_of", (left, self.expression(SUM)))
        if opening.text == "(" and self.has_tests():
            return self.asked(left)
        self.index += 1
        if opening.text != "]" and self.accept({"[": "]", "(": ")"}[opening.text]):
            return Call("one_of", (left, ListOf(())))
        first = self.expression(SUM)
        if self.accept(".."):
            return self.ranged(left, opening.text, first)
        items = [first]
        while self.accept(","):
            items.append(self.expression(SUM))
        self.expect("]" if opening.text == "[" else ")")
        return Call("one_of", (left, items[0] if opening.text == "(" and len(items) == 1 else ListOf(tuple(items))))

    def ranged(self, left: Node, opening: str, low: Node) -> Node:
        high = self.expression(SUM)
        closing = self.here.text
        if closing not in ("]", ")", "["):
            raise self.unexpected(Text.same("“]”"))
        self.index += 1
        return Compare(low, (("<=" if opening == "[" else "<", left), ("<=" if closing == "]" else "<", high)))

    def item(self, left: Node) -> Node:
        """Only a literal position: a filter such as `[item > 3]` would need loops."""
        node = super().item(left)
        index = node.index
        if not isinstance(index, Constant) or type(index.value) is not int or index.value == 0:
            raise self.not_available("[…]", Text("只支持固定位置。", "Only a fixed position is supported."))
        return Item(left, Constant(index.value - 1 if index.value > 0 else index.value))

    def entry_key(self) -> Node:
        if self.here.kind == "name":
            self.index += 1
            return Constant(self.tokens[self.index - 1].text)
        return super().entry_key()

    def call(self, left: Node) -> Node:
        raise self.not_available(f"{left.name if isinstance(left, Name) else ''}(…)", Text.same(""))


class UnaryTests(Feel):
    """A whole cell of a decision table."""

    operators = (*Feel.operators, ASKED)
    matcher = "fits"

    def parse(self) -> Node:
        if self.here.text == "-" and self.peek().kind == "end":
            return Constant(True)
        if self.here.text == "not" and self.here.kind == "name" and self.peek().text == "(":
            self.index += 1
            self.expect("(")
            node: Node = self.counted(Unary("not", self.alternatives(), strict=True))
            self.expect(")")
        else:
            node = self.alternatives()
        if self.here.kind != "end":
            self.refuse_word(self.here)
            raise self.unexpected(THE_END)
        return node

    def prefix(self) -> Node:
        if self.here.kind == "operator" and self.here.text == ASKED:
            self.index += 1
            return self.counted(IT)
        return super().prefix()
