"""The part of the grammar the three languages share: precedence climbing over a table of operators.

A language is a subclass: it names its operators, its words and what it does not offer.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

from engine.bpmn.expressions.errors import ExpressionError
from engine.bpmn.expressions.functions import FUNCTIONS, SPECIAL
from engine.bpmn.expressions.nodes import (
    Binary,
    Call,
    Compare,
    Constant,
    Item,
    ListOf,
    Logic,
    MapOf,
    Member,
    Name,
    Node,
    Unary,
)
from engine.bpmn.expressions.tokens import Token, tokens
from engine.domain.text import Text

MAX_NODES = 300
MAX_DEPTH = 50
CHOICE, OR, AND, NOT, COMPARISON, SUM, PRODUCT, SIGN, POSTFIX = range(1, 10)

A_VALUE = Text("一个值", "a value")
THE_END = Text("表达式结束", "the end")


class Parser:
    language: ClassVar[str] = ""
    operators: ClassVar[tuple[str, ...]] = ()
    quotes: ClassVar[str] = "\"'"
    constants: ClassVar[dict[str, object]] = {"true": True, "false": False, "null": None}
    words: ClassVar[frozenset[str]] = frozenset()
    unavailable: ClassVar[dict[str, Text]] = {}
    comparisons: ClassVar[dict[str, str]] = {}
    arithmetic: ClassVar[dict[str, tuple[int, str]]] = {}
    logic: ClassVar[dict[str, tuple[int, str]]] = {}
    strict: ClassVar[bool] = True

    def __init__(self, source: str, body: str) -> None:
        self.source = source
        self.tokens = tokens(body, self.operators, self.quotes)
        self.index = self.nodes = self.depth = 0

    def parse(self) -> Node:
        """The whole source as one node. Raises `ExpressionError` naming what cannot be read."""
        node = self.expression()
        if self.here.kind != "end":
            self.refuse_word(self.here)
            raise self.unexpected(THE_END)
        return node

    def expression(self, floor: int = CHOICE) -> Node:
        """The longest expression from here whose operators bind at least as tightly as `floor`."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("too-deep", self.source)
        node = self.prefix()
        while (step := self.infix()) and step[0] >= floor:
            node = self.counted(step[1](node))
        self.depth -= 1
        return node

    def prefix(self) -> Node:
        """A value, a sign, a bracket: everything an expression can begin with."""
        token = self.here
        if token.kind in ("number", "text"):
            self.index += 1
            return self.counted(Constant(token.value))
        if token.kind == "name":
            return self.counted(self.word(token))
        if token.text in ("-", "+"):
            self.index += 1
            return self.counted(self.signed(token.text))
        if token.text == "(":
            return self.bracket()
        if token.text == "[":
            self.index += 1
            return self.counted(ListOf(tuple(self.listed("]"))))
        if token.text == "{" and token.text in self.operators:
            self.index += 1
            return self.counted(self.mapping())
        raise self.unexpected(A_VALUE)

    def word(self, token: Token) -> Node:
        """A constant or the name of a variable; languages put their own words before."""
        self.refuse_word(token)
        if token.text in self.words:
            raise self.unexpected(A_VALUE)
        self.index += 1
        if token.text in self.constants:
            return Constant(self.constants[token.text])
        return Name(self.public(token.text))

    def signed(self, operator: str) -> Node:
        operand = self.expression(SIGN)
        if operator == "-" and isinstance(operand, Constant) and type(operand.value) in (int, Decimal):
            return Constant(-operand.value)
        return Unary(operator, operand)

    def bracket(self) -> Node:
        self.index += 1
        node = self.expression()
        self.expect(")")
        return node

    def mapping(self) -> Node:
        entries: list[tuple[Node, Node]] = []
        while not self.accept("}"):
            if entries:
                self.expect(",")
            key = self.entry_key()
            self.expect(":")
            entries.append((key, self.expression()))
        return MapOf(tuple(entries))

    def entry_key(self) -> Node:
        return self.expression()

    def infix(self) -> tuple[int, Callable[[Node], Node]] | None:
        """How tightly the operator here binds and what it makes of the value before it, or None."""
        token = self.here
        if token.kind not in ("operator", "name"):
            return None
        text = token.text
        if text in self.logic:
            level, operator = self.logic[text]
            return level, lambda left: self.joined(left, level, operator)
        if text in self.comparisons:
            return COMPARISON, self.compared
        if text in self.arithmetic:
            level, operator = self.arithmetic[text]
            return level, lambda left: Binary(operator, left, self.after(level + 1))
        if text == ".":
            return POSTFIX, self.member
        if text == "[":
            return POSTFIX, self.item
        if text == "(":
            return POSTFIX, self.call
        return None

    def after(self, floor: int) -> Node:
        self.index += 1
        return self.expression(floor)

    def joined(self, left: Node, level: int, operator: str) -> Node:
        operands = [left]
        while self.logic.get(self.here.text, (0, ""))[1] == operator and self.here.kind != "text":
            operands.append(self.after(level + 1))
        return Logic(operator, tuple(operands), self.strict)

    def compared(self, left: Node) -> Node:
        rest = []
        while self.here.kind in ("operator", "name") and self.here.text in self.comparisons:
            operator = self.comparisons[self.here.text]
            rest.append((operator, self.after(SUM)))
        return Compare(left, tuple(rest))

    def member(self, left: Node) -> Node:
        self.index += 1
        token = self.here
        if token.kind != "name":
            raise self.unexpected(Text("一个名称", "a name"))
        self.index += 1
        name = self.public(token.text)
        if self.here.text == "(" and self.here.kind == "operator":
            raise self.not_available(f".{token.text}(…)", Text("不能调用方法。", "Methods cannot be called."))
        return Member(left, name)

    def item(self, left: Node) -> Node:
        self.index += 1
        index = self.expression()
        self.expect("]")
        return Item(left, index)

    def call(self, left: Node) -> Node:
        if not isinstance(left, Name):
            raise self.not_available("(…)", Text("只能调用列出的函数。", "Only the listed functions can be called."))
        self.index += 1
        return self.called(left.name, tuple(self.listed(")")))

    def called(self, name: str, arguments: tuple[Node, ...]) -> Node:
        if name in SPECIAL:
            few, many = SPECIAL[name]
        elif name in FUNCTIONS:
            _, few, many = FUNCTIONS[name]
        else:
            raise ExpressionError("unknown-function", self.source, found=name)
        if not few <= len(arguments) <= many:
            raise ExpressionError("arity", self.source, found=name)
        return Call(name, arguments)

    def listed(self, closing: str) -> list[Node]:
        items: list[Node] = []
        while not self.accept(closing):
            if items:
                self.expect(",")
                if self.accept(closing):
                    break
            items.append(self.expression())
        return items

    @property
    def here(self) -> Token:
        return self.tokens[self.index]

    def peek(self, ahead: int = 1) -> Token:
        return self.tokens[min(self.index + ahead, len(self.tokens) - 1)]

    def accept(self, text: str) -> bool:
        if self.here.text == text and self.here.kind in ("operator", "name"):
            self.index += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.accept(text):
            self.refuse_word(self.here)
            raise self.unexpected(Text.same(f"“{text}”"))

    def counted(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise ExpressionError("too-many-parts", self.source, limit=MAX_NODES)
        return node

    def public(self, name: str) -> str:
        if name.startswith("_"):
            raise ExpressionError("private-name", self.source, found=name)
        return name

    def refuse_word(self, token: Token) -> None:
        if token.kind in ("name", "operator") and token.text in self.unavailable:
            raise self.not_available(token.text, self.unavailable[token.text])

    def not_available(self, found: str, advice: Text) -> ExpressionError:
        if self.language == "plain":
            return ExpressionError("not-available", self.source, found=found, advice=advice)
        return ExpressionError("untranslatable", self.source, language=self.language, found=found, advice=advice)

    def unexpected(self, expected: Text) -> ExpressionError:
        token = self.here
        return ExpressionError("unexpected", self.source, expected=expected, found=token.shown(), at=token.at)
