"""SpiffWorkflow as it comes, to show the faults ours must not have."""

from __future__ import annotations

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState


class Plain:
    """One instance of the library's own workflow with its own parser, evaluator and clock."""

    def __init__(self, data: bytes, ident: str = "p", variables: dict | None = None, parser: type = BpmnParser) -> None:
        self.spec, self.parts = parse(data, ident, parser)
        self.workflow = BpmnWorkflow(self.spec, self.parts)
        self.workflow.task_tree.data.update(variables or {})
        self.workflow.do_engine_steps()

    @property
    def ready(self) -> list:
        return self.workflow.get_tasks(state=TaskState.READY, manual=True)

    @property
    def names(self) -> list[str]:
        return [task.task_spec.bpmn_id for task in self.ready]

    def complete(self, name: str, **values) -> None:
        task = next(task for task in self.ready if task.task_spec.bpmn_id == name)
        task.set_data(**values)
        task.run()
        self.workflow.do_engine_steps()


def parse(data: bytes, ident: str = "p", parser: type = BpmnParser) -> tuple:
    reader = parser()
    reader.add_bpmn_str(data)
    return reader.get_spec(ident), reader.get_subprocess_specs(ident)
