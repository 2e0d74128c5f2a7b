"""The running instance: SpiffWorkflow's workflow and task tree, kept to the tokens that are still alive.

What differs from the library, and why (`tests/bpmn/test_spiff_faults*.py` shows each fault):

- Nothing is predicted: an element knows its flows, so a case is as large as its open work. A token that has moved on
  is removed at once; no history grows, and no depth limit is ever near.
- Variables belong to the process (or to one run of a loop body), not to each task: a branch that did not change a
  value cannot overwrite another's change at a join.
- Ready tokens queue up; nobody searches the tree for them.
- An element that fails keeps its token in the state ERROR with the reason; the other branches go on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow

from engine.bpmn.errors import StepFault
from engine.bpmn.expressions import EvaluationError, ExpressionError
from engine.bpmn.results import Message, Passage, Surroundings, TimerSet
from engine.bpmn.script_engine import ENGINE
from engine.bpmn.token import COMPLETED, ERROR, READY, STARTED, WAITING, Scope, Token
from engine.domain.text import Text

if TYPE_CHECKING:
    from engine.bpmn.flow_nodes import Element
    from engine.bpmn.process import ProcessSpec

MAX_TOKENS = 2_000
MAX_ELEMENTS_A_STEP = 10_000
MAX_CALL_DEPTH = 30

FAULTS = (StepFault, EvaluationError, ExpressionError)
TOO_MANY_TOKENS = Text("同时进行的步骤超过{limit}个。", "More than {limit} steps would be open at once.")
ENDLESS = Text(
    "自动步骤连续执行超过{limit}次，流程可能进入了死循环。",
    "More than {limit} automatic steps ran in a row; the process seems to go round for ever.",
)
STANDSTILL = Text(
    "网关在等待路径{flows}，但已没有任何步骤会到达。",
    "The gateway waits for the flows {flows}, but nothing can arrive there any more.",
)
TOO_DEEP = Text("子流程嵌套超过{limit}层。", "Subprocesses are nested more than {limit} deep.")


class _Runs:
    """What the instance and the bodies of its subprocesses have in common."""

    spec: ProcessSpec
    tasks: dict[int, Token]

    def plant(self, root_id: int, scope: Scope) -> None:
        """Sets the root every free token hangs on. It is never stored."""
        self.scope = scope
        root = Token.__new__(Token)
        root.place(self, self.spec.start, root_id, None, scope, COMPLETED, {})
        self.task_tree = root

    def begin(self, start: Element) -> None:
        for watch in self.spec.watches:
            self.top_workflow.enter(Token(self, watch, self.task_tree, self.scope))
        self.top_workflow.enter(Token(self, start, self.task_tree, self.scope))

    @property
    def is_spent(self) -> bool:
        """Nothing but the root is left, and what only watches."""
        if len(self.tasks) == 1:
            return True
        watches = self.spec.watches
        return bool(watches) and all(t._parent is None or t.task_spec in watches for t in self.tasks.values())

    def clear(self) -> None:
        self.task_tree.drop_children()

    def _task_completed_notify(self, task: Token) -> None:
        """The library would search the whole tree for waiting tasks here; ours are told when it matters."""

    def _predict(self, mask: int = 0) -> None:
        """Nothing is predicted."""


class Instance(_Runs, BpmnWorkflow):
    """One instance of a process with its subprocesses. Lives for one step: loaded, advanced, saved."""

    def __init__(self, spec: ProcessSpec, bodies: Mapping[str, ProcessSpec], around: Surroundings) -> None:
        super().__init__(spec, bodies, script_engine=ENGINE, deserializing=True)
        self.around = around
        self.last_id = 0
        self.queue: deque[Token] = deque()
        self.passed: list[Passage] = []
        self.sent: list[Message] = []
        self.fired: list[TimerSet] = []
        self.ended: str | None = None
        self.completed_token: int | None = None
        self.overrun = False
        self.still: list[Token] = []
        self.subprocesses: dict[int, Body] = {}

    def workflows(self) -> list[Instance | Body]:
        return [self, *self.subprocesses.values()]

    def tokens(self) -> list[Token]:
        """Every live token, the instance's own first, each workflow's in the order they came."""
        found = [token for token in self.tasks.values() if token._parent is not None]
        for body in self.subprocesses.values():
            found.extend(token for token in body.tasks.values() if token._parent is not None)
        return found

    def token(self, number: int) -> Token | None:
        for workflow in self.workflows():
            if number in workflow.tasks and number > 0:
                return workflow.tasks[number]
        return None

    def count(self) -> int:
        return sum(len(workflow.tasks) for workflow in self.workflows())

    def open_body(self, host: Token, spec: ProcessSpec, scope: Scope) -> Body:
        body = Body(spec, host, self)
        if body.depth > MAX_CALL_DEPTH:
            raise StepFault(TOO_DEEP.format(limit=MAX_CALL_DEPTH))
        body.plant(-host.id, scope)
        self.subprocesses[host.id] = body
        return body

    # -- moving tokens ------------------------------------------------------------------------------------------

    def enter(self, token: Token) -> None:
        """Lets a token arrive at its element."""
        try:
            token.task_spec._update(token)
        except FAULTS as fault:
            self.fail(token, "enter", fault)

    def run(self, token: Token) -> None:
        """Carries a ready element out and sends the token on."""
        try:
            token.run()
        except FAULTS as fault:
            self.fail(token, "run", fault)

    def make_room(self, wanted: int) -> None:
        """Fails when that many more tokens would be too many; then the step stops there, to go on at a retry."""
        if self.count() + wanted > MAX_TOKENS:
            self.overrun = True
            raise StepFault(TOO_MANY_TOKENS.format(limit=MAX_TOKENS))

    def fail(self, token: Token, phase: str, fault: Exception) -> None:
        if token.id not in token.workflow.tasks:
            return
        if phase == "enter":
            token.drop_children()
            body = self.subprocesses.get(token.id)
            if body is not None:
                body.clear()
                del self.subprocesses[token.id]
        token._state = ERROR
        text, source = getattr(fault, "text", None), getattr(fault, "source", "")
        token.internal_data["fault"] = [phase, text.zh, text.en, source]

    def advance(self) -> None:
        """Runs everything that needs no person, no time and no message, until all is still."""
        left = MAX_ELEMENTS_A_STEP
        self.revive()
        while True:
            while self.queue and not self.overrun:
                token = self.queue.popleft()
                if token._state != READY or token.task_spec.manual:
                    continue
                left -= 1
                if left < 0:
                    self.overrun = True
                    self.fail(token, "run", StepFault(ENDLESS.format(limit=MAX_ELEMENTS_A_STEP)))
                    return
                self.run(token)
            if self.ended is not None or self.overrun or not self.settle():
                return

    def settle(self) -> bool:
        """Does what waits for stillness; True when something moves again."""
        moved = False
        for workflow in reversed(self.workflows()):
            if workflow.is_spent:
                moved = self.finish(workflow) or moved
        if moved:
            return True
        for token in self.tokens():
            if token._state == WAITING and token.task_spec.fires_when_still(token):
                moved = True
        if not moved:
            self.report_standstill()
        return moved

    def revive(self) -> None:
        """Gateways that were reported as standing still wait again, since something may move now."""
        for token in self.still:
            if token._state == ERROR:
                token._state = WAITING
                del token.internal_data["fault"]
        self.still.clear()

    def report_standstill(self) -> None:
        """A gateway that waits for tokens nobody can send any more is a failure, not a case that hangs in silence."""
        for workflow in self.workflows():
            left = [t for t in workflow.tasks.values() if t._parent is not None and not t.task_spec.is_watch]
            if left and all(token._state == WAITING and token.task_spec.waits_for_others for token in left):
                for token in left:
                    flows = Text.same(", ".join(token.task_spec.missing(token)))
                    self.fail(token, "still", StepFault(STANDSTILL.format(flows=flows)))
                    self.still.append(token)

    def finish(self, workflow: Instance | Body) -> bool:
        if workflow is self:
            self.end("completed")
            return False
        host = self.token(workflow.parent_task_id)
        if host is None or host._state != STARTED:
            return False
        try:
            host.task_spec.body_done(host, workflow)
        except FAULTS as fault:
            self.fail(host, "leave", fault)
        return True

    def end(self, how: str) -> None:
        """Nothing of the instance goes on."""
        self.ended = self.ended or how
        self.completed = True
        self.clear()
        self.queue.clear()
        self.subprocesses.clear()


class Body(_Runs, BpmnSubWorkflow):
    """The inside of a subprocess or called process, hanging on its host token."""

    def __init__(self, spec: ProcessSpec, host: Token, top: Instance) -> None:
        self.host = host
        super().__init__(spec, host.id, top, deserializing=True)

    @property
    def parent_workflow(self) -> Instance | Body:
        return self.host.workflow

    def _calculate_depth(self) -> int:
        return self.host.workflow.depth + 1
