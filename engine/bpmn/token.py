"""A token and the variables it sees: SpiffWorkflow's task, numbered by its instance, without clock, log and copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

if TYPE_CHECKING:
    from engine.bpmn.flow_nodes import Element, Flow
    from engine.bpmn.instance import Body, Instance

READY, WAITING, STARTED = TaskState.READY, TaskState.WAITING, TaskState.STARTED
FUTURE, COMPLETED, ERROR, CANCELLED = TaskState.FUTURE, TaskState.COMPLETED, TaskState.ERROR, TaskState.CANCELLED


class Scope:
    """Variables seen by some tokens: those of a process, or of one run of a loop body on top of them."""

    __slots__ = ("local", "outer")

    def __init__(self, local: dict[str, Any], outer: Scope | None = None) -> None:
        self.local, self.outer = local, outer

    def visible(self) -> dict[str, Any]:
        return self.local if self.outer is None else {**self.outer.visible(), **self.local}


class Token(Task):
    """One task of the library's tree, numbered by the instance; `flow` is the id of the sequence flow it came by."""

    def __init__(
        self, workflow: Instance | Body, spec: Element, parent: Token, scope: Scope, flow: str | None = None
    ) -> None:
        top = workflow.top_workflow
        top.last_id += 1
        self.place(workflow, spec, top.last_id, parent.id, scope, FUTURE, {})
        self.flow = flow
        parent._children.append(self.id)

    def place(
        self, workflow: Instance | Body, spec: Any, id_: int, parent: int | None, scope: Scope, state: int, notes: dict
    ) -> None:
        """Sets every attribute the library expects, without its clock, its random numbers and its log."""
        self.id = id_
        self.workflow = workflow
        self.task_spec = spec
        self.scope = scope
        self.internal_data = notes
        self.flow: str | None = None
        self.taken: tuple[Flow, ...] = ()
        self.result: Any = None
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self._parent = parent
        self._children: list[int] = []
        self._state = state
        workflow.tasks[id_] = self

    @property
    def data(self) -> dict[str, Any]:
        """The variables this token sees."""
        return self.scope.visible()

    def set_data(self, /, **values: Any) -> None:  # "self" may be the name of a variable
        self.scope.local.update(values)

    def _inherit_data(self) -> None:
        """Nothing to copy: the variables are shared."""

    def _set_state(self, value: int) -> None:
        self._state = value
        if value == READY:
            self.workflow.top_workflow.queue.append(self)

    def cancel(self) -> None:
        """Takes the token away, with everything that hangs on it."""
        if self._state & TaskState.FINISHED_MASK and self._state != ERROR:
            return
        self._state = CANCELLED
        self.drop_children()
        self.task_spec._on_cancel(self)
        self.remove()

    def drop_children(self) -> None:
        for child in self.children:
            child.cancel()

    def drop_children_but_watches(self) -> None:
        """Cancels the runs of a loop body; the boundary events go when the loop itself does."""
        for child in self.children:
            if child.task_spec.loop is not None:
                child.cancel()

    def remove(self) -> None:
        tasks = self.workflow.tasks
        tasks.pop(self.id, None)
        tasks[self._parent]._children.remove(self.id)

    def move_to(self, parent: Token) -> None:
        """Hangs the token on another one, so that it outlives the present one."""
        self.workflow.tasks[self._parent]._children.remove(self.id)
        self._parent = parent.id
        parent._children.append(self.id)

    def __deepcopy__(self, memo: dict) -> Token:
        raise TypeError("tokens are not copied")
