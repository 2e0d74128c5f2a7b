"""Activities that run several times: multi-instance (parallel, sequential) and standard loop.

Each run of a multi-instance body has variables of its own on top of the process's: its element, its number
(`loopCounter`, from 1) and whatever its steps set. When it ends, either its output element is put in its place in the
output collection, or what it set becomes variables of the process.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as spiff

from engine.bpmn.errors import StepFault
from engine.bpmn.expressions import Expression
from engine.bpmn.flow_nodes import Activity, Element, holds
from engine.bpmn.instance import FAULTS
from engine.bpmn.token import ERROR, READY, STARTED, Scope, Token
from engine.domain.text import Text

MAX_INSTANCES = 1_000
COUNTER = "loopCounter"
NOT_A_COUNT = Text(
    "重复次数应为0到{limit}的整数，却是{found}。",
    "The number of runs should be a whole number from 0 to {limit}, but is {found}.",
)
NOT_A_LIST = Text(
    "多实例的集合应为列表，却是{found}。", "The collection of a multi-instance should be a list, but is {found}."
)
TOO_MANY = Text("多实例的集合超过{limit}项。", "The collection of a multi-instance has more than {limit} entries.")


class Loop(Activity):
    """The outside of a repeated activity. `inner` is what is repeated."""

    inner: Element

    def _run_hook(self, my_task: Token) -> bool:
        return True

    def collect(self, instance: Token) -> Any:
        """What one run gives, computed before it ends."""
        return None

    def start_one(self, token: Token, scope: Scope, number: int) -> None:
        run = Token(token.workflow, self.inner, token, scope)
        run.internal_data["no"] = number
        token.workflow.top_workflow.enter(run)

    def body_done(self, token: Token, body: Any) -> None:
        raise NotImplementedError

    def instance_done(self, token: Token, instance: Token) -> None:
        self.store(token, instance)
        self.go_on(token)

    def go_on(self, token: Token) -> None:
        """Decides what follows after a run; a failure here is retried as a whole."""
        try:
            if self.next(token):
                token.drop_children_but_watches()
                token._set_state(READY)
            elif token._state == ERROR:
                token._state = STARTED
                token.internal_data.pop("fault", None)
        except FAULTS as fault:
            token.workflow.top_workflow.fail(token, "leave", fault)

    def leave_again(self, token: Token) -> None:
        self.go_on(token)

    def store(self, token: Token, instance: Token) -> None:
        raise NotImplementedError

    def next(self, token: Token) -> bool:
        """Starts what has to start; True when all is done."""
        raise NotImplementedError


class MultiInstance(Loop):
    """`collection` or `cardinality` says how often; `element` is the name each run sees its entry by."""

    cardinality: Expression | None = None
    collection: Expression | None = None
    element: str | None = None
    output: str | None = None
    output_element: Expression | None = None
    completion: Expression | None = None
    sequential = False

    def _update_hook(self, my_task: Token) -> bool:
        super()._update_hook(my_task)
        entries = self.entries(my_task)
        notes = my_task.internal_data
        notes["total"], notes["done"] = len(entries), 0
        if self.output:
            notes["out"] = [None] * len(entries)
        if not self.sequential:
            my_task.workflow.top_workflow.make_room(len(entries))
        if not entries:
            self.publish(my_task)
            return True
        my_task._set_state(STARTED)
        if self.sequential:
            notes["entries"] = entries
            self.start_one(my_task, self.scope_of(my_task, entries[0], 0), 0)
            return False
        for number, entry in enumerate(entries):
            self.start_one(my_task, self.scope_of(my_task, entry, number), number)
        return False

    def entries(self, token: Token) -> list[Any]:
        if self.collection is not None:
            found = self.collection.evaluate(token.data)
            if isinstance(found, dict):
                found = list(found.values())
            if not isinstance(found, list | tuple):
                raise StepFault(NOT_A_LIST.format(found=Text.same(repr(found)[:80])), self.collection.source)
            if len(found) > MAX_INSTANCES:
                raise StepFault(TOO_MANY.format(limit=MAX_INSTANCES), self.collection.source)
            return list(found)
        count = self.cardinality.evaluate(token.data)
        whole = isinstance(count, int | Decimal) and not isinstance(count, bool) and count == int(count)
        if not whole or not 0 <= count <= MAX_INSTANCES:
            found = Text.same(repr(count)[:80])
            raise StepFault(NOT_A_COUNT.format(limit=MAX_INSTANCES, found=found), self.cardinality.source)
        return list(range(int(count)))

    def scope_of(self, token: Token, entry: Any, number: int) -> Scope:
        own = {COUNTER: number + 1}
        if self.element:
            own[self.element] = entry
        return Scope(own, token.scope)

    def collect(self, instance: Token) -> Any:
        return self.output_element.evaluate(instance.data) if self.output and self.output_element else None

    def store(self, token: Token, instance: Token) -> None:
        notes = token.internal_data
        notes["done"] += 1
        if self.output:
            notes["out"][instance.internal_data["no"]] = instance.result
            return
        own = {COUNTER, self.element}
        token.set_data(**{name: value for name, value in instance.scope.local.items() if name not in own})

    def next(self, token: Token) -> bool:
        notes = token.internal_data
        if notes["done"] < notes["total"] and not self.is_complete(token):
            if self.sequential and not any(child.task_spec is self.inner for child in token.children):
                number = notes["done"]
                self.start_one(token, self.scope_of(token, notes["entries"][number], number), number)
            return False
        self.publish(token)
        return True

    def is_complete(self, token: Token) -> bool:
        if self.completion is None:
            return False
        notes = token.internal_data
        done, total = notes["done"], notes["total"]
        active = 1 if self.sequential else total - done
        counts = {
            "nrOfInstances": total, "nrOfCompletedInstances": done, "nrOfActiveInstances": active,
            "numberOfInstances": total, "numberOfCompletedInstances": done, "numberOfActiveInstances": active,
        }  # fmt: skip
        return holds(self.completion, {**token.data, **counts})

    def publish(self, token: Token) -> None:
        if self.output:
            token.set_data(**{self.output: token.internal_data["out"]})


class ParallelMultiInstance(MultiInstance, spiff.ParallelMultiInstanceTask):
    """All runs at once."""


class SequentialMultiInstance(MultiInstance, spiff.SequentialMultiInstanceTask):
    """One run after the other."""

    sequential = True


class StandardLoop(Loop, spiff.StandardLoopTask):
    """Runs while the condition holds, at most `maximum` times; its variables are those of the process."""

    repeat: Expression | None = None

    def _update_hook(self, my_task: Token) -> bool:
        Activity._update_hook(self, my_task)
        my_task.internal_data["done"] = 0
        if self.test_before and self.is_over(my_task):
            return True
        my_task._set_state(STARTED)
        self.start_one(my_task, my_task.scope, 0)
        return False

    def store(self, token: Token, instance: Token) -> None:
        token.internal_data["done"] += 1

    def next(self, token: Token) -> bool:
        if self.is_over(token):
            return True
        self.start_one(token, token.scope, token.internal_data["done"])
        return False

    def is_over(self, token: Token) -> bool:
        if self.maximum is not None and token.internal_data["done"] >= self.maximum:
            return True
        return self.repeat is not None and not holds(self.repeat, token.data)
