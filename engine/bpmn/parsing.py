"""From the tree of a BPMN file to our elements: the parser of SpiffWorkflow with our classes registered.

What the file says in the attributes of Camunda 7, Camunda 8 (zeebe) or SpiffWorkflow is understood wherever it changes
what happens: collections, mappings, called processes, calendars, correlation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.specs.event_definitions.message import CorrelationProperty

from engine.bpmn import events, flow_nodes, joins, rule_tasks, subprocesses
from engine.bpmn import parsing_events as reading_events
from engine.bpmn import parsing_nodes as reading
from engine.bpmn.model import NOTHING
from engine.bpmn.process import BPMN, ProcessReader, refused
from engine.bpmn.vendor import named, properties

UNSUPPORTED = ("adHocSubProcess", "complexGateway", "serviceTask", "callChoreography")


class Parser(BpmnParser):
    """Reads one file. `bodies` are the subprocesses it met, by key; `calls` the call activities, to be resolved."""

    ELEMENTS: Mapping[str, tuple[type, type | None]] = {
        f"{BPMN}{tag}": pair
        for tag, pair in {
            "startEvent": (reading_events.StartNode, events.StartEvent),
            "endEvent": (reading_events.EventNode, events.EndEvent),
            "intermediateCatchEvent": (reading_events.CatchNode, events.IntermediateCatchEvent),
            "intermediateThrowEvent": (reading_events.EventNode, events.IntermediateThrowEvent),
            "boundaryEvent": (reading_events.BoundaryNode, events.BoundaryEvent),
            "userTask": (reading.TaskNode, flow_nodes.UserTask),
            "manualTask": (reading.TaskNode, flow_nodes.ManualTask),
            "task": (reading.TaskNode, flow_nodes.PlainTask),
            "scriptTask": (reading.ScriptNode, flow_nodes.ScriptTask),
            "businessRuleTask": (rule_tasks.DecisionNode, rule_tasks.DecisionTask),
            "sendTask": (reading_events.MessageTaskNode, events.SendTask),
            "receiveTask": (reading_events.MessageTaskNode, events.ReceiveTask),
            "exclusiveGateway": (reading.Node, flow_nodes.ExclusiveGateway),
            "parallelGateway": (reading.Node, joins.ParallelGateway),
            "inclusiveGateway": (reading.Node, joins.InclusiveGateway),
            "eventBasedGateway": (reading.EventGatewayNode, flow_nodes.EventGateway),
            "subProcess": (reading.SubProcessNode, subprocesses.SubProcess),
            "transaction": (reading.SubProcessNode, subprocesses.Transaction),
            "callActivity": (reading.CallNode, subprocesses.CallActivity),
            **{tag: (reading.UnsupportedNode, flow_nodes.Element) for tag in UNSUPPORTED},
        }.items()
    }
    OVERRIDE_PARSER_CLASSES = ELEMENTS
    PROCESS_PARSER_CLASS = ProcessReader

    def __init__(self, beside: Mapping[str, bytes] = NOTHING) -> None:
        super().__init__()
        self.decision_files = rule_tasks.decisions_beside(beside)
        self.bodies: dict[str, Any] = {}
        self.calls: list[subprocesses.CallActivity] = []
        self.subscriptions: dict[str, str] = {}
        self.calendars: dict[str, str] = {}

    def read(self, root: etree._Element) -> None:
        """Takes the tree in, which is not changed. Raises `Unrunnable`."""
        for message in root.iterchildren(f"{BPMN}message"):
            for subscription in named(message, "subscription"):
                if subscription.get("correlationKey"):
                    self.subscriptions[message.get("id")] = subscription.get("correlationKey")
        for process in root.iterchildren(f"{BPMN}process"):
            if properties(process).get("calendar"):
                self.calendars[process.get("id")] = properties(process)["calendar"]
        try:
            self.add_bpmn_xml(root)
        except ValidationException as error:
            raise refused(error.id or "?", str(error), str(error)) from error

    def create_parser(self, node: etree._Element, filename: str | None = None, lane: str | None = None) -> None:
        """A process without an id cannot be asked for: it stays a drawing."""
        if node.get("id"):
            super().create_parser(node, filename, lane)

    def _add_data_stores(self, bpmn: etree._Element) -> None:
        """Data stores are drawings to us: variables hold the data."""

    def _add_correlations(self, bpmn: etree._Element) -> None:
        """Correlation properties by message, named as the file names them rather than by their ids."""
        for prop in bpmn.iterchildren(f"{BPMN}correlationProperty"):
            for retrieval in prop.iterchildren(f"{BPMN}correlationPropertyRetrievalExpression"):
                source = "".join(retrieval.itertext()).strip()
                if source:
                    entry = CorrelationProperty(prop.get("name") or prop.get("id"), source, [])
                    self.message_correlations.setdefault(retrieval.get("messageRef"), []).append(entry)
