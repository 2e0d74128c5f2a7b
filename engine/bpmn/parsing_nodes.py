"""The parsers of single elements, those of events aside: what the file says becomes an element of ours."""

from __future__ import annotations

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser

from engine.bpmn import events, flow_nodes, loops, subprocesses
from engine.bpmn.expressions import compile_script
from engine.bpmn.process import BPMN, ProcessReader, compiled, refused
from engine.bpmn.vendor import attribute, item, mapping, named, own_of, readable, text


class Node(TaskParser):
    """Reads one element without following its flows."""

    @property
    def bpmn_attributes(self) -> dict[str, Any]:
        return {"description": self.node.tag, "lane": self.lane, "bpmn_name": self.node.get("name")}

    def parse_node(self) -> Any:
        self.task = self.create_task()
        self.dress(self.task)
        for tag, read in (
            ("multiInstanceLoopCharacteristics", self.repeat),
            ("standardLoopCharacteristics", self.loop),
        ):
            found = self.node.find(f"{BPMN}{tag}")
            if found is not None:
                self.wrap(read(found))
        return self.task

    def dress(self, task: Any) -> None:
        """Adds what the element needs beyond its constructor."""

    # -- loops --------------------------------------------------------------------------------------------------

    def wrap(self, outer: loops.Loop) -> None:
        inner = self.task
        inner.name = f"{self.bpmn_id} [child]"
        specs = self.spec.task_specs
        specs[inner.name], specs[outer.name] = inner, outer
        outer.inner, inner.loop = inner, outer
        outer.bpmn_id, outer.bpmn_name, outer.kind = inner.bpmn_id, inner.bpmn_name, inner.kind
        self.task = outer

    def repeat(self, node: etree._Element) -> loops.MultiInstance:
        if not isinstance(self.task, flow_nodes.Activity):
            raise refused(self.bpmn_id, "此元素不能多实例执行", "this element cannot be a multi-instance")
        kind = loops.SequentialMultiInstance if node.get("isSequential") == "true" else loops.ParallelMultiInstance
        del self.spec.task_specs[self.bpmn_id]
        loop = kind(self.spec, self.bpmn_id, "")
        zeebe = next(iter(named(node, "loopCharacteristics")), None)
        if zeebe is not None:
            collection, loop.element = zeebe.get("inputCollection"), zeebe.get("inputElement")
            loop.output, output_element = zeebe.get("outputCollection"), zeebe.get("outputElement")
        else:
            collection = attribute(node, "collection") or text(node, "loopDataInputRef")
            loop.element = attribute(node, "elementVariable") or item(node, "inputDataItem")
            loop.output, output_element = text(node, "loopDataOutputRef"), item(node, "outputDataItem")
        cardinality = text(node, "loopCardinality")
        if collection:
            loop.collection = compiled(self.bpmn_id, collection)
        elif cardinality:
            loop.cardinality = compiled(self.bpmn_id, cardinality)
        else:
            raise refused(self.bpmn_id, "多实例没有集合或次数", "the multi-instance has neither collection nor count")
        loop.output_element = compiled(self.bpmn_id, output_element) if output_element else None
        completion = text(node, "completionCondition")
        loop.completion = compiled(self.bpmn_id, completion) if completion else None
        return loop

    def loop(self, node: etree._Element) -> loops.StandardLoop:
        if not isinstance(self.task, flow_nodes.Activity):
            raise refused(self.bpmn_id, "此元素不能循环执行", "this element cannot be a loop")
        maximum, condition = node.get("loopMaximum"), text(node, "loopCondition")
        if (maximum is None or not maximum.isdigit()) and not condition:
            raise refused(self.bpmn_id, "循环没有次数或条件", "the loop has neither a maximum nor a condition")
        before = node.get("testBefore") == "true"
        del self.spec.task_specs[self.bpmn_id]
        limit = int(maximum) if maximum and maximum.isdigit() else None
        loop = loops.StandardLoop(self.spec, self.bpmn_id, "", limit, condition, before)
        loop.repeat = compiled(self.bpmn_id, condition) if condition else None
        return loop


class TaskNode(Node):
    """A task that may have variables of its own."""

    def dress(self, task: flow_nodes.Activity) -> None:
        task.own = own_of(self.node)


class ScriptNode(TaskNode):
    def create_task(self) -> flow_nodes.ScriptTask:
        script = text(self.node, "script")
        zeebe = next(iter(named(self.node, "script")), None)
        if zeebe is not None:
            script = f"{zeebe.get('resultVariable')} = {zeebe.get('expression')}"
        elif script and attribute(self.node, "resultVariable"):
            script = f"{attribute(self.node, 'resultVariable')} = {script}"
        if not script:
            raise refused(self.bpmn_id, "脚本任务没有脚本", "the script task has no script")
        task = self.spec_class(self.spec, self.bpmn_id, script=script, **self.bpmn_attributes)
        task.program = readable(self.node, compile_script, script)
        return task


class SubProcessNode(Node):
    def create_task(self) -> subprocesses.SubProcess:
        task = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes)
        reader = ProcessReader(
            self.process_parser.parser, self.node, self.nsmap, {}, filename=self.filename, lane=self.lane
        )
        reader.enclosing = self.spec
        task.body_spec = reader.get_spec()
        task.spec = task.body_spec.key
        self.process_parser.parser.bodies[task.spec] = task.body_spec
        if self.node.get("triggeredByEvent") == "true":
            self.watch(task)
        return task

    def watch(self, task: subprocesses.SubProcess) -> None:
        """What happens at the start of an event subprocess is waited for in the scope around it."""
        start = task.body_spec.plain_start
        watch = events.Watch(self.spec, f"{self.bpmn_id} [start]", event_definition=start.event_definition, bpmn_name=start.bpmn_name)
        watch.bpmn_id, watch.subprocess, watch.interrupts = start.bpmn_id, task, start.interrupts
        self.spec.watches += (watch,)


class CallNode(Node):
    def create_task(self) -> subprocesses.CallActivity:
        zeebe = next(iter(named(self.node, "calledElement")), None)
        called = self.node.get("calledElement") or (zeebe.get("processId") if zeebe is not None else None)
        if not called or called.startswith(("=", "${", "#{")):
            raise refused(self.bpmn_id, "调用活动没有指明固定的流程", "the call activity names no fixed process")
        task = self.spec_class(self.spec, self.bpmn_id, subworkflow_spec=called, **self.bpmn_attributes)
        self.process_parser.parser.calls.append(task)
        return task

    def dress(self, task: subprocesses.CallActivity) -> None:
        task.given = mapping(self.node, "in", "input") or {}
        task.returned = mapping(self.node, "out", "output") or {}
        task.gives_all = self.says_all("in", "propagateAllParentVariables", "true")
        task.returns_all = self.says_all("out", "propagateAllChildVariables", str(not task.returned).lower())

    def says_all(self, tag: str, attribute: str, default: str) -> bool:
        """Camunda 8 has an attribute and a default, Camunda 7 says `variables="all"`.

        Where nothing is said, what is named is all that goes, and everything goes when nothing is named.
        """
        if any(child.get("variables") == "all" for child in named(self.node, tag)):
            return True
        zeebe = next(iter(named(self.node, "calledElement")), None)
        if zeebe is None:
            return mapping(self.node, tag) is None
        return zeebe.get(attribute, default) == "true"


class EventGatewayNode(Node):
    def create_task(self) -> flow_nodes.EventGateway:
        return self.spec_class(self.spec, self.bpmn_id, event_definition=events.NoneEvent(), **self.bpmn_attributes)


class UnsupportedNode(Node):
    def create_task(self) -> Any:
        tag = etree.QName(self.node).localname
        raise refused(self.bpmn_id, f"不支持元素{tag}", f"{tag} is not supported")
