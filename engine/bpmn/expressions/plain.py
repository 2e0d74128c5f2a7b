"""The plain language: `amount > 100 and customer.level == "vip"`. Reads like Python, and means the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from engine.bpmn.expressions.nodes import Choice, Compare, Constant, Node, Unary
from engine.bpmn.expressions.parser import AND, CHOICE, COMPARISON, NOT, OR, PRODUCT, SUM, Parser
from engine.bpmn.expressions.tokens import Token
from engine.domain.text import Text

NO_CODE = Text("表达式只能计算值。", "An expression can only compute a value.")


class Plain(Parser):
    language = "plain"
    operators = (
        "**", "<<", ">>", ":=", "&&", "||", "===", "!==", "==", "!=", "<=", ">=", "//",
        "<", ">", "=", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",", ":", ".", "@", "|", "&", "^", "~", "?",
    )  # fmt: skip
    constants: ClassVar[dict[str, object]] = {
        "True": True,
        "False": False,
        "None": None,
        "true": True,
        "false": False,
        "null": None,
    }
    words = frozenset({"and", "or", "in", "is", "if", "else"})
    unavailable: ClassVar[dict[str, Text]] = {
        **dict.fromkeys(
            (
                *(
                    "lambda",
                    "for",
                    "while",
                    "import",
                    "from",
                    "def",
                    "class",
                    "return",
                    "yield",
                    "await",
                    "async",
                    "with",
                ),
                *(
                    "try",
                    "raise",
                    "del",
                    "global",
                    "nonlocal",
                    "assert",
                    "pass",
                    "@",
                    "|",
                    "^",
                    "~",
                    ":=",
                    "<<",
                    ">>",
                    "**",
                ),
            ),
            NO_CODE,
        ),
        "&&": Text("请写 and。", "Write “and”."),
        "&": Text("请写 and。", "Write “and”."),
        "||": Text("请写 or。", "Write “or”."),
        "!": Text("请写 not。", "Write “not”."),
        "===": Text("请写 ==。", "Write “==”."),
        "!==": Text("请写 !=。", "Write “!=”."),
        "=": Text("比较请写 ==。", "To compare, write “==”."),
        "?": Text("请写“甲 if 条件 else 乙”。", "Write “a if test else b”."),
    }
    comparisons: ClassVar[dict[str, str]] = {s: s for s in ("==", "!=", "<", "<=", ">", ">=", "in")}
    arithmetic: ClassVar[dict[str, tuple[int, str]]] = {
        "+": (SUM, "+"),
        "-": (SUM, "-"),
        **{s: (PRODUCT, s) for s in ("*", "/", "//", "%")},
    }
    logic: ClassVar[dict[str, tuple[int, str]]] = {"or": (OR, "or"), "and": (AND, "and")}
    strict = False

    def prefix(self) -> Node:
        self.refuse_word(self.here)
        return super().prefix()

    def word(self, token: Token) -> Node:
        if token.text == "not":
            return Unary("not", self.after(NOT))
        return super().word(token)

    def infix(self) -> tuple[int, Callable[[Node], Node]] | None:
        token = self.here
        if token.kind == "name" and token.text == "if":
            return CHOICE, self.choice
        if token.kind == "name" and (token.text == "is" or (token.text == "not" and self.peek().text == "in")):
            return COMPARISON, self.compared
        if token.kind == "operator" and token.text == ".":
            self.refuse_word(token)
        return super().infix()

    def compared(self, left: Node) -> Node:
        rest: list[tuple[str, Node]] = []
        while operator := self.comparison():
            rest.append((operator, self.expression(SUM)))
            if operator in ("is", "is not"):
                rest[-1] = self.identity(*rest[-1])
        return Compare(left, tuple(rest))

    def comparison(self) -> str | None:
        """Takes the comparison operator that stands here, also those of two words."""
        if self.here.kind not in ("operator", "name"):
            return None
        if self.here.text == "not" and self.peek().text == "in":
            self.index += 2
            return "not in"
        if self.accept("is"):
            return "is not" if self.accept("not") else "is"
        if self.here.text not in self.comparisons:
            return None
        self.index += 1
        return self.tokens[self.index - 1].text

    def identity(self, operator: str, right: Node) -> tuple[str, Node]:
        """`is` makes sense for None, True and False only; for values it would depend on chance."""
        if not isinstance(right, Constant) or right.value not in (None, True, False):
            raise self.not_available(operator, Text("请写 ==。", "Write “==”."))
        return ("==" if operator == "is" else "!="), right

    def choice(self, then: Node) -> Node:
        self.index += 1
        test = self.expression(OR)
        self.expect("else")
        return Choice(test, then, self.expression(CHOICE))
