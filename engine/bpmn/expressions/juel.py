"""JUEL, the language of Camunda 7: `${amount gt 100 && !approved}`. No methods, no beans."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from engine.bpmn.expressions.nodes import Call, Choice, Node, Unary
from engine.bpmn.expressions.parser import AND, CHOICE, OR, PRODUCT, SIGN, SUM, Parser
from engine.bpmn.expressions.tokens import Token
from engine.domain.text import Text


class Juel(Parser):
    language = "JUEL"
    operators = (
        "&&", "||", "==", "!=", "<=", ">=", "<", ">", "=", "!", "+", "-", "*", "/", "%",
        "(", ")", "[", "]", "{", "}", ",", ":", ".", "?", "$", "#",
    )  # fmt: skip
    words = frozenset({"and", "or", "eq", "ne", "lt", "gt", "le", "ge", "div", "mod", "instanceof"})
    unavailable: ClassVar[dict[str, Text]] = {
        "=": Text("请写 ==。", "Write “==”."),
        "instanceof": Text.same(""),
        "{": Text.same(""),
        "}": Text("一次只能写一个 ${…}。", "Only one ${…} may be written."),
    }
    comparisons: ClassVar[dict[str, str]] = {
        **{s: s for s in ("==", "!=", "<", "<=", ">", ">=")},
        "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=",
    }  # fmt: skip
    arithmetic: ClassVar[dict[str, tuple[int, str]]] = {
        "+": (SUM, "+"), "-": (SUM, "-"),
        "*": (PRODUCT, "*"), "/": (PRODUCT, "/"), "div": (PRODUCT, "/"), "%": (PRODUCT, "%"), "mod": (PRODUCT, "%"),
    }  # fmt: skip
    logic: ClassVar[dict[str, tuple[int, str]]] = {
        "or": (OR, "or"),
        "||": (OR, "or"),
        "and": (AND, "and"),
        "&&": (AND, "and"),
    }

    def prefix(self) -> Node:
        if self.here.text == "!" and self.here.kind == "operator":
            return self.counted(Unary("not", self.after(SIGN), strict=True))
        self.refuse_word(self.here)
        return super().prefix()

    def word(self, token: Token) -> Node:
        if token.text == "not":
            return Unary("not", self.after(SIGN), strict=True)
        if token.text == "empty" and self.peek().text not in (".", ")", "}", "") + tuple(self.logic):
            return Call("empty", (self.after(SIGN),))
        return super().word(token)

    def infix(self) -> tuple[int, Callable[[Node], Node]] | None:
        if self.here.kind == "operator" and self.here.text == "?":
            return CHOICE, self.choice
        return super().infix()

    def choice(self, test: Node) -> Node:
        self.index += 1
        then = self.expression()
        self.expect(":")
        return Choice(test, then, self.expression())
