"""Conditions as people say them: `amount > 500` with the words of the form that asks for the amount."""

from __future__ import annotations

import re
from decimal import Decimal

from engine.bpmn.diff import words
from engine.bpmn.expressions import ExpressionError, read_expression
from engine.bpmn.expressions.nodes import (
    Binary,
    Call,
    Choice,
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
from engine.bpmn.model import Definition, Field
from engine.domain.text import Text

SIGNS = {
    "==": Text("为", "is"),
    "!=": Text("不为", "is not"),
    "<": Text.same("<"),
    ">": Text.same(">"),
    "<=": Text.same("≤"),
    ">=": Text.same("≥"),
    "in": Text("属于", "is one of"),
    "not in": Text("不属于", "is none of"),
}
#: Chinese words and quotes stand without a space between them.
CLOSE = re.compile(r"(?<=[\u3400-\u9fff”]) (?=[\u3400-\u9fff“])")
JOINTS = {"and": Text("且", "and"), "or": Text("或", "or")}


class Conditions:
    """Says conditions over the variables of one definition."""

    def __init__(self, definition: Definition) -> None:
        self._fields: dict[str, Field] = {}
        for procedure in definition.procedures.values():
            for form in (procedure.start_form, *(step.form for step in procedure.steps.values())):
                for field in form.fields:
                    self._fields.setdefault(field.key, field)

    def say(self, source: str) -> Text:
        """The condition in words; as it is written where it cannot be read."""
        try:
            return self._node(read_expression(source))
        except (ExpressionError, RecursionError):
            return Text.same(" ".join(source.split()))

    def _node(self, node: Node, field: Field | None = None) -> Text:
        match node:
            case Constant(value):
                return _constant(value, field)
            case Name(name):
                return self._label(name)
            case Member(of, name):
                return _joined(self._node(of), Text.same("."), Text.same(name), gap="")
            case Item(of, index):
                return _joined(self._node(of), Text.same("["), self._node(index), Text.same("]"), gap="")
            case Unary("not", operand):
                return self._not(operand)
            case Unary(operator, operand):
                return _joined(Text.same(operator), self._inner(operand), gap="")
            case Binary(operator, left, right):
                return _joined(self._inner(left), Text.same(operator), self._inner(right))
            case Compare(first, rest):
                return self._compare(first, rest)
            case Logic(operator, operands):
                return self._logic(operator, operands)
            case Choice(test, then, otherwise):
                parts = {"test": self._node(test), "then": self._node(then), "other": self._node(otherwise)}
                return Text("若{test}则{then}，否则{other}", "{then} if {test}, else {other}").format(**parts)
            case Call(function, arguments):
                inner = words.listed([self._node(one) for one in arguments]) if arguments else Text.same("")
                return _joined(Text.same(f"{function}("), inner, Text.same(")"), gap="")
            case ListOf(items):
                return words.listed([self._node(one, field) for one in items])
            case MapOf(entries):
                pairs = [_joined(self._node(k), Text.same(":"), self._node(v)) for k, v in entries]
                return _joined(Text.same("{"), words.listed(pairs), Text.same("}"), gap="")

    def _label(self, name: str) -> Text:
        field = self._fields.get(name)
        return (
            words.quoted(field.label) if field is not None and (field.label.zh or field.label.en) else Text.same(name)
        )

    def _compare(self, first: Node, rest: tuple[tuple[str, Node], ...]) -> Text:
        field = next((f for one in (first, *(n for _, n in rest)) if (f := self._field(one)) is not None), None)
        parts = [self._inner(first, field)]
        for sign, operand in rest:
            parts += [SIGNS.get(sign, Text.same(sign)), self._inner(operand, field)]
        return _joined(*parts)

    def _logic(self, operator: str, operands: tuple[Node, ...]) -> Text:
        parts: list[Text] = []
        for operand in operands:
            said = self._truth(operand)
            if isinstance(operand, Logic) and operand.operator != operator:
                said = Text(f"（{said.zh}）", f"({said.en})")
            parts += [JOINTS[operator], said] if parts else [said]
        return _joined(*parts)

    def _not(self, operand: Node) -> Text:
        if isinstance(operand, Name):
            return _joined(self._label(operand.name), SIGNS["=="], words.NO)
        if isinstance(operand, Compare) and len(operand.rest) == 1 and operand.rest[0][0] == "in":
            return self._compare(operand.first, (("not in", operand.rest[0][1]),))
        return Text("并非（{it}）", "not ({it})").format(it=self._node(operand))

    def _truth(self, node: Node) -> Text:
        """A variable that alone is the condition holds when it is yes."""
        return _joined(self._label(node.name), SIGNS["=="], words.YES) if isinstance(node, Name) else self._node(node)

    def _inner(self, node: Node, field: Field | None = None) -> Text:
        said = self._node(node, field)
        return Text(f"({said.zh})", f"({said.en})") if isinstance(node, Binary | Logic | Compare | Choice) else said

    def _field(self, node: Node) -> Field | None:
        return self._fields.get(node.name) if isinstance(node, Name) else None

    def condition(self, source: str) -> Text:
        """Like `say`, for what must be true or false."""
        try:
            return self._truth(read_expression(source))
        except (ExpressionError, RecursionError):
            return Text.same(" ".join(source.split()))


def _constant(value: object, field: Field | None) -> Text:
    if value is True or value is False:
        return words.YES if value else words.NO
    if value is None:
        return Text("空", "empty")
    if isinstance(value, str):
        option = next((o for o in field.options if o.value == value), None) if field is not None else None
        return words.quoted(option.label if option is not None else Text.same(value))
    return Text.same(f"{value:f}" if isinstance(value, Decimal) else str(value))


def _joined(*parts: Text, gap: str = " ") -> Text:
    zh = gap.join(part.in_("zh") for part in parts)
    return Text(CLOSE.sub("", zh), gap.join(part.in_("en") for part in parts))


def same_meaning(one: str, other: str) -> bool:
    """Whether two conditions are the same but for spaces and the language they are written in."""
    if one == other:
        return True
    try:
        return read_expression(one) == read_expression(other)
    except (ExpressionError, RecursionError):
        return " ".join(one.split()) == " ".join(other.split())
