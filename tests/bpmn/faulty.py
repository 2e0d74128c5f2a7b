"""One small faulty file for each rule of the lint."""

from __future__ import annotations

from tests.bpmn.drawn import bpmn, element, flows, message, process, timer

S, E, T = element("startEvent s"), element("endEvent e"), element("userTask t name=Check")
LINE = flows("s > t > e")
MESSAGE = '<bpmn:message id="m" name="hello"/>'
OTHERS = (
    '<bpmn:signal id="sg" name="sig"/><bpmn:error id="er" errorCode="E1"/><bpmn:escalation id="es" escalationCode="X"/>'
    '<bpmn:message id="nameless"/>'
)
DEFINITIONS = {
    kind: f"<bpmn:{kind}EventDefinition/>"
    for kind in ("terminate", "compensate", "cancel", "error", "escalation", "link")
}
SIGNAL = '<bpmn:signalEventDefinition signalRef="sg"/>'


def words(**properties: str) -> str:
    entries = "".join(f'<camunda:property name="{n.replace("__", "-")}" value="{v}"/>' for n, v in properties.items())
    return f"<bpmn:extensionElements><camunda:properties>{entries}</camunda:properties></bpmn:extensionElements>"


def line(middle: str, inner: str = "", *more: str) -> bytes:
    """start → one element `t` → end."""
    return bpmn(MESSAGE, OTHERS, process("p", S, element(middle, inner), E, LINE, *more))


def boundary(definition: str, attributes: str = "", host: str = "userTask t name=Check") -> bytes:
    event = element(f"boundaryEvent b attachedToRef=t {attributes}", definition)
    inside = (
        element("startEvent s1") + element("endEvent e1") + flows("s1 > e1")
        if host.split()[0] in ("subProcess", "transaction")
        else ""
    )
    body = (S, element(host, inside), event, element("endEvent e2"), E, LINE, flows("b > e2"))
    return bpmn(MESSAGE, OTHERS, process("p", *body))


def gateway(kind: str, flow_text: str, *more: str) -> bytes:
    """start → g → a, b → e; the flows out of g as given."""
    body = (S, element(f"{kind} g"), element("userTask a name=A"), element("userTask b name=B"), E)
    return bpmn(MESSAGE, process("p", *body, flows("s > g; a > e; b > e"), flows(flow_text), *more))


def timed(text: str, kind: str = "timeDuration", more: str = "") -> bytes:
    return line("intermediateCatchEvent t", more + timer(text, kind))


def drawn(*shapes: str) -> bytes:
    """start → t → end, with these shapes."""
    drawing = "".join(f'<di:BPMNShape id="{i}_di" bpmnElement="{i}"/>' for i in shapes)
    plane = f'<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI"><di:BPMNPlane>{drawing}</di:BPMNPlane></di:BPMNDiagram>'
    return line("userTask t").replace(b"</bpmn:definitions>", f"{plane}</bpmn:definitions>".encode())


LOOP = "<bpmn:multiInstanceLoopCharacteristics>{}</bpmn:multiInstanceLoopCharacteristics>"
CALLED = bpmn(process("q", element("startEvent s", message("m")), E, flows("s > e")), MESSAGE)

ERRORS: dict[str, list[bytes]] = {
    "nothing-executable": [line("userTask t").replace(b' isExecutable="true"', b""), line("userTask t").replace(b'"true"', b'"false"')],
    "nothing-drawn": [line("userTask t").split(b"<bpmn:process")[0] + b'<bpmn:process id="p"/></bpmn:definitions>'],
    "process-twice": [bpmn(process("p", S, T, E, LINE), process("p", element("startEvent s9")))],
    "process-without-id": [bpmn(process("", S, T, E, LINE))],
    "id-twice": [line("userTask t", "", element("userTask t"))],
    "element-without-id": [bpmn(process("p", S, T, E, LINE, "<bpmn:userTask name='x'/>"))],
    "diagram-faulty": [
        line("userTask t").replace(b"</bpmn:definitions>", b'<di:Bounds xmlns:di="http://www.omg.org/spec/DD/20100524/DC" id="b" x="left"/></bpmn:definitions>')
    ],
    "no-start": [
        bpmn(process("p", T, E, flows("t > e"))),
        line("subProcess t", element("userTask u name=U")),
    ],
    "several-starts": [
        bpmn(process("p", S, element("startEvent s2"), T, E, LINE, flows("s2 > t"))),
        line("subProcess t", element("startEvent i1") + element("startEvent i2") + element("endEvent i3") + flows("i1 > i3; i2 > i3")),
    ],
    "start-in-subprocess": [line("subProcess t", element("startEvent i1", timer("PT1H")) + element("endEvent i3") + flows("i1 > i3"))],
    "flow-loose": [line("userTask t", "", flows("t > nowhere")), line("userTask t", "", flows("nowhere > t"))],
    "flow-into-start": [line("userTask t", "", flows("t > s"))],
    "flow-out-of-end": [line("userTask t", "", flows("e > t"))],
    "complex-gateway": [gateway("complexGateway", "g > a; g > b")],
    "default-unknown": [gateway("exclusiveGateway", "g > a [x > 1]; g > b [x > 2]").replace(b'id="g"', b'id="g" default="no"')],
    "choice-without-condition": [gateway("exclusiveGateway", "g > a; g > b"), gateway("exclusiveGateway", "g > a [x > 1]; g > b")],
    "parallel-condition": [gateway("parallelGateway", "g > a [x > 1]; g > b")],
    "join-after-choice": [
        bpmn(
            process(
                "p", S, element("exclusiveGateway g default=g-b"), element("userTask a name=A"), element("userTask b name=B"),
                element("parallelGateway j"), E, flows("s > g; g > a [x > 1]; g > b; a > j; b > j; j > e"),
            )
        )
    ],
    "gateway-instantiates": [gateway("eventBasedGateway", "g > a").replace(b'id="g"', b'id="g" instantiate="true"')],
    "gateway-parallel-events": [gateway("eventBasedGateway", "g > a").replace(b'id="g"', b'id="g" eventGatewayType="Parallel"')],
    "event-gateway-target": [gateway("eventBasedGateway", "g > a; g > b")],
    "event-gateway-shared": [gateway("eventBasedGateway", "g > c; b > c; c > e", element("intermediateCatchEvent c", timer("PT1H")))],
    "event-several-definitions": [line("intermediateCatchEvent t", timer("PT1H") + message("m"))],
    "event-without-definition": [line("intermediateCatchEvent t"), boundary("")],
    "event-not-supported": [
        line("intermediateThrowEvent t", DEFINITIONS["cancel"]),
        line("intermediateCatchEvent t", DEFINITIONS["error"]),
        boundary(DEFINITIONS["link"]),
        bpmn(OTHERS, process("p", S, T, element("endEvent e", DEFINITIONS["link"]), LINE)),
    ],
    "start-not-supported": [bpmn(OTHERS, process("p", element("startEvent s", SIGNAL), T, E, LINE))],
    "compensation": [
        line("intermediateThrowEvent t", DEFINITIONS["compensate"]),
        boundary(DEFINITIONS["compensate"]),
        bpmn(process("p", S, T, element("endEvent e", DEFINITIONS["compensate"]), LINE)),
        line("userTask t", "", element("userTask undo isForCompensation=true")),
    ],
    "error-throw": [line("intermediateThrowEvent t", DEFINITIONS["error"])],
    "terminate-throw": [line("intermediateThrowEvent t", DEFINITIONS["terminate"])],
    "boundary-loose": [line("userTask t", "", element("boundaryEvent b attachedToRef=s", timer("PT1H")))],
    "error-not-interrupting": [boundary(DEFINITIONS["error"], "cancelActivity=false", "subProcess t")],
    "cancel-outside-transaction": [
        boundary(DEFINITIONS["cancel"], "", "subProcess t"),
        bpmn(process("p", S, T, element("endEvent e", DEFINITIONS["cancel"]), LINE)),
    ],
    "event-without-condition": [line("intermediateCatchEvent t", "<bpmn:conditionalEventDefinition/>")],
    "reference-unknown": [
        line("intermediateCatchEvent t", message("nope")),
        line("sendTask t messageRef=nope"),
        boundary('<bpmn:errorEventDefinition errorRef="nope"/>', "", "subProcess t"),
    ],
    "reference-missing": [line("intermediateCatchEvent t", "<bpmn:messageEventDefinition/>"), line("intermediateThrowEvent t", "<bpmn:signalEventDefinition/>")],
    "reference-without-name": [line("intermediateCatchEvent t", message("nameless"))],
    "declaration-without-id": [bpmn('<bpmn:message name="x"/>', process("p", S, T, E, LINE))],
    "loop-not-here": [bpmn(process("p", S, T, element("endEvent e", "<bpmn:standardLoopCharacteristics loopMaximum='2'/>"), LINE))],
    "send-without-message": [line("sendTask t")],
    "receive-without-message": [line("receiveTask t")],
    "receive-starts": [line("receiveTask t messageRef=m instantiate=true")],
    "link-target": [line("intermediateThrowEvent t", '<bpmn:linkEventDefinition name="L"/>')],
    "timer-empty": [line("intermediateCatchEvent t", "<bpmn:timerEventDefinition/>"), timed(" ")],
    "timer-bad": [timed("4 hours"), timed("PT4"), timed("0 0 9 * * ?", "timeCycle"), timed("42"), timed('"tomorrow"', "timeDate")],
    "timer-unusable": [
        timed("2026-13-01", "timeDate"), timed("PT1H", "timeDate"), timed("2026-05-01", "timeDuration"), timed("R0/PT1H", "timeCycle"),
        timed("P1M", more=words(calendar="business")), timed("P99Y"), timed("R3/PT0S", "timeCycle"), timed("R3/2026-99-99/PT1H", "timeCycle"),
    ],
    "service-task": [line("serviceTask t"), line("serviceTask t camunda:class=Foo")],
    "business-rule-task": [line("businessRuleTask t"), line("businessRuleTask t camunda:class=Foo")],
    "mapping-target": [
        line("userTask t name=A", '<bpmn:extensionElements><zeebe:ioMapping><zeebe:output source="=x" target="a.b"/></zeebe:ioMapping></bpmn:extensionElements>'),
        line("sendTask t messageRef=m", '<bpmn:extensionElements><zeebe:ioMapping><zeebe:input source="=x" target="a b"/></zeebe:ioMapping></bpmn:extensionElements>'),
    ],
    "decision-open": [line("businessRuleTask t camunda:decisionRef=${which}")],
    "decision-missing": [line("businessRuleTask t camunda:decisionRef=priority")],
    "ad-hoc": [line("adHocSubProcess t", element("userTask u name=U"))],
    "event-subprocess": [
        line("userTask t", "", element("subProcess x triggeredByEvent=true", element("startEvent xs"))),
        line("userTask t", "", element("subProcess x triggeredByEvent=true", element("startEvent xs", message("m")) + element("startEvent xt", timer("PT1H")))),
        line("userTask t", "", element("subProcess x triggeredByEvent=true", element("userTask u name=U"))),
        line("userTask t", "", element("subProcess x triggeredByEvent=true", element("startEvent xs", message("m"))) + flows("t > x")),
    ],
    "condition-not-a-truth": [gateway("exclusiveGateway", "g > a [0.5]; g > b [0.5]"), gateway("exclusiveGateway", "g > a ['yes']; g > b [x > 1]")],
    "script-missing": [line("scriptTask t")],
    "multi-instance-count": [line("userTask t", LOOP.format(""))],
    "loop-without-end": [line("userTask t", "<bpmn:standardLoopCharacteristics/>")],
    "call-open": [line("callActivity t"), line("callActivity t calledElement=${which}")],
    "call-unknown": [line("callActivity t calledElement=nowhere")],
    "call-not-executable": [
        line("callActivity t calledElement=q").replace(b"</bpmn:definitions>", b'<bpmn:process id="q"><bpmn:startEvent id="qs"/></bpmn:process></bpmn:definitions>')
    ],
    "event-gateway-empty": [bpmn(process("p", S, element("eventBasedGateway g"), flows("s > g")))],
    "call-no-start": [bpmn(MESSAGE, process("p", S, element("callActivity t calledElement=r"), E, LINE), process("r", element("startEvent rs", message("m"))))],
    "call-recursion": [
        line("callActivity t calledElement=p"),
        bpmn(
            process("p", S, element("callActivity t calledElement=r"), E, LINE),
            process("r", element("startEvent rs"), element("callActivity rc calledElement=p"), element("endEvent re"), flows("rs > rc > re")),
        ),
    ],
    "expression-unreadable": [
        line("sendTask t messageRef=m", '<bpmn:extensionElements><zeebe:ioMapping><zeebe:input source="=x +" target="a"/></zeebe:ioMapping></bpmn:extensionElements>'),
        gateway("exclusiveGateway", "g > a [x = 1]; g > b [x == 2]"),
        line("userTask t", LOOP.format("<bpmn:loopCardinality>len(x for x in y)</bpmn:loopCardinality>")),
        line("userTask t camunda:assignee=${bean.find()}"),
    ],
    "script-unreadable": [line("scriptTask t", "<bpmn:script>import os</bpmn:script>")],
    "duty-unknown": [line("userTask t name=A", words(separate__from="gone"))],
    "duty-nobody": [line("userTask t name=A", words(separate__from="s"))],
    "duty-itself": [line("userTask t name=A", words(same__as="t"))],
    "deadlock": [
        bpmn(
            process(
                "p", S, element("exclusiveGateway x default=x-b"), element("exclusiveGateway y default=y-j"), element("userTask a name=A"),
                element("userTask b name=B"), element("parallelGateway j"), E,
                flows("s > x; x > a [k]; a > y; x > b; b > j; y > j; y > e [m]; j > e"),
            )
        )
    ],
    "clock-unknown": [line("userTask t name=A", words(**{"clock.stop": "gone"})), line("userTask t name=A", words(**{"clock.pause": "gone"}))],
}  # fmt: skip

NUMBER = '<bpmn:extensionElements><camunda:formData><camunda:formField id="amount" type="long"/></camunda:formData></bpmn:extensionElements>'
PEOPLE = {"one": frozenset({"ann"}), "all": frozenset({"ann", "bob"}), "empty": frozenset()}


def two_steps(first: str, second: str) -> bytes:
    """A step of one group and one of another that somebody else must do."""
    body = (S, element(f"userTask u name=U camunda:candidateGroups={first}"), E, flows("s > u > t > e"))
    return bpmn(process("p", *body, element(f"userTask t name=T camunda:candidateGroups={second}", words(separate__from="u"))))


def clocked(clock: str, first: str, last: str) -> bytes:
    """Two steps with limits, of which the last stops a clock of the case."""
    body = (element("userTask u name=U", words(sla=first)), element("userTask t name=T", words(sla=last, **{"clock.stop": "whole"})))
    return bpmn(process("p", words(**{"clock.whole": clock}), S, *body, E, flows("s > u > t > e")))


ASSIGNED = element("startEvent s", message("m"))
ASKED = (
    '<bpmn:extensionElements><camunda:formData><camunda:formField id="phone" type="string"><camunda:properties>'
    '<camunda:property id="personal" value="true"/></camunda:properties></camunda:formField></camunda:formData>'
    "</bpmn:extensionElements>"
)


def ruled(rule: str) -> bytes:
    return bpmn(process("p", words(**{"rule.r": rule}), S, element("userTask check name=Check", ASKED), E, flows("s > check > e")))


WARNINGS: dict[str, list[bytes]] = {
    "rule-element-unknown": [ruled("absence: chek")],
    "rule-not-recorded": [ruled("required: check/proof"), ruled("absence: check[amount &gt; 1]"), ruled("absence: check when amount &gt; 1")],
    "rule-personal": [ruled("required: check/phone")],
    "unreachable": [line("userTask t", "", element("userTask lost name=L"), flows("lost > e"))],
    "no-way-out": [bpmn(process("p", S, T, flows("s > t")))],
    "implicit-split": [line("userTask t", "", element("userTask u name=U"), flows("t > u > e"))],
    "condition-after-task": [bpmn(process("p", S, T, E, flows("s > t; t > e [x > 1]")))],
    "endless-round": [
        bpmn(
            process(
                "p", S, element("exclusiveGateway g default=g-e"), element("scriptTask t", "<bpmn:script>x = 1</bpmn:script>"), E,
                flows("s > g; g > t [x > 1]; t > g; g > e"),
            )
        )
    ],
    "default-condition": [gateway("exclusiveGateway", "g > a [x > 1]; g > b [x > 2]").replace(b'id="g"', b'id="g" default="g-b"')],
    "only-condition": [gateway("exclusiveGateway", "g > a [x > 1]")],
    "choice-without-default": [gateway("exclusiveGateway", "g > a [x > 1]; g > b [x > 2]"), gateway("inclusiveGateway", "g > a [x > 1]; g > b [x > 2]")],
    "choice-same-condition": [gateway("exclusiveGateway", "g > a [x > 1]; g > b [x > 1]")],
    "boundary-never-happens": [boundary(DEFINITIONS["escalation"])],
    "link-source": [line("userTask t", "", element("intermediateCatchEvent c", '<bpmn:linkEventDefinition name="L"/>'), flows("c > e"))],
    "timer-twice": [line("intermediateCatchEvent t", "<bpmn:timerEventDefinition><bpmn:timeDate>2026-01-01</bpmn:timeDate><bpmn:timeDuration>PT1H</bpmn:timeDuration></bpmn:timerEventDefinition>")],
    "multi-instance-behaviour": [line("userTask t", LOOP.format("<bpmn:loopCardinality>2</bpmn:loopCardinality>").replace("teristics>", 'teristics behavior="One">', 1))],
    "expression-language": [gateway("exclusiveGateway", "g > a [x > 1]; g > b [x > 2]").replace(b"<bpmn:conditionExpression>", b'<bpmn:conditionExpression language="groovy">', 1)],
    "step-without-name": [line("userTask t")],
    "deadlock-possible": [
        bpmn(
            process(
                "p", S, element("parallelGateway f"), element("exclusiveGateway x default=x-j"), element("exclusiveGateway y default=y-j"),
                element("parallelGateway j"), E, flows("s > f; f > x; f > y; x > j; x > e [k > 5]; y > j; y > e [k > 5]; j > e"),
            )
        )
    ],
    "done-twice": [
        bpmn(
            process(
                "p", S, element("parallelGateway f"), element("userTask a name=A"), element("userTask b name=B"), T, E,
                flows("s > f; f > a > t; f > b > t; t > e"),
            )
        )
    ],
    "no-way-to-end": [bpmn(process("p", S, T, element("exclusiveGateway m"), element("userTask a name=A"), flows("s > m > t > a > m")))],
    "never-happens": [
        bpmn(
            process(
                "p", S, element("subProcess t name=Try", element("startEvent i") + element("endEvent x", DEFINITIONS["error"]) + flows("i > x")),
                element("boundaryEvent b attachedToRef=t", DEFINITIONS["error"]), element("userTask a name=A"), E, element("endEvent e2"),
                flows("s > t > a > e; b > e2"),
            )
        )
    ],
    "condition-never-true": [gateway("exclusiveGateway", "g > a [x > 1 and x < 0]; g > b").replace(b'id="g"', b'id="g" default="g-b"')],
    "choice-never-taken": [gateway("exclusiveGateway", "g > a [x > 1]; g > b [x > 5]")],
    "condition-field-optional": [
        bpmn(
            process(
                "p", S, element("userTask t name=A", NUMBER), element("exclusiveGateway g default=g-e"), E, element("endEvent e2"),
                flows("s > t > g; g > e; g > e2 [amount > 5]"),
            )
        )
    ],
    "variable-misspelt": [
        bpmn(
            process(
                "p", S, element("scriptTask t", "<bpmn:script>amount = 1</bpmn:script>"), element("exclusiveGateway g default=g-e"), E,
                element("endEvent e2"), flows("s > t > g; g > e; g > e2 [amuont > 1]"),
            )
        )
    ],
    "variable-too-late": [
        bpmn(
            process(
                "p", S, element("exclusiveGateway g default=g-e"), element("scriptTask t", "<bpmn:script>amount = 1</bpmn:script>"), E,
                element("endEvent e2"), flows("s > g; g > t > e; g > e2 [amount > 1]"),
            )
        ).replace(b'default="g-e"', b'default="g-t"')
    ],
    "limits-exceed-clock": [clocked("PT1H", "PT2H", "PT30M")],
    "name-one-language": [line("userTask t name=Alpha", words(**{"name.zh": "甲"}), element("userTask u name=Beta"), flows("t > u > e"))],
    "guidance-one-language": [line("userTask t name=A", words(**{"guidance.zh": "先听"}))],
    "group-unknown": [line("userTask t name=A camunda:candidateGroups=nobody")],
    "group-empty": [line("userTask t name=A camunda:candidateGroups=empty")],
    "separation-impossible": [two_steps("one", "one")],
    "duty-elsewhere": [bpmn(MESSAGE, process("p", ASSIGNED, element("userTask t name=A", words(separate__from="other_step")), E, LINE))],
    "clock-elsewhere": [bpmn(MESSAGE, process("p", ASSIGNED, element("userTask t name=A", words(**{"clock.stop": "handling"})), E, LINE))],
}  # fmt: skip

CROWD = [
    element(f"exclusiveGateway x{n} default=x{n}-a{n}") + element(f"userTask a{n} name=A") + element(f"userTask b{n} name=B")
    + element(f"endEvent c{n}") + element(f"endEvent d{n}") + flows(f"f > x{n}; x{n} > a{n} > c{n}; x{n} > b{n} [k{n}]; b{n} > d{n}")
    for n in range(13)
]  # fmt: skip

NOTES: dict[str, list[bytes]] = {
    "rule-element-elsewhere": [ruled("precedence: somewhere -&gt; check")],
    "choice-overlap": [gateway("exclusiveGateway", "g > a [x > 1]; g > b [y > 1]")],
    "limits-may-exceed-clock": [clocked("PT4H", "PT2H", "PT3H")],
    "separation-narrow": [two_steps("all", "one")],
    "step-without-form": [line("userTask t name=A")],
    "soundness-unknown": [
        bpmn(process("p", S, element("parallelGateway f"), *CROWD, element("inclusiveGateway i"), E, flows("s > f; f > i; a0 > i; i > e")))
    ],
    "not-executable": [bpmn(process("p", S, T, E, LINE), '<bpmn:process id="q"><bpmn:startEvent id="qs"/></bpmn:process>')],
    "several-processes": [bpmn(process("p", S, T, E, LINE), process("q", element("startEvent qs"), element("endEvent qe"), flows("qs > qe")))],
    "gateway-mixed": [
        bpmn(process("p", S, T, element("parallelGateway g"), element("userTask u name=U"), element("parallelGateway h"), E, element("endEvent f"), flows("s > g; t > g; g > t; g > u; u > h; h > e; h > f")))
    ],
    "diagram-missing": [line("userTask t")],
    "diagram-incomplete": [drawn("s", "e")],
    "shape-without-element": [drawn("s", "t", "e", "gone")],
    "timer-start": [bpmn(process("p", element("startEvent s", timer("R/P1D", "timeCycle")), T, E, LINE))],
    "variable-unknown": [
        bpmn(
            process(
                "p", S, element("scriptTask t", "<bpmn:script>amount = 1</bpmn:script>"), element("exclusiveGateway g default=g-e"), E,
                element("endEvent e2"), flows("s > t > g; g > e; g > e2 [weight > 1]"),
            )
        )
    ],
    "step-without-owner": [line("userTask t name=A")],
    "step-without-limit": [line("userTask t name=A")],
    "step-without-guidance": [line("userTask t name=A")],
}  # fmt: skip
