"""Event subprocesses: they wait as long as their scope goes on, and take its place or go on beside it."""

from tests.bpmn.drawn import Run, bpmn, element, flows, message, process, timer

DECLARED = '<bpmn:message id="m" name="hello"/><bpmn:error id="er" errorCode="E1"/><bpmn:escalation id="es" escalationCode="X"/>'
S, E, T = element("startEvent s"), element("endEvent e"), element("userTask t")
ERROR = '<bpmn:errorEventDefinition errorRef="er"/>'


def aside(start: str, attributes: str = "", ident: str = "x") -> str:
    """An event subprocess with one task `ident`-u."""
    inside = element(f"startEvent {ident}s {attributes}", start) + element(f"userTask {ident}u") + element(f"endEvent {ident}e")
    return element(f"subProcess {ident} triggeredByEvent=true", inside + flows(f"{ident}s > {ident}u > {ident}e"))


def file(*parts: str) -> bytes:
    return bpmn(DECLARED, process("p", S, T, E, flows("s > t > e"), *parts))


def test_interrupting_it_takes_the_place_of_everything():
    run = Run(file(aside(message("m"))))
    run.deliver("hello", amount=3)
    assert (run.names, run.ended, run.waits) == (["xu"], None, {})
    run.complete("xu")
    assert (run.ended, run.variables) == ("completed", {"amount": 3})
    assert run.path() == ["s", "xs", "xu", "xe", "x"]


def test_waiting_alone_keeps_no_case_open():
    run = Run(file(aside(message("m")), aside(timer("PT1H"), ident="y")))
    assert [w.element_id for w in run.waits.values()] == ["xs"]
    run.complete("t")
    assert (run.ended, run.waits, run.timers) == ("completed", {}, {})


def test_not_interrupting_it_goes_on_beside_as_often_as_it_happens():
    run = Run(file(aside(message("m"), "isInterrupting=false")))
    run.deliver("hello")
    run.deliver("hello")
    run.complete("t")
    assert run.names == ["xu", "xu"]
    run.complete("xu")
    assert run.ended is None
    run.complete("xu")
    assert run.ended == "completed"


def test_its_timer_counts_from_the_beginning_of_the_scope():
    run = Run(file(aside(timer("PT2H"))))
    run.later(hours=1)
    assert run.names == ["t"]
    run.later(hours=1)
    assert run.names == ["xu"]
    run.complete("xu")
    assert run.ended == "completed"


def test_an_error_of_the_process_itself_is_caught_by_it():
    run = Run(file(aside(ERROR)).replace(b'<bpmn:endEvent id="e"></bpmn:endEvent>', f'<bpmn:endEvent id="e">{ERROR}</bpmn:endEvent>'.encode()))
    run.complete("t")
    assert (run.names, run.ended) == (["xu"], None)
    run.complete("xu")
    assert run.ended == "completed"


def test_in_a_subprocess_only_the_subprocess_is_interrupted():
    inside = element("startEvent is") + T + element("endEvent ie") + flows("is > t > ie") + aside(message("m"))
    run = Run(bpmn(DECLARED, process("p", S, element("subProcess sp", inside), element("userTask after"), E, flows("s > sp > after > e"))))
    run.deliver("hello")
    assert run.names == ["xu"]
    run.complete("xu")
    assert run.names == ["after"]


def test_an_error_inside_goes_to_the_nearest_that_catches_it():
    inside = element("startEvent is") + T + element("endEvent ie", ERROR) + flows("is > t > ie")
    file = bpmn(DECLARED, process("p", S, element("subProcess sp", inside), E, flows("s > sp > e"), aside("<bpmn:errorEventDefinition/>")))
    run = Run(file)
    run.complete("t")
    assert run.names == ["xu"]


def test_an_escalation_thrown_inside_does_not_begin_the_same_again():
    escalation = '<bpmn:escalationEventDefinition escalationRef="es"/>'
    throws = aside(escalation, "isInterrupting=false").replace('<bpmn:endEvent id="xe">', f'<bpmn:endEvent id="xe">{escalation}')
    data = file(throws).replace(b'<bpmn:endEvent id="e"></bpmn:endEvent>', f'<bpmn:endEvent id="e">{escalation}</bpmn:endEvent>'.encode())
    run = Run(data)
    run.complete("t")
    assert run.names == ["xu"]
    run.complete("xu")
    assert run.ended == "completed"


def test_a_parallel_join_that_can_never_fire_is_still_told_beside_a_watch():
    data = bpmn(DECLARED, process("p", S, element("exclusiveGateway g default=g-b"), element("userTask a"), element("userTask b"),
                element("parallelGateway j"), E, flows("s > g; g > a [x > 1]; g > b; a > j; b > j; j > e"), aside(message("m"))))  # fmt: skip
    run = Run(data, variables={"x": 0})
    run.complete("b")
    assert [f.element_id for f in run.failures.values()] == ["j"]
