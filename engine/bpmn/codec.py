"""An instance as a small blob, and back: its live tokens and its variables, nothing else.

msgpack: `[version, last number, scopes, workflows]`. A scope is `[index of the outer one or -1, variables]`; a workflow
is `[key of its spec, number of its host token or 0, scope, tokens]`; a token is
`[number, parent or 0, element, state, scope, flow, notes]`. The spec is not in it, so elements are named by their ids.
Text, true/false, None, numbers of any size, Decimal, float, date, datetime (with its offset), lists and mappings with
any text as keys come back exactly as they were; tuples come back as lists; everything else is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from engine.bpmn.errors import Unrunnable, Unstorable
from engine.bpmn.instance import Body, Instance
from engine.bpmn.results import Surroundings
from engine.bpmn.token import ERROR, READY, WAITING, Scope, Token
from engine.domain.forgetting import Forgetting
from engine.domain.text import Text

if TYPE_CHECKING:
    from engine.bpmn.spec import ExecutableSpec

VERSION = 1
MAX_BYTES = 5_000_000
MAX_NESTING = 60
DECIMAL, DATE, DATETIME, INTEGER = 1, 2, 3, 4
AT_GATEWAYS = frozenset({WAITING, ERROR})
AS_IT_IS = frozenset({str, bool, type(None), float})
LOWEST, HIGHEST = -(2**63), 2**64
Ext = msgspec.msgpack.Ext

NOT_DATA = Text("类型“{kind}”不是普通数据", "{kind} is not plain data")
NOT_TEXT = Text("文本含有无效字符", "the text has invalid characters")
NOT_A_KEY = Text("名称应为文本", "the names in it should be texts")
TOO_DEEP = Text("嵌套过深", "it is nested too deeply")
TOO_LARGE = Text("数据总量过大", "there is too much data in all")
FOREIGN = Text("保存的状态与此流程版本不符", "the stored state does not belong to this version of the process")


def save(instance: Instance) -> bytes:
    """The blob. Raises `Unstorable` naming the variable that is not plain data."""
    scopes: list[list] = []
    numbers: dict[int, int] = {}

    def number_of(scope: Scope) -> int:
        found = numbers.get(id(scope))
        if found is None:
            outer = -1 if scope.outer is None else number_of(scope.outer)
            found = numbers[id(scope)] = len(scopes)
            scopes.append([outer, exact_values(scope.local)])
        return found

    workflows = []
    for workflow in instance.workflows():
        rows = []
        first = number_of(workflow.scope)
        for token in workflow.tasks.values():
            if token._parent is None:
                continue
            state, notes = token._state, token.internal_data
            rows.append(
                (
                    token.id,
                    max(0, token._parent),
                    token.task_spec.name,
                    state,
                    number_of(token.scope),
                    token.flow if state in AT_GATEWAYS else None,
                    exact_values(notes) if notes else None,
                )
            )
        host = 0 if workflow is instance else workflow.parent_task_id
        workflows.append((workflow.spec.key, host, first, rows))
    return encoded((VERSION, instance.last_id, scopes, workflows))


def load(spec: ExecutableSpec, state: bytes, around: Surroundings) -> Instance:
    """The instance as it was saved."""
    _, last_id, scope_rows, workflow_rows = DECODER.decode(state)
    scopes: list[Scope] = []
    for outer, values in scope_rows:
        scopes.append(Scope(values, scopes[outer] if outer >= 0 else None))
    instance = Instance(spec.main, spec.bodies, around)
    instance.last_id = last_id
    for key, host, scope, rows in workflow_rows:
        if host:
            found = instance.token(host)
            if found is None or key not in spec.bodies:
                raise Unrunnable(element=key, why=FOREIGN)
            workflow = Body(spec.bodies[key], found, instance)
            instance.subprocesses[host] = workflow
        else:
            workflow = instance
        workflow.plant(-host, scopes[scope])
        specs, tasks = workflow.spec.task_specs, workflow.tasks
        for number, parent, name, token_state, own, flow, notes in rows:
            element = specs.get(name)
            if element is None:
                raise Unrunnable(element=name, why=FOREIGN)
            token = Token.__new__(Token)
            token.place(workflow, element, number, parent or -host, scopes[own], token_state, notes or {})
            token.flow = flow
            if token_state == ERROR and notes["fault"][0] == "still":
                instance.still.append(token)
            if token_state == READY and not element.manual:
                instance.queue.append(token)
        for token in tasks.values():
            if token._parent is not None:
                tasks[token._parent]._children.append(token.id)
    return instance


def encoded(value: Any) -> bytes:
    try:
        data = ENCODER.encode(value)
    except UnicodeEncodeError as error:
        raise Unstorable(name=repr(error.object)[:40], why=NOT_TEXT) from error
    if len(data) > MAX_BYTES:
        raise Unstorable(name="*", why=TOO_LARGE)
    return data


def exact_values(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The variables in a form the encoder keeps exactly; the very same mapping where nothing has to be changed."""
    changed = {}
    for name, value in values.items():
        if type(name) is not str:
            raise Unstorable(name=repr(name)[:80], why=NOT_A_KEY)
        kept = value if type(value) in AS_IT_IS else exact(value, name, 0)
        if kept is not value:
            changed[name] = kept
    return {**values, **changed} if changed else values


def exact(value: Any, name: str, depth: int) -> Any:
    kind = type(value)
    if kind in AS_IT_IS:
        return value
    if kind is int:
        return value if LOWEST <= value < HIGHEST else Ext(INTEGER, b"%x" % value)
    if kind is Decimal:
        return Ext(DECIMAL, str(value).encode())
    if kind is datetime:
        return Ext(DATETIME, value.isoformat().encode())
    if kind is date:
        return Ext(DATE, value.isoformat().encode())
    if depth > MAX_NESTING:
        raise Unstorable(name=name, why=TOO_DEEP)
    if kind is list or kind is tuple:
        return [v if type(v) in AS_IT_IS else exact(v, name, depth + 1) for v in value]
    if kind is dict:
        if any(type(key) is not str for key in value):
            raise Unstorable(name=name, why=NOT_A_KEY)
        return {k: v if type(v) in AS_IT_IS else exact(v, name, depth + 1) for k, v in value.items()}
    return exact(plain(value, name), name, depth)


def plain(value: Any, name: str) -> Any:
    """A value of a subclass as the plain kind it is."""
    for kind in (str, int, float, Decimal, list, tuple, dict):
        if isinstance(value, kind):
            return kind(value) if kind is not str else str.__str__(value)
    raise Unstorable(name=name, why=NOT_DATA.format(kind=type(value).__name__))


def restored(code: int, data: memoryview) -> Any:
    words = bytes(data).decode()
    if code == DECIMAL:
        return Decimal(words)
    if code == DATETIME:
        return datetime.fromisoformat(words)
    if code == DATE:
        return date.fromisoformat(words)
    if code == INTEGER:
        return int(words, 16)
    raise ValueError(f"unknown kind of value {code}")


ENCODER = msgspec.msgpack.Encoder()
DECODER = msgspec.msgpack.Decoder(ext_hook=restored)


def without(state: bytes, forgetting: Forgetting, *, is_over: bool) -> bytes:
    """The instance without a person's values; nothing reads the variables of one that is over, so they go as a whole."""
    version, last_id, scopes, workflows = DECODER.decode(state)
    kept = [[outer, {} if is_over else exact_values(forgetting.of(values))] for outer, values in scopes]
    told = [
        [key, host, scope, [[*row[:6], exact_values(forgetting.of(row[6])) if row[6] else row[6]] for row in rows]]
        for key, host, scope, rows in workflows
    ]
    return encoded((version, last_id, kept, told))
