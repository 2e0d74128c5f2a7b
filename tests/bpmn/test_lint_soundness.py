"""Standstills, steps done twice and rounds without end: found with the way there, and nowhere else."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from engine.bpmn.lint import check
from engine.bpmn.spec import build
from tests.bpmn.drawn import bpmn, element, flows, message, process, timer
from tests.bpmn.made import ALL, PLAIN, Block, blocks, drawn
from tests.bpmn.replay import WAITS, follow
from tests.bpmn.walks import walk

RULES = {"deadlock", "deadlock-possible", "join-after-choice", "done-twice", "no-way-to-end", "never-happens", "soundness-unknown"}
STUCK = {"deadlock", "deadlock-possible", "join-after-choice"}
FLAT = ("chain", "choice", "fork", "some", "rework")
SHIPPED = sorted((Path(__file__).parents[2] / "processes").glob("*/*.bpmn"))

S, E, T = element("startEvent s"), element("endEvent e"), element("userTask t name=Check")


def tasks(*names: str) -> str:
    return "".join(element(f"userTask {name} name={name.upper()}") for name in names)


def found(data: bytes) -> list:
    return [finding for finding in check(data).findings if finding.rule in RULES]


def faults(*parts: str) -> list[tuple[str, str | None]]:
    return [(f.rule, f.element_id) for f in found(bpmn('<bpmn:message id="m" name="news"/>', process("p", *parts)))]


# -- one of each --------------------------------------------------------------------------------------------------


def test_a_join_that_waits_for_ever_is_found_with_the_way_there():
    split, join = element("exclusiveGateway x name=Which default=x-b"), element("parallelGateway j name=Together")
    more = element("exclusiveGateway y default=y-a")
    ways = flows("s > x; x > a [k > 1]; x > b; a > y; y > j [z]; y > e; b > j; j > c > e")
    (finding,) = found(bpmn(process("p", S, tasks("a", "b", "c"), split, more, join, E, ways)))
    assert (finding.level, finding.rule, finding.element_id) == ("error", "deadlock", "j")
    assert finding.witness == ("s", "s-x", "x", "x-b", "b", "b-j")
    assert "Together" in finding.message.en and "Which → B" in finding.message.en and "Which → B" in finding.message.zh


def test_parallel_branches_that_are_not_joined_do_a_step_twice():
    ways = flows("s > f; f > a > m; f > b > m; m > c > e")
    data = bpmn(process("p", S, tasks("a", "b", "c"), element("parallelGateway f"), element("exclusiveGateway m"), E, ways))
    (finding,) = found(data)
    assert (finding.level, finding.rule, finding.element_id) == ("warning", "done-twice", "m")
    assert {"a", "b", "m"} <= set(finding.witness) and "“C”" in finding.message.en


def test_without_a_gateway_in_between_too():
    ways = flows("s > f; f > a > c; f > b > c; c > e")
    assert faults(S, tasks("a", "b", "c"), element("parallelGateway f"), E, ways) == [("done-twice", "c")]


def test_branches_that_end_each_by_itself_or_at_one_end_are_fine():
    fork = element("parallelGateway f")
    assert faults(S, tasks("a", "b"), fork, E, flows("s > f; f > a > e; f > b > e")) == []
    assert faults(S, tasks("a", "b"), fork, element("exclusiveGateway m"), E, flows("s > f; f > a > m; f > b > m; m > e")) == []
    assert faults(S, tasks("a", "b"), fork, E, element("endEvent e2"), flows("s > f; f > a > e; f > b > e2")) == []


def test_a_round_without_a_way_out():
    ways = flows("s > m > a > b > m")
    assert faults(S, tasks("a", "b"), element("exclusiveGateway m"), E, ways) == [("no-way-to-end", "a")]
    split = element("exclusiveGateway x default=x-m")
    assert faults(S, tasks("a"), element("exclusiveGateway m"), split, E, flows("s > m > a > x; x > m; x > e [k]")) == []


def test_a_boundary_event_may_go_where_its_task_does_not():
    late = element("boundaryEvent b attachedToRef=t", timer("PT1H"))
    join, fork = element("parallelGateway j"), element("parallelGateway f")
    stuck = flows("s > f; f > t > j; f > a > j; j > e; b > e2")
    assert faults(S, T, tasks("a"), late, join, fork, E, element("endEvent e2"), stuck) == [("deadlock", "j")]
    merged = flows("s > f; f > t > m; b > m; m > j; f > a > j; j > e")
    assert faults(S, T, tasks("a"), late, element("exclusiveGateway m"), join, fork, E, merged) == []


def test_a_reminder_is_no_fault_but_one_that_goes_on_with_the_main_flow_is():
    remind = element("boundaryEvent b attachedToRef=t cancelActivity=false", timer("R/PT1H", "timeCycle"))
    again = element("exclusiveGateway x default=x-e")
    rounds = flows("s > m > t > x; x > m [k]; x > e; b > a > e2")
    assert faults(S, T, tasks("a"), remind, element("exclusiveGateway m"), again, E, element("endEvent e2"), rounds) == []
    joined = flows("s > t > m; b > a > m; m > c > e")
    assert faults(S, T, tasks("a", "c"), remind, element("exclusiveGateway m"), E, joined) == [("done-twice", "m")]


def test_a_terminate_end_takes_everything_with_it():
    stop = element("endEvent stop", "<bpmn:terminateEventDefinition/>")
    split = element("exclusiveGateway x default=x-j")
    ways = flows("s > f; f > a > x; x > stop [k]; x > j; f > b > j; j > e")
    assert faults(S, tasks("a", "b"), element("parallelGateway f"), split, element("parallelGateway j"), stop, E, ways) == []


def test_an_error_thrown_in_a_subprocess_goes_to_its_boundary():
    inner = element("startEvent i") + element("endEvent x", '<bpmn:errorEventDefinition errorRef="er"/>') + flows("i > x")
    catch = element("boundaryEvent b attachedToRef=t", '<bpmn:errorEventDefinition errorRef="er"/>')
    other = element("boundaryEvent o attachedToRef=t", '<bpmn:errorEventDefinition errorRef="er2"/>')
    body = (S, element("subProcess t", inner), catch, other, tasks("a", "c"), E, flows("s > t > a > e; b > e; o > c > e"))
    data = bpmn('<bpmn:error id="er" errorCode="E"/><bpmn:error id="er2" errorCode="F"/>', process("p", *body))
    assert [(f.rule, f.element_id) for f in found(data)] == [("never-happens", "o"), ("never-happens", "a")]


def test_links_carry_the_token_over():
    throw = element("intermediateThrowEvent l", '<bpmn:linkEventDefinition name="L"/>')
    catch = element("intermediateCatchEvent k", '<bpmn:linkEventDefinition name="L"/>')
    ways = flows("s > f; f > a > j; f > l; k > b > j; j > e")
    assert faults(S, tasks("a", "b"), element("parallelGateway f"), element("parallelGateway j"), throw, catch, E, ways) == []


def test_an_inclusive_join_waits_only_for_what_can_come():
    split, join = element("inclusiveGateway o default=o-a"), element("inclusiveGateway i")
    assert faults(S, tasks("a", "b", "c"), split, join, E, flows("s > o; o > a; a > i; o > b [k]; b > i; i > c > e")) == []


def test_conditions_that_may_exclude_each_other_make_it_a_warning():
    one, two = element("exclusiveGateway x default=x-a"), element("exclusiveGateway y default=y-c")
    ways = flows("s > f; f > x; f > y; x > a; x > e [k > 5]; a > j; y > c; y > d [k > 5]; c > j; d > e; j > e2")
    data = bpmn(process("p", S, tasks("a", "c", "d"), element("parallelGateway f"), one, two, element("parallelGateway j"), E, element("endEvent e2"), ways))
    assert [(f.level, f.rule) for f in found(data)] == [("warning", "deadlock-possible")]


def test_branches_that_never_meet_cost_little_and_too_many_states_are_admitted():
    parts, ways = [element("parallelGateway f")], ["s > f"]
    for n in range(14):
        parts += [element(f"exclusiveGateway x{n} default=x{n}-a{n}"), tasks(f"a{n}", f"b{n}"), element(f"endEvent e{n}"), element(f"endEvent d{n}")]
        ways.append(f"f > x{n}; x{n} > a{n} > e{n}; x{n} > b{n} [k{n}]; b{n} > d{n}")
    assert faults(S, *parts, flows("; ".join(ways))) == []
    waiting = flows("f > i; a0 > i; i > e")
    assert faults(S, *parts, element("inclusiveGateway i"), E, waiting, flows("; ".join(ways))) == [("soundness-unknown", "p")]


def test_message_starts_are_each_a_beginning():
    again = element("startEvent s2", message("m"))
    ways = flows("s > a > j; s2 > b > j; j > e")
    assert faults(S, again, tasks("a", "b"), element("parallelGateway j"), E, ways) == [("deadlock", "j")]


# -- properties ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(40))
def test_what_is_built_from_blocks_is_sound(seed):
    assert found(drawn(blocks(seed, 1 + seed % 4))) == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_the_shipped_procedures_are_sound(path):
    assert found(path.read_bytes()) == []


MUTATIONS = {
    "choice": [("exclusiveGateway", "y", "parallelGateway", STUCK), ("exclusiveGateway", "x", "parallelGateway", {"done-twice"})],
    "fork": [("parallelGateway", "j", "exclusiveGateway", {"done-twice"}), ("parallelGateway", "f", "exclusiveGateway", STUCK)],
    "some": [("inclusiveGateway", "i", "parallelGateway", STUCK), ("inclusiveGateway", "i", "exclusiveGateway", {"done-twice"})],
    "rework": [("exclusiveGateway", "r", "parallelGateway", STUCK)],
    "race": [("exclusiveGateway", "u", "parallelGateway", STUCK)],
    "watched": [("exclusiveGateway", "w", "parallelGateway", STUCK)],
}


LAST = {"x": "y", "f": "j", "r": "q"}


def every(block: Block) -> list[Block]:
    return [block, *(inner for part in block.parts for inner in every(part))]


def changed(data: bytes, old: str, ident: str, new: str) -> bytes:
    """One gateway is of another kind; a parallel one asks for no conditions."""
    data = re.sub(rb'<bpmn:%s id="%s"([^>]*)></bpmn:%s>' % (old.encode(), ident.encode(), old.encode()),
                  rb'<bpmn:%s id="%s"\1></bpmn:%s>' % (new.encode(), ident.encode(), new.encode()), data)  # fmt: skip
    if new == "parallelGateway":
        data = data.replace(b'default="%s-' % ident.encode(), b'class="%s-' % ident.encode())
        data = re.sub(rb'(sourceRef="%s" [^>]*>)<bpmn:conditionExpression>.*?</bpmn:conditionExpression>' % ident.encode(), rb"\1", data)
    elif ident.startswith("f"):
        first, *others = re.findall(rb'id="([^"]+)" sourceRef="%s"' % ident.encode(), data)
        data = data.replace(b'id="%s"' % ident.encode(), b'id="%s" default="%s"' % (ident.encode(), first))
        for number, flow in enumerate(others):
            condition = b"<bpmn:conditionExpression><![CDATA[c%d]]></bpmn:conditionExpression>" % (number + 1)
            data = re.sub(rb'(id="%s" [^>]*>)' % re.escape(flow), rb"\1" + condition, data)
    return data


def planted(seed: int, kinds: tuple[str, ...] = ALL) -> tuple[bytes, set[str], str]:
    """A sound process with one gateway of the wrong kind, what must be found, and the gateway.

    Not where nothing but an end follows: there several tokens do no harm.
    """
    chance = random.Random(seed)
    while True:
        whole = blocks(chance.randrange(10_000), 1 + seed % 3, kinds)
        places = [(block, how) for block in every(whole) for how in MUTATIONS.get(block.kind, ())]
        if not places:
            continue
        block, (old, letter, new, wanted) = chance.choice(places)
        data, ident, last = drawn(whole), f"{letter}{block.number}", f"{LAST.get(letter, letter)}{block.number}"
        if something_follows(data, last):
            return changed(data, old, ident, new), wanted, ident


def something_follows(data: bytes, ident: str) -> bool:
    """Whether more than merging gateways and an end come after it."""
    found = re.findall(rb'sourceRef="%s" targetRef="([^"]+)"' % ident.encode(), data)
    return any(not n.startswith((b"e", b"z")) and (n[:1] not in b"yjiwuq" or something_follows(data, n.decode())) for n in found)


@pytest.mark.parametrize("seed", range(80))
def test_a_planted_fault_is_found(seed):
    data, wanted, ident = planted(seed)
    rules = {finding.rule for finding in found(data)}
    assert rules & wanted or (ident.startswith("f") and rules & STUCK), (ident, rules)


@pytest.mark.parametrize("seed", range(120))
def test_a_standstill_can_be_walked_into(seed):
    """Every witness of a standstill, followed in the stepper, leaves the very join waiting."""
    data, _, _ = planted(seed, FLAT)
    for finding in found(data):
        if finding.rule in STUCK and finding.witness:
            assert any(at == finding.element_id and text.startswith(WAITS) for at, text in follow(data, finding.witness)), finding.message.en


def decide(process: str, element_id: str, seen: object, chance: random.Random) -> dict[str, bool]:
    return {f"c{chance.randrange(5)}": chance.random() < 0.5}


@pytest.mark.parametrize("seed", range(60))
def test_what_is_called_sound_never_stands_still(seed):
    """Random walks through files with planted faults: a walk that stands still, or does a step twice, was foretold."""
    data, _, _ = planted(seed, PLAIN)
    rules = {finding.rule for finding in found(data)}
    spec = build(data, "p")
    for number in range(4):
        chance = random.Random(number)
        start = {f"c{i}": chance.random() < 0.5 for i in range(5)}
        steps = walk(spec, number, decide, restart=False, variables=start, limit=40).steps
        texts = [failure[-2] for step in steps for failure in step[3]]
        assert not any(text.startswith(WAITS) for text in texts) or rules & STUCK
        doubled = [step for step in steps for names in [[n for _, n, _ in step[0] if n.startswith("t")]] if len(set(names)) < len(names)]
        assert not doubled or "done-twice" in rules or "repeated" in str(data)


@pytest.mark.parametrize("start", [timer("PT1H"), message("m"), '<bpmn:errorEventDefinition errorRef="er"/>'])
def test_an_event_subprocess_may_bring_a_scope_to_its_end(start):
    watch = element("startEvent w", start) + tasks("h") + element("endEvent x") + flows("w > h > x")
    thrown = element("endEvent bad", '<bpmn:errorEventDefinition errorRef="er"/>')
    inner = element("startEvent i") + tasks("a") + thrown + element("subProcess v triggeredByEvent=true", watch) + flows("i > a > bad")
    body = (S, element("subProcess q", inner), tasks("z"), E, flows("s > q > z > e"))
    assert found(bpmn('<bpmn:message id="m" name="news"/><bpmn:error id="er" errorCode="E"/>', process("p", *body))) == []


@pytest.mark.parametrize("seed", range(60))
def test_going_one_by_one_hides_nothing(seed, monkeypatch):
    data, _, _ = planted(seed)
    quick = {(finding.rule, finding.element_id) for finding in found(data)}
    monkeypatch.setattr("engine.bpmn.lint.soundness.exploration.Exploration.moves_of_one", lambda *_: None)
    assert quick == {(finding.rule, finding.element_id) for finding in found(data)}


@pytest.mark.parametrize(("ways", "rules"), [(12, set()), (400, {"soundness-unknown"})])
def test_an_inclusive_choice_of_many_ways_is_joined_or_admitted_to_be_too_much(ways, rules):
    parts = [S, element("inclusiveGateway f default=f-t0"), element("inclusiveGateway j"), E, *(tasks(f"t{n}") for n in range(ways))]
    lines = [f"f > t{n} [k{n}]; t{n} > j" if n else "f > t0 > j" for n in range(ways)]
    assert {rule for rule, _ in faults(*parts, flows("; ".join(["s > f; j > e", *lines])))} == rules
    if ways < 100:
        wrong = [part.replace("inclusiveGateway", "parallelGateway") if 'id="j"' in part else part for part in parts]
        assert [rule for rule, _ in faults(*wrong, flows("; ".join(["s > f; j > e", *lines])))] == ["deadlock"]
